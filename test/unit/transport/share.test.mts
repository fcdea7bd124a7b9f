import { Share } from '../../../nodes/LeadSquared/transport/limiter/share';

const SECONDS = 5;
const WINDOW = SECONDS * 1000;

/** A share of a limit with no chance in it: a probe waits exactly its time. */
const shareOf = (calls: number) => new Share({ calls, seconds: SECONDS }, () => 0.5);

/** A share that others have made smaller at time 0. */
function shared(limit: number, calls: number): Share {
	const share = shareOf(limit);
	share.yieldTo(0, calls);
	return share;
}

/** So many calls are accepted. */
function accept(share: Share, count: number): void {
	for (let i = 0; i < count; i++) share.onAccepted(0, false);
}

describe('a share', () => {
	it('is all of the limit, as long as there is no sign of others', () => {
		expect(shareOf(25)).toMatchObject({ calls: 25, isWhole: true });
	});

	it.each([
		['half of the limit, if most was accepted', 25, 24, 12],
		['what was accepted, if that is less', 25, 3, 3],
		['nothing, if nothing was', 25, 0, 0],
		['nothing of a limit of one', 1, 0, 0],
	])('becomes %s', (_, limit, accepted, calls) => {
		expect(shared(limit, accepted)).toMatchObject({ calls, isWhole: false });
	});

	it('follows the limit, if that becomes stricter, and is all of it from then on', () => {
		const share = shared(25, 12);
		share.setLimit({ calls: 10, seconds: SECONDS }, { keepShare: true });
		expect(share).toMatchObject({ calls: 10, isWhole: true });
		share.setLimit({ calls: 20, seconds: SECONDS }, { keepShare: true });
		expect(share).toMatchObject({ calls: 20, isWhole: true });
	});

	it('is all of a limit that explains the refusal', () => {
		const share = shared(25, 12);
		share.setLimit({ calls: 20, seconds: SECONDS }, { keepShare: false });
		expect(share).toMatchObject({ calls: 20, isWhole: true });
	});

	it('loses the call that was refused, gives up more if it is large, and what is above half', () => {
		const lose = (calls: number) => {
			const share = shared(40, Math.min(calls, 20));
			for (let more = 20; more < calls; more++) share.onAccepted(0, true);
			share.onLost({ isKnown: false });
			return share.calls;
		};
		expect([39, 23, 22, 21].map(lose)).toEqual([20, 20, 20, 19]);
		expect([20, 8, 7, 4, 1].map(lose)).toEqual([15, 6, 6, 3, 0]);
	});

	it('loses no more than that call for what is known already, and is never less than nothing', () => {
		const share = shared(40, 20);
		share.onLost({ isKnown: true });
		expect(share.calls).toBe(19);
		const none = shared(40, 0);
		none.onLost({ isKnown: true });
		expect(none.calls).toBe(0);
	});
});

describe('a probe', () => {
	const soon = WINDOW / (1.25 * 5);
	const soonAboveHalf = WINDOW / (0.7 * 5);

	/** A share that was refused once: so it is not quiet. */
	function restless(limit: number, calls: number): Share {
		const share = shared(limit, calls);
		share.onProbe(0);
		share.onProbeRefused(1);
		return share;
	}

	it.each([
		['so much the sooner, the larger the share is', 25, 5, WINDOW / (0.035 * 5)],
		['as soon for one share as for another from there on', 25, 12, WINDOW / (0.012 * 25)],
		['after some six windows at the most', 25, 1, WINDOW / 0.165],
		['several times in a window, if there is no share', 25, 0, WINDOW / 2.5],
		['once in a window at least, if there is none of a small limit', 2, 0, WINDOW],
	])('may start %s', (_, limit, calls, waitMs) => {
		expect(restless(limit, calls).msUntilProbe(0)).toBeCloseTo(waitMs);
	});

	it('is waited for from the one before, not quite evenly', () => {
		const chances = [0, 0, 1];
		const share = new Share({ calls: 25, seconds: SECONDS }, () => chances.shift()!);
		share.yieldTo(0, 5);
		share.onProbe(0);
		share.onProbeRefused(1);
		expect(share.msUntilProbe(0)).toBeCloseTo((0.5 * WINDOW) / 0.175);
		share.onProbe(7000);
		expect(share.msUntilProbe(8000)).toBeCloseTo((1.5 * WINDOW) / 0.175 - 1000);
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

	it('looks what others left: after three windows, or after one with less than half', () => {
		expect(shared(25, 20).msUntilProbe(0)).toBeCloseTo(3 * WINDOW + soon);
		expect(shared(25, 12).msUntilProbe(0)).toBeCloseTo(WINDOW + soon);
	});

	it('follows soon after 40 calls without a refusal', () => {
		const share = restless(25, 12);
		accept(share, 39);
		expect(share.msUntilProbe(0)).toBeGreaterThan(WINDOW);
		accept(share, 1);
		expect(share.msUntilProbe(0)).toBeCloseTo(soon);
		share.onAccepted(0, true);
		expect(share.msUntilProbe(0)).toBeCloseTo(soonAboveHalf);
	});

	it.each<[string, (share: Share) => void]>([
		['a probe is refused', (share) => share.onProbeRefused(1)],
		['a call of the share is refused', (share) => share.onLost({ isKnown: false })],
	])('does so no longer when %s', (_, refuse) => {
		const share = restless(25, 12);
		accept(share, 40);
		refuse(share);
		expect(share.msUntilProbe(0)).toBeGreaterThan(WINDOW);
	});

	it('that is the first one accepted is followed by others when a window is over, and soon then', () => {
		const share = restless(25, 0);
		share.onProbe(900);
		share.onAccepted(1000, true);
		expect(share.calls).toBe(1);
		expect(share.msUntilProbe(1000)).toBeCloseTo(WINDOW + soon);
	});

	it('sent before that changes nothing by its refusal', () => {
		const share = restless(25, 0);
		share.onAccepted(1000, true);
		share.onProbeRefused(999);
		expect(share.msUntilProbe(1000)).toBeCloseTo(WINDOW + soon);
		share.onProbeRefused(1000);
		expect(share.msUntilProbe(1000)).toBeGreaterThan(2 * WINDOW);
	});
});
