import fc from 'fast-check';
import { seededRandom } from '../../../dev/simulation/simulatedTime.mts';
import { type Lead, leadReader, LeadsPage } from '../../../nodes/LeadSquared/api/leads';
import { Retrieval } from '../../../nodes/LeadSquared/fetch/retrieval';
import type { LeadsRequest } from '../../../nodes/LeadSquared/fetch/pending';
import type { Asked } from '../../../nodes/LeadSquared/fetch/results';
import type { Failed, FaultKind, Outcome } from '../../../nodes/LeadSquared/transport/outcome';

const idAt = (index: number) => `aaaaaaaa-0000-4000-8000-${String(index).padStart(12, '0')}`;
const range = (count: number, from = 0) =>
	Array.from({ length: count }, (_, at) => idAt(from + at));
const leadOf = (id: string): Lead => ({ ProspectID: id, FirstName: `Name of ${id}` });
const failed = (kind: FaultKind, more: Partial<Failed> = {}): Failed => ({
	kind,
	fault: { from: 'leadSquared', message: `It is ${kind}` },
	...more,
});
const page = (rows: Lead[], recordCount: number | undefined = rows.length): Outcome<LeadsPage> => ({
	kind: 'ok',
	value: { rows, recordCount },
});

/** A server's answer to a request; it may advance `time`. */
type Answer = (request: LeadsRequest, time: { now: number }) => Outcome<LeadsPage>;

interface Options {
	leadsPerRequest?: number;
	maxWaitMs?: number;
	/** The largest number of concurrent calls. */
	atOnce?: number;
}

/** A server that has the leads whose ids `has` accepts. */
const serverWith =
	(has: (id: string) => boolean = () => true): Answer =>
	({ ids }) =>
		page(ids.filter(has).map(leadOf));

const COLUMNS = ['ProspectID', 'FirstName'];

function start(asked: Asked[], { leadsPerRequest = 1000, maxWaitMs = 300_000 }: Options = {}) {
	const keys = asked.map(({ item, ids }) => ({ item, ids: ids.map((id) => id.toLowerCase()) }));
	const { read: readLead } = leadReader(COLUMNS);
	const options = {
		columns: COLUMNS,
		leadsPerRequest,
		maxWaitMs,
		stopAtFailure: false,
		readLead,
	};
	return { time: { now: 0 }, retrieval: new Retrieval(keys, options) };
}

/** Makes the calls of a retrieval, answered in order; pauses take no time. */
function run(ids: string[] | Asked[], answer: Answer, options: Options = {}) {
	const asked = ids.map((one) => one as unknown);
	const byItem =
		typeof asked[0] === 'object' ? (ids as Asked[]) : [{ item: 0, ids: ids as string[] }];
	const { time, retrieval } = start(byItem, options);
	const calls: LeadsRequest[] = [];
	/** The time of each call, in ms. */
	const madeAt: number[] = [];
	const underWay: LeadsRequest[] = [];
	let mostUnderWay = 0;
	for (let turns = 0; ; turns++) {
		if (turns > 100_000) throw new Error('It never ends');
		const isFree = underWay.length < (options.atOnce ?? 5);
		const step = isFree ? retrieval.next(time.now) : { waitUntil: Infinity };
		if ('ask' in step) {
			const request = step.ask;
			underWay.push(request);
			mostUnderWay = Math.max(mostUnderWay, underWay.length);
			madeAt.push(time.now);
			if (calls.push(request) > 20_000) throw new Error('It never ends');
			continue;
		}
		const oldest = underWay.shift();
		if (oldest) retrieval.handle(oldest, answer(oldest, time), time.now);
		else if (step.waitUntil === Infinity) {
			return { retrieval, calls, madeAt, time, mostUnderWay };
		} else time.now = Math.max(time.now, step.waitUntil);
	}
}

/** The next request, if it is due now. */
function ask(retrieval: Retrieval, now: number): LeadsRequest | undefined {
	const step = retrieval.next(now);
	return 'ask' in step ? step.ask : undefined;
}

/** The time that the retrieval waits, in ms. */
function waitUntil(retrieval: Retrieval, now: number): number {
	const step = retrieval.next(now);
	return 'ask' in step ? now : step.waitUntil;
}

const sizes = (calls: LeadsRequest[]) => calls.map(({ ids }) => ids.length);
const missing = ({ results }: Retrieval) =>
	[...results.notFetched].filter(([, { kind }]) => kind === 'notFound').map(([id]) => id);
const failures = ({ results }: Retrieval) =>
	[...results.notFetched].filter(([, { kind }]) => kind === 'failed').map(([id]) => id);
const isIdColumnOnly = ({ columns }: LeadsRequest) => columns.length === 1;

/** Every id has exactly one result. */
function expectAllKnown(retrieval: Retrieval, ids: string[]) {
	const results = [...retrieval.results.leads.keys(), ...retrieval.results.notFetched.keys()];
	expect(results.sort()).toEqual([...new Set(ids.map((id) => id.toLowerCase()))].sort());
	expect(retrieval.progress).toEqual({ known: results.length, all: results.length });
}

