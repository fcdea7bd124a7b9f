import type { Clock } from '../../nodes/LeadSquared/base/clock.ts';

/** A clock for simulations, which never waits for real time: hours take a second. */
export interface SimulatedTime extends Clock {
	/** Lets time pass until the promise has settled. @throws if nothing is left that could settle it */
	run<T>(promise: Promise<T>): Promise<T>;
}

/** The start of the simulated wall clock. */
const WALL_START = Date.UTC(2026, 0);

// A turn of the event loop drains all callbacks of promises, including those that follow from others.
const turn = async () => await new Promise<void>((resolve) => setImmediate(resolve));

/**
 * Makes a clock that stands still while there is work, and then jumps to the next wake-up.
 *
 * @param rest resolves once nothing is left to do at a time
 */
export function simulatedTime(rest: () => Promise<void> = turn): SimulatedTime {
	let now = 0;
	let count = 0;
	const heap: Array<{ at: number; order: number; wake: () => void }> = [];
	const before = (a: number, b: number) =>
		heap[a].at < heap[b].at || (heap[a].at === heap[b].at && heap[a].order < heap[b].order);
	const swap = (a: number, b: number) => ([heap[a], heap[b]] = [heap[b], heap[a]]);

	function push(at: number, wake: () => void): void {
		heap.push({ at, order: count++, wake });
		for (let i = heap.length - 1; i > 0 && before(i, (i - 1) >> 1); i = (i - 1) >> 1) {
			swap(i, (i - 1) >> 1);
		}
	}

	function pop() {
		const first = heap[0];
		const last = heap.pop()!;
		if (heap.length > 0) heap[0] = last;
		for (let i = 0; ; ) {
			let least = i;
			for (const child of [2 * i + 1, 2 * i + 2]) {
				if (child < heap.length && before(child, least)) least = child;
			}
			if (least === i) return first;
			swap(i, least);
			i = least;
		}
	}

	return {
		now: () => now,
		wallNow: () => WALL_START + now,
		sleep: (ms) => new Promise((resolve) => push(now + Math.max(0, ms), resolve)),
		async run(promise) {
			let settled = false;
			const settle = () => (settled = true);
			promise.then(settle, settle);
			for (;;) {
				await rest();
				if (settled) return await promise;
				if (heap.length === 0) throw new Error('Nothing is left that could settle the promise');
				const { at, wake } = pop();
				now = at;
				wake();
			}
		},
	};
}

/**
 * Replaces `Date.now` and the global timers by a clock, for code that cannot take one.
 *
 * @returns a function that restores the real time
 */
export function underGlobals(time: Clock): () => void {
	const { setTimeout, setInterval, clearTimeout, clearInterval } = globalThis;
	const { now } = Date;
	interface Timer {
		cleared: boolean;
	}
	const start = (repeats: boolean) => (callback: () => void, ms?: number) => {
		const timer: Timer = { cleared: false };
		void (async () => {
			do {
				// Node waits for at least a millisecond.
				await time.sleep(Math.max(1, ms ?? 0));
				if (!timer.cleared) callback();
			} while (repeats && !timer.cleared);
		})();
		return timer;
	};
	const clear = (timer?: Timer) => {
		if (timer) timer.cleared = true;
	};
	const put = (timers: object, dateNow: () => number) => {
		Object.assign(globalThis, timers);
		Date.now = dateNow;
	};
	put(
		{
			setTimeout: start(false),
			setInterval: start(true),
			clearTimeout: clear,
			clearInterval: clear,
		},
		() => Math.floor(time.now()),
	);
	return () => put({ setTimeout, setInterval, clearTimeout, clearInterval }, now);
}

/** Evenly distributed numbers from 0 to 1, the same ones for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let t = Math.imul(state ^ (state >>> 15), 1 | state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
}
