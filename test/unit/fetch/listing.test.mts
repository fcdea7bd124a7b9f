import fc from 'fast-check';
import type { Lead, LeadsPage } from '../../../nodes/LeadSquared/api/leads';
import {
	Listing,
	type ListingOptions,
	type PageRequest,
} from '../../../nodes/LeadSquared/fetch/listing';
import type { Outcome } from '../../../nodes/LeadSquared/transport/outcome';
import { RUNS } from '../../sizes.mts';

const idAt = (index: number) => `aaaaaaaa-0000-4000-8000-${String(index).padStart(12, '0')}`;
const rowAt = (index: number) => ({ ProspectID: idAt(index) });
const indexOf = (id: unknown) => Number(String(id).slice(-12));

type Counting = 'all' | 'none' | 'page' | 'account' | 'half';

/** A list that a server gives in pages, sorted; rows come and go. */
interface Server {
	/** Indices that are there now, in their order. */
	rows: number[];
	/** The most rows in a page. */
	cap: number;
	counts: Counting;
	/** Answers so far. */
	calls: number;
}

function answer({ rows, cap, counts }: Server, request: PageRequest): LeadsPage {
	const size = Math.min(request.pageSize, cap);
	const page = rows.slice((request.page - 1) * size, request.page * size);
	const total = page.length === 0 ? 0 : rows.length;
	const recordCount = {
		all: total,
		none: undefined,
		page: page.length,
		account: 10_000,
		half: Math.ceil(total / 2),
	}[counts];
	return { rows: page.map(rowAt), recordCount };
}

interface Job extends Partial<ListingOptions> {
	server: Server;
	atOnce?: number;
	/** The call under way that is answered next. */
	pick?: (underWay: number) => number;
	/** Changes before an answer is made. */
	change?: (server: Server) => void;
	/** The result of the n-th call, if not its answer. */
	trouble?: (call: number, request: PageRequest) => Outcome<LeadsPage> | undefined;
}

function read({ server, atOnce = 8, pick = () => 0, change, trouble, ...options }: Job) {
	const listing = new Listing({
		columns: ['ProspectID', 'FirstName'],
		pageSize: 5000,
		maxWaitMs: 300_000,
		readLead: (row) => row,
		counts: { all: false },
		...options,
	});
	const underWay: PageRequest[] = [];
	const asked: PageRequest[] = [];
	let now = 0;
	for (;;) {
		if (listing.isDone) break;
		const step = underWay.length < atOnce ? listing.next(now) : { waitUntil: Infinity };
		if ('ask' in step) {
			underWay.push(step.ask);
			asked.push(step.ask);
			continue;
		}
		if (underWay.length === 0) {
			if (step.waitUntil === Infinity) break;
			now = Math.max(now + 1, step.waitUntil);
			continue;
		}
		const [one] = underWay.splice(pick(underWay.length), 1);
		change?.(server);
		const call = ++server.calls;
		if (call > 5000) throw new Error('It does not end');
		listing.handle(one, trouble?.(call, one) ?? { kind: 'ok', value: answer(server, one) }, now);
	}
	const { leads, ...rest } = listing.result;
	return { ...rest, found: leads.map(({ ProspectID }) => indexOf(ProspectID)), asked };
}

