import { createHash } from 'node:crypto';
import { type LeadSquaredCredentials, type RateLimit, statedLimit } from '../credentials';
import { clock } from '../../base/clock';
import { callsAtOnce } from './limits';
import { type HeldSlot, RateLimiter, type Refusal, type Slot, type SlotRequest } from './limiter';

/** What is remembered of an account, for those with the same keys, as long as n8n runs. */
export interface AccountMemory {
	/** What its pages were found to be like. */
	pages?: PagesKnown;
	/** Where people open the account in their browser, such as `https://in21.leadsquared.com`. */
	webAddress?: string;
	/** When our clock showed `at`, LeadSquared's showed this at least (ms since 1970). */
	serverTime?: { atLeast: number; at: number };
	/** Of calls that count all leads they could give: whether a count was seen to be that, by path. */
	readonly counts: Map<string, { all: boolean }>;
	/** Its columns, whether with the values of drop-downs, and when they were read (ms of the clock). */
	columns?: { list: unknown[]; withChoices: boolean; readAt: number };
}

/** What is known of an account's pages, once a larger one than usual was tried. */
export interface PagesKnown {
	/** The most leads that one was found to hold. */
	leads: number;
	/** The most IDs that a call has requested to find that out. */
	tried: number;
}

/** What LeadSquared said of the account's limit, in answers to the calls of one run. */
export interface LimitReport {
	/** What the run's credential states. */
	readonly stated: RateLimit;
	/** How many of the run's calls were refused. */
	refusedCalls: number;
	/** The limit that the latest refusal to name one named. */
	named?: RateLimit;
}

/** What one run did to the account. */
export interface Traffic {
	/** Calls that were let out, whatever they came to. */
	calls: number;
	/** Those that came to something else than an answer or a refusal for rate. */
	failedCalls: number;
	/** How long, in ms, the run waited for slots. */
	waitedMs: number;
}

/** A limit that calls of one kind have beside the account's own, such as that of bulk writes. */
export interface NarrowLimit {
	name: string;
	limit: RateLimit;
}

/** What one run does with an account. */
export interface AccountUse {
	readonly memory: AccountMemory;
	readonly told: LimitReport;
	readonly traffic: Readonly<Traffic>;
	/** The limits in force, each of which is kept in its own window. */
	readonly limits: readonly RateLimit[];
	/** How many calls they let out at once. */
	readonly callsAtOnce: number;
	/**
	 * Waits for the right to start one call. Who asks first is served first.
	 *
	 * @param request narrow: a limit that the call has to keep as well
	 * @throws the signal's reason as soon as it is aborted; the place in the queue is given up
	 */
	slot(request: SlotRequest & { narrow?: NarrowLimit }): Promise<Slot>;
}

/** Whose account it is. */
export interface AccountOwner {
	credentials: LeadSquaredCredentials;
	baseUrl: string;
	/**
	 * What n8n knows the credential by: its latest version holds for runs that began with an earlier one
	 * as well. Without it, each run's credential is one of its own.
	 */
	credentialId?: string;
}

// All nodes and executions of one n8n that use the same account share it.
const accounts = new Map<string, Account>();

/** An account in the hands of one run, until it gives it back. */
export interface BorrowedAccount {
	account: AccountUse;
	giveBack(): void;
}

/** Borrows an account (host and access key) for one run. */
export function borrowAccount(owner: AccountOwner): BorrowedAccount {
	for (const account of accounts.values()) account.forgetIdleLimiters();
	const name = accountName(owner);
	const account = accounts.get(name) ?? new Account();
	accounts.set(name, account);
	return account.borrow(owner);
}

class Account {
	/** By secret key: who does not have the right one gets nothing that was told to who has. */
	private readonly memories = new Map<string, AccountMemory>();
	/** What the credentials in use state, by credential. */
	private readonly stated = new Map<string | symbol, { limit: RateLimit; users: number }>();
	/** The account's own limiter. */
	private limiter?: RateLimiter;
	private readonly narrowLimiters = new Map<string, RateLimiter>();

