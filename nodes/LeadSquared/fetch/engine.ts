import type { ApiRequest, Client, Progress } from '../transport/client';
import type { Outcome } from '../transport/outcome';

/** The next request, or how long to wait for one, in ms of the clock: Infinity for the next answer. */
export type Step<Request> = { ask: Request } | { waitUntil: number };

/** Decides what to request next and what answers mean. It makes no calls, and has no clock. */
export interface Engine<Request, Value> {
	readonly progress: Progress;
	/** Whether nothing is left to request or to wait for. */
	readonly isDone: boolean;
	/** @param now ms, on the clock of `handle` */
	next(now: number): Step<Request>;
	/** Takes the outcome of a request. */
	handle(request: Request, outcome: Outcome<Value>, now: number): void;
}

/** The API's side of an engine's requests. */
export interface EngineCall<Request, Value> {
	toRequest(request: Request): ApiRequest;
	read(body: unknown, request: Request): Value | undefined;
}

const WAIT_FOR_ANSWER = { waitUntil: Infinity };

/**
 * Makes an engine's calls, as many at a time as its client allows, until it is done or the client is
 * stopped.
 *
 * @param part identifies the engine's part of the execution's progress
 * @throws the cancel signal's reason if the execution is canceled
 */
export async function runEngine<Request, Value>(
	engine: Engine<Request, Value>,
	client: Client,
	{ toRequest, read }: EngineCall<Request, Value>,
	part: object = engine,
): Promise<void> {
	const { clock } = client;
	const inFlight = new Set<Promise<void>>();
	/** Resolves when the latest call has its slot. Only then is the next request decided. */
	let slot: Promise<void> | undefined;
	const free = () => (slot = undefined);
	client.report(part, engine.progress);
	while (!engine.isDone) {
		const isFree = !slot && inFlight.size < client.callsAtOnce;
		const step = isFree ? engine.next(clock.now()) : WAIT_FOR_ANSWER;
		if ('ask' in step) {
			const { ask } = step;
			let onStart!: () => void;
			const started = new Promise<void>((resolve) => (onStart = resolve)).then(free);
			const call: Promise<void> = client
				.call(toRequest(ask), (body) => read(body, ask), onStart)
				.then((outcome) => engine.handle(ask, outcome, clock.now()))
				.finally(() => {
					inFlight.delete(call);
					if (slot === started) free();
				});
			slot = started;
			inFlight.add(call);
			continue;
		}
		const events = slot ? [...inFlight, slot] : [...inFlight];
		if (events.length === 0 && step.waitUntil === Infinity) return;
		const failed = await firstOf(events, step.waitUntil, client).then(
			() => undefined,
			(error: Error) => error,
		);
		client.report(part, engine.progress);
		if (client.isStopped) return;
		if (failed) throw failed;
	}
}

/** Waits for one of these events, or for a time. */
async function firstOf(
	events: Array<Promise<void>>,
	waitUntil: number,
	{ clock, signal }: Client,
): Promise<void> {
	if (waitUntil === Infinity) return await Promise.race(events);
	const over = new AbortController();
	const ending = AbortSignal.any([over.signal, signal]);
	const time = clock.sleep(Math.max(0, Math.ceil(waitUntil - clock.now())), ending);
	// If an event comes first, this timer's rejection is ignored.
	time.catch(() => {});
	try {
		await Promise.race([...events, time]);
	} finally {
		over.abort();
	}
}
