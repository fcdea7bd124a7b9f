import { createHash } from 'node:crypto';
import { type LeadSquaredCredentials, type RateLimit, statedLimit } from '../credentials';
import { clock } from '../../base/clock';
import { callsAtOnce } from './limits';
import { RateLimiter, type Slot, type SlotRequest } from './limiter';

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
	readonly limitReport: Readonly<LimitReport>;
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
		const limitReport: LimitReport = { stated: limit, refusedCalls: 0 };
		const traffic: Traffic = { calls: 0, failedCalls: 0, waitedMs: 0 };
		const account: AccountUse = {
			memory: this.memoryFor(credentials),
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
		if (this.limiter) this.limiter.setStated(limits);
		else this.limiter = new RateLimiter(limits, clock);
		return this.limiter;
	}

	private narrowLimiter({ name, limit }: NarrowLimit): RateLimiter {
		const limiter = this.narrowLimiters.get(name) ?? new RateLimiter([limit], clock);
		this.narrowLimiters.set(name, limiter);
		return limiter;
	}
}

/**
 * Takes a slot of every limit that a call has to keep, and makes one slot of them. The call and its end
 * count in the run's report.
 */
async function takeSlot(
	limiters: { own: RateLimiter; narrow?: RateLimiter },
	request: SlotRequest,
	{ limitReport, traffic }: { limitReport: LimitReport; traffic: Traffic },
): Promise<Slot> {
	const askedAt = clock.now();
	// The narrow limit comes first: its wait is longer, and no slot of the account is held during it.
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
			// A refused call does not count in the other limit either.
			other?.cancel();
			if (!isOwn) return;
			limitReport.refusedCalls++;
			if (limit) limitReport.named = limit;
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
