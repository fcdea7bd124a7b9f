import { type IExecuteFunctions, NodeOperationError } from 'n8n-workflow';
import { combineErrors } from '../../../nodes/LeadSquared/run/run';
import { NODE } from '../fakeContext.mts';

const context = { getNode: () => NODE } as unknown as IExecuteFunctions;
const errorAt = (item: number, message: string) => ({
	item,
	error: new NodeOperationError(NODE, `${message} [item ${item}]`, { description: 'Fix it.' }),
});
const errorOf = (...errors: Array<ReturnType<typeof errorAt>>) =>
	combineErrors(context, errors, (count) => `${count} are wrong`);

it('a single one is reported unchanged', () => {
	const only = errorAt(3, 'bad: x');
	expect(errorOf(only)).toBe(only.error);
});

it('what is the same for each item is reported once, for the first', () => {
	const first = errorAt(1, 'bad: x');
	expect(errorOf(errorAt(2, 'bad: x'), first)).toBe(first.error);
});

it('several are reported together, the first five by name', () => {
	const error = errorOf(...[9, 4, 5, 6, 7, 8, 10].map((item) => errorAt(item, `bad: ${item}`)));
	expect(error.message).toBe('7 are wrong');
	expect(error.description).toBe(
		'bad: 4 [item 4]; bad: 5 [item 5]; bad: 6 [item 6]; bad: 7 [item 7]; bad: 8 [item 8] and 2 more. Fix it.',
	);
	expect(error.context.itemIndex).toBe(4);
});
