import fc from 'fast-check';
import type { IExecuteFunctions } from 'n8n-workflow';
import { InvalidInput } from '../../../nodes/LeadSquared/base/invalidInput';
import { makeRequests } from '../../../nodes/LeadSquared/input/leadSettings';
import { groupBySettings, type Settings } from '../../../nodes/LeadSquared/input/readers';

type Row = Record<string, unknown>;

/** The groups of input items whose parameters are fixed, or have these values by expressions. */
function grouped(
	{ rows, fixed = {} }: { rows: Row[]; fixed?: Row },
	check: (raw: Row) => void = () => {},
) {
	const asked: string[] = [];
	const readings: Row[] = [];
	const names = [...new Set([...Object.keys(fixed), ...rows.flatMap((row) => Object.keys(row))])];
	const parameters = Object.fromEntries(
		names.map((name) => [name, name in fixed ? fixed[name] : '={{ $json }}']),
	);
	const context = {
		getNode: () => ({ parameters }),
		getInputData: () => rows.map(() => ({ json: {} })),
		getNodeParameter(name: string, item: number) {
			asked.push(`${name} ${item}`);
			const value = name in fixed ? fixed[name] : rows[item][name];
			if (value instanceof Error) throw value;
			return value;
		},
	} as unknown as IExecuteFunctions;
	const read = (raw: Row): Row => {
		readings.push(raw);
		check(raw);
		return { ...raw };
	};
	return { groups: groupBySettings(context, names, read, { nothing: true }), asked, readings };
}

describe('input items with the same settings', () => {
	it('share one group, which is read once', () => {
		const one = { columns: ['A'], options: { notFound: 'skip' } };
		const other = { columns: ['A'], options: { notFound: 'error' } };
		const { groups, readings } = grouped({ rows: [one, other, structuredClone(one), one] });
		expect(groups).toEqual([
			{ items: [0, 2, 3], values: one },
			{ items: [1], values: other },
		]);
		expect(readings).toEqual([one, other]);
	});

	it('share one fault if their settings cannot be used', () => {
		const fault = new InvalidInput('No', 'Enter it.');
		const { groups, readings } = grouped(
			{ rows: [{ a: 'bad' }, { a: 'good' }, { a: 'bad' }] },
			({ a }) => {
				if (a === 'bad') throw fault;
			},
		);
		expect(groups).toEqual([
			{ items: [0, 2], values: { nothing: true }, fault },
			{ items: [1], values: { a: 'good' } },
		]);
		expect(readings).toHaveLength(2);
	});

	it('are one group without an expression, and their values are asked for once', () => {
		const fixed = { columns: ['A'], options: {} };
		const { groups, asked, readings } = grouped({ rows: Array<Row>(100).fill({}), fixed });
		expect(groups).toEqual([{ items: [...Array(100).keys()], values: fixed }]);
		expect(asked).toEqual(['columns 0', 'options 0']);
		expect(readings).toHaveLength(1);
	});

	it('do not exist if there is no input item', () => {
		expect(grouped({ rows: [], fixed: { a: 1 } }).groups).toEqual([]);
	});

	it('with values that only look alike are different groups', () => {
		const rows = [{ a: 'x,y' }, { a: ['x', 'y'] }, { a: 'x' }, { a: 1 }, { a: '1' }];
		const { groups } = grouped({ rows, fixed: { b: 'same' } });
		expect(groups.map(({ items }) => items)).toEqual([[0], [1], [2], [3], [4]]);
	});
});

it('an expression that throws fails its own item only', () => {
	const fault = new Error('Cannot read properties of undefined');
	const { groups } = grouped({ rows: [{ a: 1 }, { a: fault }, { a: 1 }, { a: fault }] });
	expect(groups).toEqual([
		{ items: [0, 2], values: { a: 1 } },
		{ items: [1], values: { nothing: true }, fault },
		{ items: [3], values: { nothing: true }, fault },
	]);
});

it('values that JSON cannot hold are groups of their own', () => {
	const circle: Row = {};
	circle.itself = circle;
	const { groups, readings } = grouped({
		rows: [{ a: circle }, { a: 1n }, { a: circle }, { a: 'x' }, { a: 1n }, { a: 'x' }],
	});
	expect(groups.map(({ items }) => items)).toEqual([[0], [1], [2], [3, 5], [4]]);
	expect(readings).toHaveLength(5);
	expect(groups.map(({ values }) => values.a)).toEqual([circle, 1n, circle, 'x', 1n]);
});

it('every input item is in the one group that has its values', () => {
	const values = fc.oneof(fc.constantFrom('a', 1, null, ['a'], { a: 1 }), fc.string());
	fc.assert(
		fc.property(fc.array(fc.record({ a: values, b: values })), (rows) => {
			const { groups } = grouped({ rows });
			const found = groups.flatMap(({ items, values: { a, b } }) =>
				items.map((item) => [item, { a, b }] as const),
			);
			expect(found.sort(([one], [other]) => one - other)).toEqual([...rows.entries()]);
		}),
	);
});

describe('the requests', () => {
	const options = {
		addLeadUrl: false,
		convertTypes: false,
		fieldNames: 'schemaName' as const,
		includeInputFields: false,
		maxWaitMs: 0,
	};
	const settings = (items: number[], fault?: Error) => ({
		items,
		values: { columns: ['A'], options },
		...(fault && { fault }),
	});
	const nothing = { ids: [] as string[] };
	const requests = (
		groups: Array<Settings<ReturnType<typeof settings>['values']>>,
		read: (item: number) => { ids: string[]; fault?: Error },
	) => makeRequests(groups, nothing, read);

	it('are in the order of the input items, each with its settings', () => {
		const groups = [settings([0, 3]), settings([1, 2])];
		const all = requests(groups, (item) => ({ ids: [`id ${item}`] }));
		expect(all).toEqual([
			{ item: 0, settings: groups[0], ids: ['id 0'] },
			{ item: 1, settings: groups[1], ids: ['id 1'] },
			{ item: 2, settings: groups[1], ids: ['id 2'] },
			{ item: 3, settings: groups[0], ids: ['id 3'] },
		]);
		expect(all[3].settings).toBe(groups[0]);
	});

	it('have the fault of their settings, and are not read then', () => {
		const fault = new InvalidInput('No', 'Enter it.');
		const groups = [settings([1], fault), settings([0])];
		const reading: number[] = [];
		const all = requests(groups, (item) => {
			reading.push(item);
			return { ids: ['x'] };
		});
		expect(all).toEqual([
			{ item: 0, settings: groups[1], ids: ['x'] },
			{ item: 1, settings: groups[0], ids: [], fault },
		]);
		expect(reading).toEqual([0]);
	});

	it('have what reading them throws as the fault of their own item', () => {
		const fault = new Error('No field of this name');
		const groups = [settings([0, 1, 2])];
		const all = requests(groups, (item) => {
			if (item === 1) throw fault;
			return { ids: ['x'] };
		});
		expect(all.map((request) => [request.ids, request.fault])).toEqual([
			[['x'], undefined],
			[[], fault],
			[['x'], undefined],
		]);
	});

	it('keep the usable part of an item with a fault', () => {
		const fault = new InvalidInput('Half of it', 'Remove the rest.');
		expect(requests([settings([0])], () => ({ ids: ['x'], fault }))).toMatchObject([
			{ ids: ['x'], fault },
		]);
	});
});
