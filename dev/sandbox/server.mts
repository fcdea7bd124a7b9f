import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Account } from './account.mts';
import { allActivities, newStageChange, OUTBOUND_CALL } from './activities.mts';
import type { Activity } from './activities.mts';
import {
	withSwitches,
	errorAnswer,
	grouped,
	isAnswer,
	jsonAnswer,
	pageAnswer,
} from './answers.mts';
import type { Answer, Keys, Outcome } from './answers.mts';
import { createChanges } from './changes.mts';
import type { ChangeTimes } from './changes.mts';
import { changesOf, checkFaults, createFaults, transientTrouble } from './faults.mts';
import type { Faults, Trouble } from './faults.mts';
import { createMemory } from './memory.mts';
import { COLUMNS, STAGES } from './metadata.mts';
import { PERSON, pageOfSandbox } from './page.mts';
import { DOCUMENTED, createPopulation, guid } from './population.mts';
import type { Lead } from './population.mts';
import { draw } from './random.mts';
import { createRecords } from './records.mts';
import type { Records } from './records.mts';
import { createRateLimit, createWindowCount } from './rateLimit.mts';
import type { Limit } from './rateLimit.mts';
import { eventsOf } from './script.mts';
import type { Happening, ScriptEvent, ScriptStep } from './script.mts';
import { serviceAt } from './services/index.mts';
import { LIST_NAMES } from './services/lists.mts';
import type { Served, Service } from './services/service.mts';
import { createListener } from './sockets.mts';
import type { SandboxRequest } from './sockets.mts';
import type { Tenant } from './tenant.mts';
import { loginAnswer, troubled } from './troubles.mts';
import { userAt } from './users.mts';

export type { Faults, Happening, Lead, Limit, SandboxRequest, ScriptStep, Tenant, Trouble };

/** Times are in ms; only differences matter, except for dates and the daily quota. */
export interface Clock {
	now(): number;
	sleep(ms: number): Promise<void>;
}

export interface SandboxOptions {
	/** Made-up leads, in addition to the three of the API page, which always exist; 10,000. */
	leads?: number;
	/** The same seed gives the same leads, ids and faults; 1. */
	seed?: number;
	accessKey?: string;
	secretKey?: string;
	/** The account's rate limit; 25 calls in 5 seconds (API page, 429). Null means no limit. */
	limit?: Limit | null;
	/** The time from the arrival of a call to its answer, or the bounds of a random time. */
	latencyMs?: number | [least: number, most: number];
	/** Real time by default. */
	clock?: Clock;
	faults?: Partial<Faults>;
	/** An account to imitate; `limit` and `faults` take precedence. */
	tenant?: Tenant;
	/** Whether the log of requests keeps the requested ids; false, because they take much memory. */
	logIds?: boolean;
}

export interface SandboxAnswer {
	status: number;
	headers: Record<string, string>;
	body: string;
}

/** One call to the API, as the server saw it. */
export interface LoggedRequest {
	path: string;
	/** When it arrived, by the clock. */
	at: number;
	/** Where its keys were. */
	auth: 'header' | 'query' | 'none';
	/** The rest is only there for well-formed ByIds calls: the number of ids, as asked... */
	ids?: number;
	/** ... themselves, with {@link SandboxOptions.logIds}... */
	leadIds?: string[];
	columns?: string[];
	pageIndex?: number;
	pageSize?: number;
	/** Null while there is no answer yet. */
	status: number | 'reset' | 'hang' | null;
}

/** A change of a lead. */
export interface Happened {
	id: string;
	kind: Happening;
	/** As LeadSquared stamps it, in ms. */
	stamp: number;
	/** The records that a call wrote. */
	values?: Lead;
	/** Whether that call let automations of the account run. */
	automations?: boolean;
}

