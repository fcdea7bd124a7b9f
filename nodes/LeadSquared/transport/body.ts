import { pause } from './accountLimiter';

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
	let text = '';
	let lastAt = Date.now();
	const whole = new Promise<void>((resolve, reject) => {
		body
			.setEncoding('utf8')
			.on('data', (part: string) => {
				text += part;
				lastAt = Date.now();
			})
			.on('end', resolve)
			.on('error', reject)
			.on('close', () => reject(new Error('The answer was aborted before its end')));
	});
	const over = new AbortController();
	const stalled = async () => {
		for (let leftMs = stalledMs; leftMs > 0; leftMs = lastAt + stalledMs - Date.now()) {
			await pause(leftMs, over.signal);
		}
		throw new Error('The answer timed out before its end');
	};
	try {
		await Promise.race([whole, stalled()]);
		return text;
	} finally {
		over.abort();
		body.destroy();
	}
}
