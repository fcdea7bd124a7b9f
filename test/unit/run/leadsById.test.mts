import type { IExecuteFunctions } from 'n8n-workflow';
import { emitByIds, isRepeated, stoppingError } from '../../../nodes/LeadSquared/run/leadsById';
import { withErrorItems } from '../../../nodes/LeadSquared/run/run';
import { LeadItems } from '../../../nodes/LeadSquared/run/leadItems';
import type { PlannedItem } from '../../../nodes/LeadSquared/run/leadsById';
import type { Results } from '../../../nodes/LeadSquared/fetch/types';
import type { Failed } from '../../../nodes/LeadSquared/transport/outcome';
import { NODE } from '../fakeContext.mts';

const context = { getNode: () => NODE } as unknown as IExecuteFunctions;
const [A, B, C] = [0, 1, 2].map((index) => `aaaaaaaa-0000-4000-8000-00000000000${index}`);
const lead = (id: string) => ({ ProspectID: id, FirstName: `Name of ${id}` });
const failure: Failed = {
	kind: 'transient',
	fault: { from: 'leadSquared', status: 503, message: 'Later' },
};

const results = (more: Partial<Results> = {}): Results => ({
	leads: new Map([A, B].map((id) => [id, lead(id)])),
	notFetched: new Map(),
	withoutId: new Map(),
	unknownColumns: [],
	unasked: new Set(),
	distinctIds: 2,
	...more,
});
const planned = (item: number, ids: string[], more: Partial<PlannedItem> = {}): PlannedItem => ({
	item,
	ids,
	fetch: 0,
	notFound: 'skip',
	addLeadUrl: false,
	includeInputFields: false,
	columns: ['ProspectID', 'FirstName'],
	...more,
});
const emittedIn = (in_: IExecuteFunctions, items: PlannedItem[], more: Partial<Results> = {}) => {
	const came = results(more);
	const to = new LeadItems(in_, { mayRepeat: isRepeated(items, [came]) });
	for (const one of items) emitByIds(in_, one, came, to);
	return to;
};
const emitted = (items: PlannedItem[], more: Partial<Results> = {}) =>
	emittedIn(context, items, more);

it('leads come in the order asked, each linked to its input item', () => {
	const { items } = emitted([planned(0, [B, A]), planned(3, [A])]);
	expect(items.map(({ json, pairedItem }) => [json.ProspectID, pairedItem])).toEqual([
		[B, { item: 0 }],
		[A, { item: 0 }],
		[A, { item: 3 }],
	]);
	expect(items[1].json).toEqual(items[2].json);
	expect(items[1].json).not.toBe(items[2].json);
});

it('an id that nothing is known of is a failure, never nothing', () => {
	const { items, errors } = emitted([planned(0, [A, C])]);
	expect(items).toHaveLength(1);
	expect(errors).toHaveLength(1);
	expect(errors[0].error.description).toContain(C);
});

describe('a lead that is not found', () => {
	const notFound = new Map([[C, { kind: 'notFound' as const }]]);

	it('is left out, included in its place, or an error, as the item wants', () => {
		const { items, errors } = emitted(
			[
				planned(0, [C]),
				planned(1, [C.toUpperCase(), A], { notFound: 'include' }),
				planned(2, [C], { notFound: 'error' }),
			],
			{ notFetched: notFound },
		);
		expect(items.map(({ json }) => Object.entries(json))).toEqual([
			[
				['ProspectID', C.toUpperCase()],
				['found', false],
				['FirstName', null],
			],
			[
				['ProspectID', A],
				['found', true],
				['FirstName', lead(A).FirstName],
			],
		]);
		expect(errors.map(({ item, error }) => [item, error.message])).toEqual([
			[2, `LeadSquared has no lead with the ID ${C} [item 2]`],
		]);
	});
});

it('what failed for a whole request is told once for each input item', () => {
	const failed = { kind: 'failed' as const, failure, scope: 'request' as const };
	const { errors } = emitted([planned(0, [A, B, C]), planned(1, [C])], {
		leads: new Map(),
		notFetched: new Map([A, B, C].map((id) => [id, failed])),
	});
	expect(errors.map(({ item }) => item)).toEqual([0, 1]);
	expect(errors[0].error.description).toContain('It concerns 3 lead IDs of this item');
});

