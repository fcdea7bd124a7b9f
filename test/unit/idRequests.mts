import type { IExecuteFunctions } from 'n8n-workflow';
import type { LeadForm } from '../../nodes/LeadSquared/run/leadItems';
import type { LeadRun } from '../../nodes/LeadSquared/run/leadRun';
import type { IdRequest } from '../../nodes/LeadSquared/run/leadsById';
import { NODE } from './fakeContext.mts';

const COLUMNS = ['ProspectID', 'FirstName'];

/** The request of an input item, as it is read from parameters; its leads come in the form given. */
export function idRequest(
	item: number,
	ids: string[],
	{ columns = COLUMNS, ...form }: Partial<LeadForm> = {},
): IdRequest {
	const options = {
		addLeadUrl: false,
		convertTypes: false,
		fieldNames: 'schemaName' as const,
		includeInputFields: false,
		maxWaitMs: 300_000,
		notFound: 'skip' as const,
		...form,
	};
	return { item, ids, settings: { items: [item], values: { columns, options } } };
}

/** An open run, as far as the output needs one. */
export function openRun(
	context: Partial<IExecuteFunctions> = { getNode: () => NODE, getInputData: () => [] },
): LeadRun<IdRequest> {
	const run = {
		context,
		formOf: ({ settings: { values } }: IdRequest) => ({
			...values.options,
			columns: values.columns,
		}),
	};
	return run as unknown as LeadRun<IdRequest>;
}
