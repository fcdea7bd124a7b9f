import fc from 'fast-check';
import type { Lead, LeadsPage } from '../../../nodes/LeadSquared/api/leads';
import { fetchLeads, type Fetched } from '../../../nodes/LeadSquared/fetch/byIds';
import type { Asked } from '../../../nodes/LeadSquared/fetch/results';
import type { ApiRequest } from '../../../nodes/LeadSquared/transport/client';
import type { Failed, FaultKind, Outcome } from '../../../nodes/LeadSquared/transport/outcome';
import { fakeClient } from './fakeClient.mts';

const idAt = (index: number) => `aaaaaaaa-0000-4000-8000-${String(index).padStart(12, '0')}`;
const range = (count: number, from = 0) =>
	Array.from({ length: count }, (_, at) => idAt(from + at));
const leadOf = (id: string): Lead => ({ ProspectID: id, FirstName: `Name of ${id}` });
const nameless = (id: string): Lead => ({ ProspectID: null, FirstName: `Name of ${id}` });

const failed = (kind: FaultKind, more: Partial<Failed> = {}): Failed => ({
	kind,
	fault: { from: 'leadSquared', message: `It is ${kind}` },
	...more,
});
const page = (rows: Lead[], recordCount: number | undefined = rows.length): Outcome<LeadsPage> => ({
	kind: 'ok',
	value: { rows, recordCount },
});

interface Call {
	ids: string[];
	page: number;
}
type Answer = (call: Call) => Outcome<LeadsPage>;

function toCall({ body }: ApiRequest): Call {
	const { SearchParameters, Paging } = body as {
		SearchParameters: { LeadIds: string[] };
		Paging: { PageIndex: number };
	};
	return { ids: SearchParameters.LeadIds, page: Paging.PageIndex };
}

/** Fetches leads, and records calls and progress. */
async function run(
	ids: string[] | Asked[],
	answer: Answer,
	{ leadsPerRequest = 1000, callsAtOnce = 5, maxWaitMs = 300_000, stopAtFailure = false } = {},
) {
	const asked = typeof ids[0] === 'object' ? ids : [{ item: 0, ids }];
	const client = fakeClient((request) => answer(toCall(request)), {
		callsAtOnce,
		maxWaitMs,
		stopAtFailure,
	});
	const columns = ['ProspectID', 'FirstName'];
	const fetched = await client.run(
		fetchLeads(client, { asked: asked as Asked[], columns, leadsPerRequest }),
	);
	return {
		fetched,
		calls: client.requests.map(toCall),
		progress: client.progress.at(-1),
		client,
	};
}

const failures = ({ notFetched }: Fetched) =>
	[...notFetched].filter(([, { kind }]) => kind === 'failed').map(([id]) => id);
const missing = ({ notFetched }: Fetched) =>
	[...notFetched].filter(([, { kind }]) => kind === 'notFound').map(([id]) => id);

