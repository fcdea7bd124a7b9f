import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';

/** The sockets of this process, watched from both ends. */
export interface Traffic {
	/**
	 * Whether every byte that one end wrote has been read by the other, every connection is
	 * established, every end knows when the other has gone, and no mocked request is under way.
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
 * Watches all TCP connections that are opened from now on. Counting bytes at both ends tells whether
 * anything is on its way with certainty, however busy the machine is; a wait could only guess.
 */
export function watchTraffic(): Traffic {
	const clients = new Set<End>();
	const connections = new WeakSet<Socket>();
	const servers = new Map<string, End>();
	const requests = new Set<ClientRequest>();
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

	function hasStalled(): boolean {
		const now = movement();
		if (now !== still.movement) still = { movement: now, since: realNow(), looks: 0 };
		still.looks++;
		return still.looks > STALLED_LOOKS && realNow() - still.since > STALLED_MS;
	}

	subscribe('net.client.socket', onClient);
	subscribe('net.server.socket', onServer);
	subscribe('http.client.request.start', onRequest);
	return {
		resting: () => ([...clients].every(isResting) && ![...requests].some(isMocked)) || hasStalled(),
		stop() {
			unsubscribe('net.client.socket', onClient);
			unsubscribe('net.server.socket', onServer);
			unsubscribe('http.client.request.start', onRequest);
		},
	};
}

// `writableLength` first: with bytes still to write, `bytesWritten` would measure them all anew.
const hasArrived = (from: Socket, to: Socket): boolean =>
	from.writableLength === 0 && from.bytesWritten === to.bytesRead;
