import { NodeOperationError, type IExecuteFunctions } from 'n8n-workflow';
import { underOnError } from '../../../nodes/LeadSquared/run/run';
import { InvalidInput } from '../../../nodes/LeadSquared/base/invalidInput';
import { NODE } from '../fakeContext.mts';

const contextOf = (goOn: boolean, cancelled = false, log: string[] = []) =>
	({
		getWorkflow: () => ({ id: '1', name: 'My Workflow' }),
		logger: { warn: (line: string) => log.push(line) },
		getNode: () => NODE,
		continueOnFail: () => goOn,
		getInputData: () => [{ json: { row: 1 } }, { json: { row: 2 } }],
		getExecutionCancelSignal: () => (cancelled ? AbortSignal.abort() : undefined),
	}) as unknown as IExecuteFunctions;
const fails = (error: Error) => async () => await Promise.reject<never>(error);

it('what succeeds comes out', async () => {
	expect(await underOnError(contextOf(false), async () => [{ json: { a: 1 } }])).toEqual([
		{ json: { a: 1 } },
	]);
});

it.each([new InvalidInput('No host', 'Enter it.'), new TypeError('A bug')])(
	'if the node goes on, whatever is thrown is an error item for each input item: %s',
	async (error) => {
		const items = await underOnError(contextOf(true), fails(error));
		expect(items.map(({ json, pairedItem }) => [json.error, json.row, pairedItem])).toEqual([
			[error.message, undefined, { item: 0 }],
			[error.message, undefined, { item: 1 }],
		]);
	},
);

it('if it stops, it is one of n8n’s errors, with what to do', async () => {
	const running = underOnError(contextOf(false), fails(new InvalidInput('No host', 'Enter it.')));
	await expect(running).rejects.toBeInstanceOf(NodeOperationError);
	await expect(running).rejects.toMatchObject({ message: 'No host', description: 'Enter it.' });
});

it.each([true, false])('the log says what failed, going on or not: %s', async (goOn) => {
	const log: string[] = [];
	const fault = new InvalidInput('No host', 'Enter it.');
	await underOnError(contextOf(goOn, false, log), fails(fault)).catch(() => {});
	expect(log).toEqual(['LeadSquared [My Workflow > LeadSquared]: No host']);
});

it.each([true, false])(
	'a cancelled execution ends as cancelled, going on or not: %s',
	async (goOn) => {
		const running = underOnError(contextOf(goOn, true), fails(new Error('x')));
		await expect(running).rejects.toThrow('The execution was canceled');
	},
);
