import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { leadReader, ID_COLUMN, type LeadReader, type Lead } from '../../../api/lead';
import { apiError, asNodeError } from '../../../run/messages';
import { fetchLeads, summing } from '../../../fetch/byIds';
import { columnsThatDidNotCome, giveLeads, type Brought, type Job } from '../../../run/leadRun';
import {
	emitByIds,
	isRepeated,
	stoppingError,
	makePlan,
	type Plan,
	type PlannedItem,
} from '../../../run/leadsById';
import { formsOf, type LeadItems, type ItemForm } from '../../../run/leadItems';
import { InvalidInput } from '../../../base/invalidInput';
import type { Failed } from '../../../transport/outcome';
import type { Operation } from '../../operation';
import { lookUpAll, nameOf, type LookedUp, type KeyLookUps, Key, LeadKeyRequest } from './lookUps';
import { isBlankValue, shown } from '../../../base/text';
import { itemParameter, readLocator, onlyOne, type Located } from '../../../input/readers';
import { findLeadIds } from '../../../input/leadIds/findLeadIds';
import {
	notFoundReader,
	requestReader,
	columnsProperty,
	NOT_FOUND_OPTION,
	optionsProperty,
} from '../../../input/leadSettings';
import type { Column } from '../../../api/metadata';
import { idKey } from '../../../api/leadId';
import type { Results } from '../../../fetch/types';
import { columnsAsker } from '../../../columns/labels';

const properties: INodeProperties[] = [
	{
		displayName: 'Lead',
		name: 'lead',
		type: 'resourceLocator',
		required: true,
		default: { mode: 'list', value: '' },
		description:
			'The lead to get: choose it, or give its ID, email address or phone number. With an expression, each input item names its own lead.',
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				typeOptions: {
					searchListMethod: 'searchLeads',
					searchable: true,
					searchFilterRequired: true,
				},
			},
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder: 'e.g. 0acb9356-bcd1-4128-b63a-97f52cb8cc3c',
			},
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
	// With "in LeadSquared" behind it, this is all that an AI model is told of the tool by default.
	action: 'Get a lead by ID, email address or phone number',
	properties,
	execute,
};

const NOTHING_TO_ASK = new InvalidInput(
	"'Lead' is empty: no input item names a lead",
	"Choose a lead, or drag the field that holds its ID, email address or phone number into 'Lead'.",
);

/**
 * Gets a lead for each input item: parameters → look-ups → what they lack, by id → items and hints.
 *
 * @throws NodeOperationError for input that cannot be used, before any call, NodeApiError for what
 * LeadSquared does not give; where the node's On Error setting says to continue, these become items
 */
async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const requests = readParameters(context);
	if (requests.length === 0) return [];
	if (requests.every(({ key, fault }) => !key && !fault)) throw NOTHING_TO_ASK;
	return await giveLeads(context, requests, {
		bring: async (job) => await bring(context, job),
		unit: 'leads',
	});
}

async function bring(
	context: IExecuteFunctions,
	{ client, requests, metadata, stopAtFailure, onProgress }: Job<LeadKeyRequest>,
): Promise<Brought> {
	const node = context.getNode();
	const readers = new Map<string[], LeadReader>();
	const progressOf = summing(onProgress);
	const lookUps = await lookUpAll(client, requests, { stopAtFailure, onProgress: progressOf(0) });
	const looked = [...lookUps.values()];
	const failed = looked.find(({ result }) => result && 'failure' in result);
	const isOver = stopAtFailure && failed !== undefined;
	const plan = planOf(isOver ? [] : requests, lookUps, metadata);
	const results = await fetchLeads(client, plan.byIds.fetches, {
		stopAtFailure,
		onProgress: progressOf(1),
	});
	return {
		stopping: failed
			? apiError(node, (failed.result as { failure: Failed }).failure, 'request', {
					itemIndex: failed.requests[0].item,
					fetched: looked.filter(({ result }) => result && 'row' in result).length,
				})
			: stoppingError(context, results),
		columns: columnsThatDidNotCome(results),
		hints: [],
		tally: tallyOf(plan, results),
		mayRepeat:
			looked.some(({ requests: some }) => some.length > 1) || isRepeated(plan.byIds.items, results),
		emit(to) {
			for (const planned of plan.leads) emitOne(planned, to);
		},
	};

	function readerOf(columns: string[]): LeadReader {
		const reader = readers.get(columns) ?? leadReader(columns, { dropOthers: true });
		readers.set(columns, reader);
		return reader;
	}

	function emitOne({ form, key, result, byId }: PlannedLead, to: LeadItems): void {
		const { item } = form;
		if (byId) emitByIds(context, byId, results[byId.fetch], to);
		else if (!key) to.addNotFound(form, null, "'Lead' is empty");
		else if (!result) return;
		else if ('row' in result) {
			to.addLead(form, readerOf(form.columns).read(result.row));
		} else if ('failure' in result) {
			to.addError(item, apiError(node, result.failure, 'request', { itemIndex: item }));
		} else if ('fault' in result) to.addError(item, asNodeError(node, result.fault, item));
		else
			to.addNotFound(form, null, `LeadSquared has no lead with the ${WORDS[key.by]} ${key.text}`);
	}
}

