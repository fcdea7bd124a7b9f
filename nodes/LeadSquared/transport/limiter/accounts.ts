import { createHash } from 'node:crypto';
import { type LeadSquaredCredentials, type RateLimit, statedLimit } from '../credentials';
import { clock } from '../../base/clock';
import { callsAtOnce, covers } from './limits';
import { type HeldSlot, RateLimiter, type Slot, type SlotRequest } from './limiter';

/** The memory of an account, shared by runs with the same keys while n8n runs. */
export interface AccountMemory {
	/** The form of its pages. */
	pages?: PagesKnown;
	/** The spelling of the lead ID that its writes are searched by. */
	idSpelling?: 'ProspectId' | 'ProspectID';
	/** The address of the account in a browser, such as `https://in21.leadsquared.com`. */
	webAddress?: string;
	/** When our clock showed `at`, LeadSquared's showed at least this (ms since 1970). */
	serverTime?: { atLeast: number; at: number };
	/** For paths whose answers count leads: whether the number is known to be that of all leads. */
	readonly counts: Map<string, { all: boolean }>;
	/** Its columns, whether the values of drop-downs are included, and when they were read (ms of the clock). */
	columns?: { list: unknown[]; withChoices: boolean; readAt: number };
	/** Its users, and when they were read. */
	users?: { list: unknown[]; readAt: number };
	/** Its types of records and their fields, by the call that reads them. */
	types?: Map<string, { list: unknown[]; readAt: number }>;
}

/** The form of an account's pages, known from a call for more leads than usual. */
interface PagesKnown {
	/** The largest number of leads seen on a page. */
	leads: number;
	/** The largest number of IDs that a call requested for that. */
	tried: number;
}

/** The account's limit as LeadSquared named it, in answers to the calls of one run. */
export interface LimitReport {
	/** The limit in the run's credential. */
	readonly stated: RateLimit;
	/** Number of the run's calls that were refused. */
	refusedCalls: number;
	/** The limit in the latest refusal that named one. */
	named?: RateLimit;
}

/** The calls and waits of one run. */
interface Traffic {
	/** All calls that were started. */
	calls: number;
	/** Calls that were neither answered nor refused because of the rate limit. */
	failedCalls: number;
	/** Time, in ms, that the run waited for slots. */
	waitedMs: number;
}

/** A limit for calls of one kind in addition to the account's, such as that of bulk writes. */
export interface NarrowLimit {
	name: string;
	/** The limit that every plan allows. */
	limit: RateLimit;
	/** The limit of larger plans. */
	larger: RateLimit;
}

/** An account as one run uses it. */
export interface AccountUse {
	/** Its host and a hash of its access key. */
	readonly name: string;
	readonly memory: AccountMemory;
	readonly limitReport: Readonly<LimitReport>;
	readonly traffic: Readonly<Traffic>;
	/** The limits in force, each kept in its own window. */
	readonly limits: readonly RateLimit[];
	/** The number of calls that they allow at once. */
	readonly callsAtOnce: number;
	/**
	 * Waits for the right to start one call, first come first served.
	 *
	 * @param request narrow: a limit that the call has to keep in addition to the account's
	 * @throws the signal's reason once it is aborted; the place in the queue is given up
	 */
	slot(request: SlotRequest & { narrow?: NarrowLimit }): Promise<Slot>;
}

/** The credential that an account is used with. */
interface AccountOwner {
	credentials: LeadSquaredCredentials;
	baseUrl: string;
	/**
	 * The credential's ID in n8n. If the credential changes, the new limit also applies to runs that began
	 * before. Without an ID, each run has a credential of its own.
	 */
	credentialId?: string;
}

/** An account that a run uses until it releases it. */
export interface BorrowedAccount {
	account: AccountUse;
	release(): void;
}

// Shared by all nodes and executions of one n8n process.
const accounts = new Map<string, Account>();

/** Borrows an account (host and access key) for one run. */
export function borrowAccount(owner: AccountOwner): BorrowedAccount {
	for (const account of accounts.values()) account.forgetIdleLimiters();
	// Hashed, so that the key itself is not kept.
	const name = `${new URL(owner.baseUrl).host} ${hashOf(owner.credentials.accessKey)}`;
	const account = accounts.get(name) ?? new Account(name);
	accounts.set(name, account);
	return account.borrow(owner);
}

class Account {
	/** By secret key, so that a run with a wrong key does not see what a run with the right one learned. */
	private readonly memories = new Map<string, AccountMemory>();
	/** The limit in the credential of each run under way. */
	private readonly stated = new Set<{ credentialId?: string; limit: RateLimit }>();
	private limiter?: RateLimiter;
	private readonly narrowLimiters = new Map<string, NarrowLimiter>();

	constructor(private readonly name: string) {}

