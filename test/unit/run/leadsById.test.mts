import fc from 'fast-check';
import { NodeOperationError } from 'n8n-workflow';
import { createSandbox } from '../../../dev/sandbox/server.mts';
import type { Fetched } from '../../../nodes/LeadSquared/fetch/byIds';
import {
	emitById,
	isRepeated,
	stoppingError,
	type IdRequest,
} from '../../../nodes/LeadSquared/run/leadsById';
import { withErrorItems } from '../../../nodes/LeadSquared/run/items';
import { LeadItems } from '../../../nodes/LeadSquared/run/leadItems';
import type { Failed } from '../../../nodes/LeadSquared/transport/outcome';
import { NODE, runOperation } from '../fakeContext.mts';
import { openRun, idRequest } from '../idRequests.mts';

const [A, B, C] = [0, 1, 2].map((index) => `aaaaaaaa-0000-4000-8000-00000000000${index}`);
const lead = (id: string) => ({ ProspectID: id, FirstName: `Name of ${id}` });
const failure: Failed = {
	kind: 'transient',
	fault: { from: 'leadSquared', status: 503, message: 'Later' },
};

const results = (more: Partial<Fetched> = {}): Fetched => ({
	leads: new Map([A, B].map((id) => [id, lead(id)])),
	notFetched: new Map(),
	unidentified: new Map(),
	absentColumns: [],
	unknownColumns: [],
	unasked: new Set(),
	distinctIds: 2,
	...more,
});
const emittedIn = (
	run: ReturnType<typeof openRun>,
	requests: IdRequest[],
	more: Partial<Fetched> = {},
) => {
	const came = results(more);
	const output = new LeadItems(run.context, { mayRepeat: isRepeated(requests, [came]) });
	for (const request of requests) emitById(run, request, came, output);
	return output;
};
const emitted = (requests: IdRequest[], more: Partial<Fetched> = {}) =>
	emittedIn(openRun(), requests, more);

it('leads come in the order asked, each linked to its input item', () => {
	const { items } = emitted([idRequest(0, [B, A]), idRequest(3, [A])]);
	expect(items.map(({ json, pairedItem }) => [json.ProspectID, pairedItem])).toEqual([
		[B, { item: 0 }],
		[A, { item: 0 }],
		[A, { item: 3 }],
	]);
	expect(items[1].json).toEqual(items[2].json);
	expect(items[1].json).not.toBe(items[2].json);
});

it('an id that nothing is known of is a failure, never nothing', () => {
	const { items, errors } = emitted([idRequest(0, [A, C])]);
	expect(items).toHaveLength(1);
	expect(errors).toHaveLength(1);
	expect(errors[0].error.description).toContain(C);
});

