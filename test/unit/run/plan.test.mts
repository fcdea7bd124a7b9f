import fc from 'fast-check';
import { needsMetadata } from '../../../nodes/LeadSquared/run/leadRun';
import { type IdRequest, makePlan } from '../../../nodes/LeadSquared/run/leadsById';

const idAt = (index: number) => `aaaaaaaa-0000-4000-8000-${String(index).padStart(12, '0')}`;
const OPTIONS: IdRequest['options'] = {
	addLeadUrl: false,
	convertTypes: false,
	includeInputFields: false,
	fieldNames: 'schemaName',
	leadsPerRequest: 1000,
	maxWaitMs: 300_000,
	notFound: 'skip',
};
const request = (item: number, ids: string[], more: Partial<IdRequest> = {}): IdRequest => ({
	item,
	ids,
	columns: ['FirstName'],
	options: OPTIONS,
	...more,
});

it('input items with the same columns and way of asking share a fetch', () => {
	const { fetches, items } = makePlan(
		[
			request(0, [idAt(0)]),
			request(1, [idAt(1)], { columns: ['LastName'] }),
			request(2, [idAt(2)], { options: { ...OPTIONS, notFound: 'error' } }),
			request(3, [idAt(3)], { options: { ...OPTIONS, leadsPerRequest: 10 } }),
		],
		[],
	);
	expect(fetches.map(({ asked }) => asked.map(({ item }) => item))).toEqual([[0, 2], [1], [3]]);
	expect(items.map(({ item, fetch, notFound }) => [item, fetch, notFound])).toEqual([
		[0, 0, 'skip'],
		[1, 1, 'skip'],
		[2, 0, 'error'],
		[3, 2, 'skip'],
	]);
	expect(fetches[0].columns).toEqual(['ProspectID', 'FirstName']);
});

it('every id of every item is in the fetch of its item, in whatever spelling', () => {
	const requests = fc.array(
		fc.record({
			ids: fc.uniqueArray(fc.nat(20)),
			columns: fc.constantFrom<string[]>(['A'], ['B'], ['A', 'B']),
		}),
	);
	fc.assert(
		fc.property(requests, (given) => {
			const all = given.map(({ ids, columns }, item) =>
				request(
					item,
					ids.map((index) => idAt(index).toUpperCase()),
					{ columns },
				),
			);
			const { fetches, items } = makePlan(all, []);
			expect(items.map(({ item }) => item)).toEqual(all.map(({ item }) => item));
			for (const { item, ids, fetch } of items) {
				const asked = fetches[fetch].asked.find((one) => one.item === item)!;
				expect(asked.ids).toEqual(ids.map((id) => id.toLowerCase()));
			}
		}),
	);
});

it.each<[string, Partial<IdRequest>, boolean]>([
	['plain', {}, false],
	['real types', { options: { ...OPTIONS, convertTypes: true } }, true],
	['labels', { options: { ...OPTIONS, fieldNames: 'displayName' } }, true],
	['all columns', { columns: ['*'] }, true],
])('the account’s columns are needed for some wishes only: %s', (_, more, needed) => {
	expect(needsMetadata(request(0, [idAt(0)], more))).toBe(needed);
});

it('all columns are those of the account, each once', () => {
	const column = (schemaName: string) => ({
		schemaName,
		displayName: schemaName,
		dataType: '',
		isDay: false,
	});
	const { fetches } = makePlan(
		[request(0, [idAt(0)], { columns: ['mx_B', '*'] })],
		['ProspectID', 'mx_A', 'mx_b'].map(column),
	);
	expect(fetches[0].columns).toEqual(['ProspectID', 'mx_B', 'mx_A']);
});