describe('if all leads are found', () => {
	it.each([
		[0, []],
		[1, [1]],
		[1000, [1000]],
		[1001, [1000, 1]],
		[10_500, [...Array<number>(10).fill(1000), 500]],
	])('%i ids take calls of %j', (count, expected) => {
		const { retrieval, calls } = run(range(count), serverWith());
		expect(sizes(calls)).toEqual(expected);
		expect(retrieval.results.leads.size).toBe(count);
		expect(retrieval.results.notFetched.size).toBe(0);
		expect(retrieval.results.firstFailure).toBeUndefined();
	});

	it('calls request all columns', () => {
		const { calls } = run(range(2), serverWith());
		expect(calls).toEqual([{ ids: range(2), columns: COLUMNS, pageSize: 2 }]);
	});

	it('every id is requested once for all input items, in order, within the size of a call', () => {
		const ids = fc.array(fc.nat(40).map(idAt), { maxLength: 30 });
		fc.assert(
			fc.property(fc.array(ids), fc.integer({ min: 1, max: 12 }), (lists, leadsPerRequest) => {
				const asked = lists.map((some, item) => ({ item, ids: [...new Set(some)] }));
				const { calls } = run(asked.length > 0 ? asked : [], serverWith(), { leadsPerRequest });
				expect(calls.flatMap((call) => call.ids)).toEqual([...new Set(lists.flat())]);
				for (const size of sizes(calls)) expect(size).toBeLessThanOrEqual(leadsPerRequest);
				const all = new Set(lists.flat()).size;
				expect(calls.length).toBe(Math.ceil(all / leadsPerRequest));
			}),
		);
	});

	it('a lead is found by its id in any case, spelling and order', () => {
		const ids = [idAt(1).toUpperCase(), idAt(2)];
		const { retrieval, calls } = run(ids, () =>
			page([{ prospectId: idAt(2).toUpperCase() }, { PROSPECTID: idAt(1) }]),
		);
		expect([...retrieval.results.leads].sort()).toEqual([
			[idAt(1), { ProspectID: idAt(1), FirstName: null }],
			[idAt(2), { ProspectID: idAt(2).toUpperCase(), FirstName: null }],
		]);
		expect(calls.length).toBe(1);
	});

	it('repeated and unrequested rows are ignored', () => {
		const rows = [idAt(1), idAt(9), idAt(1), idAt(2)].map(leadOf);
		rows[2].FirstName = 'Another';
		const { retrieval, calls } = run([idAt(1), idAt(2)], () => page(rows));
		expect([...retrieval.results.leads.values()]).toEqual([leadOf(idAt(1)), leadOf(idAt(2))]);
		expect(calls.length).toBe(1);
	});

	it('the progress counts the ids whose result is known', () => {
		const { retrieval } = start([{ item: 0, ids: range(5) }], { leadsPerRequest: 2 });
		expect(retrieval.progress).toEqual({ known: 0, all: 5 });
		const first = ask(retrieval, 0)!;
		retrieval.handle(first, page(first.ids.map(leadOf)), 0);
		expect(retrieval.progress).toEqual({ known: 2, all: 5 });
	});
});

describe('ids that an answer leaves out are requested once more', () => {
	it.each([
		['one of a thousand', 1000, 1, 2],
		['one of ten thousand', 10_000, 1, 11],
		['a hundred of ten thousand', 10_000, 100, 11],
		['all of a thousand', 1000, 1000, 2],
		['1,500 of ten thousand', 10_000, 1500, 12],
		['all of ten thousand', 10_000, 10_000, 20],
	])('%s', (_, count, absent, calls) => {
		const every = count / absent;
		const gone = new Set(Array.from({ length: absent }, (_, at) => idAt(Math.floor(at * every))));
		const done = run(
			range(count),
			serverWith((id) => !gone.has(id)),
		);
		expect(missing(done.retrieval).sort()).toEqual([...gone].sort());
		expect(done.calls.length).toBe(calls);
		expectAllKnown(done.retrieval, range(count));
	});

	it('and found, if it was the answer that was incomplete', () => {
		let first = true;
		const { retrieval, calls } = run(range(10), ({ ids }) => {
			const rows = ids.map(leadOf).slice(first ? 3 : 0);
			first = false;
			return page(rows);
		});
		expect(sizes(calls)).toEqual([10, 3]);
		expect(retrieval.results.leads.size).toBe(10);
		expect(retrieval.results.notFetched.size).toBe(0);
	});

	it('a lead that comes with the answer to other ids is found after all', () => {
		const { retrieval } = run(
			range(4),
			({ ids }) =>
				page(ids.includes(idAt(3)) ? [idAt(0), idAt(2), idAt(3)].map(leadOf) : [leadOf(idAt(1))]),
			{ leadsPerRequest: 2, atOnce: 1 },
		);
		expect([...retrieval.results.leads.keys()].sort()).toEqual(range(4));
		expect(retrieval.results.notFetched.size).toBe(0);
	});

	it('with room on the page for unrequested rows, which push others off it', () => {
		// Each page begins with five leads of others.
		const strangers = range(5, 900).map(leadOf);
		const { retrieval, calls } = run(
			range(20),
			({ ids, pageSize }) => page([...strangers, ...ids.map(leadOf)].slice(0, pageSize)),
			{ leadsPerRequest: 20 },
		);
		expect(retrieval.results.leads.size).toBe(20);
		expect(calls.map(({ ids, pageSize }) => [ids.length, pageSize])).toEqual([
			[20, 20],
			[5, 20],
		]);
	});

	it('an answer that counts leads but contains none proves nothing until the fifth time', () => {
		const { retrieval, calls } = run(range(2), () => page([], 2));
		expect(calls.length).toBe(5);
		expect(missing(retrieval)).toEqual(range(2));
		let answers = 0;
		const later = run(range(2), ({ ids }) => (++answers < 5 ? page([], 2) : page(ids.map(leadOf))));
		expect(later.retrieval.results.leads.size).toBe(2);
	});

	it('an answer that counts leads but contains none is not the first of two that leave a lead out', () => {
		const answers = [page([], 1), page([], 0), page([leadOf(idAt(0))])];
		const { retrieval, calls } = run(range(1), () => answers.shift()!);
		expect(calls.length).toBe(3);
		expect([...retrieval.results.leads.keys()]).toEqual(range(1));
	});

	it('while answers are under way, missing ids wait for more', () => {
		const { retrieval } = start([{ item: 0, ids: range(4) }], { leadsPerRequest: 2 });
		const [first, second] = [ask(retrieval, 0)!, ask(retrieval, 0)!];
		retrieval.handle(first, page([leadOf(idAt(0))]), 0);
		expect(ask(retrieval, 0)).toBeUndefined();
		retrieval.handle(second, page([leadOf(idAt(3))]), 0);
		expect(ask(retrieval, 0)!.ids.sort()).toEqual([idAt(1), idAt(2)]);
	});

	it('and ids that fill a call are requested at once', () => {
		const { retrieval } = start([{ item: 0, ids: range(40) }], { leadsPerRequest: 10 });
		const [first, second] = Array.from({ length: 4 }, () => ask(retrieval, 0)!);
		retrieval.handle(first, page([]), 0);
		retrieval.handle(second, page(range(5, 10).map(leadOf)), 0);
		expect(ask(retrieval, 0)!.ids).toEqual(range(10));
		expect(ask(retrieval, 0)).toBeUndefined();
	});

	it('only once also if the answer holds unrequested leads, and counts them', () => {
		const { retrieval, calls } = run(range(3), ({ ids }) =>
			page([...ids.filter((id) => id !== idAt(1)), idAt(9)].map(leadOf), 5000),
		);
		expect(sizes(calls)).toEqual([3, 1]);
		expect(missing(retrieval)).toEqual([idAt(1)]);
	});
});

