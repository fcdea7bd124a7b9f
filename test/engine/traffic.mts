import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import type { Transform } from 'node:stream';
import { BrotliDecompress, Unzip } from 'node:zlib';

/** The sockets of this process, watched from both ends. */
export interface Traffic {
	/**
	 * Whether every byte that one end wrote has been read by the other, every connection is
	 * established, every end knows when the other has gone, and neither a mocked request nor the
	 * decompression of a part is under way.
	 */
	resting(): boolean;
	stop(): void;
}

/**
 * Real milliseconds, and looks, without any movement after which a connection counts as resting
 * although bytes are on their way: the receiver has stopped reading, or is in another process.
 */
const STALLED_MS = 500;
const STALLED_LOOKS = 1000;

// Taken before a test makes it virtual.
const realNow = performance.now.bind(performance);

interface End {
	socket: Socket;
	/** Client port and server port, which both ends have in common; undefined while connecting. */
	ports?: string;
}

/**
 * Watches all TCP connections that are opened from now on. Counting bytes at both ends shows whether
 * anything is on its way with certainty, however busy the machine is; a wait could only guess.
 */
export function watchTraffic(): Traffic {
	const clients = new Set<End>();
	const connections = new WeakSet<Socket>();
	const servers = new Map<string, End>();
	const requests = new Set<ClientRequest>();
	const decompressing = new Set<Transform>();
	let events = 0;
	let still = { movement: -1, since: 0, looks: 0 };

	const onClient = (message: unknown) => {
		const { socket } = message as { socket: Socket };
		const end: End = { socket };
		clients.add(end);
		connections.add(socket);
		events++;
		socket.once('connect', () => {
			end.ports = `${socket.localPort}>${socket.remotePort}`;
		});
	};
	const onServer = (message: unknown) => {
		const { socket } = message as { socket: Socket };
		const ports = `${socket.remotePort}>${socket.localPort}`;
		servers.set(ports, { socket, ports });
		events++;
	};
	const onRequest = (message: unknown) => {
		const { request } = message as { request: ClientRequest };
		requests.add(request);
		events++;
		request.once('close', () => {
			requests.delete(request);
			events++;
		});
	};

	/** Whether nock answers: it does so in real time, and by no connection. */
	const isMocked = ({ socket }: ClientRequest) => socket !== null && !connections.has(socket);

	function isResting(client: End): boolean {
		const server = client.ports === undefined ? undefined : servers.get(client.ports);
		if (!server) {
			if (client.socket.destroyed) clients.delete(client);
			return client.socket.destroyed;
		}
		if (client.socket.destroyed && server.socket.destroyed) {
			clients.delete(client);
			servers.delete(server.ports!);
			return true;
		}
		return (
			client.socket.destroyed === server.socket.destroyed &&
			hasArrived(client.socket, server.socket) &&
			hasArrived(server.socket, client.socket)
		);
	}

	/** A number that changes with everything that happens. */
	function movement(): number {
		let sum = events;
		for (const { socket } of [...clients, ...servers.values()]) {
			sum += socket.bytesRead - socket.writableLength + (socket.destroyed ? 0.25 : 0);
		}
		return sum;
	}

	/** Whether something has happened since the last look: a part of a body has come, and more may. */
	function hasMoved(): boolean {
		const now = movement();
		still.looks++;
		if (now === still.movement) return false;
		still = { movement: now, since: realNow(), looks: 0 };
		return true;
	}

	const hasStalled = () => still.looks > STALLED_LOOKS && realNow() - still.since > STALLED_MS;

	const leaveDecompressionAlone = watchDecompression(decompressing, () => events++);
	subscribe('net.client.socket', onClient);
	subscribe('net.server.socket', onServer);
	subscribe('http.client.request.start', onRequest);
	return {
		resting: () =>
			!hasMoved() &&
			((decompressing.size === 0 &&
				[...clients].every(isResting) &&
				![...requests].some(isMocked)) ||
				hasStalled()),
		stop() {
			leaveDecompressionAlone();
			unsubscribe('net.client.socket', onClient);
			unsubscribe('net.server.socket', onServer);
			unsubscribe('http.client.request.start', onRequest);
		},
	};
}

// `writableLength` first: with bytes still to write, `bytesWritten` would measure them all again.
const hasArrived = (from: Socket, to: Socket): boolean =>
	from.writableLength === 0 && from.bytesWritten === to.bytesRead;

/**
 * Keeps the streams that are decompressing a part in `busy`: Node's threads decompress, and the event
 * loop does not see them until they are done.
 *
 * @returns ends that
 */
function watchDecompression(busy: Set<Transform>, onDone: () => void): () => void {
	const watched = new WeakSet<Transform>();
	const endings = [Unzip, BrotliDecompress].map(({ prototype }) => {
		const original = prototype._transform;
		prototype._transform = function (this: Transform, part, encoding, callback) {
			const done = () => {
				if (busy.delete(this)) onDone();
			};
			if (!watched.has(this)) this.once('close', done);
			watched.add(this);
			busy.add(this);
			original.call(this, part, encoding, (...result) => {
				done();
				callback(...result);
			});
		};
		return () => {
			prototype._transform = original;
		};
	});
	return () => endings.forEach((end) => end());
}