const WORDS = { id: 'ID', email: 'email address', phone: 'phone number', words: 'name' };

/** Reads the parameters of every input item. No call is made. What is wrong with an item is its `fault`. */
export function readParameters(context: IExecuteFunctions): LeadKeyRequest[] {
	const keyOf = itemParameter(context, 'lead', (parameter) => readKey(readLocator(parameter)));
	const read = requestReader(context, {
		readers: { notFound: notFoundReader(context) },
		read: (item) => ({ key: keyOf(item) }),
		nothing: { key: undefined as Key | undefined },
	});
	return context.getInputData().map((_, item) => read(item));
}

const EMAIL = /^[^\s@<>,;]+@[^\s@<>,;]+$/;
const PHONE = /^\+?[\d\s().\-/\u2010-\u2015]{6,}$/;

/**
 * The key that a locator holds. Where a person chose what it is by, that is what it is; where a lead
 * was picked from the list, or an AI model filled it in, its form tells.
 *
 * @throws InvalidInput if it is not what it was said to be
 */
function readKey({ mode, value: given }: Located): Key | undefined {
	const value = onlyOne(given);
	if (isBlankValue(value)) return undefined;
	const text = typeof value === 'object' ? '' : String(value).trim();
	switch (mode) {
		case 'email': {
			const address = bareAddress(text);
			if (EMAIL.test(address)) return { by: 'email', text: address };
			throw notA('an email address', value);
		}
		case 'phone': {
			const number = asNumber(text);
			if (/\d.*\d.*\d/.test(number)) return { by: 'phone', text: number };
			throw notA('a phone number', value);
		}
		case 'id':
			return idIn(value);
		default:
			if (text === '' || findLeadIds(text).ids.length > 0) return idIn(value);
			if (EMAIL.test(bareAddress(text))) return { by: 'email', text: bareAddress(text) };
			return { by: PHONE.test(text) ? 'phone' : 'words', text };
	}
}

/** `"Ann Lee" <ann@example.com>`, `mailto:ann@example.com`. */
const bareAddress = (text: string): string =>
	(/<([^<>]+)>\s*$/.exec(text)?.[1] ?? text).replace(/^mailto:/i, '').trim();

/** A sheet makes numbers of phone numbers: `919876543210.0`, `9.1987654321E11`. */
function asNumber(text: string): string {
	const isNumber = /^\d(?:\.\d+)?e\+?\d+$/i.test(text) || /^\d+\.0+$/.test(text);
	return isNumber ? BigInt(Math.round(Number(text))).toString() : text.replace(/^tel:/i, '');
}

function idIn(value: unknown): Key | undefined {
	const { ids, leftOver } = findLeadIds(value);
	if (ids.length === 1 && leftOver.length === 0) return { by: 'id', text: ids[0] };
	if (ids.length === 0 && leftOver.length === 0) return undefined;
	if (ids.length > 1) {
		throw new InvalidInput(
			`'Lead' contains ${ids.length} lead IDs`,
			"This operation gets one lead for each input item. Use 'Get Leads by IDs' for more.",
		);
	}
	throw notA('a lead ID', value);
}