describe('a cap on the rows of an answer', () => {
	it.each([1, 7, 100, 500])('of %i, applied silently, is learned, and nothing is lost', (cap) => {
		const count = Math.min(5000, cap * 40);
		const ids = range(count);
		const done = run(ids, (request) =>
			page(request.ids.slice(0, cap).map(leadOf), request.ids.length),
		);
		expect(done.retrieval.results.leads.size).toBe(count);
		expect(done.retrieval.results.notFetched.size).toBe(0);
		for (const size of sizes(done.calls.slice(-3))) expect(size).toBeLessThanOrEqual(cap);
		// The calls that the cap requires, and those before it was known.
		expect(done.calls.length).toBeLessThanOrEqual(
			Math.ceil(count / cap) + Math.ceil(count / 1000) + 6,
		);
	});

	it.each([
		['names its number', 200, 200],
		['names no number', undefined, 125],
		['names a larger number than was asked', 5000, 125],
	])('that an error %s is used from then on', (_, named, learned) => {
		const answer: Answer = ({ ids }) =>
			ids.length > 200 ? failed('tooLarge', { cap: named }) : page(ids.map(leadOf));
		const { retrieval, calls } = run(range(3000), answer, { atOnce: 1 });
		expect(retrieval.results.leads.size).toBe(3000);
		expect(retrieval.results.notFetched.size).toBe(0);
		expect(Math.max(...sizes(calls.slice(3)))).toBe(learned);
	});

	it('that an error names and that equals the number requested does not help, and is halved', () => {
		const { retrieval, calls } = run(
			range(1000),
			({ ids }) =>
				ids.length > 200 ? failed('tooLarge', { cap: ids.length }) : page(ids.map(leadOf)),
			{ atOnce: 1 },
		);
		expect(sizes(calls).slice(0, 4)).toEqual([1000, 500, 250, 125]);
		expect(retrieval.results.leads.size).toBe(1000);
	});

	it('that is too small for one lead is a failure of the request', () => {
		const { retrieval } = run(range(4), () => failed('tooLarge', { cap: 1 }));
		expect(failures(retrieval).sort()).toEqual(range(4));
		expect(retrieval.results.firstFailure).toMatchObject({
			scope: 'request',
			failure: { kind: 'tooLarge' },
		});
	});
});

