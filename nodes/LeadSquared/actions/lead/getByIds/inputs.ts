import type { IExecuteFunctions, NodeApiError, NodeOperationError } from 'n8n-workflow';
import { type Lead, leadReader, type LeadValue } from '../../../api/lead';
import type { Column } from '../../../api/metadata';
import { Retrieval } from '../../../retrieval/retrieval';
import { ALL_COLUMNS, columnsToAsk, displayNames, parseColumnNames } from '../../../shared/columns';
import { apiError, inputError } from '../../../shared/errors';
import { fetchColumns } from '../../../shared/fetchColumns';
import { fieldReader } from '../../../shared/fieldExpression';
import { findLeadIds } from '../../../shared/leadIds';
import { typeConverter } from '../../../shared/leadShape';
import type { Client } from '../../../transport/client';
import { InvalidInput } from '../../../transport/invalidInput';

/** The parameter 'Options', as set. */
interface Options {
	additionalColumns?: unknown;
	convertTypes?: boolean;
	fieldNames?: 'schemaName' | 'displayName';
	leadsPerRequest?: number;
	maxWaitSeconds?: number;
	notFound?: 'skip' | 'include' | 'error';
}

/** What one input item asks for. */
export interface Input {
	item: number;
	ids: string[];
	/** Why this item, or a part of it, cannot be used. Empty, or the node goes on nevertheless. */
	errors: Array<NodeOperationError | NodeApiError>;
	settings?: Settings;
}

/** What input items have in common that have the same columns and options. */
export interface Settings {
	group: Group;
	notFound: NonNullable<Options['notFound']>;
	/** Gives a lead the names and types that the user wants; undefined if they are LeadSquared's own. */
	shape?: (lead: Lead) => Lead;
}

/** Input items whose ids are fetched together: same columns, same way of asking. */
export interface Group {
	columns: string[];
	maxWaitMs: number;
	retrieval: Retrieval;
}

/** The page size of LeadSquared's own example, which every report of its limits allows. */
export const LEADS_PER_REQUEST = 1000;
/** "You can retrieve a maximum of 10,000 leads": https://apidocs.leadsquared.com/get-leads-in-bulk-by-ids/ */
export const MOST_LEADS_PER_REQUEST = 10_000;
export const MAX_WAIT_SECONDS = 300;

interface Raw {
	input: Input;
	names: string[];
	options: Options & Pick<Settings, 'notFound'>;
}

/**
 * Reads the parameters of all input items, and groups the items that can be fetched together.
 * Metadata is fetched once, and only if a setting needs it.
 *
 * @throws NodeOperationError for the first input that cannot be used, before any call is made,
 * NodeApiError if the metadata cannot be had; where the node goes on, they are kept in `errors`
 */
export async function readInputs(
	context: IExecuteFunctions,
	client: Client,
): Promise<{ inputs: Input[]; groups: Group[] }> {
	const goOn = context.continueOnFail();
	const raws = readParameters(context);
	for (const { input } of raws) if (input.errors.length > 0 && !goOn) throw input.errors[0];

	const inNeed = raws.filter(needsMetadata);
	const metadata = inNeed.length > 0 ? await readMetadata(context, client, inNeed) : [];
	const groups = groupInputs(raws, metadata, client);
	return { inputs: raws.map(({ input }) => input), groups };
}

function readParameters(context: IExecuteFunctions): Raw[] {
	const node = context.getNode();
	const idsOf = reader(context, 'leadIds', findLeadIds);
	const namesOf = reader(context, 'columns', parseColumnNames);
	// A model sees no hints, and n8n tells it of an answer without items as of an empty text.
	const notFound = node.type.endsWith('Tool') ? 'include' : 'skip';
	const optionsOf = reader(context, 'options', (value) => readOptions(value, notFound));
	return context.getInputData().map((_, item) => {
		const { ids, leftOver } = idsOf(item);
		const { set: options, additional } = optionsOf(item);
		const picked = namesOf(item);
		const names = additional.length === 0 ? picked : [...picked, ...additional];
		const input: Input = { item, ids, errors: [] };
		const faults = leftOver.map(notAnId);
		if (ids.length === 0 && faults.length === 0) faults.push(NO_IDS);
		if (names.length === 0) {
			faults.push(NO_COLUMNS);
			input.ids = [];
		}
		for (const fault of faults) input.errors.push(inputError(node, fault, item));
		return { input, names, options };
	});
}

const NO_IDS = new InvalidInput(
	"'Lead IDs' is empty",
	'Enter at least one lead ID, or filter out the input items that have none.',
);
const NO_COLUMNS = new InvalidInput(
	"'Column Names or IDs' is empty",
	"Choose at least one column, or 'All Columns'.",
);

function notAnId(text: string): InvalidInput {
	const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
	return new InvalidInput(
		`'Lead IDs' holds something that is no lead ID: ${shown}`,
		'A lead ID looks like 0acb9356-bcd1-4128-b63a-97f52cb8cc3c, and LeadSquared calls it Prospect ID. Give that one instead of a lead number, name or e-mail address, and remove what belongs to no lead.',
	);
}