it('what failed for an id of its own is an error that names it', () => {
	const { errors } = emitted([planned(0, [A, C])], {
		notFetched: new Map([[C, { kind: 'failed', failure, scope: 'id' }]]),
	});
	expect(errors.map(({ error }) => error.message)).toEqual([
		`LeadSquared was not available: lead ID ${C} [item 0]`,
	]);
});

it('leads without an id come after the others of their item', () => {
	const { items } = emitted([planned(0, [A, C])], {
		withoutId: new Map([[0, { leads: [{ ProspectID: null, FirstName: 'Ringo' }], ids: [C] }]]),
	});
	expect(items.map(({ json }) => json.FirstName)).toEqual([lead(A).FirstName, 'Ringo']);
});

it('the names and types that the user wants are given to each lead, found or not', () => {
	const shape = ({ ProspectID, ...rest }: object & { ProspectID?: unknown }) =>
		({ ProspectID, Name: Object.values(rest)[0] }) as never;
	const { items } = emitted([planned(0, [A, C], { notFound: 'include', shape })], {
		notFetched: new Map([[C, { kind: 'notFound' }]]),
	});
	expect(items.map(({ json }) => Object.keys(json))).toEqual(
		Array(2).fill(['ProspectID', 'found', 'Name']),
	);
});

describe('with the fields of the input item', () => {
	const input = [
		{ FirstName: 'Ann', Phone: '1', tags: ['x'], ProspectID: 'as in the sheet' },
		{ FirstName: 'Bob', FirstSeen: 'May' },
		{},
	];
	const withInput = { ...context, getInputData: () => input.map((json) => ({ json })) };
	const emittedWith = (items: PlannedItem[], more: Partial<Results> = {}) =>
		emittedIn(withInput as unknown as IExecuteFunctions, items, more);
	const more = { includeInputFields: true };

	it("the lead's are over them, and the input is not touched", () => {
		const before = JSON.stringify(input);
		const { items } = emittedWith([planned(0, [B, A], more), planned(2, [A], more)]);
		expect(items.map(({ json }) => json)).toEqual([
			{ ...lead(B), Phone: '1', tags: ['x'] },
			{ ...lead(A), Phone: '1', tags: ['x'] },
			lead(A),
		]);
		(items[0].json.tags as string[]).push('y');
		items[0].json.FirstName = 'changed';
		expect(items[1].json).toEqual({ ...lead(A), Phone: '1', tags: ['x'] });
		expect(JSON.stringify(input)).toBe(before);
	});

	it('nothing of the input is lost to a lead that there is not', () => {
		const missing = { ...more, notFound: 'include' as const };
		const { items } = emittedWith(
			[planned(0, [C], missing), planned(1, [C, A], missing), planned(2, [C], missing)],
			{ notFetched: new Map([[C, { kind: 'notFound' as const }]]) },
		);
		expect(items.map(({ json }) => json)).toEqual([
			{ ...input[0], ProspectID: C, found: false },
			{ ProspectID: C, found: false, FirstName: 'Bob', FirstSeen: 'May' },
			{ ...lead(A), found: true, FirstSeen: 'May' },
			{ ProspectID: C, found: false, FirstName: null },
		]);
	});
});

it('error items come last, in the order of the input items', () => {
	const error = (item: number) => ({ item, error: { message: `No ${item}` } as never });
	const items = withErrorItems([{ json: {}, pairedItem: { item: 9 } }], [error(4), error(1)]);
	expect(items.map(({ json, pairedItem }) => [json.error, pairedItem])).toEqual([
		[undefined, { item: 9 }],
		['No 1', { item: 1 }],
		['No 4', { item: 4 }],
	]);
});

it('what the node stops for says how much had been fetched', () => {
	const firstFailure = { id: C, item: 7, failure, scope: 'id' as const };
	const error = stoppingError(context, [results(), results({ firstFailure })])!;
	expect(error.message).toContain(`${C} [item 7]`);
	expect(error.description).toContain('4 leads had been fetched.');
	expect(stoppingError(context, [results()])).toBeUndefined();
});
