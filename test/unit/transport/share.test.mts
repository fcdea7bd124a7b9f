import { Share } from '../../../nodes/LeadSquared/transport/limiter/share';

const SECONDS = 5;
const WINDOW = SECONDS * 1000;

/** A share of a limit with no chance in it. */
const shareOf = (calls: number) => new Share({ calls, seconds: SECONDS }, () => 0.5);

/** A share that others have made smaller at time 0. */
function shared(limit: number, calls: number): Share {
	const share = shareOf(limit);
	share.giveWay(0, calls);
	return share;
}

/** The same after a probe that was refused at time 0: there was no room. */
function fullyUsed(limit: number, calls: number): Share {
	const share = shared(limit, calls);
	share.onProbe(0);
	share.onProbeRefused(1);
	return share;
}

/** A share that has grown by probes to `calls` calls. */
function grownTo(limit: number, calls: number): Share {
	const share = shared(limit, Math.min(calls, limit / 2));
	while (share.calls < calls) share.onAccepted(0, true);
	return share;
}

function accept(share: Share, count: number): void {
	for (let i = 0; i < count; i++) share.onAccepted(0, false);
}

/** The rest of a share after one of its calls was lost. */
function afterLoss(limit: number, calls: number): number {
	const share = grownTo(limit, calls);
	share.onShareRefused();
	return share.calls;
}

describe('a share', () => {
	it('is all of the limit, as long as there is no sign of others', () => {
		expect(shareOf(25)).toMatchObject({ calls: 25, hasFullLimit: true });
	});

	it.each([
		['half of the limit, if most was accepted', 25, 24, 12],
		['what was accepted, if that is less', 25, 3, 3],
		['nothing, if nothing was', 25, 0, 0],
		['nothing of a limit of one', 1, 0, 0],
	])('becomes %s', (_, limit, accepted, calls) => {
		expect(shared(limit, accepted)).toMatchObject({ calls, hasFullLimit: false });
	});

	it('is the full limit again when probes have found room for all of the limit', () => {
		expect(grownTo(25, 24).hasFullLimit).toBe(false);
		expect(grownTo(25, 25).hasFullLimit).toBe(true);
	});

	describe('when another limit holds', () => {
		it.each([
			['stays the full limit, if it is raised', 25, 25, { calls: 40, seconds: 5 }, 40],
			['stays the full limit, if it is lowered', 25, 25, { calls: 10, seconds: 5 }, 10],
			['stays as it is, if it is raised', 25, 12, { calls: 40, seconds: 5 }, 12],
			['is all of it, if that is less', 25, 12, { calls: 10, seconds: 5 }, 10],
			['is as many calls in the same time', 25, 12, { calls: 500, seconds: 60 }, 144],
		])('%s', (_, before, calls, limit, expected) => {
			const share = calls === before ? shareOf(before) : shared(before, calls);
			share.setLimit(limit, { keepShare: true });
			expect(share.calls).toBe(expected);
		});

		it('is all of it, if that explains what was refused', () => {
			const share = shared(25, 12);
			share.setLimit({ calls: 20, seconds: SECONDS }, { keepShare: false });
			expect(share).toMatchObject({ calls: 20, hasFullLimit: true });
		});
	});

	describe('that loses a call to others', () => {
		it('comes down to half of the limit, if it was above', () => {
			for (const calls of [23, 30, 39]) expect(afterLoss(40, calls)).toBe(20);
		});

		it('gives up the more, the larger it is, and less than half of itself', () => {
			const givenUp = [4, 8, 12, 16, 20].map((calls) => calls - afterLoss(40, calls));
			expect(givenUp).toEqual(givenUp.toSorted((a, b) => a - b));
			expect(givenUp[0]).toBe(1);
			expect(givenUp[4]).toBeGreaterThan(3);
			expect(givenUp[4]).toBeLessThan(10);
		});

		it('makes shares more even', () => {
			expect(afterLoss(40, 20) / afterLoss(40, 6)).toBeLessThan(20 / 6);
		});

		it('is never less than nothing', () => {
			const none = shared(40, 0);
			none.onShareRefused();
			expect(none.calls).toBe(0);
		});
	});
});