function readOptions(
	value: unknown,
	notFound: Settings['notFound'],
): { set: Raw['options']; additional: string[] } {
	const set = { notFound, ...(value as Options | undefined) };
	return { set, additional: parseColumnNames(set.additionalColumns) };
}

/** Reads a parameter for each item, by the shortest way: items may be many. */
function reader<T>(
	context: IExecuteFunctions,
	name: string,
	read: (value: unknown) => T,
): (item: number) => T {
	const parameter = context.getNode().parameters[name];
	const readAt = (item: number) => read(context.getNodeParameter(name, item, ''));
	if (!hasExpression(parameter)) {
		let value: { of: T } | undefined;
		return (item) => (value ??= { of: readAt(item) }).of;
	}
	const fieldOf = fieldReader(parameter);
	if (!fieldOf) return readAt;
	const items = context.getInputData();
	return (item) => {
		const value = fieldOf(items[item].json);
		return value === undefined ? readAt(item) : read(value);
	};
}

function hasExpression(parameter: unknown): boolean {
	if (typeof parameter === 'string') return parameter.startsWith('=');
	return (
		typeof parameter === 'object' &&
		parameter !== null &&
		Object.values(parameter).some(hasExpression)
	);
}

function needsMetadata({ input, names, options }: Raw): boolean {
	const wanted =
		options.convertTypes || options.fieldNames === 'displayName' || names.includes(ALL_COLUMNS);
	return input.ids.length > 0 && Boolean(wanted);
}

async function readMetadata(
	context: IExecuteFunctions,
	client: Client,
	inNeed: Raw[],
): Promise<Column[]> {
	const outcome = await fetchColumns(client, maxWaitMs(inNeed[0].options));
	if (outcome.kind === 'ok') return outcome.value;
	for (const { input } of inNeed) {
		const error = apiError(context.getNode(), outcome, 'request', { itemIndex: input.item });
		if (!context.continueOnFail()) throw error;
		input.errors.push(error);
		input.ids = [];
	}
	return [];
}

function groupInputs(raws: Raw[], metadata: Column[], client: Client): Group[] {
	const fetchable = raws.filter(({ input }) => input.ids.length > 0);
	const sameRequest = groupBy(fetchable, ({ names, options }) => [
		names,
		leadsPerRequest(options),
		maxWaitMs(options),
	]);
	return sameRequest.map((members) => {
		const [{ names, options }] = members;
		const columns = columnsToAsk(names, metadata);
		const retrieval = new Retrieval(
			members.map(({ input }) => input),
			{
				leadsPerRequest: leadsPerRequest(options),
				maxWaitMs: maxWaitMs(options),
				readLead: leadReader(columns),
				now: () => client.clock.now(),
			},
		);
		const group: Group = { columns, maxWaitMs: maxWaitMs(options), retrieval };
		const sameOutput = groupBy(members, (raw) => [
			raw.options.notFound,
			raw.options.convertTypes,
			raw.options.fieldNames,
		]);
		for (const some of sameOutput) {
			const settings: Settings = {
				group,
				notFound: some[0].options.notFound,
				shape: shapeOf(some[0].options, metadata),
			};
			for (const { input } of some) input.settings = settings;
		}
		return group;
	});
}

function shapeOf({ convertTypes, fieldNames }: Options, metadata: Column[]): Settings['shape'] {
	if (!convertTypes && fieldNames !== 'displayName') return undefined;
	const convert = convertTypes ? typeConverter(metadata) : (_: string, value: LeadValue) => value;
	const names = fieldNames === 'displayName' ? displayNames(metadata) : new Map<string, string>();
	return (lead) =>
		Object.fromEntries(
			Object.entries(lead).map(([name, value]) => [
				names.get(name.toLowerCase()) ?? name,
				convert(name, value),
			]),
		);
}

function groupBy<T>(elements: T[], keyOf: (element: T) => unknown[]): T[][] {
	const groups = new Map<string, T[]>();
	let parts: unknown[] = [];
	let group: T[] | undefined;
	for (const element of elements) {
		const before = parts;
		parts = keyOf(element);
		// What is no expression is the same object for all items, of which there may be many.
		if (!group || parts.some((part, index) => part !== before[index])) {
			const key = JSON.stringify(parts);
			group = groups.get(key) ?? [];
			groups.set(key, group);
		}
		group.push(element);
	}
	return [...groups.values()];
}

function leadsPerRequest(options: Options): number {
	const count = Math.floor(Number(options.leadsPerRequest ?? LEADS_PER_REQUEST));
	return Math.min(Math.max(count || LEADS_PER_REQUEST, 1), MOST_LEADS_PER_REQUEST);
}

function maxWaitMs({ maxWaitSeconds = MAX_WAIT_SECONDS }: Options): number {
	return Math.max(0, Number(maxWaitSeconds) || 0) * 1000;
}
