import { Patience } from '../../../nodes/LeadSquared/fetch/patience';
import type { Failed } from '../../../nodes/LeadSquared/transport/outcome';

const MAX_WAIT_MS = 300_000;
const failure = (more: Partial<Failed> = {}): Failed => ({
	kind: 'transient',
	fault: { from: 'leadSquared', message: 'Later' },
	...more,
});
const errors = (patience: Patience, count: number, now = 0) => {
	for (let error = 0; error < count; error++) patience.onError(failure(), now);
};

describe('an outage', () => {
	it('is not one or two errors, which may be chance', () => {
		const patience = new Patience(MAX_WAIT_MS);
		errors(patience, 2);
		expect([patience.isOpen, patience.nextAt]).toEqual([false, 0]);
	});

	it('is more in a row, until there is an answer', () => {
		const patience = new Patience(MAX_WAIT_MS);
		errors(patience, 20, 1000);
		expect(patience.isOpen).toBe(true);
		expect(patience.nextAt).toBeGreaterThan(1000);
		expect(patience.durationMs(5000)).toBe(4000);
		patience.onAnswer();
		expect([patience.isOpen, patience.nextAt, patience.durationMs(5000)]).toEqual([false, 0, 0]);
	});

	it('needs more errors if the server has answered before', () => {
		const [fresh, known] = [new Patience(MAX_WAIT_MS), new Patience(MAX_WAIT_MS)];
		for (let answer = 0; answer < 50; answer++) known.onAnswer();
		let count = 0;
		for (; !fresh.isOpen; count++) errors(fresh, 1);
		errors(known, count);
		expect(known.isOpen).toBe(false);
		errors(known, 50);
		expect(known.isOpen).toBe(true);
	});

	it('pauses as long as the server asks, but not beyond the last try', () => {
		const patience = new Patience(MAX_WAIT_MS);
		errors(patience, 5);
		patience.onError(failure({ retryAfterMs: 7000 }), 0);
		expect(patience.nextAt).toBe(7000);
		patience.onError(failure({ retryAfterMs: 7000 }), 299_000);
		expect(patience.nextAt).toBe(MAX_WAIT_MS);
	});

	it('ends everything after Max Wait, but not with a Max Wait of 0', () => {
		const [patience, none] = [new Patience(MAX_WAIT_MS), new Patience(0)];
		errors(patience, 1);
		errors(none, 1);
		expect([299_999, 300_000].map((now) => patience.isOver(now))).toEqual([false, true]);
		expect(none.isOver(300_000)).toBe(false);
		patience.onAnswer();
		expect(patience.isOver(300_000)).toBe(false);
	});
});

describe('a unit that fails', () => {
	it('is tried again after pauses, until Max Wait is over', () => {
		const patience = new Patience(MAX_WAIT_MS);
		const first = patience.retry(undefined, failure(), 1000);
		expect(first).toMatchObject({ since: 1000, errors: 1 });
		const next = patience.retry(first as never, failure({ retryAfterMs: 7000 }), 2000);
		expect(next).toMatchObject({ since: 1000, errors: 2, retryAt: 9000 });
		expect(patience.retry(next as never, failure(), 301_000)).toBe('giveUp');
	});

	it('is not tried again with a Max Wait of 0', () => {
		expect(new Patience(0).retry(undefined, failure(), 0)).toBe('giveUp');
	});

	it('gets new time when it is split', () => {
		const patience = new Patience(MAX_WAIT_MS);
		const half = patience.split(undefined, failure({ retryAfterMs: 5000 }), 1000);
		expect(half).toMatchObject({ errors: 1, retryAt: 6000 });
		expect(patience.retry(half, failure(), 400_000)).toMatchObject({ since: 400_000, errors: 2 });
	});

	it('is at fault if others are answered meanwhile', () => {
		const patience = new Patience(MAX_WAIT_MS);
		patience.onAnswer();
		const trouble = patience.split(undefined, failure(), 0);
		expect(patience.hasAnsweredSince(trouble)).toBe(false);
		patience.onAnswer();
		expect(patience.hasAnsweredSince(patience.split(trouble, failure(), 0))).toBe(true);
	});
});

describe('an answer that is not understood, of the same form for the third time', () => {
	it('gives up the unit, and everything if nothing else was ever answered', () => {
		for (const answers of [0, 1]) {
			const patience = new Patience(MAX_WAIT_MS);
			for (let answer = 0; answer < answers; answer++) patience.onAnswer();
			const repeated = failure({ notUnderstood: true, isRepeated: true });
			patience.onError(repeated, 0);
			expect(patience.retry(undefined, repeated, 0)).toBe('giveUp');
			expect(patience.isOver(0)).toBe(answers === 0);
		}
	});

	it('gives up everything if nothing else is answered any more', () => {
		const patience = new Patience(MAX_WAIT_MS);
		patience.onAnswer();
		const repeated = failure({ notUnderstood: true, isRepeated: true });
		while (!patience.isOpen) patience.onError(failure(), 0);
		expect(patience.isOver(0)).toBe(false);
		patience.onError(repeated, 0);
		expect(patience.isOver(0)).toBe(true);
	});
});
