import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createNetServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as after } from 'node:timers/promises';
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';

import type { Answer, Outcome } from './answers.mts';

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
	/** Ends all connections, including those that hang. */
	close(): Promise<void>;
	/** Received requests whose answer is not fully written yet, including hanging ones. */
	readonly handling: number;
	/** Requests whose answer never comes. */
	readonly hanging: number;
}

// Clients wait for whole windows between calls, so connections must last longer.
const KEEP_ALIVE_MS = 120_000;

/**
 * Serves `respond` over HTTP on the loopback address.
 *
 * @param isSilent whether connections are now accepted but not read
 */
export function createListener(
	respond: (request: SandboxRequest) => Promise<Outcome>,
	isSilent: () => boolean,
): Listener {
	let handling = 0;
	let hanging = 0;
	const sockets = new Set<Socket>();
	let silent = 0;

	const http = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
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
			// The client left before its request was read.
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

	const server = createNetServer((socket) => {
		sockets.add(socket);
		socket.once('close', () => sockets.delete(socket));
		if (!isSilent()) {
			http.emit('connection', socket);
			return;
		}
		silent++;
		socket.once('close', () => silent--);
		socket.on('error', () => {});
	});

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
				sockets.forEach((socket) => socket.destroy());
			}),
		get handling() {
			return handling;
		},
		get hanging() {
			return hanging + silent;
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
	const body = coded(answer);
	response.writeHead(answer.status, { ...answer.headers, ...headersOf(answer, body) });
	if (end === 'answered') {
		if (!answer.pace || body.length === 0) response.end(body);
		else void writeParts(body, answer.pace, response);
		return;
	}
	response.write(body.subarray(0, body.length >> 1), () => {
		if (end === 'reset') response.destroy();
	});
}

const CODINGS = {
	gzip: 'gzip',
	deflate: 'deflate',
	'deflate-raw': 'deflate',
	br: 'br',
	'gzip-plain': 'gzip',
	'gzip-cut': 'gzip',
} as const;

function headersOf({ status, coding }: Answer, body: Buffer): Record<string, string | number> {
	if (status === 204) return {};
	const length = { 'content-length': body.length };
	return coding && body.length > 0 ? { ...length, 'content-encoding': CODINGS[coding] } : length;
}

function coded({ body: text, coding }: Answer): Buffer {
	const body = Buffer.from(text, 'utf8');
	if (body.length === 0) return body;
	switch (coding) {
		case 'gzip':
			return gzipSync(body, { level: 1 });
		case 'deflate':
			return deflateSync(body, { level: 1 });
		case 'deflate-raw':
			return deflateRawSync(body, { level: 1 });
		case 'br':
			return brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });
		case 'gzip-cut': {
			const whole = gzipSync(body);
			return whole.subarray(0, whole.length >> 1);
		}
		default:
			return body;
	}
}

async function writeParts(
	body: Buffer,
	{ bytes, ms }: NonNullable<Answer['pace']>,
	response: ServerResponse,
): Promise<void> {
	response.socket?.setNoDelay(true);
	const left = new AbortController();
	response.once('close', () => left.abort());
	try {
		for (let from = 0; from < body.length && !response.destroyed; from += bytes) {
			response.write(body.subarray(from, from + bytes));
			await (ms > 0 ? after(ms, undefined, { signal: left.signal }) : nextTurn());
		}
		response.end();
	} catch {
		// The client has left.
	}
}