describe('a lead that is not found', () => {
	const notFound = new Map([[C, { kind: 'notFound' as const }]]);

	it('is left out, included in its place, or an error, as the item wants', () => {
		const { items, errors } = emitted(
			[
				idRequest(0, [C]),
				idRequest(1, [C.toUpperCase(), A], { notFound: 'include' }),
				idRequest(2, [C], { notFound: 'error' }),
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

it('what failed for a whole request is reported once for each input item', () => {
	const failed = { kind: 'failed' as const, failure, scope: 'request' as const };
	const { errors } = emitted([idRequest(0, [A, B, C]), idRequest(1, [C])], {
		leads: new Map(),
		notFetched: new Map([A, B, C].map((id) => [id, failed])),
	});
	expect(errors.map(({ item }) => item)).toEqual([0, 1]);
	expect(errors[0].error.description).toContain('This affects 3 lead IDs of this item');
});

it('what failed for an id of its own is an error that names it', () => {
	const { errors } = emitted([idRequest(0, [A, C])], {
		notFetched: new Map([[C, { kind: 'failed', failure, scope: 'id' }]]),
	});
	expect(errors.map(({ error }) => error.message)).toEqual([
		`LeadSquared was not available: lead ID ${C} [item 0]`,
	]);
});

it('leads without an id come after the others of their item', () => {
	const { items } = emitted([idRequest(0, [A, C])], {
		unidentified: new Map([[0, { leads: [{ ProspectID: null, FirstName: 'Ringo' }], ids: [C] }]]),
	});
	expect(items.map(({ json }) => json.FirstName)).toEqual([lead(A).FirstName, 'Ringo']);
});

it('the names and types that the user wants are given to each lead, found or not', () => {
	const shape = ({ ProspectID, ...rest }: object & { ProspectID?: unknown }) =>
		({ ProspectID, Name: Object.values(rest)[0] }) as never;
	const { items } = emitted([idRequest(0, [A, C], { notFound: 'include', shape })], {
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
	const withInput = openRun({
		getNode: () => NODE,
		getInputData: () => input.map((json) => ({ json })),
	});
	const emittedWith = (items: IdRequest[], more: Partial<Fetched> = {}) =>
		emittedIn(withInput, items, more);
	const more = { includeInputFields: true };

	it("the lead's are over them, and the input is not touched", () => {
		const before = JSON.stringify(input);
		const { items } = emittedWith([idRequest(0, [B, A], more), idRequest(2, [A], more)]);
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
			[idRequest(0, [C], missing), idRequest(1, [C, A], missing), idRequest(2, [C], missing)],
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
	const error = (item: number) => ({
		item,
		error: new NodeOperationError(NODE, `No ${item}`),
	});
	const context = { getInputData: () => [], getNode: () => NODE } as never;
	const items = withErrorItems(
		context,
		[{ json: {}, pairedItem: { item: 9 } }],
		[error(4), error(1)],
	);
	expect(items.map(({ json, pairedItem }) => [json.error, pairedItem])).toEqual([
		[undefined, { item: 9 }],
		['No 1', { item: 1 }],
		['No 4', { item: 4 }],
	]);
});

it('an error that stops the node says how many leads were fetched before it', () => {
	const firstFailure = { id: C, item: 7, failure, scope: 'id' as const };
	const error = stoppingError(openRun(), [results(), results({ firstFailure })])!;
	expect(error.message).toContain(`${C} [item 7]`);
	expect(error.description).toContain('4 leads were fetched before the error.');
	expect(stoppingError(openRun(), [results()])).toBeUndefined();
});

describe('input items', () => {
	it('with the same columns and way of asking share calls, whatever else they want', async () => {
		const sandbox = createSandbox({ leads: 4, logIds: true });
		const [a, b, c, d, missing] = sandbox.ids(5);
		const { items } = await runOperation({
			sandbox,
			parameters: { columns: ['FirstName'], options: {} },
			perItem: [
				{ leadIds: a },
				{ leadIds: b, columns: ['LastName'] },
				{ leadIds: [c, missing], options: { notFound: 'error' } },
				{ leadIds: [missing, d], options: { leadsPerRequest: 10 } },
			],
			goOn: true,
		});
		const asked = sandbox.stats.requests.slice(0, 3);
		expect(asked.map(({ leadIds, columns }) => [leadIds, columns])).toEqual([
			[
				[a, c, missing],
				['ProspectID', 'FirstName'],
			],
			[[b], ['ProspectID', 'LastName']],
			[
				[missing, d],
				['ProspectID', 'FirstName'],
			],
		]);
		expect(
			items.map(({ json, pairedItem }) => [pairedItem, json.ProspectID ?? json.error]),
		).toEqual([
			[{ item: 0 }, a],
			[{ item: 1 }, b],
			[{ item: 2 }, c],
			[{ item: 3 }, d],
			[{ item: 2 }, `LeadSquared has no lead with the ID ${missing} [item 2]`],
		]);
	});

	it('have each of their ids asked for with their own columns, in whatever spelling', async () => {
		const requests = fc.array(
			fc.record({
				ids: fc.uniqueArray(fc.nat(20)),
				columns: fc.constantFrom(['FirstName'], ['LastName'], ['FirstName', 'LastName']),
			}),
		);
		const hasIds = (given: Array<{ ids: number[] }>) => given.some(({ ids }) => ids.length > 0);
		await fc.assert(
			fc.asyncProperty(requests.filter(hasIds), async (given) => {
				const sandbox = createSandbox({ leads: 21, logIds: true, limit: null });
				const { items } = await runOperation({
					sandbox,
					parameters: { options: {} },
					perItem: given.map(({ ids, columns }) => ({
						leadIds: ids.map((index) => sandbox.idAt(index).toUpperCase()),
						columns,
					})),
				});
				expect(items.map(({ json, pairedItem }) => [pairedItem, json])).toEqual(
					given.flatMap(({ ids, columns }, item) =>
						ids.map((index) => [{ item }, sandbox.lead(index, ['ProspectID', ...columns])]),
					),
				);
			}),
		);
	});
});