describe('a probe', () => {
	const waitOf = (share: Share) => share.msUntilProbe(0);

	it('comes sooner the larger the share is, up to a bound that evens out chances', () => {
		const waits = [1, 6, 8, 9, 10, 12].map((calls) => waitOf(fullyUsed(25, calls)));
		expect(waits).toEqual(waits.toSorted((a, b) => b - a));
		expect(waits[0]).toBeGreaterThan(waits[2]);
		expect(waits[4]).toBe(waits[5]);
	});

	it.each([2, 25, 72])(
		'costs little: at a limit of %i none in each window, but one in ten',
		(limit) => {
			for (let calls = 1; calls < limit / 2; calls++) {
				expect(waitOf(fullyUsed(limit, calls))).toBeGreaterThan(WINDOW);
				expect(waitOf(fullyUsed(limit, calls))).toBeLessThan(10 * WINDOW);
			}
		},
	);

	it.each([1, 2, 25, 72])('comes at least once in a window without a share, of %i', (limit) => {
		expect(waitOf(fullyUsed(limit, 0))).toBeLessThanOrEqual(WINDOW);
	});

	it('is waited for from the one before, not quite evenly', () => {
		const chances = [0, 0, 1];
		const share = new Share({ calls: 25, seconds: SECONDS }, () => chances.shift()!);
		share.giveWay(0, 5);
		share.onProbe(0);
		share.onProbeRefused(1);
		const short = share.msUntilProbe(0);
		share.onProbe(7000);
		expect(share.msUntilProbe(7000)).toBeCloseTo(3 * short);
		expect(share.msUntilProbe(8000)).toBeCloseTo(3 * short - 1000);
	});

	it('belongs to the share, if it is accepted', () => {
		const share = shared(25, 3);
		share.onAccepted(0, true);
		share.onAccepted(0, false);
		expect(share.calls).toBe(4);
	});

	it('costs nothing of the share, if it is refused', () => {
		const share = shared(25, 3);
		share.onProbeRefused(1);
		expect(share.calls).toBe(3);
	});

	it('leaves others time to appear, less if the share is below half of the limit', () => {
		const [large, small] = [shared(25, 20), shared(25, 12)].map(waitOf);
		expect(small).toBeGreaterThan(WINDOW);
		expect(large).toBeGreaterThan(small + WINDOW);
	});

	it('follows soon when nothing has been refused for some windows', () => {
		const share = fullyUsed(25, 12);
		accept(share, 12);
		expect(waitOf(share)).toBeGreaterThan(WINDOW);
		accept(share, 5 * 12);
		expect(waitOf(share)).toBeLessThan(WINDOW / 3);
	});

	it('follows less soon then, if the share is above half: a worker with less goes first', () => {
		const [below, above] = [fullyUsed(25, 12), grownTo(25, 14)];
		for (const share of [below, above]) {
			share.onProbe(0);
			accept(share, 100);
		}
		expect(waitOf(above)).toBeGreaterThan(waitOf(below));
		expect(waitOf(above)).toBeLessThan(WINDOW);
	});

	it.each<[string, (share: Share) => void]>([
		['a probe is refused', (share) => share.onProbeRefused(1)],
		['a call of the share is refused', (share) => share.onShareRefused()],
	])('no longer follows soon when %s', (_, refuse) => {
		const share = fullyUsed(25, 12);
		accept(share, 100);
		refuse(share);
		expect(waitOf(share)).toBeGreaterThan(WINDOW);
	});

	it('that is the first one accepted is followed by others when a window is over, and soon then', () => {
		const share = fullyUsed(25, 0);
		share.onProbe(900);
		share.onAccepted(1000, true);
		expect(share.calls).toBe(1);
		expect(share.msUntilProbe(1000)).toBeGreaterThan(WINDOW);
		expect(share.msUntilProbe(1000)).toBeLessThan(1.5 * WINDOW);
	});

	it('sent before that changes nothing by its refusal', () => {
		const share = fullyUsed(25, 0);
		share.onAccepted(1000, true);
		share.onProbeRefused(999);
		expect(share.msUntilProbe(1000)).toBeLessThan(1.5 * WINDOW);
		share.onProbeRefused(1000);
		expect(share.msUntilProbe(1000)).toBeGreaterThan(2 * WINDOW);
	});
});
