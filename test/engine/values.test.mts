/** K7, where n8n takes part: files, the rows of what comes before, and bodies that come in parts. */
import { getByIds, sorted, testAccount } from './account.mts';
import { CREDENTIAL_TYPE, LEAD_SQUARED, NODE_TYPE, standIn, START } from './harness.mts';

const account = testAccount();
const UNKNOWN = 'ffffffff-0000-4000-8000-000000000001';
const to = (node: string) => [{ node, type: 'main' as const, index: 0 }];

const leadSquared = (parameters: object, onError?: 'continueErrorOutput') => ({
	name: LEAD_SQUARED,
	type: NODE_TYPE,
	parameters: getByIds(parameters) as never,
	credentials: { [CREDENTIAL_TYPE]: { id: '1', name: 'LeadSquared account' } },
	onError,
});

/** n8n's Edit Fields with one field. */
const withRow = (name: string, expression: string) => ({
	name,
	type: 'n8n-nodes-base.set',
	parameters: {
		includeOtherFields: true,
		assignments: { assignments: [{ name: 'asked', type: 'string', value: expression }] },
	},
});

describe('an input item with a file and an id', () => {
	it('returns the lead without the file', async () => {
		const sandbox = await account.open();
		const file = { data: 'aGVsbG8=', mimeType: 'text/plain', fileName: 'hello.txt' };
		const attach = standIn(async function () {
			return [this.getInputData().map((item) => ({ ...item, binary: { data: file } }))];
		});
		const { items, error } = await account.runWorkflow(
			{
				nodes: [
					{ name: START, type: 'n8n-nodes-base.manualTrigger' },
					{ name: 'Attach', type: 'test.attach' },
					leadSquared({}),
				],
				connections: { [START]: { main: [to('Attach')] }, Attach: { main: [to(LEAD_SQUARED)] } },
			},
			{
				input: sandbox.ids(2).map((id) => ({ id })),
				types: { nodes: { 'test.attach': attach } },
			},
		);
		expect(error).toBeUndefined();
		expect(items('Attach').map(({ binary }) => binary)).toEqual([{ data: file }, { data: file }]);
		expect(items(LEAD_SQUARED).map(({ json }) => json.ProspectID)).toEqual(sandbox.ids(2));
		expect(items(LEAD_SQUARED).every(({ binary }) => binary === undefined)).toBe(true);
	});
});

describe("two nodes behind each output, with $('Start').item", () => {
	const behind = async (parameters: object, input: object[]) => {
		const names = ['A', 'B'];
		const row = `={{ $('${START}').item.json.row }}`;
		const { items, error } = await account.runWorkflow(
			{
				nodes: [
					{ name: START, type: 'n8n-nodes-base.manualTrigger' },
					leadSquared(parameters, 'continueErrorOutput'),
					...names.flatMap((name) => [withRow(name, row), withRow(`${name} then`, row)]),
				] as never,
				connections: {
					[START]: { main: [to(LEAD_SQUARED)] },
					[LEAD_SQUARED]: { main: names.map(to) },
					...Object.fromEntries(names.map((name) => [name, { main: [to(`${name} then`)] }])),
				},
			},
			{ input },
		);
		expect(error).toBeUndefined();
		const [good, bad] = names.map((name) => items(`${name} then`).map(({ json }) => json));
		return { good, bad };
	};

	it('get the rows that requested the leads, also behind the error output', async () => {
		const sandbox = await account.open({ faults: { poisonEvery: 4 } });
		const ids = sandbox.ids(8);
		const input = [
			{ row: 'a', id: [ids[5], ids[3], ids[0]] },
			{ row: 'b', id: 'nonsense' },
			{ row: 'c', id: '' },
			{ row: 'd', id: ids[0] },
			{ row: 'e', id: ids[7] },
			{ row: 'f', id: UNKNOWN },
			{ row: 'g', id: ids[1] },
		];
		const { good, bad } = await behind({ options: { notFound: 'error' } }, input);
		expect(good.map(({ asked, ProspectID }) => [asked, ProspectID])).toEqual([
			['a', ids[5]],
			['a', ids[0]],
			['d', ids[0]],
			['g', ids[1]],
		]);
		expect(bad.map(({ asked, row }) => [asked, row])).toEqual(
			['a', 'b', 'c', 'e', 'f'].map((row) => [row, row]),
		);
	});

	it('get the rows that asked where leads come without ids, and included ones', async () => {
		const sandbox = await account.open({ faults: { idColumn: 'none' } });
		const input = sandbox.ids(5).map((id, row) => ({ row: String(row), id }));
		const { good } = await behind({ columns: ['ProspectAutoId'] }, input);
		expect(good.map(({ asked, ProspectAutoId }) => [asked, ProspectAutoId])).toEqual(
			input.map(({ row }, index) => [row, Number(sandbox.lead(index)!.ProspectAutoId)]),
		);
		sandbox.faults.idColumn = 'ProspectID';
		const some = [{ row: 'x', id: UNKNOWN }, { row: 'y', id: '' }, ...input];
		const included = await behind({ options: { notFound: 'include' } }, some);
		expect(included.good.map(({ asked, found }) => [asked, found])).toEqual([
			['x', false],
			['y', false],
			...input.map(({ row }) => [row, true]),
		]);
	});
});

