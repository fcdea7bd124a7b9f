import fc from 'fast-check';
import { type Account, CallSize, ChunkSize } from '../../../nodes/LeadSquared/fetch/size';

/** The size that is left of 1,000 after calls of these lengths kept failing. */
const sizeAfterFaults = (...lengths: number[]) => {
	const size = new ChunkSize(1000);
	for (const length of lengths) size.onFault(length);
	return size;
};

it('starts with the size that the user set, and stays there while all goes well', () => {
	const size = new ChunkSize(1000);
	size.onAccepted(1000);
	expect([size.current, size.next(0)]).toEqual([1000, 1000]);
});

describe('a call that keeps failing', () => {
	it.each([
		[1000, 500],
		[999, 500],
		[2, 1],
		[1, 1],
	])('with %i ids halves it to %i', (length, expected) => {
		expect(sizeAfterFaults(length).current).toBe(expected);
	});

	it('does not change the size if a call as long was answered meanwhile', () => {
		const size = new ChunkSize(1000);
		size.onAccepted(1000);
		size.onFault(1000);
		expect(size.current).toBe(1000);
		size.doubt();
		size.onFault(1000);
		expect(size.current).toBe(500);
	});
});

describe('after it was halved', () => {
	it('it grows back step by step, up to the size that the user set', () => {
		const size = sizeAfterFaults(1000);
		const seen = [size.current];
		size.onAccepted(size.current);
		while (size.current < 1000) {
			size.onAccepted(size.next(0));
			seen.push(size.current);
		}
		expect(seen).toEqual([...seen].sort((a, b) => a - b));
		expect(new Set(seen.slice(1).map((one, at) => one - seen[at])).size).toBe(1);
		expect(size.next(0)).toBe(1000);
	});

	it('nothing larger is tried before the smaller size has worked', () => {
		const size = sizeAfterFaults(1000);
		expect(size.next(0)).toBe(500);
	});

	it('one larger call is under way at a time', () => {
		const size = sizeAfterFaults(1000);
		size.onAccepted(500);
		const larger = size.next(0);
		expect(larger).toBeGreaterThan(500);
		expect(size.next(larger)).toBe(500);
	});

	it('larger calls that fail are tried smaller, and finally not at all', () => {
		const size = sizeAfterFaults(1000);
		size.onAccepted(500);
		const tried: number[] = [];
		while (size.next(0) > 500 && tried.length < 20) {
			tried.push(size.next(0));
			size.onFault(tried.at(-1)!);
		}
		expect(tried.length).toBeGreaterThan(1);
		expect(tried.length).toBeLessThan(6);
		expect(tried).toEqual([...tried].sort((a, b) => b - a));
		expect(size.current).toBe(500);
	});
});

describe('a cap', () => {
	it('is used at once and never exceeded', () => {
		const size = new ChunkSize(1000);
		for (const cap of [200, 700]) {
			size.cap(cap);
			size.onAccepted(200);
			expect([size.current, size.next(0)]).toEqual([200, 200]);
		}
	});

	it('above the size does not change it, and is the limit for growing back', () => {
		const size = sizeAfterFaults(200);
		size.cap(150);
		expect(size.current).toBe(100);
		size.onAccepted(100);
		expect(size.next(0)).toBe(150);
	});

	it('of 0 still allows one id', () => {
		const size = new ChunkSize(1000);
		size.cap(0);
		expect(size.current).toBe(1);
	});
});

it('whatever happens, it stays between 1 and the size that the user set', () => {
	const event = fc.tuple(fc.constantFrom('onFault', 'cap', 'onAccepted', 'doubt'), fc.nat(2000));
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 10_000 }), fc.array(event), (most, events) => {
			const size = new ChunkSize(most);
			for (const [what, count] of events) {
				size[what as 'cap'](what === 'onFault' ? Math.max(1, count) : count);
				for (const one of [size.current, size.next(0)]) {
					expect(one).toBeGreaterThanOrEqual(1);
					expect(one).toBeLessThanOrEqual(most);
				}
			}
		}),
	);
});

it('it is far below its ceiling if one larger call would return many more leads', () => {
	expect(new ChunkSize(1000).isFarBelowCeiling).toBe(false);
	expect(sizeAfterFaults(1000).isFarBelowCeiling).toBe(false);
	const small = sizeAfterFaults(1000, 500, 250, 125);
	expect(small.isFarBelowCeiling).toBe(true);
	small.cap(small.current);
	expect(small.isFarBelowCeiling).toBe(false);
});

