import type { Clock } from './clock';

/** What n8n's HTTP helper gives of an answer whose body is still on its way. */
export type Body = NodeJS.ReadableStream & { destroy(): void };

/**
 * Reads the body of an answer as text, part by part as it arrives. If n8n's helper did it, all bytes
 * of an answer would be kept until it is complete, and then copied: so much memory outside of V8's
 * heap that V8 goes through all leads that are there already every 30 calls (docs/benchmarks.md).
 *
 * @param limits in ms. stalled: after so long without a byte it fails, since the time-out of n8n's
 * helper ends where the body begins; whole: it fails after so long however many bytes come
 */
export async function readBody(
	body: Body,
	limits: { stalledMs: number; wholeMs: number },
	clock: Clock,
): Promise<string> {
	const beganAt = clock.now();
	let lastAt = beganAt;
	const read = async () => {
		let text = '';
		for await (const part of body.setEncoding('utf8')) {
			text += part;
			lastAt = clock.now();
		}
		return text;
	};
	const over = new AbortController();
	const timedOut = async (): Promise<never> => {
		for (;;) {
			const endsAt = Math.min(lastAt + limits.stalledMs, beganAt + limits.wholeMs);
			const leftMs = Math.ceil(endsAt - clock.now());
			if (leftMs <= 0) throw new Error('The answer timed out before its end');
			await clock.sleep(leftMs, over.signal);
		}
	};
	try {
		return await Promise.race([read(), timedOut()]);
	} finally {
		over.abort();
		body.destroy();
	}
}
