import { MAX_LEADS_PER_PAGE } from '../api/leads';
import type { AccountUse } from '../transport/limiter/accounts';
import { lowestRate } from '../transport/limiter/limits';

// The number of additive steps from nothing to the full size.
const STEPS_TO_FULL = 8;
// Larger calls that may fail before the size stops growing: one may have failed because of an ID.
const MAX_FAILED_STEPS = 3;

/**
 * The number of IDs in one call: additive increase, multiplicative decrease, between 1 and the size
 * that the user set. A server that fails for a minute looks like one that takes only small requests, so
 * the size grows back, one larger call at a time. If that fails, it grows in smaller steps, and
 * finally stops growing.
 */
export class ChunkSize {
	/** The largest size that is known to work. */
	private size = 0;
	/** The largest size that is worth trying. */
	private ceiling = 0;
	/** The most IDs of a call that was answered since the size was last in doubt. */
	private accepted = 0;
	private step = 0;
	private stepsLeft = MAX_FAILED_STEPS;

	/** @param most IDs in a call, 1 to 10,000 */
	constructor(most: number) {
		this.reset(most);
	}

	/** Starts again with another size. */
	protected reset(most: number): void {
		this.size = this.ceiling = most;
		this.accepted = 0;
		this.step = Math.ceil(most / STEPS_TO_FULL);
		this.stepsLeft = MAX_FAILED_STEPS;
	}

	/** The number of IDs that a call may hold, as far as is known. */
	get current(): number {
		return this.size;
	}

	/** The largest size that is worth trying. */
	get most(): number {
		return this.ceiling;
	}

	/** Whether the size that may work is large enough to make the next call worth waiting for. */
	get isFarBelowCeiling(): boolean {
		return this.size * STEPS_TO_FULL <= this.ceiling;
	}

	/**
	 * The number of IDs for the next call: a step more than is known to work, unless such a call is in
	 * flight already.
	 *
	 * @param largestInFlight IDs of the largest call that has no answer yet
	 */
	next(largestInFlight: number): number {
		if (this.accepted < this.size || largestInFlight > this.size) return this.size;
		return Math.min(this.ceiling, this.size + this.step);
	}

	/** Whether a call of this length was answered since the size was last in doubt. */
	hasAccepted(length: number): boolean {
		return length <= this.accepted;
	}

	/** A call of this length was answered. */
	onAccepted(length: number): void {
		this.accepted = Math.max(this.accepted, length);
		this.size = Math.max(this.size, Math.min(length, this.ceiling));
	}

	/** A call of this length keeps failing. Its size is not the reason if one as long was answered meanwhile. */
	onFault(length: number): void {
		if (this.hasAccepted(length)) return;
		if (length <= this.size) {
			this.size = Math.ceil(length / 2);
			return;
		}
		this.step = Math.ceil(this.step / 2);
		if (--this.stepsLeft === 0) this.ceiling = this.size;
	}

	/** The server stopped answering, so earlier answers prove nothing. */
	doubt(): void {
		this.accepted = 0;
	}

	/** The server takes at most this. */
	cap(most: number): void {
		this.ceiling = Math.max(1, Math.min(this.ceiling, most));
		this.size = Math.min(this.size, this.ceiling);
		this.accepted = Math.min(this.accepted, this.size);
	}
}

// An answer should not be longer: an n8n worker keeps several of them in memory.
const MAX_CHARACTERS = 8_000_000;
// The length of a column's name and value in an answer, on average.
const CHARACTERS_PER_VALUE = 40;
// The trial requests this fraction of all IDs, so that the others benefit from its result.
const TRIAL_FRACTION = 1 / 5;
// It may delay the others by this fraction of the time that usual calls would wait for slots.
const DELAY_FRACTION = 1 / 4;
// A page that takes longer than this part of a window returns no more leads than usual calls would.
const WINDOW_FRACTION = 1 / 2;

/** Facts about an account. */
export type Account = Pick<AccountUse, 'memory' | 'limits' | 'callsAtOnce'>;