describe('if the account may take more than 1,000', () => {
	const LIMIT = { calls: 25, seconds: 5 };
	const accountOf = (limits = [LIMIT]): Account => ({
		memory: { counts: new Map() },
		limits,
		callsAtOnce: Math.min(...limits.map(({ calls }) => calls)),
	});
	const sizeFor = (ids: number, account = accountOf(), columns = 10) =>
		new CallSize(1000, { ids, columns }, account);

	it.each([
		[1, 0],
		[25_000, 0],
		[25_001, 5000],
		[30_500, 6000],
		[49_999, 9000],
		[50_000, 10_000],
		[1_000_000, 10_000],
	])('the trial of a job of %i IDs requests %i', (ids, expected) => {
		expect(sizeFor(ids).trial).toBe(expected);
	});

	it('it requests no more than fits in an answer: columns count', () => {
		const trials = [10, 20, 40, 100, 101].map(
			(columns) => sizeFor(100_000, accountOf(), columns).trial,
		);
		expect(trials).toEqual([10_000, 10_000, 5000, 2000, 0]);
	});

	it('it is made if any of several limits makes the job wait', () => {
		const fast = { calls: 40, seconds: 5 };
		expect(sizeFor(28_000, accountOf([fast])).trial).toBe(0);
		expect(sizeFor(31_000, accountOf([fast, { calls: 30, seconds: 60 }])).trial).toBe(6000);
	});

	it('it is not made if all calls have one size', () => {
		const size = new CallSize(1000, { ids: 100_000, columns: 10 });
		expect([size.trial, size.current, size.isLarger(5000)]).toEqual([0, 1000, false]);
		expect(size.hasRoomBeside(1_000_000)).toBe(true);
	});

	it('it may delay a job by a quarter of its waits, and by half a window at most', () => {
		expect([26_000, 51_000, 1_000_000].map((ids) => sizeFor(ids).trialMs)).toEqual([
			1250, 2500, 2500,
		]);
	});

	it.each([10_000, 9990, 5000, 1000])(
		'the number of leads that it returns is the size of a page: %i',
		(leads) => {
			const account = accountOf();
			const size = sizeFor(100_000, account);
			expect(size.current).toBe(1000);
			size.onTrial(leads);
			expect(size.current).toBe(leads);
			expect(account.memory.pages).toEqual({ leads, tried: 10_000 });
			const later = sizeFor(100_000, account);
			expect([later.trial, later.current]).toEqual([0, leads]);
		},
	);

	it('unrequested leads do not count', () => {
		const size = sizeFor(100_000);
		size.onTrial(10_500);
		expect(size.current).toBe(10_000);
	});

	it('fewer leads than usual prove nothing: the IDs may be wrong', () => {
		const account = accountOf();
		const size = sizeFor(100_000, account);
		size.onTrial(400);
		expect([size.current, account.memory.pages]).toEqual([1000, undefined]);
	});

	it('a much larger job makes its own trial', () => {
		const account = accountOf();
		sizeFor(26_000, account).onTrial(5000);
		expect([49_000, 50_000].map((ids) => sizeFor(ids, account).trial)).toEqual([0, 10_000]);
	});

	it('a job that does not wait for slots is done by usual calls, in parallel', () => {
		const account = accountOf();
		sizeFor(100_000, account).onTrial(10_000);
		expect(sizeFor(25_000, account).current).toBe(1000);
	});

	it('answers stay below 8 MB, and leads in flight below those of a burst of usual calls', () => {
		const account = accountOf();
		sizeFor(100_000, account).onTrial(10_000);
		expect(sizeFor(100_000, account, 50).current).toBe(4000);
		const size = sizeFor(100_000, account);
		expect([0, 15_000, 15_001].map((ids) => size.hasRoomBeside(ids))).toEqual([true, true, false]);
	});

	describe('a trial that fails', () => {
		it('because of its size, or without an answer in time, is not made again', () => {
			const account = accountOf();
			const size = sizeFor(100_000, account);
			size.onLargerFailed(10_000, true);
			expect(account.memory.pages).toEqual({ leads: 1000, tried: 10_000 });
			const later = sizeFor(1_000_000, account);
			expect([size.current, later.trial, later.current]).toEqual([1000, 0, 1000]);
		});

		it.each([
			[5000, 5000],
			[1500, 1500],
			[1000, 1000],
			[200, 1000],
			[10_000, 1000],
			[20_000, 1000],
		])('with the number %i means %i', (cap, leads) => {
			const account = accountOf();
			const size = sizeFor(100_000, account);
			size.onLargerFailed(10_000, true, cap);
			expect([size.current, account.memory.pages?.leads]).toEqual([leads, leads]);
		});

		it('does not change what was known before', () => {
			for (const isForSize of [true, false]) {
				const account = accountOf();
				sizeFor(26_000, account).onTrial(5000);
				const size = sizeFor(100_000, account);
				expect([size.trial, size.current]).toEqual([10_000, 5000]);
				size.onLargerFailed(10_000, isForSize);
				expect([size.current, account.memory.pages?.leads]).toEqual([5000, 5000]);
			}
		});

		it('for another reason shows nothing', () => {
			const account = accountOf();
			const size = sizeFor(100_000, account);
			size.onLargerFailed(10_000, false);
			expect([size.current, account.memory.pages]).toEqual([1000, undefined]);
		});
	});

	describe('an account that does not take more after all', () => {
		const known = () => {
			const account = accountOf();
			sizeFor(100_000, account).onTrial(10_000);
			return { account, size: sizeFor(100_000, account) };
		};

		it('cuts its pages', () => {
			const { account, size } = known();
			size.onPage(10_000, 5000);
			expect(size.current).toBe(10_000);
			size.onPage(10_000, 1000);
			expect([size.current, account.memory.pages?.leads]).toEqual([1000, 1000]);
		});

		it('but few leads may be all that there are', () => {
			const { size } = known();
			size.onPage(10_000, 999);
			expect(size.current).toBe(10_000);
		});

		it('does not answer', () => {
			const { account, size } = known();
			size.onFault(10_000);
			expect([size.current, account.memory.pages]).toEqual([1000, undefined]);
			size.onFault(1000);
			expect(size.current).toBe(500);
		});
	});
});

it('a page may be full if it has as many leads as the largest one so far, unless it is empty', () => {
	const size = new CallSize(1000, { ids: 10, columns: 1 });
	expect([0, 1].map((leads) => size.isFull(leads))).toEqual([false, true]);
	for (const leads of [3, 7, 5]) size.onPage(10, leads);
	expect([0, 6, 7, 8].map((leads) => size.isFull(leads))).toEqual([false, false, true, true]);
});