describe('leads without an id', () => {
	const withoutIds =
		(has: (id: string) => boolean = () => true): Answer =>
		({ ids, page: index }) =>
			page(index === 1 ? ids.filter(has).map(nameless) : []);

	it('of a single item are taken in any order', async () => {
		const { fetched, calls, progress } = await run(range(3), withoutIds());
		expect(fetched.unidentified.get(0)).toEqual({
			leads: range(3).map(nameless),
			ids: range(3),
		});
		expect(fetched.leads.size + fetched.notFetched.size).toBe(0);
		expect(progress).toEqual({ known: 3, all: 3 });
		// Detected by the first call, and read by the second.
		expect(calls.length).toBe(2);
	});

	it('an id that is empty or not text is missing', async () => {
		const { fetched } = await run(range(2), () =>
			page([
				{ ProspectID: '', FirstName: 'Ringo' },
				{ ProspectID: null, FirstName: 'Paul' },
			]),
		);
		expect(fetched.unidentified.get(0)!.leads.map(({ FirstName }) => FirstName)).toEqual([
			'Ringo',
			'Paul',
		]);
	});

	it('of several items are requested item by item', async () => {
		const asked = [
			{ item: 0, ids: range(2) },
			{ item: 4, ids: range(3, 2) },
		];
		const { fetched, calls } = await run(asked, withoutIds());
		expect(calls.map(({ ids }) => ids)).toEqual([range(5), range(2), range(3, 2)]);
		expect(fetched.unidentified.get(0)!.leads).toEqual(range(2).map(nameless));
		expect(fetched.unidentified.get(4)!.leads).toEqual(range(3, 2).map(nameless));
	});

	it('of an id that two items share are returned for both', async () => {
		const asked = [
			{ item: 0, ids: [idAt(0), idAt(1)] },
			{ item: 1, ids: [idAt(1)] },
		];
		const { fetched } = await run(asked, withoutIds());
		expect(fetched.unidentified.get(0)!.leads).toEqual([idAt(0), idAt(1)].map(nameless));
		expect(fetched.unidentified.get(1)!.leads).toEqual([idAt(1)].map(nameless));
	});

	it('once seen, make the rest of the ids be requested item by item too', async () => {
		const asked = [0, 1, 2].map((item) => ({ item, ids: range(4, item * 4) }));
		const { fetched, calls } = await run(asked, withoutIds(), {
			leadsPerRequest: 6,
			callsAtOnce: 1,
		});
		for (const { item, ids } of asked) {
			const { leads, ids: askedFor } = fetched.unidentified.get(item)!;
			expect(leads.map(({ FirstName }) => FirstName)).toEqual(
				askedFor.map((id) => nameless(id).FirstName),
			);
			expect([...askedFor].sort()).toEqual(ids);
		}
		for (const { ids } of calls.slice(1)) {
			const owners = asked.filter((one) => one.ids.some((id) => ids.includes(id)));
			expect(owners.length).toBe(1);
		}
	});

	it('of one item in several chunks are all taken', async () => {
		const { fetched } = await run(range(25), withoutIds(), { leadsPerRequest: 10 });
		expect(fetched.unidentified.get(0)!.leads).toEqual(range(25).map(nameless));
	});

	it('among leads that have one belong to the ids that are left', async () => {
		const answer: Answer = ({ ids }) =>
			page(ids.map((id) => (id === idAt(1) ? nameless(id) : leadOf(id))));
		const { fetched, calls } = await run(range(3), answer);
		expect([...fetched.leads.keys()]).toEqual([idAt(0), idAt(2)]);
		expect(fetched.unidentified.get(0)).toEqual({
			leads: [nameless(idAt(1))],
			ids: [idAt(1)],
		});
		expect(calls.map((call) => call.ids.length)).toEqual([3, 1]);
	});

	it('are read page by page while some are missing', async () => {
		const answer: Answer = ({ ids, page: index }) =>
			page(ids.slice((index - 1) * 4, index * 4).map(nameless), ids.length);
		const { fetched, calls } = await run(range(10), answer);
		expect(calls.map((call) => [call.page, call.ids.length])).toEqual([
			[1, 10],
			[1, 10],
			[2, 10],
			[3, 10],
		]);
		expect(fetched.unidentified.get(0)).toEqual({
			leads: range(10).map(nameless),
			ids: range(10),
		});
	});

	it.each([
		[4, 10],
		[5, 4],
	])(
		'on a page that counts leads, but %i times holds none: %i of 10 come',
		async (times, expected) => {
			let empty = 0;
			const { fetched, calls } = await run(range(10), ({ ids, page: index }) => {
				if (index === 1) return page(ids.slice(0, 4).map(nameless), ids.length);
				return page(++empty <= times ? [] : ids.slice(4).map(nameless), ids.length);
			});
			expect(calls.map((call) => call.page)).toEqual([1, 1, 2, 2, 2, 2, 2]);
			expect(fetched.unidentified.get(0)!.leads).toEqual(range(expected).map(nameless));
		},
	);

	it('that come only when requested again belong to the item that requested them', async () => {
		const asked = [0, 1, 2].map((item) => ({ item, ids: range(4, item * 4) }));
		const before = new Set<string>();
		const { fetched } = await run(asked, ({ ids }) => {
			const isFirst = ids.length < 12 && !before.has(ids[0]) && ids[0] !== idAt(0);
			before.add(ids[0]);
			return page(isFirst ? [] : ids.map(nameless));
		});
		for (const { item, ids } of asked) {
			expect(fetched.unidentified.get(item)).toEqual({ leads: ids.map(nameless), ids });
		}
	});

	it('that are fewer than the ids: the next page says that there are no more', async () => {
		const { fetched, calls } = await run(
			range(10),
			withoutIds((id) => id !== idAt(4)),
		);
		expect(calls.map((call) => call.page)).toEqual([1, 1, 2]);
		expect(fetched.unidentified.get(0)!.leads.length).toBe(9);
		expect(fetched.unidentified.get(0)!.ids.length).toBe(10);
	});

	it('come once from a server that always sends the same page', async () => {
		const answer: Answer = ({ ids }) => page(ids.filter((id) => id !== idAt(0)).map(nameless));
		const { fetched, calls } = await run(range(10), answer);
		// In halves; neither is as full as the first page.
		expect(calls.map((call) => call.page).sort()).toEqual([1, 1, 1, 1, 2, 2]);
		expect(fetched.unidentified.get(0)!.leads.length).toBe(9);
	});

	it.each([1, 3, 10, 60])(
		'are not lost if every page is the first, of at most %i, silently',
		async (cap) => {
			for (const count of [undefined, 0, cap, 100]) {
				const has = (id: string) => id !== idAt(50);
				const answer: Answer = ({ ids }) =>
					page(ids.filter(has).slice(0, cap).map(nameless), count);
				const { fetched, calls } = await run(range(100), answer);
				const { leads } = fetched.unidentified.get(0)!;
				expect(new Set(leads.map(({ FirstName }) => FirstName)).size).toBe(99);
				expect(leads).toHaveLength(99);
				expect(calls.length).toBeLessThan(4 * Math.ceil(100 / cap) + 20);
			}
		},
	);

	it('come once also if that server sends them in another order each time', async () => {
		let answers = 0;
		const { fetched } = await run(range(10), ({ ids }) => {
			const rows = ids.filter((id) => id !== idAt(0)).map(nameless);
			return page(++answers % 2 ? rows : rows.reverse());
		});
		expect(fetched.unidentified.get(0)!.leads.length).toBe(9);
	});

	it('of an id that two items share count once in the progress', async () => {
		const asked = [0, 1].map((item) => ({ item, ids: range(3) }));
		expect((await run(asked, withoutIds())).progress).toEqual({ known: 3, all: 3 });
	});

	it('may come with an id at fault', async () => {
		const answer: Answer = (request) =>
			request.ids.includes(idAt(2)) ? failed('invalidRequest') : withoutIds()(request);
		const asked = [
			{ item: 0, ids: range(4) },
			{ item: 1, ids: range(3, 4) },
		];
		const { fetched } = await run(asked, answer);
		expect(failures(fetched)).toEqual([idAt(2)]);
		const names = (item: number) =>
			fetched.unidentified.get(item)!.leads.map(({ FirstName }) => FirstName);
		expect(names(0).sort()).toEqual([0, 1, 3].map((at) => nameless(idAt(at)).FirstName));
		expect(names(1).sort()).toEqual(range(3, 4).map((id) => nameless(id).FirstName));
	});
});