export interface Stats {
	/** All calls to the API, whatever their result. */
	calls: number;
	byPath: Record<string, number>;
	/** Calls rejected for rate or quota. */
	refused: number;
	/** Rows in answers that were sent correctly. */
	leadsServed: number;
	/** The most calls, including refused ones, in any window of the limit (or 5 s). */
	mostInAnyWindow: number;
	/** The number of records that calls have written, by kind. Leads are in {@link Sandbox.history}. */
	written: Record<keyof Records, number>;
	/** The latest 1,000 calls, oldest first. */
	requests: LoggedRequest[];
}

export interface Sandbox {
	readonly accessKey: string;
	readonly secretKey: string;
	/**
	 * The lead id at an index from 0 to leads-1; -3 to -1 are the leads of the API page. Higher indices
	 * give well-formed ids that the account does not have.
	 */
	idAt(index: number): string;
	/** `count` lead ids, from the index `from` on (0). */
	ids(count: number, from?: number): string[];
	/**
	 * A lead as it is now, without switches; undefined if there is no such lead.
	 * @param names of columns; all by default
	 */
	lead(idOrIndex: string | number, names?: string[]): Lead | undefined;
	/** Switches, which may be changed at any time (member by member, or all at once). */
	faults: Faults;
	/** The rate limit, which may be changed at any time. */
	limit: Limit | null;
	readonly stats: Stats;
	/**
	 * Changes a lead now: moves its ModifiedOn and LeadLastModifiedOn, and sets columns.
	 * Without values, adds an activity, which moves only LeadLastModifiedOn.
	 */
	touch(idOrIndex: string | number, values?: Lead): void;
	/** Leads are created now, each with a name, an email address and a phone number. @returns their ids */
	create(count?: number): string[];
	/** Starts a script of scheduled changes. */
	play(script: ScriptStep[]): void;
	/** All changes of leads so far, in order, whether or not answers show them yet. */
	readonly history: readonly Happened[];
	/** All activities and opportunities, made-up ones and those written since. */
	readonly activities: readonly Activity[];
	/** The records that calls have written in addition to leads, such as notes. */
	readonly records: Readonly<Records>;
	/** Restores the initial state: statistics, rate limit, switches, memory. */
	reset(): void;
	/** Requests that wait on the clock now. */
	readonly sleeping: number;
	/** Requests that never get an answer and are still open (by {@link listen} only). */
	readonly hanging: number;
	/** Received requests whose answer is not fully written yet, including sleeping and hanging ones. */
	readonly handling: number;
	/**
	 * The API without sockets.
	 * @returns the answer, or how the connection ends without a (whole) one
	 */
	handle(request: SandboxRequest): Promise<SandboxAnswer | 'reset' | 'hang'>;
	/** @param port 0, a free one, by default @returns the base address, `http://127.0.0.1:port` */
	listen(port?: number): Promise<string>;
	/** Ends all connections, including those that hang. */
	close(): Promise<void>;
}

const METADATA = 'LeadsMetaData.Get';

/** Types and messages of a 401 that is not about keys (operations (d), (e)). */
const ACCESS: Record<Exclude<Faults['access'], 'granted'>, [type: string, message: string]> = {
	'no-permission': ['MXUnAuthorizedAccessException', 'You do not have permission to access Leads'],
	'inactive-user': ['MXInactiveUserException', 'The user is not active'],
	'invalid-user': ['MXInvalidUserDetailsException', 'Invalid user details provided'],
};

/** A call to the API on its way to an answer. */
interface Call {
	method: string;
	url: URL;
	/** By lower-case name. */
	headers: Record<string, string>;
	/** When it arrived. */
	now: number;
	/** The number of calls that had passed the rate limit by then, including this one. */
	passed: number;
	/** The service at its path, if any, ... */
	service?: Service<unknown>;
	/** ... and what it reads in the call: a request, or the refusal of one that is malformed. */
	read?: unknown;
}

/** Whether it concerns leads, not columns or the user. */
const isOfLeads = ({ service }: Call) =>
	service !== undefined && service.of === undefined && service.name !== METADATA;

/** An index above all possible leads. */
const UNKNOWN_INDEX = 0x7fff_ffff;
/** Fields of service requests, for the log. */
interface Asked {
	ids: string[];
	columns: string[];
	pageIndex: number;
	pageSize: number;
}