describe('an id at fault', () => {
	const poisonous =
		(poison: Set<string>, has: (id: string) => boolean = () => true): Answer =>
		(request, time) =>
			request.ids.some((id) => poison.has(id))
				? failed('invalidRequest')
				: serverWith(has)(request, time);

	it.each([0, 1, 499, 500, 731, 998, 999])(
		'at place %i of a thousand costs at most 25 calls more, and no other lead',
		(place) => {
			const { retrieval, calls } = run(range(1000), poisonous(new Set([idAt(place)])));
			expect(failures(retrieval)).toEqual([idAt(place)]);
			expect(retrieval.results.firstFailure).toMatchObject({ id: idAt(place), scope: 'id' });
			expect(retrieval.results.leads.size).toBe(999);
			expect(calls.length).toBeLessThanOrEqual(1 + 25);
		},
	);

	it('costs at most 20 calls more if other ids were accepted before', () => {
		const poison = new Set([idAt(5432)]);
		const { retrieval, calls } = run(range(10_000), poisonous(poison), { atOnce: 1 });
		expect(failures(retrieval)).toEqual([...poison]);
		expect(calls.length).toBeLessThanOrEqual(10 + 20);
	});

	it.each([1, 5, 50])('is found also as one of ten in 10,000, with %i calls at once', (atOnce) => {
		const poison = new Set(Array.from({ length: 10 }, (_, at) => idAt(at * 1000 + 37 * at)));
		const { retrieval, calls } = run(range(10_000), poisonous(poison), { atOnce });
		expect(failures(retrieval).sort()).toEqual([...poison].sort());
		expect(retrieval.results.leads.size).toBe(9990);
		expect(calls.length).toBeLessThanOrEqual(10 + 10 * 25);
		for (const { scope } of retrieval.results.notFetched.values() as Iterable<{ scope: string }>)
			expect(scope).toBe('id');
	});

	it('is distinguished from others that the account does not have', () => {
		const answer = poisonous(new Set([idAt(3)]), (id) => id !== idAt(7));
		const { retrieval } = run(range(20), answer);
		expect(failures(retrieval)).toEqual([idAt(3)]);
		expect(missing(retrieval)).toEqual([idAt(7)]);
		expectAllKnown(retrieval, range(20));
	});

	it.each([1, 2, 3, 8])('is each of %i, if each is', (count) => {
		const { retrieval } = run(range(count), poisonous(new Set(range(count))));
		expect(failures(retrieval).sort()).toEqual(range(count));
		expectAllKnown(retrieval, range(count));
	});

	it('never costs another lead, wherever the ids at fault are', () => {
		const places = fc.uniqueArray(fc.nat(59), { maxLength: 60 });
		fc.assert(
			fc.property(
				places,
				fc.integer({ min: 1, max: 70 }),
				fc.integer({ min: 1, max: 6 }),
				(at, leadsPerRequest, atOnce) => {
					const poison = new Set(at.map(idAt));
					const { retrieval } = run(range(60), poisonous(poison), { leadsPerRequest, atOnce });
					expect(failures(retrieval).sort()).toEqual([...poison].sort());
					expect(retrieval.results.leads.size).toBe(60 - poison.size);
				},
			),
		);
	});
});

describe('a fault that is not an id', () => {
	const badColumn: Answer = (request, time) =>
		isIdColumnOnly(request) ? serverWith()(request, time) : failed('invalidRequest');
	const alwaysRejected: Answer = () => failed('invalidRequest');

	it.each([1, 2, 3, 1000])('a column, with %i ids, is recognised with three calls', (count) => {
		const { retrieval, calls } = run(range(count), badColumn);
		expect(calls.length).toBeLessThanOrEqual(1 + 3);
		expect(retrieval.results.firstFailure).toMatchObject({ scope: 'columns' });
		expect(failures(retrieval).sort()).toEqual(range(count));
		const reasons = [...retrieval.results.notFetched.values()];
		expect(reasons.every((one) => one.kind === 'failed' && one.scope === 'columns')).toBe(true);
		expect(new Set(reasons.map((one) => one.kind === 'failed' && one.failure)).size).toBe(1);
		expectAllKnown(retrieval, range(count));
	});

	it.each([1, 2, 3, 1000])('of every request, with %i ids, likewise', (count) => {
		const { retrieval, calls } = run(range(count), alwaysRejected);
		expect(calls.length).toBeLessThanOrEqual(1 + 3);
		expect(retrieval.results.firstFailure).toMatchObject({ scope: 'request' });
		expect(failures(retrieval).sort()).toEqual(range(count));
		expectAllKnown(retrieval, range(count));
	});

	it.each([
		['a column', badColumn, 'columns'],
		['of every request', alwaysRejected, 'request'],
	])('%s, with many calls under way, costs no more', (_, answer, scope) => {
		const { retrieval, calls } = run(range(10_000), answer, { atOnce: 10 });
		expect(calls.length).toBeLessThanOrEqual(10 + 3);
		expect(retrieval.results.firstFailure).toMatchObject({ scope });
		expectAllKnown(retrieval, range(10_000));
	});

	const UNKNOWN = '00000000-0000-4000-8000-000000000000';
	it.each([
		['a column, with one id', badColumn, 1, [range(1), [UNKNOWN, '*'], [idAt(0), '*']]],
		['a column', badColumn, 3, [range(3), range(1), [UNKNOWN, '*'], [idAt(0), '*']]],
		['of every request, with one id', alwaysRejected, 1, [range(1), [UNKNOWN, '*']]],
		['of every request', alwaysRejected, 3, [range(3), range(1), [UNKNOWN, '*'], range(1, 2)]],
	])(
		'%s, is found by requesting one id, an unknown id, and then one more',
		(_, answer, count, expected) => {
			const { retrieval, calls } = run(range(count), answer);
			// A star marks requests without the columns.
			const asked = calls.map((call) => (isIdColumnOnly(call) ? [...call.ids, '*'] : call.ids));
			expect(asked).toEqual(expected);
			expect(retrieval.results.firstFailure).toMatchObject({
				failure: { kind: 'invalidRequest' },
			});
		},
	);

	it('a column is recognised, though transient errors come in between', () => {
		let faults = 0;
		const { retrieval } = run(
			range(3),
			(request, time) =>
				request.ids.length === 1 && ++faults <= 2 ? failed('transient') : badColumn(request, time),
			{ atOnce: 1 },
		);
		for (const id of range(3)) {
			expect(retrieval.results.notFetched.get(id)).toMatchObject({ scope: 'columns' });
		}
	});

	it.each<FaultKind>(['unauthorized', 'noEndpoint', 'unreachable', 'quotaUsedUp', 'rateLimited'])(
		'such as %s ends it with the first answer',
		(kind) => {
			const { retrieval, calls } = run(range(5000), () => failed(kind), { atOnce: 1 });
			expect(calls.length).toBe(1);
			expect(retrieval.results.firstFailure).toMatchObject({
				id: idAt(0),
				scope: 'request',
				failure: { kind },
			});
			expectAllKnown(retrieval, range(5000));
		},
	);

	it('that appears while another is investigated is reported for the requested ids, and no other', () => {
		let answers = 0;
		const { retrieval } = run(range(9), () =>
			failed(++answers > 1 ? 'unauthorized' : 'invalidRequest'),
		);
		expect(failures(retrieval).sort()).toEqual(range(9));
		expect(range(9)).toContain(retrieval.results.firstFailure!.id);
		expectAllKnown(retrieval, range(9));
	});

	it('keeps what was fetched before it', () => {
		let answers = 0;
		const { retrieval } = run(
			range(5000),
			(request, time) => (++answers > 2 ? failed('unauthorized') : serverWith()(request, time)),
			{ atOnce: 1 },
		);
		expect(retrieval.results.leads.size).toBe(2000);
		expect(failures(retrieval)).toEqual(range(3000, 2000));
	});
});