describe('a later page of leads without ids that is not available', () => {
	/** Pages hold `most` leads; every page but the first is answered by `later`. */
	const pagesOf =
		(most: number, later: Answer): Answer =>
		(request) =>
			request.page > 1
				? later(request)
				: page(request.ids.slice(0, most).map(nameless), request.ids.length);
	const names = (fetched: Fetched) =>
		[...fetched.unidentified.values()]
			.flatMap(({ leads }) => leads.map(({ FirstName }) => String(FirstName)))
			.sort();
	const namesOf = (ids: string[]) => ids.map((id) => String(nameless(id).FirstName)).sort();

	it.each<[string, Failed]>([
		['is rejected', failed('invalidRequest')],
		['is too large', failed('tooLarge')],
		['is said not to exist', failed('notFound')],
		['fails temporarily, always', failed('transient')],
		['times out, always', failed('transient', { timedOut: true })],
	])('because it %s: its leads come on first pages of fewer ids', async (_, later) => {
		for (const most of [1, 4, 30]) {
			const { fetched, progress } = await run(
				range(60),
				pagesOf(most, () => later),
			);
			expect(names(fetched)).toEqual(namesOf(range(60)));
			expect(fetched.notFetched.size).toBe(0);
			expect(progress).toEqual({ known: 60, all: 60 });
		}
	});

	it.each<FaultKind>(['unauthorized', 'quotaUsedUp', 'unreachable'])(
		'for good (%s): the leads so far are there, and no id is called not found',
		async (kind) => {
			const { fetched } = await run(
				range(60),
				pagesOf(10, () => failed(kind)),
			);
			expect(names(fetched)).toEqual(namesOf(range(10)));
			expect(missing(fetched)).toEqual([]);
			expect(fetched.firstFailure).toMatchObject({ failure: { kind } });
		},
	);

	it('returns every lead once, whatever goes wrong when', async () => {
		const trouble = fc.constantFrom<FaultKind | undefined>(
			undefined,
			undefined,
			'invalidRequest',
			'tooLarge',
			'transient',
			'notFound',
		);
		await fc.assert(
			fc.asyncProperty(
				fc.integer({ min: 1, max: 20 }),
				fc.integer({ min: 1, max: 4 }),
				fc.array(trouble, { minLength: 1, maxLength: 40 }),
				async (most, callsAtOnce, troubles) => {
					let laterPages = 0;
					const answer: Answer = ({ ids, page: index }) => {
						const kind = index > 1 ? troubles[laterPages++ % troubles.length] : undefined;
						if (kind) return failed(kind);
						const rows = ids.slice((index - 1) * most, index * most);
						return page(rows.map(nameless), ids.length);
					};
					const asked = [0, 1, 2].map((item) => ({ item, ids: range(17, item * 17) }));
					const { fetched } = await run(asked, answer, { leadsPerRequest: 40, callsAtOnce });
					expect(names(fetched)).toEqual(namesOf(range(51)));
					expect(fetched.notFetched.size).toBe(0);
				},
			),
		);
	});
});
