import type { Clock } from '../base/clock';
import type { Outcome } from '../transport/outcome';
import type { Progress } from './types';

/** Decides what to ask next and what answers mean. It makes no call itself, and knows no clock. */
export interface Engine<Request, Value> {
	/** How far it is. */
	readonly progress: Progress;
	/** When the next request may be made, in ms; undefined if none waits for its time. */
	readonly nextAt: number | undefined;
	/** Whether the answer of a call under way is needed. */
	readonly needsAnswer: boolean;
	/**
	 * The next request, or undefined if there is none now. With no answer needed and no `nextAt`, it is
	 * over.
	 *
	 * @param now ms, on the clock of `handle`
	 */
	next(now: number): Request | undefined;
	/** Takes what a request came to. */
	handle(request: Request, outcome: Outcome<Value>, now: number): void;
}

/** What an engine needs of the world. */
export interface Calls<Request, Value> {
	/**
	 * Makes one call. Refusals for rate have been waited out; it rejects only if it was aborted.
	 *
	 * @param onStart to be called when the call is made: until then it waits for its slot
	 */
	ask(request: Request, onStart: () => void): Promise<Outcome<Value>>;
	/** How many calls may be under way side by side. */
	atOnce: number;
	clock: Clock;
	/** Ends waits when it is aborted. */
	signal: AbortSignal;
	/** Called at the start, and after every answer at least. */
	onProgress(progress: Progress): void;
	/** Asked after every answer at least: true ends it with what there is. */
	shouldStop(): boolean;
}

/**
 * Makes an engine's calls, as many at once as it may, until it is over.
 *
 * @throws what `ask` rejects with, unless it is to stop
 */
export async function drive<Request, Value>(
	engine: Engine<Request, Value>,
	calls: Calls<Request, Value>,
): Promise<void> {
	const { clock } = calls;
	const underWay = new Set<Promise<void>>();
	/** Ends when the latest call has its slot: what to ask next is decided no earlier than that. */
	let slot: Promise<void> | undefined;
	const free = () => (slot = undefined);
	calls.onProgress(engine.progress);
	for (;;) {
		const isFree = !slot && underWay.size < calls.atOnce;
		const request = isFree ? engine.next(clock.now()) : undefined;
		if (request) {
			let onStart!: () => void;
			const started = new Promise<void>((resolve) => (onStart = resolve)).then(free);
			const call: Promise<void> = calls
				.ask(request, onStart)
				.then((outcome) => engine.handle(request, outcome, clock.now()))
				.finally(() => {
					underWay.delete(call);
					if (slot === started) free();
				});
			slot = started;
			underWay.add(call);
			continue;
		}
		const nextAt = isFree ? engine.nextAt : undefined;
		if (!engine.needsAnswer && nextAt === undefined) return;
		const aborted = await firstOf(slot ? [...underWay, slot] : [...underWay], nextAt, calls).then(
			() => undefined,
			(error: Error) => error,
		);
		calls.onProgress(engine.progress);
		if (calls.shouldStop()) return;
		if (aborted) throw aborted;
	}
}

/** Waits until one of these has happened, or until it is time for the next call. */
async function firstOf(
	events: Array<Promise<void>>,
	nextAt: number | undefined,
	{ clock, signal }: Pick<Calls<never, never>, 'clock' | 'signal'>,
): Promise<void> {
	if (nextAt === undefined) return await Promise.race(events);
	const over = new AbortController();
	const ending = AbortSignal.any([over.signal, signal]);
	const time = clock.sleep(Math.max(0, Math.ceil(nextAt - clock.now())), ending);
	// Where a call ends first, nobody waits for this one's end.
	time.catch(() => {});
	try {
		await Promise.race([...events, time]);
	} finally {
		over.abort();
	}
}