describe('leads without an ID', () => {
	const nameless = (id: string): Lead => ({ ProspectID: null, FirstName: `Name of ${id}` });

	it('end the retrieval: their IDs, and all that are not requested yet, are left to another reader', () => {
		const { retrieval, calls } = run(
			range(40),
			({ ids }) => page(ids.map((id) => (id === idAt(11) ? nameless(id) : leadOf(id)))),
			{ leadsPerRequest: 10, atOnce: 2 },
		);
		expect(sizes(calls)).toEqual([10, 10, 10]);
		expect([...retrieval.unidentified]).toEqual([idAt(11), ...range(10, 30)]);
		expect(retrieval.results.leads.size).toBe(29);
		expect(retrieval.results.notFetched.size).toBe(0);
	});

	it('so do calls that fail meanwhile', () => {
		for (const kind of ['transient', 'invalidRequest', 'notFound', 'tooLarge'] as const) {
			const { retrieval } = run(
				range(20),
				({ ids }) => (ids.includes(idAt(0)) ? page(ids.map(nameless)) : failed(kind)),
				{ leadsPerRequest: 10, atOnce: 2 },
			);
			expect([...retrieval.unidentified].sort()).toEqual(range(20));
			expect(retrieval.results.notFetched.size).toBe(0);
		}
	});

	it('do not keep a permanent failure from failing all of them', () => {
		const { retrieval } = run(
			range(20),
			({ ids }) => (ids.includes(idAt(0)) ? page(ids.map(nameless)) : failed('unauthorized')),
			{ leadsPerRequest: 10, atOnce: 2 },
		);
		expect(retrieval.unidentified.size).toBe(0);
		expect(failures(retrieval).sort()).toEqual(range(20));
	});

	it('are ignored if all requested leads have one', () => {
		const { retrieval, calls } = run(range(2), ({ ids }) =>
			page([...ids.map(leadOf), nameless(idAt(9))]),
		);
		expect(calls.length).toBe(1);
		expect(retrieval.unidentified.size).toBe(0);
	});
});

describe('a page that is too heavy', () => {
	const heavyAbove =
		(most: number, takesMs = 1000): Answer =>
		(request, time) => {
			time.now += takesMs;
			return request.ids.length > most ? failed('transient') : serverWith()(request, time);
		};

	it.each([1, 60, 130, 700])('is halved until it is light enough: %i leads', (most) => {
		const count = Math.min(4000, most * 40);
		const { retrieval, calls } = run(range(count), heavyAbove(most));
		expect(retrieval.results.leads.size).toBe(count);
		expect(retrieval.results.notFetched.size).toBe(0);
		// Later chunks start with the size that worked; larger ones are only tried.
		const tooHeavy = sizes(calls.slice(30)).filter((size) => size > most);
		expect(tooHeavy.length).toBeLessThanOrEqual(2);
	});

	it('grows back, once the server can take more again', () => {
		let answers = 0;
		const { retrieval, calls } = run(
			range(20_000),
			(request, time) => (++answers <= 6 ? failed('transient') : serverWith()(request, time)),
			{ atOnce: 1 },
		);
		expect(Math.min(...sizes(calls))).toBeLessThan(1000);
		expect(sizes(calls).slice(8)).toContain(1000);
		expect(retrieval.results.leads.size).toBe(20_000);
		expect(calls.length).toBeLessThan(45);
	});
});