const ALL_NAMES = COLUMNS.map(({ schemaName }) => schemaName);
const LOGGED_REQUESTS = 1000;
const DEFAULT_LIMIT: Limit = { calls: 25, seconds: 5 };
const DAY_SECONDS = 86_400;

const realTime: Clock = {
	now: () => performance.timeOrigin + performance.now(),
	async sleep(ms) {
		const until = realTime.now() + ms;
		// Timers count from the time at which the event loop last read the clock, which is too early if it was busy.
		for (let left = ms; left > 0; left = until - realTime.now()) {
			await new Promise((resolve) => setTimeout(resolve, left));
		}
	},
};

/** A LeadSquared account on this machine: its API, rate limit, faults and made-up leads. */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
	const {
		leads = 10_000,
		seed = 1,
		accessKey = 'u$rSandboxAccessKey',
		secretKey = 'SandboxSecretKey',
		latencyMs = 0,
		clock = realTime,
		logIds = false,
	} = options;
	const { tenant } = options;
	const configuredLimit =
		options.limit === undefined ? (tenant?.limit ?? DEFAULT_LIMIT) : options.limit;
	const configuredFaults = { ...tenant?.faults, ...options.faults };
	const [leastLatency, mostLatency] =
		typeof latencyMs === 'number' ? [latencyMs, latencyMs] : latencyMs;
	const population = createPopulation(leads, seed);
	const changes = createChanges(population);
	const memory = createMemory();
	/** The counts for {@link Sandbox.limit} and {@link Faults.secondLimit}. */
	const rateLimits = [createRateLimit(), createRateLimit()];
	/** The count for {@link Faults.bulkLimit}. */
	const bulkLimit = createRateLimit();
	/** All calls that write and passed the rate limits. */
	let writes = 0;
	const forgotten = new Set<number>();
	let arrivals = createWindowCount();
	const stats = createStats();
	/** Calls that passed the rate limit on the day (UTC) of the clock. */
	let today = { day: 0, calls: 0 };
	/** All calls that passed the rate limit. */
	let passed = 0;
	let sleeping = 0;
	/** The remaining steps of a script, and all past changes. */
	let script: ScriptEvent[] = [];
	const history: Happened[] = [];
	const records = createRecords();
	const stageChanges: Activity[] = [];
	/** The last stages of leads, also those that answers do not show yet. */
	const stages = new Map<number, string | null>();
	/** When activities were last edited, and how many edits there have been. */
	const edits = new Map<string, number>();
	let editCount = 0;
	/** Ends when the pages that are asked for have been made. */
	let making: Promise<unknown> = Promise.resolve();
	const isInRealTime = clock === realTime;
	let handlingInProcess = 0;
	const listener = createListener(respond, () => sandbox.faults.silent);

	const sandbox: Sandbox = {
		accessKey,
		secretKey,
		faults: createFaults(configuredFaults),
		limit: configuredLimit,
		idAt: (index) => population.idAt(index),
		ids: (count, from = 0) =>
			Array.from({ length: count }, (_, offset) => population.idAt(from + offset)),
		lead: leadAt,
		stats,
		get sleeping() {
			return sleeping;
		},
		get hanging() {
			return listener.hanging;
		},
		get handling() {
			return handlingInProcess + listener.handling;
		},
		touch(idOrIndex, values) {
			const index = indexOf(idOrIndex);
			if (index === undefined) throw new Error(`There is no lead ${idOrIndex}`);
			touchAt(index, clock.now(), values);
		},
		create(count = 1) {
			const now = clock.now();
			return Array.from({ length: count }, () => createAt(now));
		},
		play(steps) {
			const events = [...script, ...eventsOf(steps, clock.now())];
			script = events.sort((one, other) => one.at - other.at);
		},
		get history() {
			playUntil(clock.now());
			return history;
		},
		get activities() {
			playUntil(clock.now());
			return allActivities(accountAt(Infinity, passed));
		},
		records,
		reset() {
			Object.assign(stats, createStats());
			arrivals = createWindowCount();
			rateLimits.forEach((each) => each.reset());
			bulkLimit.reset();
			writes = 0;
			forgotten.clear();
			today = { day: 0, calls: 0 };
			passed = 0;
			changes.reset();
			script = [];
			history.length = 0;
			Object.assign(records, createRecords());
			stageChanges.length = 0;
			stages.clear();
			edits.clear();
			editCount = 0;
			sandbox.limit = configuredLimit;
			Object.assign(sandbox.faults, createFaults(configuredFaults));
		},
		async handle(request) {
			handlingInProcess++;
			try {
				return withoutSockets(await respond(request));
			} finally {
				handlingInProcess--;
			}
		},
		listen: listener.listen,
		close: listener.close,
	};
	return sandbox;

	function indexOf(idOrIndex: string | number): number | undefined {
		if (typeof idOrIndex === 'string') return population.indexOf(idOrIndex.toLowerCase());
		const isThere = idOrIndex >= -DOCUMENTED.length && idOrIndex < population.size;
		return isThere ? idOrIndex : undefined;
	}

	function leadAt(idOrIndex: string | number, names = ALL_NAMES): Lead | undefined {
		playUntil(clock.now());
		const index = indexOf(idOrIndex);
		if (index === undefined) return undefined;
		if (index < 0 && sandbox.faults.documentedLeads) {
			return { ...DOCUMENTED[index + DOCUMENTED.length].lead };
		}
		const values = names.map((name) => [
			name,
			JSON.parse(changes.values(name, sandbox.faults)!(index)),
		]);
		return Object.fromEntries(values);
	}

	/** Counts and refuses on arrival, answers after the latency. */
	async function respond(request: SandboxRequest): Promise<Outcome> {
		const url = new URL(request.url, 'http://sandbox');
		if (url.pathname.startsWith('/_sandbox/')) {
			return { end: 'answered', answer: control(request, url.pathname) };
		}
		if (url.pathname === '/') return { end: 'answered', answer: page(request) };
		const { call, logged, refused } = arrive(request, url);
		const decided = refused ?? (isInRealTime ? undefined : decide(call));
		await delay(isOfLeads(call) ? msForPage(call) : 0);
		const outcome = decided ?? (await decideInTurn(call));
		logged.status = outcome.end === 'answered' ? outcome.answer.status : outcome.end;
		return outcome;
	}

	function msForPage({ read }: Call): number {
		const { pageMs, valueMs } = sandbox.faults;
		const { ids = [], columns = [] } = Object(read) as Partial<Asked>;
		return pageMs + valueMs * ids.length * columns.length;
	}

	async function delay(more: number): Promise<void> {
		const share = draw(seed ^ 0x1a, stats.calls) / 2 ** 32;
		const latency = leastLatency + (mostLatency - leastLatency) * share + more;
		if (latency <= 0) return;
		sleeping++;
		await clock.sleep(latency);
		sleeping--;
	}

	function arrive(
		request: SandboxRequest,
		url: URL,
	): { call: Call; logged: LoggedRequest; refused?: Outcome } {
		const call: Call = {
			method: request.method.toUpperCase(),
			url,
			headers: lowerCased(request.headers ?? {}),
			now: clock.now(),
			passed: 0,
		};
		call.service = serviceAt(url.pathname);
		call.read = call.service?.read({
			query: url.searchParams,
			contentType: call.headers['content-type'] ?? '',
			body: request.body ?? '',
		});
		const logged = log(call);
		const refused = refuse(call);
		call.passed = passed;
		return { call, logged, refused };
	}

	/** Answers that do not depend on leads. */
	function refuse(call: Call): Outcome | undefined {
		const onTheWay = troubleOnTheWay(call.now);
		if (onTheWay) return dress(call, troubled(onTheWay, jsonAnswer('{}'), 0, sandbox.faults));
		const answer =
			refuseAddress(call) ?? refuseKeys(call) ?? refuseAccess(call) ?? refuseRate(call);
		return answer && dress(call, { end: 'answered', answer });
	}

	/**
	 * A page takes this process about 30 ms. In real time, pages are made after the latency, one in each turn
	 * of the event loop. Otherwise a call of a burst would count only when the pages before it are made, which
	 * no server with several processors does.
	 */
	async function decideInTurn(call: Call): Promise<Outcome> {
		const decided = making.then(() => decide(call));
		making = decided.then(nextTurn, nextTurn);
		return await decided;
	}

	function decide(call: Call): Outcome {
		const { faults } = sandbox;
		const { answer, rows, trouble: lasting } = serve(call);
		const trouble =
			lasting ?? transientTrouble(faults, seed, call.passed) ?? heavyTrouble(rows, faults);
		if (trouble) return dress(call, troubled(trouble, answer, rows, faults));
		stats.leadsServed += rows;
		return dress(call, { end: 'answered', answer });
	}

	function dress(call: Call, outcome: Outcome): Outcome {
		if (outcome.answer) outcome.answer = withSwitches(outcome.answer, sandbox.faults, keysOf(call));
		return outcome;
	}

	/** The result of a call that fails before it reaches LeadSquared. */
	function troubleOnTheWay(now: number): Trouble | undefined {
		const { silent, between, betweenEvery, outageUntil, outageKind, firstCallsFail } =
			sandbox.faults;
		if (silent) return 'hang';
		if (between !== null && stats.calls % betweenEvery === 0) return between;
		const isOut = outageUntil !== null && now < outageUntil;
		return isOut || stats.calls <= firstCallsFail ? outageKind : undefined;
	}

	function log({ url, headers, now, read }: Call): LoggedRequest {
		const query = queryKeys(url);
		stats.calls++;
		stats.byPath[url.pathname] = (stats.byPath[url.pathname] ?? 0) + 1;
		arrivals.add(now, (sandbox.limit ?? DEFAULT_LIMIT).seconds * 1000);
		stats.mostInAnyWindow = arrivals.most;
		const logged: LoggedRequest = {
			path: url.pathname,
			at: now,
			auth: 'x-lsq-accesskey' in headers ? 'header' : query.accesskey ? 'query' : 'none',
			status: null,
		};
		const { ids, columns, pageIndex, pageSize } = Object(read) as Partial<Asked>;
		if (ids) Object.assign(logged, { ids: ids.length, ...(logIds && { leadIds: ids }) });
		if (pageIndex !== undefined) Object.assign(logged, { columns, pageIndex, pageSize });
		stats.requests.push(logged);
		if (stats.requests.length > LOGGED_REQUESTS) stats.requests.shift();
		return logged;
	}

	function refuseAddress({ method, url, service }: Call): Answer | undefined {
		const { redirect, redirectStatus, notFoundPath, missingCalls } = sandbox.faults;
		if (redirect !== null) {
			const location = redirect.replace(/\/$/, '') + url.pathname + url.search;
			return { status: redirectStatus, headers: { location }, body: '' };
		}
		if (notFoundPath || !service) return pageAnswer(404);
		const names = [service.name, `${service.of}/${service.name}`];
		if (names.some((name) => missingCalls.includes(name))) return pageAnswer(404);
		return method === service.method ? undefined : pageAnswer(405);
	}

	function refuseKeys(call: Call): Answer | undefined {
		const { wrongRegion, keysTaken } = sandbox.faults;
		const { access, secret } = keysOf(call, keysTaken);
		const type = 'MXInvalidAccessDetailsException';
		if (wrongRegion !== null) {
			return errorAnswer(401, type, `Invalid API host. The correct API host is ${wrongRegion}`);
		}
		if (access === accessKey && secret === secretKey) return undefined;
		return errorAnswer(401, type, 'Invalid Access Details provided.');
	}

	function refuseAccess(call: Call): Answer | undefined {
		const { access, accessOf } = sandbox.faults;
		if (access === 'granted') return undefined;
		if (accessOf === 'leads' && !isOfLeads(call)) return undefined;
		if (accessOf === 'metadata' && call.service?.name !== METADATA) return undefined;
		return errorAnswer(401, ...ACCESS[access]);
	}

	function refuseRate({ now, service }: Call): Answer | undefined {
		const { faults } = sandbox;
		const day = Math.floor(now / (DAY_SECONDS * 1000));
		if (day !== today.day) today = { day, calls: 0 };
		if (faults.dailyQuota !== null && today.calls >= faults.dailyQuota) {
			const message = faults.dailyQuotaNumbers
				? limitMessage({ calls: faults.dailyQuota, seconds: DAY_SECONDS }, faults)
				: 'Daily API limit exceeded';
			return rateRefusal(message, (day + 1) * DAY_SECONDS * 1000 - now, now);
		}
		const isBulk = service?.isBulk === true;
		const limits = [sandbox.limit, faults.secondLimit, isBulk ? faults.bulkLimit : null];
		const limiters = [...rateLimits, bulkLimit];
		const waits = limits.map((limit, at) =>
			limit ? limiters[at].wait(now, limit, faults.window) : 0,
		);
		const wait = Math.max(...waits);
		if (wait === 0 || faults.refusedCallsCount) {
			for (const limiter of isBulk ? limiters : rateLimits) limiter.count(now);
		}
		if (wait > 0) {
			const named = faults.namedLimit ?? limits[waits.indexOf(wait)]!;
			const message = faults.refusalNumbers
				? limitMessage(named, faults)
				: 'API calls exceeded the limit';
			return rateRefusal(message, wait, now);
		}
		today.calls++;
		passed++;
		if (isBulk) writes++;
		return undefined;
	}

	function rateRefusal(message: string, waitMs: number, now: number): Answer {
		const { refusalForm, refusalRetryAfter } = sandbox.faults;
		stats.refused++;
		const answer = errorAnswer(refusalForm, 'MXAPIRateLimitExceededException', message);
		if (refusalRetryAfter === null) return answer;
		const retryAfter = {
			seconds: String(Math.ceil(waitMs / 1000)),
			date: new Date(Math.ceil((now + waitMs) / 1000) * 1000).toUTCString(),
		};
		const value =
			typeof refusalRetryAfter === 'number'
				? String(refusalRetryAfter)
				: retryAfter[refusalRetryAfter];
		return { ...answer, headers: { ...answer.headers, 'retry-after': value } };
	}

	function serve({ service, read, now, passed: order }: Call): Served {
		if (isAnswer(read)) return { answer: read, rows: 0 };
		const { faults } = sandbox;
		playUntil(now);
		for (let change = 0; change < faults.changesPerCall; change++) changeSomeLead(now);
		const account = accountAt(now, order);
		for (let edit = 0; edit < faults.editsPerCall; edit++) editSomeActivity(account);
		return service!.answer(read, account);
	}

	function accountAt(now: number, order: number): Account {
		const { faults } = sandbox;
		return {
			population,
			changes,
			faults,
			seed,
			forgotten,
			call: order,
			now,
			touch(index, values, automations) {
				touchAt(index, now, values);
				Object.assign(history.at(-1)!, { values, automations });
			},
			create(values, automations) {
				const id = createAt(now, values);
				Object.assign(history.at(-1)!, { values, automations });
				changes.showUntil(now);
				return population.indexOf(id)!;
			},
			records,
			stageChanges,
			edits,
			add(kind, record) {
				// TypeScript does not see that both are of the same kind.
				(records[kind] as unknown[]).push(record);
				stats.written[kind]++;
			},
			...timesOf(now),
			writes: () => writes,
			remembered: (key, compute) =>
				memory.remembered(`${changes.version} ${JSON.stringify(faults)}`, key, compute),
		};
	}

	function editSomeActivity(account: Account): void {
		const all = allActivities(account);
		if (all.length === 0) return;
		const { id } = all[draw(seed ^ 0xed1, editCount) % all.length];
		edits.set(id, account.stamp);
		editCount++;
	}

	/** Makes the due changes of a script, and makes answers show the due changes. */
	function playUntil(now: number): void {
		const due = script.findIndex(({ at }) => at > now);
		const events = script.splice(0, due < 0 ? script.length : due);
		for (const { at, kind, index, back } of events) {
			if (kind === 'create') createAt(at);
			else if (kind === 'log') logCall(index % population.size, at, back);
			else if (kind === 'edit') editCall(index, at);
			else touchAt(index % population.size, at, kind === 'change' ? someStage() : undefined);
		}
		changes.showUntil(now);
	}

	/** Logs a phone call, which may have begun a while ago. */
	function logCall(index: number, at: number, back: number): void {
		const { stamp, showsAt } = timesOf(at);
		const nth = records.activities.length;
		records.activities.push({
			id: guid(nth, seed ^ 0xca11),
			lead: population.idAt(index),
			code: OUTBOUND_CALL,
			note: null,
			created: stamp - (back > 0 ? draw(seed ^ 0xbac, nth) % back : 0),
			modified: stamp,
			createdBy: 0,
			fields: { Status: 'Active', Owner: null },
			showsAt,
		});
		touchAt(index, at);
	}

	function editCall(nth: number, at: number): void {
		const { activities } = records;
		if (activities.length > 0) edits.set(activities[nth % activities.length].id, timesOf(at).stamp);
	}

	function touchAt(index: number, at: number, values?: Lead): void {
		const times = timesOf(at);
		const kind = values ? 'change' : 'activity';
		history.push({ id: population.idAt(index), kind, stamp: times.stamp });
		if (values?.ProspectStage !== undefined) changeStage(index, times, values.ProspectStage);
		changes.touch(index, times, values);
	}

	/** Writes the activity of a lead whose stage changes. */
	function changeStage(index: number, { stamp, showsAt }: ChangeTimes, stage: string | null): void {
		const shown = changes.values('ProspectStage', sandbox.faults)!(index);
		const before = stages.has(index) ? stages.get(index) : (JSON.parse(shown) as string | null);
		if (stage === before) return;
		stages.set(index, stage);
		const id = guid(stageChanges.length, seed ^ 0x3003);
		const change = { id, lead: population.idAt(index), created: stamp, createdBy: 0, showsAt };
		stageChanges.push(newStageChange(change, stage, population));
	}

	function createAt(at: number, values = somePerson()): string {
		const times = timesOf(at);
		const id = population.idAt(changes.create(times, values));
		history.push({ id, kind: 'create', stamp: times.stamp });
		return id;
	}

	function timesOf(at: number): ChangeTimes {
		const { clockMinutes, lagSeconds } = sandbox.faults;
		const share = draw(seed ^ 0x1a9, history.length) / 2 ** 32;
		return { stamp: at + clockMinutes * 60_000, showsAt: at + lagSeconds * 1000 * share };
	}

	/** The values of the next lead that a form would ask for. */
	function somePerson(): Lead {
		const names = ['FirstName', 'LastName', 'EmailAddress', 'Phone'];
		const valueOf = (name: string) => population.values(name)!(population.size);
		return Object.fromEntries(names.map((name) => [name, JSON.parse(valueOf(name)) as string]));
	}

	function someStage(): Lead {
		const drawn = draw(seed ^ 0xc4a, history.length) >>> 8;
		return { ProspectStage: STAGES[drawn % STAGES.length] };
	}

	/** One in four changes is an activity, the others move the lead to another stage. */
	function changeSomeLead(now: number): void {
		const drawn = draw(seed ^ 0xc4a, history.length);
		touchAt(drawn % population.size, now, drawn & 0x3000_0000 ? someStage() : undefined);
		changes.showUntil(now);
	}

	/** The page at the address of the sandbox, for browsers. */
	function page({ headers = {} }: SandboxRequest): Answer {
		return pageOfSandbox({
			host: `http://${lowerCased(headers).host ?? '127.0.0.1'}`,
			accessKey,
			secretKey,
			count: population.size,
			leads: sandbox.ids(Math.min(5, leads)).map(personAt),
			unknownId: population.idAt(UNKNOWN_INDEX),
			lists: LIST_NAMES,
			owners: [0, 1, 2].map((at) => userAt(at, seed, population.userId)),
			limit: sandbox.limit,
			faults: changesOf(sandbox.faults),
		});
	}

	function personAt(id: string): Lead {
		return leadAt(id, PERSON)!;
	}

	/** The control address of the sandbox itself, for other processes. */
	function control({ method, body }: SandboxRequest, path: string): Answer {
		if (path === '/_sandbox/login') return loginAnswer();
		const actions: Record<string, () => unknown> = {
			'GET /_sandbox/stats': () => sandbox.stats,
			'POST /_sandbox/faults': () =>
				Object.assign(sandbox.faults, checkFaults(JSON.parse(body || '{}'))),
			'POST /_sandbox/limit': () => (sandbox.limit = toLimit(JSON.parse(body || 'null'))),
			'POST /_sandbox/touch': () => {
				const { lead, values } = JSON.parse(body || '{}') as { lead: string; values?: Lead };
				sandbox.touch(lead, values);
				return personAt(lead);
			},
			'POST /_sandbox/create': () => {
				const { count } = JSON.parse(body || '{}') as { count?: number };
				return sandbox.create(count).map(personAt);
			},
			'POST /_sandbox/play': () => sandbox.play(JSON.parse(body || '[]') as ScriptStep[]),
			'GET /_sandbox/history': () => sandbox.history,
			'GET /_sandbox/records': () => sandbox.records,
			'POST /_sandbox/reset': () => sandbox.reset(),
		};
		const action = actions[`${method} ${path}`];
		if (!action) return pageAnswer(404);
		try {
			return jsonAnswer(JSON.stringify(action() ?? {}));
		} catch (error) {
			return jsonAnswer(JSON.stringify({ error: (error as Error).message }), 400);
		}
	}
}