const server = (rows: number, more: Partial<Server> = {}): Server => ({
	rows: Array.from({ length: rows }, (_, index) => index),
	cap: 5000,
	counts: 'all',
	calls: 0,
	...more,
});
const range = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('a list that stays as it is', () => {
	it.each<[string, number, Partial<Server>, Partial<ListingOptions>, number]>([
		['no leads', 0, {}, {}, 1],
		['one lead, whose count is not trusted yet', 1, {}, {}, 2],
		['a part of a page, whose count is not trusted yet', 400, {}, {}, 2],
		['a part of a page, whose count is', 400, {}, { counts: { all: true } }, 1],
		['a page to the last row', 5000, {}, { counts: { all: true } }, 1],
		['a hundred thousand', 100_000, {}, {}, 21],
		['sixty thousand', 60_000, {}, {}, 13],
		['without a count', 30_000, { counts: 'none', cap: 1000 }, { pageSize: 1000 }, 35],
		['clamped silently', 3000, { cap: 200 }, {}, 17],
		['clamped silently, and not counted', 3000, { cap: 200, counts: 'none' }, {}, 20],
		['counted page by page', 3000, { cap: 200, counts: 'page' }, {}, 20],
		['clamped to one row', 5, { cap: 1 }, {}, 6],
		['clamped to two rows', 9, { cap: 2, counts: 'none' }, {}, 10],
	])('is read once: %s', (_, rows, more, options, calls) => {
		const { found, isWhole, asked } = read({ server: server(rows, more), ...options });
		expect(found).toEqual(range(rows));
		expect(isWhole).toBe(true);
		expect(asked.length).toBeLessThanOrEqual(calls);
	});

	it('is read although LeadSquared counts more, which is reported', () => {
		const { found, isWhole, count, asked } = read({
			server: server(400, { counts: 'account' }),
		});
		expect(found).toEqual(range(400));
		expect([isWhole, count]).toEqual([true, 10_000]);
		expect(asked.length).toBeLessThan(12);
	});

	it('ends if every page is the first one', () => {
		const one = server(3000, { cap: 200 });
		const { found, isWhole, asked } = read({
			server: one,
			trouble: (_, request) => ({
				kind: 'ok',
				value: answer(one, { ...request, page: 1 }),
			}),
		});
		expect(found).toEqual(range(200));
		expect(isWhole).toBe(false);
		expect(asked.length).toBeLessThan(40);
	});

	it('is not complete if rows come in another order each time', () => {
		const one = server(1000, { cap: 200 });
		const { isWhole, asked } = read({
			server: one,
			// 7 has no divisor in common with 1,000.
			change: (now) => (now.rows = now.rows.map((_, at) => now.rows[(at * 7 + 1) % 1000])),
		});
		expect(isWhole).toBe(false);
		expect(asked.length).toBeLessThan(80);
	});

	it('is one answer if the server ignores paging', () => {
		const one = server(3000);
		const { found, isWhole } = read({
			server: one,
			pageSize: 100,
			trouble: () => ({ kind: 'ok', value: { rows: one.rows.map(rowAt) } }),
		});
		expect([found.length, isWhole]).toEqual([3000, true]);
	});

	it('requests no more than necessary', () => {
		const few = read({ server: server(100_000), wanted: 50 });
		expect(few.asked).toEqual([expect.objectContaining({ page: 1, pageSize: 50 })]);
		const more = read({ server: server(100_000), wanted: 8000 });
		expect(more.asked).toHaveLength(2);
		expect(more.asked[1].page * more.asked[1].pageSize).toBeLessThan(8100);
		expect(more.found.length).toBeGreaterThanOrEqual(8000);
		const all = read({ server: server(20), wanted: 50, counts: { all: true } });
		expect([all.found.length, all.asked.length]).toEqual([20, 1]);
	});

	it('leads without an id are returned unchanged, each once', () => {
		const rows = range(250).map((at) => ({ ProspectID: null, FirstName: String(at) }));
		const { unidentified } = read({
			server: server(0),
			pageSize: 100,
			trouble: (_, { page, pageSize }) => ({
				kind: 'ok',
				value: { rows: rows.slice((page - 1) * pageSize, page * pageSize), recordCount: 250 },
			}),
		});
		expect(unidentified).toEqual(rows);
	});
});

describe('whatever the server does meanwhile', () => {
	const jobs = fc.record({
		rows: fc.nat(600),
		// With fewer rows, not all pages can be made to overlap.
		cap: fc.constantFrom(20, 33, 50, 250),
		pageSize: fc.constantFrom(20, 100, 1000),
		counts: fc.constantFrom<Counting>('all', 'none', 'page', 'half'),
		atOnce: fc.constantFrom(1, 2, 8),
		changes: fc.nat(3),
		seed: fc.infiniteStream(fc.nat(1_000_000)),
		trusted: fc.boolean(),
	});

	it('every lead that exists the whole time comes once, and no lead that never existed', () => {
		let proven = 0;
		const property = fc.property(jobs, ({ rows, changes, seed, cap, trusted, ...job }) => {
			const draw = (below: number) => Number(seed.next().value) % below;
			const one = server(rows, { cap, counts: job.counts });
			const always = new Set(one.rows);
			const ever = new Set(one.rows);
			const { found, isWhole } = read({
				...job,
				server: one,
				counts: { all: trusted && job.counts === 'all' },
				pick: draw,
				change(now) {
					for (let change = 0; change < changes; change++) {
						if (now.rows.length > 0 && draw(2) === 0) {
							always.delete(now.rows.splice(draw(now.rows.length), 1)[0]);
						} else {
							const comes = draw(700);
							if (now.rows.includes(comes)) continue;
							ever.add(comes);
							now.rows = [...now.rows, comes].sort((a, b) => a - b);
						}
					}
				},
			});
			expect(new Set(found).size).toBe(found.length);
			const lost = [...always].filter((index) => !found.includes(index));
			expect(isWhole ? lost : []).toEqual([]);
			proven += isWhole ? 1 : 0;
			expect(found.filter((index) => !ever.has(index))).toEqual([]);
		});
		const numRuns = RUNS.changingLists;
		fc.assert(property, { numRuns });
		// Otherwise there were more changes than pages can follow, which the node reports.
		expect(proven / numRuns).toBeGreaterThan(0.99);
	});
});