describe('a larger page', () => {
	const timedOut = failed('transient', { timedOut: true });

	/** Handles call after call: each has to ask for a number of ids, and is answered or times out. */
	function handleAll(retrieval: Retrieval, expected: Array<[size: number, isAnswered: boolean]>) {
		for (const [size, isAnswered] of expected) {
			const request = ask(retrieval, HOUR)!;
			expect(request.ids.length).toBe(size);
			retrieval.handle(request, isAnswered ? page(request.ids.map(leadOf)) : timedOut, 0);
		}
	}
	// By then every pause is over.
	const HOUR = 3600_000;

	it('is tried once at a time', () => {
		const { retrieval } = start([{ item: 0, ids: range(8000) }]);
		handleAll(retrieval, [
			[1000, false],
			[500, true],
		]);
		const [trial, usual] = [ask(retrieval, HOUR)!, ask(retrieval, HOUR)!];
		expect(sizes([trial, usual])).toEqual([625, 500]);
		retrieval.handle(usual, page(usual.ids.map(leadOf)), 0);
		expect(ask(retrieval, HOUR)!.ids.length).toBe(500);
		retrieval.handle(trial, page(trial.ids.map(leadOf)), 0);
		expect(ask(retrieval, HOUR)!.ids.length).toBe(750);
	});

	it('that failed is tried smaller, then not at all: calls run in parallel again', () => {
		const { retrieval } = start([{ item: 0, ids: range(8000) }]);
		handleAll(retrieval, [
			[1000, false],
			[500, true],
			[625, false],
			[563, false],
			[532, false],
			[500, true],
		]);
		expect([ask(retrieval, HOUR)?.ids.length, ask(retrieval, HOUR)?.ids.length]).toEqual([
			500, 500,
		]);
	});

	it('that is rejected was not too large', () => {
		const { retrieval, calls } = run(
			range(40_000),
			(request, time) => {
				if (time.now === 0) {
					time.now = 1;
					return timedOut;
				}
				return request.ids.includes(idAt(2000))
					? failed('invalidRequest')
					: serverWith()(request, time);
			},
			{ atOnce: 1 },
		);
		expect(sizes(calls).slice(-4)).toContain(1000);
		expect(failures(retrieval)).toEqual([idAt(2000)]);
	});
});

describe('transient errors', () => {
	const takes =
		(ms: number, answer: Answer): Answer =>
		(request, time) => {
			time.now += ms;
			return answer(request, time);
		};
	const always: Answer = () => failed('transient');
	const brokenAt = (broken: string[]): Answer =>
		takes(300, (request, time) =>
			request.ids.some((id) => broken.includes(id))
				? failed('transient')
				: serverWith()(request, time),
		);

	it('of one chunk do not delay others', () => {
		const { retrieval } = start([{ item: 0, ids: range(10) }], { leadsPerRequest: 1 });
		const [first, second] = [ask(retrieval, 0)!, ask(retrieval, 0)!];
		retrieval.handle(first, failed('transient', { retryAfterMs: 60_000 }), 0);
		expect([ask(retrieval, 0), ask(retrieval, 0)]).not.toContain(undefined);
		retrieval.handle(second, page(second.ids.map(leadOf)), 0);
		expect([ask(retrieval, 0), ask(retrieval, 0)]).not.toContain(undefined);
	});

	it('in a row, whichever chunks they meet, are an outage: one call at a time finds out when it ends', () => {
		const { retrieval } = start([{ item: 0, ids: range(10) }], { leadsPerRequest: 1 });
		const calls = [1, 2, 3, 4].map(() => ask(retrieval, 0)!);
		for (const call of calls) retrieval.handle(call, failed('transient'), 0);
		const at = waitUntil(retrieval, 0);
		expect(at).toBeGreaterThan(0);
		expect(ask(retrieval, at / 2)).toBeUndefined();
		const only = ask(retrieval, at)!;
		expect(ask(retrieval, at)).toBeUndefined();
		retrieval.handle(only, page(only.ids.map(leadOf)), at);
		expect([ask(retrieval, at), ask(retrieval, at)]).not.toContain(undefined);
	});

	it('are followed by growing pauses, or by those of Retry-After', () => {
		const { madeAt } = run(range(1), always);
		const pauses = madeAt.slice(1).map((at, index) => at - madeAt[index]);
		expect(Math.max(...pauses.slice(-6))).toBeGreaterThan(4000);
		expect(Math.max(...pauses)).toBeLessThanOrEqual(30_000);
		let answers = 0;
		const asked = run(range(1), (request, time) =>
			++answers === 1 ? failed('transient', { retryAfterMs: 7000 }) : serverWith()(request, time),
		);
		expect(asked.madeAt).toEqual([0, 7000]);
	});

	it.each([1, 1000])('with a Max Wait of 0, %i ids get no second try', (count) => {
		const { calls, retrieval } = run(range(count), always, { maxWaitMs: 0 });
		expect(calls.length).toBe(1);
		expect(failures(retrieval)).toEqual(range(count));
	});

	it.each([1, 5])(
		'with a Max Wait of 0, one chunk that fails costs no other its leads: %i calls at once',
		(atOnce) => {
			const { retrieval } = run(
				range(20_000),
				(request, time) =>
					request.ids.includes(idAt(1500)) ? failed('transient') : serverWith()(request, time),
				{ maxWaitMs: 0, atOnce },
			);
			expect(failures(retrieval)).toEqual(range(1000, 1000));
			expect(retrieval.results.leads.size).toBe(19_000);
		},
	);

	it.each([1, 10])(
		'end after maxWaitMs of nothing else, for every id, with %i calls at once',
		(atOnce) => {
			const { retrieval, time } = run(range(5000), takes(7000, always), {
				maxWaitMs: 60_000,
				atOnce,
			});
			expect(time.now).toBeGreaterThanOrEqual(60_000);
			expect(time.now).toBeLessThanOrEqual(60_000 + 30_000 + atOnce * 7000);
			expect(retrieval.results.firstFailure).toMatchObject({
				scope: 'request',
				failure: { kind: 'transient' },
			});
			expectAllKnown(retrieval, range(5000));
		},
	);

	it('do not end it while a call is answered now and then', () => {
		const random = seededRandom(1);
		const { retrieval } = run(
			range(3000),
			takes(2000, (request, time) =>
				random() < 0.6 ? failed('transient') : serverWith()(request, time),
			),
			{ maxWaitMs: 900_000, leadsPerRequest: 100 },
		);
		expect(retrieval.results.leads.size).toBe(3000);
	});

	it.each([
		['one', 1],
		['five', 5],
	])('of %s of 1,000 ids fail alone, and the others come soon', (_, count) => {
		const broken = Array.from({ length: count }, (_, at) => idAt(at * 190 + 7));
		const lastFound = { at: 0 };
		const answer = brokenAt(broken);
		const { retrieval, time, calls } = run(range(1000), (request, clock) => {
			const outcome = answer(request, clock);
			if (outcome.kind === 'ok') lastFound.at = clock.now;
			return outcome;
		});
		expect(failures(retrieval).sort()).toEqual(broken);
		expect(retrieval.results.leads.size).toBe(1000 - count);
		for (const id of broken) {
			expect(retrieval.results.notFetched.get(id)).toMatchObject({ scope: 'id' });
		}
		// Half a second to see that it was not chance, then about ten calls one after the other.
		expect(lastFound.at).toBeLessThan(1000 + 300 * (12 + 20 * count));
		// And Max Wait for those that fail.
		expect(time.now).toBeLessThan(300_000 + 30_000 + lastFound.at);
		expect(calls.length).toBeLessThan(100 * count);
	});

	it('of one id do not change the size of other chunks', () => {
		const { calls } = run(range(60_000), brokenAt([idAt(30_000)]), { atOnce: 25 });
		expect(sizes(calls).filter((size) => size === 1000).length).toBeGreaterThanOrEqual(59);
	});

	it('blame no lead if nothing else was answered', () => {
		const { retrieval } = run(range(1), always, { maxWaitMs: 60_000 });
		expect(retrieval.results.firstFailure).toMatchObject({ scope: 'request' });
	});
});