describe('bodies in parts', () => {
	const TEXTS = {
		FirstName: '\u{1f469}\u200d\u{1f680} Zo\u00eb \u4f60\u597d',
		LastName: '<b>&amp;</b> "quoted" \\ back \u2028 line',
		Phone: '\u{1f1ee}\u{1f1f3}'.repeat(50),
	};

	it.each([
		['none', 1],
		['none', 2],
		['none', 3],
		['none', 1000],
		['gzip', 1],
		['deflate', 1],
		['deflate-raw', 1],
		['br', 1],
		['gzip', null],
		['br', null],
	] as const)(
		'%s, in parts of %s bytes: no letter is lost between two',
		async (coding, partBytes) => {
			const sandbox = await account.open({ faults: { coding, partBytes, columnValues: TEXTS } });
			const { items, error } = await account.run({
				input: [{ id: sandbox.ids(20) }],
				parameters: getByIds({ columns: Object.keys(TEXTS) }),
			});
			expect(error).toBeUndefined();
			expect(items.map(({ json }) => json)).toEqual(
				sandbox.ids(20).map((ProspectID) => ({ ProspectID, ...TEXTS })),
			);
			expect(sandbox.stats.calls).toBe(1);
		},
	);

	it('names of columns that JavaScript has uses for', async () => {
		const odd = { constructor: 'c', 'Sr. No.': '7', toString: 't', hasOwnProperty: 'h' };
		const sandbox = await account.open({
			faults: { columnValues: { ...odd, ['__proto__']: 'p' } as never },
		});
		const columns = [...Object.keys(odd), '__proto__'];
		const { items } = await account.run({
			input: sandbox.ids(2).map((id) => ({ id })),
			parameters: getByIds({ columns }),
		});
		for (const { json } of items) {
			expect(Object.keys(json)).toEqual(['ProspectID', ...columns]);
			expect(Object.entries(json).slice(1, -1)).toEqual(Object.entries(odd));
		}
	});
});

it('an item that was included passes a filter on found, and one that was not there does not', async () => {
	const sandbox = await account.open();
	const { items } = await account.run({
		input: [{ id: sandbox.idAt(0) }, { id: UNKNOWN }],
		parameters: getByIds({ options: { notFound: 'include' } }),
	});
	expect(sorted(items).good.filter(({ json }) => json.found === true)).toHaveLength(1);
	expect(items.filter(({ json }) => json.found === false)).toHaveLength(1);
});