describe('what fails', () => {
	const fault = (status: number) => ({ from: 'leadSquared' as const, status, message: 'x' });
	const passing: Outcome<LeadsPage> = { kind: 'transient', fault: fault(503) };

	it('temporarily is requested again', () => {
		const { found, isWhole, asked } = read({
			server: server(1000, { cap: 100 }),
			trouble: (call) => (call % 3 === 0 ? passing : undefined),
		});
		expect(asked.length).toBeLessThan(25);
		expect([found, isWhole]).toEqual([range(1000), true]);
	});

	it('as too large is requested in smaller pages', () => {
		const { found, asked } = read({
			server: server(1000),
			trouble: (_, { pageSize }) =>
				pageSize > 300 ? { kind: 'tooLarge', fault: fault(500), cap: 300 } : undefined,
		});
		expect(found).toEqual(range(1000));
		expect(asked.filter(({ pageSize }) => pageSize > 300)).toHaveLength(1);
	});

	it.each([413, 504])('because of its size, without a number, too: %d', (status) => {
		const { found, isWhole } = read({
			server: server(1000),
			trouble: (_, { pageSize }) =>
				pageSize > 300
					? status === 413
						? { kind: 'tooLarge', fault: fault(status) }
						: { kind: 'transient', timedOut: true, fault: fault(status) }
					: undefined,
		});
		expect([found, isWhole]).toEqual([range(1000), true]);
	});

	it('because of a column continues without it', () => {
		const { found, unknownColumns } = read({
			server: server(10),
			columns: ['ProspectID', 'mx_Old', 'FirstName'],
			trouble: (_, { columns }) =>
				columns.includes('mx_Old')
					? {
							kind: 'invalidRequest',
							fault: { ...fault(500), message: "Unknown column 'mx_Old' in 'field list'" },
						}
					: undefined,
		});
		expect([found, unknownColumns]).toEqual([range(10), ['mx_Old']]);
	});

	it.each(['invalidRequest', 'unauthorized', 'notFound', 'noEndpoint', 'rateLimited'] as const)(
		'for good ends it: %s',
		(kind) => {
			const failure = { kind, fault: fault(500) };
			const {
				failure: reported,
				isWhole,
				asked,
			} = read({ server: server(10), trouble: () => failure });
			expect([reported, isWhole, asked.length]).toEqual([failure, false, 1]);
		},
	);

	it('always, ends after Max Wait', () => {
		const { failure, asked } = read({ server: server(10), trouble: () => passing });
		expect(failure).toEqual(passing);
		expect(asked.length).toBeLessThan(60);
	});

	it('an answer that counts leads but contains none is requested again', () => {
		const { found } = read({
			server: server(10),
			trouble: (call) =>
				call < 3 ? { kind: 'ok', value: { rows: [], recordCount: 10 } } : undefined,
		});
		expect(found).toEqual(range(10));
	});
});

it('continues if pages are clamped and the first ones were small', () => {
	const server: Server = {
		rows: Array.from({ length: 33 }, (_, index) => index),
		cap: 20,
		counts: 'all',
		calls: 0,
	};
	const busy: Outcome<LeadsPage> = {
		kind: 'transient',
		fault: { from: 'network', message: 'busy' },
	};
	const { found, isWhole } = read({ server, trouble: (call) => (call < 12 ? busy : undefined) });
	expect(isWhole).toBe(true);
	expect(found).toHaveLength(33);
});

describe('a part of a list', () => {
	const part = (begin: number, most: number) => {
		let rows = 0;
		return {
			readLead(row: Lead) {
				rows++;
				return row;
			},
			part: {
				begin,
				goal: () => begin + most,
				isEnough: ({ hasGap }: { hasGap: boolean }) => !hasGap && rows >= most,
			},
		};
	};
	const connected = ({ part: read }: { part?: { connected: Array<{ place: number }> } }) =>
		read!.connected.map(({ place }) => place);

	it('begins at its place, and ends when that is enough', () => {
		const result = read({ server: server(3000, { cap: 200 }), pageSize: 200, ...part(1000, 500) });
		expect(connected(result).slice(0, 1)).toEqual([1000]);
		expect(connected(result)).toEqual(range(result.found.length).map((at) => at + 1000));
		expect(result.found.length).toBeGreaterThanOrEqual(500);
		expect(result.asked.length).toBeLessThanOrEqual(4);
		expect(result.isWhole).toBe(false);
	});

	it('is whole where it ends with the last row', () => {
		const result = read({ server: server(1300, { cap: 200 }), pageSize: 200, ...part(1000, 500) });
		expect(connected(result).at(-1)).toBe(1299);
		expect(result.isWhole).toBe(true);
	});

	it('holds no lead behind a gap', () => {
		const result = read({
			server: server(3000, { cap: 200 }),
			pageSize: 200,
			// The last page is answered first.
			pick: (underWay) => underWay - 1,
			...part(1000, 600),
		});
		const places = connected(result);
		expect(places).toEqual(range(places.length).map((at) => at + 1000));
		expect(places.length).toBeGreaterThanOrEqual(600);
	});
});
