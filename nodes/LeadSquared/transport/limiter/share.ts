import type { RateLimit } from '../credentials';

// The numbers are the best of those tried in test/simulation against three ways of counting, with two to
// eight workers, and are tuned to its bars: change one, and measure.

// Who loses a call of its share to another's probe gives up more than that call: 30 % of what lies above
// a tenth of the limit, or all that lies above half of it. Large shares so shrink faster than small
// ones, and even out.
const GIVEN_UP_FRACTION = 0.3;
const KEPT_FRACTION = 1 / 10;

// How many probes a worker sends in a window, for each call of its share. The bounds even out the
// chances: no less than one probe in six windows, no more than 1.2 % of the limit.
const PROBES_PER_CALL = 0.035;
const MIN_PROBES = 0.165;
const MAX_PROBES_FRACTION = 0.012;
// A worker without a share probes more often: so many for each call of the limit.
const PROBES_WITHOUT_SHARE = 0.1;

// After so many calls without a refusal the others have gone, most likely, and probes follow each other:
// so many in a window for each unit of the square root of the limit. Who has half of the limit is in less
// of a hurry, so that one who has less gets there first.
const CALLS_UNTIL_ALONE = 50;
const PROBES_WHEN_ALONE = 1.25;
const PROBES_WHEN_ALONE_ABOVE_HALF = 0.7;

// How many windows to wait before the first probe after others have appeared. Who had less than half of
// the limit goes first.
const WINDOWS_BEFORE_FIRST_PROBE = 3;
const WINDOWS_BEFORE_FIRST_PROBE_BELOW_HALF = 1;

/**
 * The part of an account's limit that one n8n worker takes where others use the account too. All that it
 * knows of them is which of its own calls are refused.
 *
 * A call that was accepted leaves room for another one when it leaves the server's window. Whoever makes
 * its next call just then is not refused. So a share is a number of calls, and keeping it costs no
 * refusals. A call beyond the share, a probe, finds out now and then whether there is room for more. If
 * it is accepted, it belongs to the share from then on. A call of the share is refused only if the probe
 * of another worker took its place.
 */
export class Share {
	/** How many calls may count at a time. */
	calls: number;
	/** How many calls were accepted since the last refusal. */
	private acceptedInARow = 0;
	/** When the latest probe was sent, or is taken as sent. */
	private probedAt = -Infinity;
	/** The time to the next probe is multiplied with this, so that two who probed together do not do so again. */
	private jitter = 1;
	/** When the first call of a share that was nothing was accepted. */
	private beganAt = -Infinity;
	private limit: RateLimit;
	private readonly random: () => number;

	constructor(limit: RateLimit, random: () => number) {
		this.limit = limit;
		this.random = random;
		this.calls = limit.calls;
	}

	/** All of the limit: there is no sign of others. */
	get hasFullLimit(): boolean {
		return this.calls >= this.limit.calls;
	}

	/**
	 * Another limit holds from now on.
	 *
	 * @param options keepShare: as many calls in the same time as before; otherwise the share is whole,
	 * since the new limit explains what was refused
	 */
	setLimit(limit: RateLimit, { keepShare }: { keepShare: boolean }): void {
		const asBefore = Math.floor((this.calls * limit.seconds) / this.limit.seconds);
		this.calls = keepShare && !this.hasFullLimit ? Math.min(asBefore, limit.calls) : limit.calls;
		this.limit = limit;
	}

	/** How long, in ms, until a probe may start. */
	msUntilProbe(now: number): number {
		return this.probedAt + (this.jitter * this.windowMs) / this.probesPerWindow - now;
	}

	/** A probe starts now, or is taken as started at a later time: the next one follows after that. */
	onProbe(at: number): void {
		this.probedAt = at;
		this.jitter = 0.5 + this.random();
	}

	/** A call was accepted. */
	onAccepted(now: number, isProbe: boolean): void {
		this.acceptedInARow++;
		if (isProbe && this.calls++ === 0) {
			// Whoever had all of the limit is refused only now, and has made room after a window.
			this.assumeAlone();
			this.beganAt = now;
			this.probedAt = now + this.windowMs;
		}
	}

	/** A call within the whole limit was refused: others have appeared. @param accepted the calls that were not */
	giveWay(now: number, accepted: number): void {
		this.calls = Math.min(this.calls, accepted, this.half);
		if (this.calls === 0) {
			this.acceptedInARow = 0;
			this.onProbe(now);
			return;
		}
		this.assumeAlone();
		const windows =
			accepted > this.half ? WINDOWS_BEFORE_FIRST_PROBE : WINDOWS_BEFORE_FIRST_PROBE_BELOW_HALF;
		this.onProbe(now + windows * this.windowMs);
	}

	/** A call of the share was refused: another's probe took its place. */
	onShareRefused(): void {
		const above = this.calls - this.limit.calls * KEPT_FRACTION;
		let givenUp = Math.max(0, Math.floor(GIVEN_UP_FRACTION * above));
		if (this.calls > this.half) givenUp = Math.max(1, this.calls - 1 - this.half);
		this.calls = Math.max(0, this.calls - 1 - givenUp);
		this.acceptedInARow = 0;
	}

	/** A probe was refused. Those from before the share began say nothing of how it is now. */
	onProbeRefused(startedAt: number): void {
		if (startedAt >= this.beganAt) this.acceptedInARow = 0;
	}

	/** Probes follow each other from now on, until one is refused. */
	private assumeAlone(): void {
		this.acceptedInARow = CALLS_UNTIL_ALONE;
	}

	/** What is left at most once others have appeared: half is fair to one of them. */
	private get half(): number {
		return Math.floor(this.limit.calls / 2);
	}

	private get windowMs(): number {
		return this.limit.seconds * 1000;
	}

	private get probesPerWindow(): number {
		const { calls } = this.limit;
		if (this.acceptedInARow >= CALLS_UNTIL_ALONE) {
			const isBelowHalf = this.calls < calls / 2;
			return Math.sqrt(calls) * (isBelowHalf ? PROBES_WHEN_ALONE : PROBES_WHEN_ALONE_ABOVE_HALF);
		}
		if (this.calls === 0) return Math.max(1, PROBES_WITHOUT_SHARE * calls);
		return Math.max(
			MIN_PROBES,
			Math.min(PROBES_PER_CALL * this.calls, MAX_PROBES_FRACTION * calls),
		);
	}
}