function createStats(): Stats {
	return {
		calls: 0,
		byPath: {},
		refused: 0,
		leadsServed: 0,
		mostInAnyWindow: 0,
		written: { notes: 0, options: 0, activities: 0, tasks: 0, members: 0 },
		requests: [],
	};
}

/** The outcome for a client that gets bodies as text, and so cannot see how they are sent. */
function withoutSockets(outcome: Outcome): SandboxAnswer | 'reset' | 'hang' {
	if (outcome.end !== 'answered') return outcome.end;
	const { status, headers, body, coding, pace } = outcome.answer;
	if (coding === 'gzip-plain' || coding === 'gzip-cut') return 'reset';
	return pace && pace.ms > 0 ? 'hang' : { status, headers, body };
}

function toLimit(value: Limit | null): Limit | null {
	if (value === null || (value.calls >= 0 && value.seconds > 0)) return value;
	throw new Error('A limit is {"calls":25,"seconds":5} or null');
}

function limitMessage({ calls, seconds }: Limit, faults: Faults): string {
	return `API calls exceeded the limit of ${grouped(calls, faults)} in ${grouped(seconds, faults)} second(s)`;
}

function heavyTrouble(rows: number, { heavy }: Faults): Trouble | undefined {
	return heavy && rows > heavy.above ? (String(heavy.how) as Trouble) : undefined;
}

function lowerCased(headers: NonNullable<SandboxRequest['headers']>): Record<string, string> {
	const present = Object.entries(headers).filter(([, value]) => value !== undefined);
	return Object.fromEntries(present.map(([name, value]) => [name.toLowerCase(), String(value)]));
}

/** The keys of a call; those in its headers come first. */
function keysOf({ url, headers }: Call, taken: Faults['keysTaken'] = 'both'): Keys {
	const query = taken === 'headers' ? {} : queryKeys(url);
	const read = taken === 'query' ? {} : headers;
	return {
		access: read['x-lsq-accesskey'] ?? query.accesskey,
		secret: read['x-lsq-secretkey'] ?? query.secretkey,
	};
}

/** Keys in the query; the documentation writes their names in both cases (section 7). */
function queryKeys(url: URL): Record<string, string | undefined> {
	return Object.fromEntries(
		[...url.searchParams].map(([name, value]) => [name.toLowerCase(), value]),
	);
}