it('an id that does not exist is not found, though others never get an answer', () => {
	const [unknown, ...silent] = range(3);
	const { retrieval, calls } = run(
		[unknown, ...silent],
		({ ids }) => (ids.includes(unknown) ? page([]) : failed('transient')),
		{ leadsPerRequest: 1 },
	);
	expect(missing(retrieval)).toEqual([unknown]);
	expect(retrieval.results.notFetched.size).toBe(3);
	expect(retrieval.results.notFetched.get(silent[0])).toMatchObject({ kind: 'failed' });
	expect(calls.length).toBeLessThan(100);
});

describe('unrequested leads, on pages that are capped silently', () => {
	// Ids from 500 on have been merged: for each, a lead beyond 1,000 is returned.
	const answers = (id: string) =>
		id < idAt(500) ? id : id.replace('8000-000000000', '8000-000000001');
	const wanted = range(20);
	const merged = range(20, 500);
	const served =
		(cap: number, copies = 1): Answer =>
		({ ids }) =>
			page(
				[...ids]
					.sort()
					.reverse()
					.slice(0, cap)
					.flatMap((id) => Array<Lead>(copies).fill(leadOf(answers(id)))),
			);

	it.each([1, 2, 3, 7])('do not hide those that were: %i on a page', (cap) => {
		for (const copies of [1, 2]) {
			const { retrieval, calls } = run([...wanted, ...merged], served(cap, copies));
			const { leads, notFetched, unasked } = retrieval.results;
			expect([...leads.keys()].sort()).toEqual(wanted);
			expect([...notFetched.keys()].sort()).toEqual(merged);
			expect([...notFetched.values()].every(({ kind }) => kind === 'notFound')).toBe(true);
			expect(unasked.size).toBe(20);
			expect(calls.length).toBeLessThan(150);
		}
	});

	it('cost no extra calls if nothing is capped', () => {
		const { retrieval, calls } = run([...wanted, ...merged], served(Infinity));
		expect(retrieval.results.leads.size).toBe(20);
		expect(sizes(calls)).toEqual([40, 20]);
	});
});

describe('most ids do not exist', () => {
	it('and one that does is left out once: that decides nothing about the others', () => {
		const ids = range(100_000);
		const exists = new Set(range(100).map((_, at) => idAt(at * 1000 + 17)));
		const late = idAt(50_017);
		let wasLeftOut = false;
		const { retrieval, calls } = run(ids, ({ ids: asked }) => {
			const rows = asked.filter((id) => exists.has(id) && (id !== late || wasLeftOut));
			wasLeftOut ||= asked.includes(late);
			return page(rows.map(leadOf));
		});
		expect(new Set(retrieval.results.leads.keys())).toEqual(exists);
		expect(retrieval.results.notFetched.size).toBe(ids.length - exists.size);
		expect(calls.length).toBeLessThanOrEqual(300);
	});
});

