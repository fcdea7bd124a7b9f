import { getEventListeners } from 'node:events';
import { clock } from '../../../nodes/LeadSquared/base/clock';

beforeEach(() => jest.useFakeTimers({ now: Date.UTC(2026, 0) }));
afterEach(() => jest.useRealTimers());

it('runs evenly, whatever happens to the wall clock', async () => {
	const [start, wallStart] = [clock.now(), clock.wallNow()];
	jest.setSystemTime(wallStart - 3600_000);
	await jest.advanceTimersByTimeAsync(1000);
	expect(clock.now() - start).toBe(1000);
	expect(clock.wallNow() - wallStart).toBe(1000 - 3600_000);
});

it('knows the date', () => {
	expect(new Date(clock.wallNow()).toISOString()).toBe('2026-01-01T00:00:00.000Z');
});

describe('a sleep', () => {
	it.each([undefined, new AbortController().signal])(
		'ends when its time is over',
		async (signal) => {
			const done = jest.fn();
			const sleeping = clock.sleep(5000, signal).then(done);
			await jest.advanceTimersByTimeAsync(4999);
			expect(done).not.toHaveBeenCalled();
			await jest.advanceTimersByTimeAsync(1);
			await sleeping;
			expect(done).toHaveBeenCalled();
		},
	);

	it('ends with the reason as soon as it is cancelled, and leaves no timer', async () => {
		const why = new Error('Cancelled');
		const controller = new AbortController();
		const sleeping = clock.sleep(5000, controller.signal);
		controller.abort(why);
		await expect(sleeping).rejects.toBe(why);
		expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
		await expect(clock.sleep(5000, controller.signal)).rejects.toBe(why);
	});

	it('leaves no timer when it ends', async () => {
		const { signal } = new AbortController();
		const sleeping = clock.sleep(10, signal);
		await jest.advanceTimersByTimeAsync(10);
		await sleeping;
		expect(getEventListeners(signal, 'abort')).toHaveLength(0);
		expect(jest.getTimerCount()).toBe(0);
	});
});
