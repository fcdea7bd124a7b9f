import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { type Lead, type LeadReader, leadReader } from '../../../api/leads';
import { idKey } from '../../../api/leadId';
import { LEAD_NUMBER } from '../../../api/lookups';
import { InvalidInput } from '../../../base/invalidInput';
import { isBlankValue, showValue } from '../../../base/text';
import { findLeadIds } from '../../../input/leadIds/findLeadIds';
import {
	columnsProperty,
	notFoundOption,
	notFoundReader,
	type LeadRequest,
	makeRequests,
	type NotFoundOption,
	optionsProperty,
	readLeadSettings,
} from '../../../input/leadSettings';
import {
	hasLostDigits,
	isPhone,
	KEY_COLUMNS,
	KEY_NAMES,
	keyKind,
	LOST_DIGITS,
	readEmail,
	readPhone,
} from '../../../input/leadKeys';
import { nodeOf } from '../../../input/node';
import { itemParameter, type Located, onlyOne, readLocator } from '../../../input/readers';
import {
	idOfRow,
	type Key,
	keyName,
	type Lookup,
	type LookupResult,
	lookUpAll,
	noLeadHas,
	sharedKeyHints,
} from '../../../run/leadFinder';
import type { LeadItems } from '../../../run/leadItems';
import { LeadRun } from '../../../run/leadRun';
import {
	emitById,
	fetchById,
	type IdRequest,
	type LeadsById,
	distinctResults,
	stoppingError,
} from '../../../run/leadsById';
import { apiError, asNodeError } from '../../../run/messages';
import { columnsNotReturned } from '../../../run/report';
import type { Run } from '../../../run/run';
import type { Operation } from '../../operation';
import { lead } from '../../properties';

const properties: INodeProperties[] = [
	{
		...lead,
		description: 'The lead to get, from the list, or by its ID, email address or phone number',
	},
	columnsProperty('lead.mode', 'lead.value'),
	optionsProperty([notFoundOption()]),
];

export const get: Operation = {
	value: 'get',
	name: 'Get',
	description: 'Get one lead per input item, by its ID, email address or phone number',
	// Followed by "in LeadSquared", this is the tool's default description for an AI model.
	action: 'Get a lead',
	properties,
	execute,
};

const NO_LEAD = new InvalidInput(
	"'Lead' is empty: no input item names a lead",
	"Choose a lead, or drag the field that holds its ID, email address or phone number into 'Lead'.",
);

/** The request of an input item for one lead. Without a key, and without a fault, its cell is blank. */
interface LookupRequest extends LeadRequest<{ notFound: NotFoundOption }> {
	key?: Key;
}

/** A request, and the source of its lead: a lookup's row, or a request by ID. */
interface PlannedLead {
	request: LookupRequest;
	result?: LookupResult;
	/** The key is an ID, or the lookup left chosen columns out. */
	byId?: IdRequest;
}

/**
 * Gets a lead for each input item: parameters → lookups → columns that they lack, by ID → items and hints.
 *
 * @throws NodeOperationError for input that cannot be used, before any call, and NodeApiError for what
 * LeadSquared does not return, if the node stops at a failure; otherwise these become error items
 */
async function execute(execution: Run): Promise<INodeExecutionData[]> {
	const requests = readRequests(execution.context);
	if (requests.length === 0) return [];
	if (requests.every(({ key, fault }) => !key && !fault)) throw NO_LEAD;

	const run = await LeadRun.open(execution, requests, 'leads');
	const lookups = await lookUpAll(run.client, run.requests, ({ settings }) =>
		run.client.with({ maxWaitMs: settings.values.options.maxWaitMs }),
	);
	const failed = lookups.find(({ result }) => result?.kind === 'failed');
	const planned = run.client.isStopped ? [] : plan(run, lookups);
	const leads = await fetchById(
		run,
		planned.flatMap((each) => each.byId ?? []),
	);
	const results = distinctResults(leads);

	const output = await run.output({
		asked: run.requests.filter(({ key }) => key).length,
		leads: planned.filter((each) => isFound(each, leads)).length,
		key: 'lead',
		stopping:
			failed?.result?.kind === 'failed'
				? apiError(nodeOf(run.context), failed.result.failure, 'request', {
						itemIndex: failed.requests[0].item,
						fetched: lookups.filter(({ result }) => result?.kind === 'found').length,
					})
				: stoppingError(run, results),
		columns: columnsNotReturned(results),
		hints: sharedKeyHints(lookups),
		mayRepeat: run.requests.length > 1,
	});
	const readers = new Map<string[], LeadReader>();
	for (const each of planned) emit(run, each, leads, readers, output);
	return run.finish(output);
}

/** Reads the parameters of every input item. It makes no call. */
function readRequests(context: IExecuteFunctions): LookupRequest[] {
	const settings = readLeadSettings(context, { notFound: notFoundReader(context) });
	const keyAt = itemParameter(context, 'lead', (parameter) => readKey(readLocator(parameter)));
	return makeRequests(settings, { key: undefined as Key | undefined }, (item) => ({
		key: keyAt(item),
	}));
}

/**
 * Chooses the source of each request's lead. Lookups return all columns, or only the standard ones. Leads
 * that lack a chosen column are requested by ID, many in a call.
 */
