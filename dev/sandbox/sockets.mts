import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Outcome } from './answers.mts';

/** A request whose body has been read. */
export interface SandboxRequest {
	method: string;
	/** Path and query; an origin before them is ignored. */
	url: string;
	headers?: Record<string, string | string[] | undefined>;
	body?: string;
}

/** The HTTP server of a sandbox. */
export interface Listener {
	/** @param port 0, a free one, by default @returns the base address, `http://127.0.0.1:port` */
	listen(port?: number): Promise<string>;
	/** Ends all connections, also those that hang. */
	close(): Promise<void>;
	/** Requests received whose answer is not fully written yet, hanging ones included. */
	readonly handling: number;
	/** Requests whose answer never comes. */
	readonly hanging: number;
}

// Clients wait out whole windows between calls: a connection must outlive these.
const KEEP_ALIVE_MS = 120_000;

/** Serves `respond` over HTTP on the loopback address. */
export function createListener(respond: (request: SandboxRequest) => Promise<Outcome>): Listener {
	let handling = 0;
	let hanging = 0;

	const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
		handling++;
		let isHanging = false;
		response.once('close', () => {
			handling--;
			if (isHanging) hanging--;
		});
		answer(request, response).then(
			(end) => {
				if (end !== 'hang' || response.closed) return;
				isHanging = true;
				hanging++;
			},
			// The client has left before its request was read.
			() => response.destroy(),
		);
	});

	async function answer(
		request: IncomingMessage,
		response: ServerResponse,
	): Promise<Outcome['end']> {
		const outcome = await respond(await readRequest(request));
		writeOutcome(outcome, response);
		return outcome.end;
	}

	return {
		listen: (port = 0) =>
			new Promise((resolve, reject) => {
				server.once('error', reject);
				server.listen(port, '127.0.0.1', () => {
					server.off('error', reject);
					resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
				});
			}),
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
		get handling() {
			return handling;
		},
		get hanging() {
			return hanging;
		},
	};
}

async function readRequest(request: IncomingMessage): Promise<SandboxRequest> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	return {
		method: request.method!,
		url: request.url!,
		headers: request.headers,
		body: Buffer.concat(chunks).toString('utf8'),
	};
}

function writeOutcome({ end, answer }: Outcome, response: ServerResponse): void {
	if (!answer) {
		if (end === 'reset') response.destroy();
		return;
	}
	const body = Buffer.from(answer.body, 'utf8');
	response.writeHead(answer.status, { ...answer.headers, 'content-length': body.length });
	if (end === 'answered') {
		response.end(body);
		return;
	}
	response.write(body.subarray(0, body.length >> 1), () => {
		if (end === 'reset') response.destroy();
	});
}
