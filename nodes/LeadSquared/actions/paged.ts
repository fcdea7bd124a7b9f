import type { IDataObject, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { type Lead, readCount } from '../api/leads';
import { count, plural, pluralOf } from '../base/text';
import { type PagedCall, readList } from '../fetch/pages';
import { nodeOf } from '../input/node';
import { readItems, type Readers, type Values } from '../input/parameters';
import { apiError } from '../run/messages';
import { addHint, reportRun } from '../run/report';
import { inputErrors } from '../run/itemErrors';
import { copyFields, withErrorItems } from '../run/items';
import { makeQueries } from '../run/queries';
import type { Run } from '../run/run';
import type { ApiRequest, Client } from '../transport/client';
import type { Outcome } from '../transport/outcome';
import { callWithRetry } from '../transport/retry';
import type { Operation } from './operation';
import { limit, limitReader, returnAll, returnAllReader } from './properties';
import { type Resolve, resolveAll } from './resolve';

/** An operation that reads a query for each input item to its end, page by page. */
interface Paged<R extends Readers, O extends Readers, Row, V> extends Omit<Operation, 'execute'> {
	/** Without 'Return All' and 'Limit', which are added before the last one, the options. */
	properties: INodeProperties[];
	/** The readers of the parameters, by their names. */
	parameters: R;
	/** The readers of the operation's own options. */
	options?: O;
	/** Turns the values into those for the request, if that takes the account or the workflow. */
	resolve?: Resolve<Values<R & O>, V>;
	/** @param page counts from 1 */
	request(values: V, page: { page: number; pageSize: number }): ApiRequest;
	/** Reads the rows of a response; undefined if it is not a response of this call. */
	read(body: unknown): Row[] | undefined;
	/** The maximum number of rows in a page; undefined if LeadSquared sends all rows in one answer. */
	pageSize?: number;
	/** The name of a row's ID. Pages overlap, and a row that comes on two of them counts once. */
	idName: string;
	/** Whether the user wants a row of the only answer, if LeadSquared cannot filter. */
	isWanted?(row: Row, values: V): boolean;
	item(row: Row): IDataObject;
	/** The unit of progress and the receipt, such as `user`. */
	unit: string;
}

const PAGING = { returnAll: returnAllReader, limit: limitReader };

/**
 * Makes the operation. It reads the parameters of all items, then makes their queries, several at once,
 * and returns the results in the order of the input. Input items with the same query share its calls.
 */
export function paged<
	R extends Readers,
	Row,
	O extends Readers = object & Readers,
	V = Values<R & O>,
>(spec: Paged<R, O, Row, V>): Operation {
	const { value, name, action, description } = spec;
	const properties = [...spec.properties];
	properties.splice(-1, 0, returnAll, limit);
	const execute = async (run: Run) => await runPaged(run, spec);
	return { value, name, action, description, properties, execute };
}

async function runPaged<R extends Readers, O extends Readers, Row, V>(
	run: Run,
	spec: Paged<R, O, Row, V>,
): Promise<INodeExecutionData[]> {
	const { context } = run;
	const jobs = readItems(context, { ...spec.parameters, ...PAGING }, spec.options);
	if (jobs.length === 0) return [];
	const errors = inputErrors(run, jobs);

	const client = await run.open(jobs[0].maxWaitMs, pluralOf(spec.unit));
	const beganAt = client.clock.now();
	const asked = jobs
		.filter(({ fault }) => !fault)
		.map((job) => ({ ...job, wanted: wantedOf(job.values) }));
	const resolved = await resolveAll(context, client, asked, spec.resolve);
	errors.push(...inputErrors(run, resolved));
	const queries = resolved.filter(({ fault }) => !fault);
	const keyOf = ({ values, wanted }: (typeof queries)[0]) => [values, wanted];
	const { answers, failures } = await makeQueries(client, queries, keyOf, {
		read: async (patient, { values, wanted }) => await readAll(patient, spec, values, wanted),
		sizeOf: ({ rows }) => rows.length,
	});
	for (const { item, failure } of failures) {
		errors.push({
			item,
			error: apiError(nodeOf(context), failure, 'request', { itemIndex: item }),
		});
	}
	const output = jobs.flatMap(({ item }) =>
		(answers.get(item)?.rows ?? []).map((row) => ({
			// Input items with the same query share its rows.
			json: copyFields(spec.item(row)),
			pairedItem: { item },
		})),
	);

	for (const { rows, counted } of new Set(answers.values())) {
		if (counted !== undefined)
			addHint(context, shortHint(spec.unit, rows.length, counted), 'warning');
	}
	const seconds = (client.clock.now() - beganAt) / 1000;
	reportRun(context, client.account, plural(output.length, spec.unit), {
		seconds,
		failed: errors.length,
	});
	if (errors.length > 0 && client.stopAtFailure) throw errors[0].error;
	return withErrorItems(context, output, errors);
}

/** The number of rows that an input item wants; undefined for all. */
const wantedOf = (paging: Values<typeof PAGING>): number | undefined =>
	paging.returnAll ? undefined : paging.limit;

/** The rows of a query, and the number that LeadSquared counts, if it counts more than it returned. */
interface Found<Row> {
	rows: Row[];
	counted?: number;
}

const shortHint = (unit: string, found: number, counted: number): string =>
	`LeadSquared counts ${plural(counted, unit)} but returned ${count(found)}, also when asked again. Some may be missing.`;

/** Reads a query to its end, or up to the wanted number of rows. */
async function readAll<R extends Readers, O extends Readers, Row, V>(
	client: Client,
	spec: Paged<R, O, Row, V>,
	values: V,
	wanted: number | undefined,
): Promise<Outcome<Found<Row>>> {
	const { pageSize, idName, read } = spec;
	if (pageSize === undefined) {
		const request = spec.request(values, { page: 1, pageSize: Infinity });
		const outcome = await callWithRetry(client, request, read);
		if (outcome.kind !== 'ok') return outcome;
		const rows = outcome.value.filter((row) => spec.isWanted?.(row, values) ?? true);
		return { kind: 'ok', value: { rows: rows.slice(0, wanted) } };
	}
	const call: PagedCall = {
		request: (_columns, paging) => spec.request(values, paging),
		read(body) {
			const rows = read(body) as Lead[] | undefined;
			const { RecordCount } = Object(body) as { RecordCount?: unknown };
			return rows && { rows, recordCount: readCount(RecordCount) || undefined };
		},
		pageSize,
		sendsAll: true,
	};
	const rows = new Map<unknown, Lead>();
	// Rows of the same moment may change places between two pages, and one may be on neither. So the list is
	// read again while that finds more.
	for (;;) {
		const before = rows.size;
		const list = await readList(client, call, { columns: [idName], wanted });
		if (list.failure) return list.failure;
		for (const row of list.leads) rows.set(row[idName], row);
		const all = [...rows.values(), ...list.unidentified].slice(0, wanted) as Row[];
		const { count: counted = 0 } = list;
		if (all.length >= Math.min(wanted ?? Infinity, counted))
			return { kind: 'ok', value: { rows: all } };
		if (rows.size === before) return { kind: 'ok', value: { rows: all, counted } };
	}
}
