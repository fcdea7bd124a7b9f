import type { IDataObject, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { type Lead, readCount } from '../api/leads';
import { plural, pluralOf } from '../base/text';
import { readList } from '../fetch/pages';
import { readItems, type Readers, type Values } from '../input/parameters';
import { apiError } from '../run/messages';
import { reportRun } from '../run/report';
import { inputErrors } from '../run/itemErrors';
import { copyFields, withErrorItems } from '../run/items';
import { makeQueries } from '../run/queries';
import type { Run } from '../run/run';
import type { ApiRequest, Client } from '../transport/client';
import type { Outcome } from '../transport/outcome';
import { callWithRetry } from '../transport/retry';
import type { Operation } from './operation';
import { limit, limitReader, returnAll, returnAllReader } from './properties';

/** An operation that reads a query for each input item to its end, page by page. */
interface Paged<R extends Readers, Row> extends Omit<Operation, 'execute'> {
	/** Without 'Return All' and 'Limit', which are added before the last one, the options. */
	properties: INodeProperties[];
	/** The readers of the parameters, by their names. */
	parameters: R;
	/** @param page counts from 1 */
	request(values: Values<R>, page: { page: number; pageSize: number }): ApiRequest;
	/** Reads the rows of a response; undefined if it is not a response of this call. */
	read(body: unknown): Row[] | undefined;
	/** The maximum number of rows in a page; undefined if LeadSquared sends all rows in one answer. */
	pageSize?: number;
	/** The name of a row's ID. Pages overlap, and a row that comes on two of them counts once. */
	idName: string;
	/** Whether the user wants a row of the only answer, if LeadSquared cannot filter. */
	isWanted?(row: Row, values: Values<R>): boolean;
	item(row: Row): IDataObject;
	/** The unit of progress and the receipt, such as `user`. */
	unit: string;
}

const PAGING = { returnAll: returnAllReader, limit: limitReader };

/**
 * Makes the operation. It reads the parameters of all items, then makes their queries, several at once,
 * and returns the results in the order of the input. Input items with the same query share its calls.
 */
export function paged<R extends Readers, Row>(spec: Paged<R, Row>): Operation {
	const { value, name, action, description } = spec;
	const properties = [...spec.properties];
	properties.splice(-1, 0, returnAll, limit);
	const execute = async (run: Run) => await runPaged(run, spec);
	return { value, name, action, description, properties, execute };
}

async function runPaged<R extends Readers, Row>(
	run: Run,
	spec: Paged<R, Row>,
): Promise<INodeExecutionData[]> {
	const { context } = run;
	const jobs = readItems(context, { ...spec.parameters, ...PAGING });
	if (jobs.length === 0) return [];
	const errors = inputErrors(run, jobs);

	const client = await run.open(jobs[0].maxWaitMs, pluralOf(spec.unit));
	const beganAt = client.clock.now();
	const usable = jobs.filter(({ fault }) => !fault);
	const { answers, failures } = await makeQueries(client, usable, ({ values }) => values, {
		read: async (patient, { values }) => await readAll(patient, spec, values as never),
		sizeOf: (rows) => rows.length,
	});
	for (const { item, failure } of failures) {
		errors.push({
			item,
			error: apiError(context.getNode(), failure, 'request', { itemIndex: item }),
		});
	}
	const output = jobs.flatMap(({ item }) =>
		(answers.get(item) ?? []).map((row) => ({
			// Input items with the same query share its rows.
			json: copyFields(spec.item(row)),
			pairedItem: { item },
		})),
	);

	const seconds = (client.clock.now() - beganAt) / 1000;
	reportRun(context, client.account, plural(output.length, spec.unit), {
		seconds,
		failed: errors.length,
	});
	if (errors.length > 0 && client.stopAtFailure) throw errors[0].error;
	return withErrorItems(context, output, errors);
}

/** Reads a query to its end, or up to the wanted number of rows. */
async function readAll<R extends Readers, Row>(
	client: Client,
	spec: Paged<R, Row>,
	values: Values<R> & Values<typeof PAGING>,
): Promise<Outcome<Row[]>> {
	const { pageSize, idName, read } = spec;
	const wanted = values.returnAll ? undefined : values.limit;
	if (pageSize === undefined) {
		const request = spec.request(values, { page: 1, pageSize: Infinity });
		const outcome = await callWithRetry(client, request, read);
		if (outcome.kind !== 'ok') return outcome;
		const rows = outcome.value.filter((row) => spec.isWanted?.(row, values) ?? true);
		return { kind: 'ok', value: rows.slice(0, wanted) };
	}
	const list = await readList(
		client,
		{
			request: (_columns, paging) => spec.request(values, paging),
			read(body) {
				const rows = read(body) as Lead[] | undefined;
				const { RecordCount } = Object(body) as { RecordCount?: unknown };
				return rows && { rows, recordCount: readCount(RecordCount) || undefined };
			},
			pageSize,
			sendsAll: true,
		},
		{ columns: [idName], wanted },
	);
	if (list.failure) return list.failure;
	return { kind: 'ok', value: [...list.leads, ...list.unidentified] as Row[] };
}