function plan(run: LeadRun<LookupRequest>, lookups: Array<Lookup<LookupRequest>>): PlannedLead[] {
	const resultOf = new Map(
		lookups.flatMap(({ requests, result }) => requests.map((each) => [each, result])),
	);
	return run.requests.map((request) => {
		const { key } = request;
		const result = resultOf.get(request);
		const id =
			key?.by === 'id'
				? key.text
				: result?.kind === 'found' && idIfLacking(result.row, run.formOf(request).columns);
		return { request, result, byId: id ? { ...request, ids: [id] } : undefined };
	});
}

function idIfLacking(row: Lead, columns: string[]): string | undefined {
	const names = new Set(Object.keys(row).map((name) => name.toLowerCase()));
	const lacks = columns.some((column) => !names.has(column.toLowerCase()));
	return lacks ? idOfRow(row) : undefined;
}

function isFound({ result, byId }: PlannedLead, leads: LeadsById): boolean {
	if (!byId) return result?.kind === 'found';
	const { leads: found, unidentified } = leads.get(byId.settings)!;
	return found.has(idKey(byId.ids[0])) || unidentified.size > 0;
}

function emit(
	run: LeadRun<LookupRequest>,
	{ request, result, byId }: PlannedLead,
	leads: LeadsById,
	readers: Map<string[], LeadReader>,
	output: LeadItems,
): void {
	const { item, key } = request;
	const node = nodeOf(run.context);
	const form = run.formOf(request);
	if (byId) return emitById(run, byId, leads.get(byId.settings)!, output);
	if (!key) return output.addBlank(item, form, "'Lead' is empty");
	switch (result?.kind) {
		case 'found': {
			const reader = readers.get(form.columns) ?? leadReader(form.columns, { dropOthers: true });
			readers.set(form.columns, reader);
			return output.addLead(item, form, reader.read(result.row));
		}
		case 'failed':
			return output.addError(item, apiError(node, result.failure, 'request', { itemIndex: item }));
		case 'ambiguous':
			return output.addError(item, asNodeError(node, result.fault, item));
		case 'notFound': {
			return output.addNotFound(item, form, {
				column: COLUMNS[key.by],
				name: key.text,
				key: keyName(key),
				message: noLeadHas(key),
			});
		}
	}
}

const COLUMNS: Record<Key['by'], string | undefined> = {
	...KEY_COLUMNS,
	number: LEAD_NUMBER,
	words: undefined,
};

/**
 * Reads the key in a locator. Its mode decides what the key is. If a lead was picked from the list, or an
 * AI model filled the locator in, the form of the key decides.
 *
 * @throws InvalidInput if the key does not fit the mode
 */
function readKey({ mode, value: given }: Located): Key | undefined {
	const value = onlyOne(given);
	if (isBlankValue(value)) return undefined;
	const text = typeof value === 'object' ? '' : String(value).trim();
	switch (mode) {
		case 'email': {
			const address = readEmail(text);
			if (address !== undefined) return { by: 'email', text: address };
			throw misfit(mode, value);
		}
		case 'phone': {
			const number = readPhone(text);
			const isOther =
				['id', 'email'].includes(keyKind(text) ?? '') || keysIn(text, mode).length > 1;
			if (!isOther && number !== undefined) return { by: 'phone', text: number };
			throw misfit(mode, value);
		}
		case 'id':
			return readId(value);
		default:
			if (text === '' || findLeadIds(text).ids.length > 0) return readId(value);
			return keyOf(text);
	}
}

/** The key that a text is by its form. */
function keyOf(text: string): Key {
	const address = readEmail(text);
	if (address !== undefined) return { by: 'email', text: address };
	const number = readPhone(text) ?? text;
	// Ten digits and more are a phone number, as is what has other characters than digits.
	if (/^\d{1,9}$/.test(number)) return { by: 'number', text: number };
	return isPhone(text) ? { by: 'phone', text: number } : { by: 'words', text };
}

function readId(value: unknown): Key | undefined {
	const { ids, leftOver } = findLeadIds(value);
	if (ids.length === 1 && leftOver.length === 0) return { by: 'id', text: ids[0] };
	if (ids.length === 0 && leftOver.length === 0) return undefined;
	if (ids.length > 1) {
		throw new InvalidInput(
			`'Lead' contains ${ids.length} lead IDs`,
			"This operation gets one lead for each input item. Use 'Get Leads by IDs' for more.",
		);
	}
	throw misfit('id', value);
}

/** The error for a value that is not the key that its mode says. */
function misfit(mode: keyof typeof KEY_NAMES, value: unknown): InvalidInput {
	const text = String(value).trim();
	const message = `'Lead' is not ${KEY_NAMES[mode].one}: ${showValue(value)}`;
	if (mode === 'phone' && hasLostDigits(text)) return new InvalidInput(message, LOST_DIGITS);
	const kind = keyKind(text);
	if (kind && kind !== mode) {
		const { one, mode: fitting } = KEY_NAMES[kind];
		return new InvalidInput(message, `This is ${one}: set 'Lead' to ${fitting}.`);
	}
	const several = keysIn(text, mode);
	return several.length > 1
		? new InvalidInput(
				message,
				`These are ${several.length} ${KEY_NAMES[mode].many}. This operation gets one lead for each input item.`,
			)
		: new InvalidInput(message, `Enter ${KEY_NAMES[mode].one}, such as ${EXAMPLES[mode]}.`);
}

/** The parts of a text that are keys of a kind. */
const keysIn = (text: string, kind: keyof typeof KEY_NAMES): string[] =>
	text.split(/[\s,;|/]+/).filter((part) => keyKind(part) === kind);

const EXAMPLES = {
	id: '0acb9356-bcd1-4128-b63a-97f52cb8cc3c',
	email: 'name@example.com',
	phone: '+919876543210',
};
