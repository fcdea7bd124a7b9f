import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { ID_COLUMN, type Lead, type LeadReader, leadReader } from '../../../api/leads';
import { idKey } from '../../../api/leadId';
import { InvalidInput } from '../../../base/invalidInput';
import { isBlankValue, showValue } from '../../../base/text';
import { findLeadIds } from '../../../input/leadIds/findLeadIds';
import {
	columnsProperty,
	NOT_FOUND_OPTION,
	notFoundReader,
	optionsProperty,
	readLeadSettings,
	makeRequests,
} from '../../../input/leadSettings';
import { itemParameter, type Located, onlyOne, readLocator } from '../../../input/readers';
import type { LeadItems } from '../../../run/leadItems';
import { LeadRun } from '../../../run/leadRun';
import {
	emitById,
	fetchById,
	type IdRequest,
	isRepeated,
	type LeadsById,
	distinctResults,
	stoppingError,
} from '../../../run/leadsById';
import { apiError, asNodeError } from '../../../run/messages';
import { columnsThatDidNotCome } from '../../../run/report';
import type { Run } from '../../../run/run';
import type { Operation } from '../../operation';
import { lead } from '../../properties';
import {
	type Key,
	keyName,
	type LookupResult,
	type Lookup,
	lookUpAll,
	type LookupRequest,
} from './leadFinder';

const properties: INodeProperties[] = [
	{
		...lead,
		description:
			'The lead to get: choose it, or give its ID, email address or phone number. With an expression, each input item names its own lead.',
		modes: [
			...lead.modes!,
			{
				displayName: 'By Email',
				name: 'email',
				type: 'string',
				placeholder: 'e.g. name@example.com',
			},
			{
				displayName: 'By Phone',
				name: 'phone',
				type: 'string',
				placeholder: 'e.g. +919876543210',
			},
		],
	},
	columnsProperty('lead.mode'),
	optionsProperty([NOT_FOUND_OPTION]),
];

export const get: Operation = {
	value: 'get',
	name: 'Get',
	description: 'Get one lead for each input item, by its ID, email address or phone number',
	// Followed by "in LeadSquared", this is the tool's default description for an AI model.
	action: 'Get a lead by ID, email address or phone number',
	properties,
	execute,
};

const NO_LEAD = new InvalidInput(
	"'Lead' is empty: no input item names a lead",
	"Choose a lead, or drag the field that holds its ID, email address or phone number into 'Lead'.",
);

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
	const lookups = await lookUpAll(run.client, run.requests);
	const failed = lookups.find(({ result }) => result?.kind === 'failed');
	const planned = run.client.isStopped ? [] : plan(run, lookups);
	const byId = planned.flatMap((each) => each.byId ?? []);
	const leads = await fetchById(run, byId);
	const results = distinctResults(leads);

	const output = await run.output({
		...countLeads(planned, leads),
		unit: 'lead',
		stopping:
			failed?.result?.kind === 'failed'
				? apiError(run.context.getNode(), failed.result.failure, 'request', {
						itemIndex: failed.requests[0].item,
						fetched: lookups.filter(({ result }) => result?.kind === 'found').length,
					})
				: stoppingError(run, results),
		columns: columnsThatDidNotCome(results),
		hints: [],
		mayRepeat: lookups.some((each) => each.requests.length > 1) || isRepeated(byId, results),
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
function plan(run: LeadRun<LookupRequest>, lookups: Lookup[]): PlannedLead[] {
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
	const names = new Map(Object.keys(row).map((name) => [name.toLowerCase(), name]));
	const lacks = columns.some((column) => !names.has(column.toLowerCase()));
	const id = row[names.get(ID_COLUMN.toLowerCase()) ?? ID_COLUMN];
	return lacks && typeof id === 'string' && id !== '' ? id : undefined;
}

/** Counts the leads asked for and found, each key once. */
function countLeads(planned: PlannedLead[], leads: LeadsById): { asked: number; leads: number } {
	const found = new Map<string, boolean>();
	for (const { request, result, byId } of planned) {
		if (!request.key) continue;
		const fetched = byId && leads.get(byId.settings);
		const isFound = fetched
			? fetched.leads.has(idKey(byId.ids[0])) || fetched.unidentified.size > 0
			: result?.kind === 'found';
		found.set(keyName(request.key), isFound);
	}
	return { asked: found.size, leads: [...found.values()].filter(Boolean).length };
}

function emit(
	run: LeadRun<LookupRequest>,
	{ request, result, byId }: PlannedLead,
	leads: LeadsById,
	readers: Map<string[], LeadReader>,
	output: LeadItems,
): void {
	const { item, key } = request;
	const node = run.context.getNode();
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
			const message = `LeadSquared has no lead with the ${KEY_LABELS[key.by]} ${key.text}`;
			return output.addNotFound(item, form, {
				id: null,
				key: keyName(key),
				name: key.text,
				message,
			});
		}
	}
}

const KEY_LABELS = { id: 'ID', email: 'email address', phone: 'phone number', words: 'name' };

const EMAIL = /^[^\s@<>,;]+@[^\s@<>,;]+$/;
const PHONE = /^\+?[\d\s().\-/\u2010-\u2015]{6,}$/;

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
			const address = readAddress(text);
			if (EMAIL.test(address)) return { by: 'email', text: address };
			throw expected('an email address', value);
		}
		case 'phone': {
			const number = readPhone(text);
			if (/\d.*\d.*\d/.test(number)) return { by: 'phone', text: number };
			throw expected('a phone number', value);
		}
		case 'id':
			return readId(value);
		default:
			if (text === '' || findLeadIds(text).ids.length > 0) return readId(value);
			if (EMAIL.test(readAddress(text))) return { by: 'email', text: readAddress(text) };
			return { by: PHONE.test(text) ? 'phone' : 'words', text };
	}
}

/** Removes the name and `mailto:` from `"Ann Lee" <ann@example.com>` and `mailto:ann@example.com`. */
const readAddress = (text: string): string =>
	(/<([^<>]+)>\s*$/.exec(text)?.[1] ?? text).replace(/^mailto:/i, '').trim();

/** Reads a phone number. Sheets turn them into numbers: `919876543210.0`, `9.1987654321E11`. */
function readPhone(text: string): string {
	const isNumber = /^\d(?:\.\d+)?e\+?\d+$/i.test(text) || /^\d+\.0+$/.test(text);
	return isNumber ? BigInt(Math.round(Number(text))).toString() : text.replace(/^tel:/i, '');
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
	throw expected('a lead ID', value);
}

function expected(what: string, value: unknown): InvalidInput {
	return new InvalidInput(
		`'Lead' is not ${what}: ${showValue(value)}`,
		'Choose next to the field what the value is: an ID, an email address or a phone number. A lead ID looks like 0acb9356-bcd1-4128-b63a-97f52cb8cc3c.',
	);
}