/**
 * The number of IDs in one call, for an account that may take more than usual. If a job would wait for
 * slots, one trial goes before all other calls. The number of leads that it returns is the size of a
 * page and is remembered for the account. A trial that fails or takes too long means the usual size.
 */
export class CallSize extends ChunkSize {
	/** The number of IDs that the trial requests; 0 if there is none. */
	readonly trial: number = 0;
	/** The time to wait for the trial, in ms from its slot. */
	readonly trialMs: number = 0;
	/** The largest number of leads that a page has held. */
	largestPage = 0;

	/**
	 * @param usual IDs in a call while nothing is known
	 * @param job the number of IDs and columns
	 * @param account undefined if all calls have the usual size
	 */
	constructor(
		private readonly usual: number,
		job: { ids: number; columns: number },
		private readonly account?: Account,
	) {
		super(usual);
		if (!account) return;
		const waitMs = msForSlots(job.ids / usual, account);
		if (waitMs === 0) return;
		const windowMs = 1000 * lowestRate(account.limits).seconds;
		this.trialMs = Math.min(DELAY_FRACTION * waitMs, WINDOW_FRACTION * windowMs);
		const fits = MAX_CHARACTERS / (CHARACTERS_PER_VALUE * job.columns);
		const { leads = usual, tried = usual } = account.memory.pages ?? {};
		this.reset(Math.max(usual, Math.floor(Math.min(leads, fits))));
		const most = Math.min(TRIAL_FRACTION * job.ids, MAX_LEADS_PER_PAGE, fits);
		// A multiple of the usual size, so that usual calls can take over without an extra call.
		const trial = usual * Math.floor(most / usual);
		if (trial >= 2 * tried) this.trial = trial;
	}

	/** Whether a call of this length requests more than usual. */
	isLarger(length: number): boolean {
		return this.account !== undefined && length > this.usual;
	}

	/** Whether calls that hold this many IDs leave memory for the leads of another one. */
	hasRoomBeside(idsInFlight: number): boolean {
		if (!this.account || this.current <= this.usual) return true;
		// As many as a burst of usual calls returns.
		return idsInFlight + this.current <= this.usual * this.account.callsAtOnce;
	}

	/** Whether a page with this many leads may have had no room for more. */
	isFull(leads: number): boolean {
		return leads > 0 && leads >= this.largestPage;
	}

	/** A page arrived. It was cut if it has less than half of its leads, but at least the usual number. */
	onPage(requested: number, leads: number): void {
		this.largestPage = Math.max(this.largestPage, leads);
		const isCut = leads >= this.usual && 2 * leads < requested;
		if (this.isLarger(requested) && isCut) this.onLargerFailed(requested, true);
		else this.onAccepted(requested);
	}

	/** The trial arrived. Fewer leads than usual prove nothing, because many of the IDs may be wrong. */
	onTrial(leads: number): void {
		this.largestPage = Math.max(this.largestPage, leads);
		if (leads < this.usual) return;
		// It may also contain unrequested leads.
		const most = Math.min(leads, this.trial);
		this.account!.memory.pages = { leads: most, tried: this.trial };
		this.reset(most);
	}

	/**
	 * A call for more than usual failed. Whether its size was the reason is known only if LeadSquared
	 * says so, or no answer came in time.
	 *
	 * @param cap the largest page allowed, if LeadSquared names it
	 */
	onLargerFailed(length: number, isForSize: boolean, cap = 0): void {
		const { memory } = this.account!;
		// A trial that fails does not change what was known before.
		const known = length > this.current ? this.current : this.usual;
		const leads = cap < length ? Math.max(cap, known) : known;
		if (isForSize) memory.pages = { leads, tried: length };
		else if (known === this.usual) memory.pages = undefined;
		if (leads !== this.current) this.reset(leads);
	}

	override onFault(length: number): void {
		if (this.isLarger(length)) this.onLargerFailed(length, false);
		else super.onFault(length);
	}
}

/** The time, in ms, that the last of a number of calls waits for its slot. */
function msForSlots(count: number, { limits }: Account): number {
	const waits = limits.map(
		({ calls, seconds }) => Math.floor((Math.ceil(count) - 1) / calls) * seconds,
	);
	return 1000 * Math.max(...waits);
}
