import { PassThrough, Readable } from 'node:stream';
import { readBody, type Body } from '../../../nodes/LeadSquared/transport/client';

const LIMITS = { stalledMs: 60_000, wholeMs: 150_000 };

/** A clock on which 20 s pass in a moment; `onStep` sees each of these moments. */
function clockThat(onStep: (at: number) => void = () => {}) {
	let now = 0;
	const moment = async () => await new Promise((resolve) => setImmediate(resolve));
	return {
		now: () => now,
		wallNow: () => 0,
		sleep: async (ms: number, signal?: AbortSignal) => {
			for (const end = now + ms; now < end; ) {
				now = Math.min(end, now + 20_000);
				onStep(now);
				await moment();
				await moment();
				signal?.throwIfAborted();
			}
		},
	};
}
const never = {
	now: () => 0,
	wallNow: () => 0,
	sleep: async () => await new Promise<void>(() => {}),
};

it('an emoji that is split between two parts is whole', async () => {
	const bytes = Buffer.from('{"Name":"Ringo 🥁"}');
	const parts = Readable.from(
		[...bytes].map((byte) => Buffer.from([byte])),
		{ objectMode: false },
	);
	expect(await readBody(parts as unknown as Body, LIMITS, never)).toBe('{"Name":"Ringo 🥁"}');
});

it('a body that stalls fails, and is closed', async () => {
	const body = new PassThrough();
	body.write('{"Leads":');
	const reading = readBody(
		body as unknown as Body,
		LIMITS,
		clockThat(() => {}),
	);
	await expect(reading).rejects.toThrow('timed out');
	expect(body.destroyed).toBe(true);
});

it('a body that drips fails too, though a byte comes before each stall', async () => {
	const body = new PassThrough();
	let slept = 0;
	const clock = clockThat((at) => {
		slept = at;
		if (!body.destroyed) body.write('x');
	});
	await expect(readBody(body as unknown as Body, LIMITS, clock)).rejects.toThrow('timed out');
	expect(slept).toBe(150_000);
});

it('a connection that breaks is what the network says', async () => {
	const body = new PassThrough();
	setImmediate(() => body.destroy(new Error('read ECONNRESET')));
	await expect(readBody(body as unknown as Body, LIMITS, never)).rejects.toThrow('ECONNRESET');
});
