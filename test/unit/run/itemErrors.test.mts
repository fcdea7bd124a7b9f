import { type IExecuteFunctions, NodeOperationError } from 'n8n-workflow';
import { combineErrors, itemName, unusableInput } from '../../../nodes/LeadSquared/run/itemErrors';
import { NODE } from '../fakeContext.mts';

const contextOf = (input: object[]) =>
	({
		getNode: () => NODE,
		getInputData: () => input.map((json) => ({ json })),
	}) as unknown as IExecuteFunctions;
const context = contextOf(Array(20).fill({}) as object[]);
const errorAt = (item: number, message: string) => ({
	item,
	error: new NodeOperationError(NODE, `${message} [item ${item}]`, {
		description: `Change ${item}.`,
		itemIndex: item,
	}),
});
const combined = (...errors: Array<ReturnType<typeof errorAt>>) =>
	combineErrors(context, errors, (count) => `${count} are wrong`);

it('a single error stays as it is', () => {
	const only = errorAt(3, 'bad: x');
	expect(combined(only)).toBe(only.error);
});

it('an error that is the same for each item is reported once, for the first', () => {
	const first = errorAt(1, 'bad: x');
	expect(combined(errorAt(2, 'bad: x'), first)).toBe(first.error);
});

it('each of several errors has a line with its own advice, up to five', () => {
	const error = combined(...[9, 4, 5, 6, 7, 8, 10].map((item) => errorAt(item, `bad: ${item}`)));
	expect(error.message).toBe('7 are wrong');
	expect(error.description!.split('\n')).toEqual([
		'Item 4: bad: 4. Change 4.',
		'Item 5: bad: 5. Change 5.',
		'Item 6: bad: 6. Change 6.',
		'Item 7: bad: 7. Change 7.',
		'Item 8: bad: 8. Change 8.',
		'And 2 more.',
	]);
	expect(error.context.itemIndex).toBeUndefined();
});

it('one error of each kind comes before more of the same', () => {
	const ofKind = (description: string, ...items: number[]) =>
		items.map((item) => ({
			item,
			error: new NodeOperationError(NODE, `bad: ${item}`, { description, itemIndex: item }),
		}));
	const dates = ofKind('Date.', 0, 1, 2, 3, 4, 5, 6, 9);
	const { description } = combined(...dates, ...ofKind('Stage.', 7), ...ofKind('Email.', 8));
	expect(description!.split('\n')).toEqual([
		'Item 0: bad: 0. Date.',
		'Item 1: bad: 1. Date.',
		'Item 2: bad: 2. Date.',
		'Item 7: bad: 7. Stage.',
		'Item 8: bad: 8. Email.',
		'And 5 more.',
	]);
});

it('advice that is the same for all comes once', () => {
	const error = combined(
		...[1, 2].map((item) => ({
			item,
			error: new NodeOperationError(NODE, `bad: ${item} [item ${item}]`, { description: 'Go.' }),
		})),
	);
	expect(error.description).toBe('Item 1: bad: 1.\nItem 2: bad: 2.\nGo.');
});

it('10,000 errors make a short text', () => {
	const errors = Array.from({ length: 10_000 }, (_, item) => errorAt(item, `bad: ${item}`));
	expect(combined(...errors).description!.length).toBeLessThan(300);
});

describe('input of an operation that writes', () => {
	const ending = (...errors: Array<ReturnType<typeof errorAt>>) =>
		unusableInput(context, errors, true);

	it('is reported with what was written, and how to write the others', () => {
		const error = ending(errorAt(1, 'bad: x'), errorAt(2, 'bad: x'));
		expect(error.message).toBe('2 of 20 input items cannot be used');
		expect(error.description!.split('\n')).toEqual([
			'Item 1: bad: x. Change 1.',
			'Item 2: bad: x. Change 2.',
			'Nothing was written. To write the other 18 items, set On Error to Continue.',
		]);
		expect(ending(errorAt(1, 'bad: x')).description).toBe(
			'Change 1. Nothing was written. To write the other 19 items, set On Error to Continue.',
		);
	});

	it('promises no others if there are none', () => {
		const all = Array.from({ length: 20 }, (_, item) => errorAt(item, 'bad: x'));
		expect(ending(...all).message).toBe('bad: x [item 0]');
		expect(ending(...all.slice(0, 19)).description).toMatch(/To write the other item, set/);
		expect(ending(errorAt(0, 'a'), ...all.slice(1)).description).toMatch(
			/\nNothing was written\.$/,
		);
	});
});

it('an item is named by the row of the sheet that it comes from', () => {
	const sheet = contextOf([{ row_number: 2 }, { row_number: 3 }, { row_number: 'x' }, {}]);
	expect([0, 1, 2, 3, 4].map((item) => itemName(sheet, item))).toEqual([
		'row 2',
		'row 3',
		'item 2',
		'item 3',
		'item 4',
	]);
	const error = combineErrors(sheet, [errorAt(1, 'a'), errorAt(3, 'b')], () => '2 are wrong');
	expect(error.description).toBe('Row 3: a. Change 1.\nItem 3: b. Change 3.');
});
