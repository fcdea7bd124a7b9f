import { simulatedTime } from '../../../dev/simulation/simulatedTime.mts';
import type { ApiRequest, Client, Progress } from '../../../nodes/LeadSquared/transport/client';
import type { Outcome } from '../../../nodes/LeadSquared/transport/outcome';

export interface FakeClient extends Client {
	readonly requests: ApiRequest[];
	readonly progress: Progress[];
	readonly mostInFlight: number;
	/** Runs in virtual time. */
	run<T>(promise: Promise<T>): Promise<T>;
	abort(reason: Error): void;
}

interface Options {
	callsAtOnce?: number;
	latencyMs?: number;
	maxWaitMs?: number;
	stopAtFailure?: boolean;
}

/** A client without a rate limit, whose calls are answered after a while of virtual time. */
export function fakeClient(
	answer: (request: ApiRequest, call: number) => Outcome<unknown>,
	{ callsAtOnce = 4, latencyMs = 300, maxWaitMs = 60_000, stopAtFailure = false }: Options = {},
): FakeClient {
	const time = simulatedTime();
	const stopping = new AbortController();
	const STOPPED = new Error('Stopped');
	const { signal } = stopping;
	const rejected = async () =>
		await new Promise<never>((_, reject) => {
			signal.addEventListener('abort', () => reject(signal.reason as Error));
			if (signal.aborted) reject(signal.reason as Error);
		});
	const clock = {
		now: time.now,
		wallNow: time.wallNow,
		sleep: async (ms: number) => await Promise.race([time.sleep(ms), rejected()]),
	};
	const requests: ApiRequest[] = [];
	const progress: Progress[] = [];
	let inFlight = 0;
	let mostInFlight = 0;
	const clientWith = (options: { maxWaitMs: number; stopAtFailure: boolean }): FakeClient => ({
		clock,
		host: 'api.example.com',
		account: {
			name: 'api.example.com key',
			memory: { counts: new Map() },
			limitReport: { stated: { calls: 25, seconds: 5 }, refusedCalls: 0 },
			traffic: { calls: 0, failedCalls: 0, waitedMs: 0 },
			limits: [{ calls: 25, seconds: 5 }],
			callsAtOnce: 25,
			slot: async () => await Promise.reject<never>(new Error('Not for this')),
		},
		...options,
		callsAtOnce,
		signal,
		get isStopped() {
			return signal.reason === STOPPED;
		},
		stop: () => stopping.abort(STOPPED),
		report: (_, one) => progress.push(one),
		with: (more) => clientWith({ ...options, ...more }),
		async call<T>(request: ApiRequest, _: unknown, onStart?: () => void) {
			signal.throwIfAborted();
			onStart?.();
			requests.push(request);
			const call = requests.length;
			mostInFlight = Math.max(mostInFlight, ++inFlight);
			await Promise.race([time.sleep(latencyMs), rejected()]);
			inFlight--;
			return answer(request, call) as Outcome<T>;
		},
		requests,
		progress,
		get mostInFlight() {
			return mostInFlight;
		},
		run: time.run,
		abort: (reason) => stopping.abort(reason),
	});
	return clientWith({ maxWaitMs, stopAtFailure });
}
