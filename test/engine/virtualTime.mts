import { Socket } from 'node:net';
import { sleep } from 'n8n-workflow';
import { watchTraffic } from './traffic.mts';

/** The clock and timers of code under test and of the sandbox. */
export interface Clock {
	/** Milliseconds since 1970; a wall clock that a test sets back does not change them. */
	now(): number;
	/** Resolves after `ms` milliseconds; rejects with the signal's reason when that comes first. */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

// Taken before it is virtual: patience with real work is real.
const realNow = performance.now.bind(performance);

/** Jest's fake timers, driven so that time passes whenever no real work is left. */
export interface VirtualTime {
	clock: Clock;
	/**
	 * Lets time pass until `promise` settles, and settles like it. Several may be under way side by
	 * side: they share the one time.
	 * @throws Error when nothing can settle it any more, or not within {@link VirtualTimeOptions.limitMs}
	 */
	run<T>(promise: PromiseLike<T>): Promise<T>;
	/** Milliseconds since 1970: `Date.now()`, unless {@link VirtualTime.setWallClock} has changed that. */
	now(): number;
	/** Sets the wall clock of this process, as an administrator does. Nothing is waited for. */
	setWallClock(ms: number): void;
	/** The number of pending timers: a finished run must leave none. */
	timers(): number;
	/** Back to real time. Call it after each test, once what was run has settled. */
	restore(): void;
}

export interface VirtualTimeOptions {
	/** When the test starts. */
	startAt?: string | number;
	/** Virtual milliseconds after which a run counts as endless. */
	limitMs?: number;
}

const LEFT_REAL = [
	'hrtime',
	'nextTick',
	'queueMicrotask',
	'requestAnimationFrame',
	'cancelAnimationFrame',
	'requestIdleCallback',
	'cancelIdleCallback',
	'setImmediate',
	'clearImmediate',
] as const;

/**
 * Turns of the event loop without traffic after which everything that needs no timer is done. Each
 * turn drains all promise callbacks and ticks and takes in all I/O that is ready, so what is left
 * are chains of `setImmediate`: the longest, nock's, takes a few.
 */
const TURNS_TO_REST = 12;

/** Real milliseconds to wait, when no timer is set, for work that the driver does not see. */
const PATIENCE_MS = 2000;

let active: VirtualTime | undefined;

/** The virtual time that is in force, if any. */
export const activeVirtualTime = (): VirtualTime | undefined => active;

/**
 * Replaces `Date`, `performance` and the global timers by virtual ones until `restore()`, and drives them: as long
 * as a {@link VirtualTime.run} is pending, it waits until real work rests, then jumps to the next
 * timer. HTTP between this process's clients and servers is real work as long as a byte of it is
 * on its way; a server that waits on the virtual clock, or for ever, is at rest.
 *
 * The timeouts of `http` requests become virtual too (Node counts them with timers of its own).
 * Not virtual: `AbortSignal.timeout`, `node:timers`, nock's `delay`, and servers of other processes.
 */
export function virtualTime({
	startAt = '2026-01-01T00:00:00Z',
	limitMs = 24 * 3600_000,
}: VirtualTimeOptions = {}): VirtualTime {
	if (active) throw new Error('Virtual time is in force already: restore() it first');
	jest.useFakeTimers({ doNotFake: [...LEFT_REAL], now: new Date(startAt) });
	const traffic = watchTraffic();
	const restoreTimeouts = virtualSocketTimeouts();
	const origin = Date.now() - performance.now();
	const now = () => origin + performance.now();
	const endAt = now() + limitMs;
	const pending = new Map<object, (reason: Error) => void>();
	let driving = false;

	async function rest(): Promise<void> {
		for (let turns = 0; turns < TURNS_TO_REST; ) {
			await turnOfEventLoop();
			turns = traffic.resting() ? turns + 1 : 0;
		}
	}

	async function step(): Promise<void> {
		await rest();
		if (pending.size === 0) return;
		if (jest.getTimerCount() === 0) await untilTimerIsSet(pending);
		else if (now() > endAt) throw new Error(`Not done after ${limitMs} virtual ms`);
		else jest.advanceTimersToNextTimer();
	}

	async function drive(): Promise<void> {
		if (driving) return;
		driving = true;
		while (pending.size > 0) {
			try {
				await step();
			} catch (error) {
				for (const fail of pending.values()) fail(error as Error);
				pending.clear();
			}
		}
		driving = false;
	}

	active = {
		clock: { now, sleep: async (ms, signal) => await sleep(ms, signal) },
		async run<T>(promise: PromiseLike<T>) {
			const key = {};
			const failure = new Promise<never>((_, reject) => pending.set(key, reject));
			void drive();
			try {
				return await Promise.race([promise, failure]);
			} finally {
				pending.delete(key);
				await rest();
			}
		},
		now,
		setWallClock: (ms) => jest.setSystemTime(ms),
		timers: () => jest.getTimerCount(),
		restore() {
			active = undefined;
			pending.clear();
			restoreTimeouts();
			traffic.stop();
			jest.useRealTimers();
		},
	};
	return active;
}

const turnOfEventLoop = async () => await new Promise<void>((resolve) => setImmediate(resolve));

/** Waits for real work that is neither traffic nor a timer, such as reading a file. */
async function untilTimerIsSet(pending: Map<object, unknown>): Promise<void> {
	const since = realNow();
	while (pending.size > 0 && jest.getTimerCount() === 0) {
		await turnOfEventLoop();
		if (realNow() - since > PATIENCE_MS) {
			throw new Error('Waiting for ever: no timer is set and nothing is under way');
		}
	}
}

/**
 * Makes the timeouts of client sockets, and so those of `http` requests, count in the global
 * timers: `timeout` is emitted after `ms` in which no byte came in.
 */
function virtualSocketTimeouts(): () => void {
	const original = Socket.prototype.setTimeout;
	const stops = new WeakMap<Socket, () => void>();
	Socket.prototype.setTimeout = function (this: Socket & { server?: unknown }, ms, callback) {
		if (this.server) return original.call(this, ms, callback);
		stops.get(this)?.();
		if (ms > 0) {
			if (callback) this.once('timeout', callback);
			stops.set(this, emitTimeoutAfter(ms, this));
		}
		return this;
	};
	return () => {
		Socket.prototype.setTimeout = original;
	};
}

function emitTimeoutAfter(ms: number, socket: Socket): () => void {
	const timer = setTimeout(() => socket.emit('timeout'), ms);
	const refresh = () => timer.refresh();
	const stop = () => {
		clearTimeout(timer);
		socket.off('data', refresh).off('close', stop);
	};
	socket.on('data', refresh).once('close', stop);
	return stop;
}
