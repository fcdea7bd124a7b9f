import { clock } from './clock';

/** What n8n's HTTP helper gives of an answer whose body is still on its way. */
export type Body = NodeJS.ReadableStream & { destroy(): void };

/**
 * Reads the body of an answer as text, part by part as it arrives. If n8n's helper did it, all bytes
 * of an answer would be kept until it is complete, and then copied: so much memory outside of V8's
 * heap that V8 goes through all leads that are there already every 30 calls (docs/benchmarks.md).
 *
 * @param stalledMs after so long without a byte it fails, since the time-out of n8n's helper ends
 * where the body begins
 */
export async function readBody(body: Body, stalledMs: number): Promise<string> {
	let lastAt = clock.now();
	const read = async () => {
		let text = '';
		for await (const part of body.setEncoding('utf8')) {
			text += part;
			lastAt = clock.now();
		}
		return text;
	};
	const over = new AbortController();
	const stalled = async (): Promise<never> => {
		for (let leftMs = stalledMs; leftMs > 0; leftMs = lastAt + stalledMs - clock.now()) {
			await clock.sleep(leftMs, over.signal);
		}
		throw new Error('The answer timed out before its end');
	};
	try {
		return await Promise.race([read(), stalled()]);
	} finally {
		over.abort();
		body.destroy();
	}
}