	borrow({ credentials, credentialId }: AccountOwner): BorrowedAccount {
		const limit = statedLimit(credentials);
		const own = { credentialId, limit };
		this.stated.add(own);
		// The credential may have changed since earlier runs began.
		for (const other of this.stated) {
			if (credentialId !== undefined && other.credentialId === credentialId) other.limit = limit;
		}
		const limiter = this.limitAsStated();
		const secret = hashOf(credentials.secretKey);
		const memory = this.memories.get(secret) ?? { counts: new Map() };
		this.memories.set(secret, memory);
		const limitReport: LimitReport = { stated: limit, refusedCalls: 0 };
		const traffic: Traffic = { calls: 0, failedCalls: 0, waitedMs: 0 };
		const account: AccountUse = {
			name: this.name,
			memory,
			limitReport,
			traffic,
			get limits() {
				return limiter.limits;
			},
			get callsAtOnce() {
				return callsAtOnce(limiter.limits);
			},
			slot: async ({ narrow, ...request }) => {
				const limiters = { own: limiter, narrow: narrow && this.narrowLimiter(narrow) };
				return await takeSlot(limiters, request, { limitReport, traffic });
			},
		};
		const release = () => {
			this.stated.delete(own);
			if (this.stated.size > 0) this.limitAsStated();
		};
		return { account, release };
	}

	/** Forgets limiters that are not in use and whose past calls no longer count. */
	forgetIdleLimiters(): void {
		if (this.stated.size > 0) return;
		if (this.limiter?.isForgettable) this.limiter = undefined;
		for (const narrow of this.narrowLimiters.values()) narrow.forgetIfIdle();
	}

	private limitAsStated(): RateLimiter {
		const limits = Array.from(this.stated, ({ limit }) => limit);
		if (this.limiter) this.limiter.setStated(limits);
		else this.limiter = new RateLimiter(limits, clock);
		return this.limiter;
	}

	private narrowLimiter(limit: NarrowLimit): NarrowLimiter {
		const limiter = this.narrowLimiters.get(limit.name) ?? new NarrowLimiter(limit);
		this.narrowLimiters.set(limit.name, limiter);
		return limiter;
	}
}

/**
 * Keeps a limit that depends on the account's plan. Once as many calls were accepted as every plan allows, one
 * call more in a window shows whether this plan allows more.
 */
class NarrowLimiter {
	private limiter: RateLimiter;
	private accepted = 0;
	/** When the latest calls started: one more than every plan allows in a window. */
	private readonly starts: number[] = [];
	private allowsMore?: boolean;

	constructor(private readonly allowed: NarrowLimit) {
		this.limiter = new RateLimiter([allowed.limit], clock);
	}

	/** Forgets what other programs left of the limit, but not what the plan allows. */
	forgetIfIdle(): void {
		if (this.limiter.isForgettable) this.limiter = new RateLimiter([this.stated], clock);
	}

	async slot(request: SlotRequest): Promise<HeldSlot> {
		const slot = await this.limiter.slot(request);
		const { limit, larger } = this.allowed;
		const now = clock.now();
		this.starts.push(now);
		if (this.starts.length > limit.calls + 1) this.starts.shift();
		const isBeyond =
			this.starts.length > limit.calls && now - this.starts[0] < limit.seconds * 1000;
		return {
			...slot,
			onSuccess: () => {
				slot.onSuccess();
				this.accepted++;
				if (isBeyond) this.allowsMore ??= true;
				this.limiter.setStated([this.stated]);
			},
			onRefused: (refusal) => {
				const allowsMore = refusal.limit ? covers(larger, refusal.limit) : this.allowsMore;
				if (!isBeyond || allowsMore) return slot.onRefused(refusal);
				slot.onRefused({ ...refusal, limit: refusal.limit ?? limit });
				this.allowsMore = false;
				this.limiter.setStated([limit]);
			},
		};
	}

	private get stated(): RateLimit {
		const { limit, larger } = this.allowed;
		if (this.allowsMore) return larger;
		const mayTry = this.allowsMore === undefined && this.accepted >= limit.calls;
		return mayTry ? { ...limit, calls: Math.min(limit.calls + 1, larger.calls) } : limit;
	}
}

/** Takes a slot of each limit of a call, combined into one slot that counts the call in the run's report. */
async function takeSlot(
	limiters: { own: RateLimiter; narrow?: NarrowLimiter },
	request: SlotRequest,
	{ limitReport, traffic }: { limitReport: LimitReport; traffic: Traffic },
): Promise<Slot> {
	const askedAt = clock.now();
	// The narrow limit comes first: its wait is longer, and an account slot must not be held during it.
	const narrow = await limiters.narrow?.slot(request);
	const own = await limiters.own.slot(request).catch((error: unknown) => {
		narrow?.cancel();
		throw error;
	});
	narrow?.restart();
	traffic.calls++;
	traffic.waitedMs += clock.now() - askedAt;
	const both = (event: 'onSent' | 'onFirstByte' | 'onSuccess' | 'onError') => () => {
		own[event]();
		narrow?.[event]();
	};
	return {
		onSent: both('onSent'),
		onFirstByte: both('onFirstByte'),
		onSuccess: both('onSuccess'),
		onError() {
			traffic.failedCalls++;
			both('onError')();
		},
		onRefused(refusal) {
			const { limit } = refusal;
			// With two limits, a refusal is the account's only if it names a limit of the account.
			const isOwn =
				!narrow ||
				limiters.own.limits.some(
					({ calls, seconds }) => calls === limit?.calls && seconds === limit.seconds,
				);
			const [refusing, other] = isOwn ? [own, narrow] : [narrow, own];
			refusing.onRefused(refusal);
			// LeadSquared does not count a refused call, so it leaves the other limit too.
			other?.cancel();
			if (!isOwn) return;
			limitReport.refusedCalls++;
			if (limit) limitReport.named = limit;
		},
	};
}

const hashOf = (key: string): string => createHash('sha256').update(key.trim()).digest('hex');