describe('an id that an answer left out once', () => {
	it.each([1, 10, 1000])('is found, and costs one extra call: of %i ids', (count) => {
		const late = idAt(count - 1);
		let asked = 0;
		const { retrieval, calls } = run(range(count), ({ ids }) =>
			page(ids.filter((id) => id !== late || ++asked > 1).map(leadOf)),
		);
		expect([retrieval.results.leads.size, calls.length]).toEqual([count, 2]);
	});
});

describe('LeadSquared says in words that there is no such lead', () => {
	const saysSo =
		(gone: string[]): Answer =>
		(request, time) =>
			request.ids.some((id) => gone.includes(id))
				? failed('notFound')
				: serverWith()(request, time);

	it.each([
		['of one of a thousand', 1000, [idAt(617)]],
		['of the only one', 1, range(1)],
		['of each', 20, range(20)],
		['of the first and the last', 50, [idAt(0), idAt(49)]],
	])('%s: that one is not found, nothing has failed', (_, count, gone) => {
		const { retrieval, calls } = run(range(count), saysSo(gone));
		expect(missing(retrieval).sort()).toEqual(gone);
		expect(failures(retrieval)).toEqual([]);
		expect(retrieval.results.leads.size).toBe(count - gone.length);
		expect(retrieval.results.firstFailure).toBeUndefined();
		expect(calls.length).toBeLessThanOrEqual(1 + 20 * gone.length);
		expectAllKnown(retrieval, range(count));
	});

	it('of an id while another one is at fault: each has its own result', () => {
		const answer: Answer = (request, time) =>
			request.ids.includes(idAt(3)) ? failed('invalidRequest') : saysSo([idAt(12)])(request, time);
		const { retrieval } = run(range(20), answer);
		expect([missing(retrieval), failures(retrieval)]).toEqual([[idAt(12)], [idAt(3)]]);
		expectAllKnown(retrieval, range(20));
	});

	it('of an id that no lead has, while columns are at fault', () => {
		const { retrieval } = run(range(3), (request, time) => {
			if (!isIdColumnOnly(request)) return failed('invalidRequest');
			return range(3).includes(request.ids[0]) ? serverWith()(request, time) : failed('notFound');
		});
		expect(retrieval.results.firstFailure).toMatchObject({ scope: 'columns' });
		expectAllKnown(retrieval, range(3));
	});
});

describe('columns that a rejection names', () => {
	const names = (...unknown: string[]): Failed => ({
		kind: 'invalidRequest',
		fault: {
			from: 'leadSquared',
			type: 'MXUnknownAttributeException',
			message: `Attribute(s) does not exist - ${unknown.join(', ')}`,
		},
	});
	const rejecting =
		(...unknown: string[]): Answer =>
		(request, time) => {
			const named = request.columns.filter((column) => unknown.includes(column));
			return named.length > 0 ? names(...named) : serverWith()(request, time);
		};

	it.each([1, 5])('are not asked for again, and reported once: %i calls at once', (atOnce) => {
		const { retrieval, calls } = run(range(10_000), rejecting('FirstName'), { atOnce });
		expect(retrieval.results.leads.size).toBe(10_000);
		expect(retrieval.results.unknownColumns).toEqual(['FirstName']);
		expect(retrieval.results.firstFailure).toBeUndefined();
		expect(calls.length).toBeLessThanOrEqual(10 + atOnce);
		expect(calls.at(-1)!.columns).toEqual(['ProspectID']);
	});

	it('but which were not requested are no reason: the request itself is at fault', () => {
		const { retrieval, calls } = run(range(5), () => names('mx_Of_Another'));
		expect(retrieval.results.unknownColumns).toEqual([]);
		expect(retrieval.results.firstFailure).toMatchObject({ scope: 'request' });
		expect(calls.length).toBeLessThanOrEqual(1 + 3);
	});
});

describe('a lead that is too large for any page', () => {
	it.each([
		[20, 7, 5],
		[20_000, 7, 1],
		[20_000, 10_500, 2],
		[20_000, 19_999, 5],
	])(
		'costs no other its lead: of %i, the one at place %i, with %i calls at once',
		(count, place, atOnce) => {
			const huge = idAt(place);
			const { retrieval } = run(
				range(count),
				(request, time) =>
					request.ids.includes(huge) ? failed('tooLarge') : serverWith()(request, time),
				{ atOnce },
			);
			expect(failures(retrieval)).toEqual([huge]);
			expect(retrieval.results.leads.size).toBe(count - 1);
			expect(retrieval.results.notFetched.get(huge)).toMatchObject({ scope: 'id' });
		},
	);

	it('does not make other calls smaller if as many leads were accepted before', () => {
		const huge = idAt(10_500);
		const { calls } = run(
			range(20_000),
			(request, time) =>
				request.ids.includes(huge) ? failed('tooLarge') : serverWith()(request, time),
			{ atOnce: 1 },
		);
		expect(sizes(calls).filter((size) => size === 1000).length).toBe(20);
	});
});