function notA(what: string, value: unknown): InvalidInput {
	return new InvalidInput(
		`'Lead' is not ${what}: ${shown(value)}`,
		'Choose what the value is beside the field: an ID, an email address or a phone number. A lead ID looks like 0acb9356-bcd1-4128-b63a-97f52cb8cc3c.',
	);
}

/** An input item, and where its lead comes from. */
export interface PlannedLead {
	form: ItemForm;
	key?: Key;
	/** What the look-up came to. */
	result?: LookedUp;
	/** The lead is asked for by its id: that is its key, or the look-up left columns out. */
	byId?: PlannedItem;
}

/** What each input item gets, in their order, and what of it is asked for by id. */
export interface LeadPlan {
	leads: PlannedLead[];
	byIds: Plan;
}

/**
 * Puts together what is known after the look-ups. They answer with all columns, or with the standard
 * ones only: leads that lack a chosen one are asked for by id, many in a call.
 *
 * @param metadata the account's columns; may be empty where no request needs them
 */
export function planOf(
	requests: LeadKeyRequest[],
	lookUps: KeyLookUps,
	metadata: Column[],
): LeadPlan {
	const formOf = formsOf(metadata);
	const toAskOf = columnsAsker(metadata);
	const leads = requests.map((request): PlannedLead & { id?: string } => {
		const { key, columns } = request;
		const toAsk = toAskOf(columns);
		const form = formOf(request, toAsk);
		if (!key || key.by === 'id') return { form, key, id: key?.text };
		const { result } = lookUps.get(nameOf(key))!;
		return {
			form,
			key,
			result,
			id: result && 'row' in result ? idIfLacking(result.row, toAsk) : undefined,
		};
	});
	const byIds = makePlan(
		requests.flatMap((request, at) => {
			const { id } = leads[at];
			return id === undefined ? [] : [{ ...request, ids: [id] }];
		}),
		metadata,
	);
	const planned = new Map(byIds.items.map((one) => [one.item, one]));
	return { leads: leads.map((one) => ({ ...one, byId: planned.get(one.form.item) })), byIds };
}

function idIfLacking(row: Lead, columns: string[]): string | undefined {
	const names = new Map(Object.keys(row).map((name) => [name.toLowerCase(), name]));
	const lacks = columns.some((column) => !names.has(column.toLowerCase()));
	const id = row[names.get(ID_COLUMN.toLowerCase()) ?? ID_COLUMN];
	return lacks && typeof id === 'string' && id !== '' ? id : undefined;
}

/** Counts what was asked for, each key once, and what came. */
export function tallyOf({ leads }: LeadPlan, results: Results[]): Brought['tally'] {
	const fates = new Map<string, 'found' | 'notFound' | 'failed'>();
	const skipped = new Map<string, string>();
	const blank: number[] = [];
	for (const { form, key, result, byId } of leads) {
		if (!key) {
			if (form.notFound === 'skip') blank.push(form.item);
			continue;
		}
		const name = key.by === 'id' ? `id ${idKey(key.text)}` : nameOf(key);
		const fate = byId ? fateById(idKey(byId.ids[0]), results[byId.fetch]) : fateOf(result);
		fates.set(name, fate);
		if (fate === 'notFound' && form.notFound === 'skip') skipped.set(name, key.text);
	}
	const count = (wanted: string) => [...fates.values()].filter((fate) => fate === wanted).length;
	return {
		asked: fates.size,
		leads: count('found'),
		unit: 'lead',
		notFound: count('notFound'),
		skipped: skipped.size,
		skippedIds: [...skipped.values()],
		blank,
	};
}

function fateById(id: string, { leads, notFetched, withoutId }: Results) {
	if (leads.has(id) || withoutId.size > 0) return 'found';
	return notFetched.get(id)?.kind === 'notFound' ? 'notFound' : 'failed';
}

function fateOf(result: LeadPlan['leads'][number]['result']) {
	if (result && 'row' in result) return 'found';
	return result && 'nobody' in result ? 'notFound' : 'failed';
}