	borrow({ credentials, credentialId }: AccountOwner): BorrowedAccount {
		const credential = credentialId ?? Symbol('a credential without an id');
		const limit = statedLimit(credentials);
		const users = this.stated.get(credential)?.users ?? 0;
		this.stated.set(credential, { limit, users: users + 1 });
		const limiter = this.limitAsStated();
		const told: LimitReport = { stated: limit, refusedCalls: 0 };
		const traffic: Traffic = { calls: 0, failedCalls: 0, waitedMs: 0 };
		const account: AccountUse = {
			memory: this.memoryFor(credentials),
			told,
			traffic,
			get limits() {
				return limiter.limits;
			},
			get callsAtOnce() {
				return callsAtOnce(limiter.limits);
			},
			slot: async ({ narrow, ...request }) => {
				const askedAt = clock.now();
				const slot = narrow
					? await slotOfBoth(this.narrowLimiter(narrow), limiter, request, told)
					: noting(told, await limiter.slot(request));
				return counted(traffic, askedAt, slot);
			},
		};
		return { account, giveBack: () => this.giveBack(credential) };
	}

	private memoryFor({ secretKey }: LeadSquaredCredentials): AccountMemory {
		const name = hashOf(secretKey);
		const memory = this.memories.get(name) ?? { counts: new Map() };
		this.memories.set(name, memory);
		return memory;
	}

	/** Limiters of which nobody makes use, and whose past calls no longer count, are forgotten. */
	forgetIdleLimiters(): void {
		if (this.stated.size > 0) return;
		if (this.limiter?.isForgettable) this.limiter = undefined;
		for (const [name, limiter] of this.narrowLimiters) {
			if (limiter.isForgettable) this.narrowLimiters.delete(name);
		}
	}

	private giveBack(credential: string | symbol): void {
		const statement = this.stated.get(credential)!;
		statement.users--;
		if (statement.users > 0) return;
		this.stated.delete(credential);
		if (this.stated.size > 0) this.limitAsStated();
	}

	private limitAsStated(): RateLimiter {
		const limits = [...this.stated.values()].map(({ limit }) => limit);
		this.limiter ??= new RateLimiter(limits, clock);
		this.limiter.setStated(limits);
		return this.limiter;
	}

	private narrowLimiter({ name, limit }: NarrowLimit): RateLimiter {
		const limiter = this.narrowLimiters.get(name) ?? new RateLimiter([limit], clock);
		this.narrowLimiters.set(name, limiter);
		limiter.setStated([limit]);
		return limiter;
	}
}

/** The slot, which also notes in the run's report what is refused. */
function noting(told: LimitReport, slot: Slot): Slot {
	const refused = (refusal: Refusal) => {
		told.refusedCalls++;
		if (refusal.limit) told.named = refusal.limit;
		slot.refused(refusal);
	};
	return { ...slot, refused };
}

/** The slot, which was asked for at `askedAt` (ms), counted in the run's traffic. */
function counted(traffic: Traffic, askedAt: number, slot: Slot): Slot {
	traffic.calls++;
	traffic.waitedMs += clock.now() - askedAt;
	const failed = () => {
		traffic.failedCalls++;
		slot.failed();
	};
	return { ...slot, failed };
}

/** First the narrow limit's slot, for which one waits longer, so that none of the account's own is held meanwhile. */
async function slotOfBoth(
	narrowLimiter: RateLimiter,
	ownLimiter: RateLimiter,
	request: SlotRequest,
	told: LimitReport,
): Promise<Slot> {
	const narrow = await narrowLimiter.slot(request);
	let own: HeldSlot | undefined;
	try {
		own = await ownLimiter.slot(request);
	} finally {
		if (!own) narrow.giveBack();
	}
	narrow.startsNow();
	return asOne(narrow, own, ownLimiter, told);
}

function asOne(narrow: HeldSlot, own: HeldSlot, ownLimiter: RateLimiter, told: LimitReport): Slot {
	const both = (event: 'leaves' | 'reached' | 'answered' | 'failed') => () => {
		narrow[event]();
		own[event]();
	};
	return {
		leaves: both('leaves'),
		reached: both('reached'),
		answered: both('answered'),
		failed: both('failed'),
		refused(refusal) {
			// A refusal that names no limit, or one of its own, is taken for one by the narrow limit. What
			// was refused does not count, as everywhere.
			const { limit } = refusal;
			const isOwn = ownLimiter.limits.some(
				({ calls, seconds }) => calls === limit?.calls && seconds === limit.seconds,
			);
			if (isOwn) noting(told, own).refused(refusal);
			else narrow.refused(refusal);
			(isOwn ? narrow : own).giveBack();
		},
	};
}

// The key itself is not kept anywhere longer than needed.
function accountName({ credentials, baseUrl }: AccountOwner): string {
	return `${new URL(baseUrl).host} ${hashOf(credentials.accessKey)}`;
}

function hashOf(key: unknown): string {
	return createHash('sha256')
		.update(String(key ?? '').trim())
		.digest('hex');
}
