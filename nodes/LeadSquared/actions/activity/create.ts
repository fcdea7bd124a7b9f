import {
	type IDataObject,
	type INode,
	type INodeExecutionData,
	type INodeProperties,
	type JsonObject,
	NodeApiError,
	type NodeError,
} from 'n8n-workflow';
import { addActivities, type NewActivity } from '../../api/activityWrites';
import type { ActivityType } from '../../api/activityTypes';
import { idKey } from '../../api/leadId';
import { ID_COLUMN } from '../../api/leads';
import { isNoLead } from '../../api/leadWrites';
import { InvalidInput } from '../../base/invalidInput';
import { count, firstFew } from '../../base/text';
import { labelReader } from '../../columns/labels';
import { activityTypes } from '../../columns/recordTypes';
import { readUserId, type UserFinder } from '../../columns/users';
import { runEngine } from '../../fetch/engine';
import { type Row, type RowStatus, Writes } from '../../fetch/writes';
import { isMappedAutomatically, mapperValues } from '../../input/mapper';
import { DATE_FORMAT_OPTION, dateFormatReader, type Dates } from '../../input/moments';
import { readItems, required, text, type Values } from '../../input/parameters';
import { optionalMoment } from '../../input/periods';
import { onlyOne, passthrough } from '../../input/readers';
import { toApiMoment } from '../../api/dates';
import { inputErrors, type ItemError, unusableInput } from '../../run/itemErrors';
import { itemsInPlace } from '../../run/items';
import { apiError, asNodeError, atItem, quote, withData } from '../../run/messages';
import { addHint, reportRun } from '../../run/report';
import { canceled, type Run } from '../../run/run';
import { fetchUsers } from '../../run/users';
import type { Client } from '../../transport/client';
import type { Operation } from '../operation';
import { WRITE_OPTIONS, writeOptions } from '../properties';
import { columnLabel, formatValue, isEmptyValue, isOfUser } from '../values';
import {
	activityType,
	activityTypeReader,
	leadOfActivity,
	leadKeyReader,
	ownerReader,
} from './properties';

const note: INodeProperties = {
	displayName: 'Note',
	name: 'note',
	type: 'string',
	typeOptions: { rows: 4 },
	default: '',
	placeholder: 'e.g. Asked for a second visit',
	description: 'The text of the activity',
};

const at: INodeProperties = {
	displayName: 'At',
	name: 'at',
	type: 'dateTime',
	default: '',
	description:
		'When the activity took place. Without a time zone, the time zone of the workflow is used. Leave empty for now.',
};

const fields: INodeProperties = {
	displayName: 'Fields',
	name: 'fields',
	type: 'resourceMapper',
	noDataExpression: true,
	default: { mappingMode: 'defineBelow', value: null, matchingColumns: [] },
	description: "Values for the activity type's own fields",
	typeOptions: {
		loadOptionsDependsOn: ['activityType.value'],
		resourceMapper: {
			resourceMapperMethod: 'getActivityFields',
			mode: 'map',
			fieldWords: { singular: 'field', plural: 'fields' },
			addAllFields: false,
			noFieldsError: 'Choose an activity type that has fields, then click',
			multiKeyMatch: false,
			supportAutoMap: true,
		},
	},
};

const ownerEmail: INodeProperties = {
	displayName: 'Owner Email',
	name: 'ownerEmail',
	type: 'string',
	default: '',
	placeholder: 'e.g. name@example.com',
	description:
		'The email address of the user who owns the activity. Leave empty for the user of the keys.',
};

export const create: Operation = {
	value: 'create',
	name: 'Create',
	action: 'Create an activity',
	description: 'Add an activity, such as a phone call, to a lead',
	properties: [
		leadOfActivity,
		activityType,
		note,
		at,
		fields,
		writeOptions(DATE_FORMAT_OPTION, ownerEmail),
	],
	execute,
};

const PARAMETERS = {
	lead: required(leadKeyReader),
	activityType: required(activityTypeReader),
	note: text(note.displayName),
	at: passthrough(at.displayName),
};
const OPTIONS = { ...WRITE_OPTIONS, dateFormat: dateFormatReader, ownerEmail: ownerReader };

interface Job {
	item: number;
	values: Values<typeof PARAMETERS & typeof OPTIONS>;
	fields: IDataObject;
}

type ActivityRow = Row<NewActivity>;

/** The result fields of an item that failed. */
const FAILED = { ActivityId: null, [ID_COLUMN]: null, status: 'failed' };

/**
 * Adds an activity for each input item: parameters → rows → calls of 25 → the result of each row.
 *
 * @throws NodeOperationError for input that cannot be used, before any call that writes, and NodeApiError for
 * an activity that is not created, if the node stops at a failure; otherwise these become error items
 */
async function execute(run: Run): Promise<INodeExecutionData[]> {
	const { context } = run;
	run.writes(FAILED);
	const node = context.getNode();
	const isAutomatic = isMappedAutomatically(context);
	const fieldsAt = mapperValues(context, isAutomatic);
	const read = readItems(context, PARAMETERS, OPTIONS);
	if (read.length === 0) return [];
	const errors = inputErrors(run, read);
	const jobs = read
		.filter(({ fault }) => !fault)
		.map(({ item, values }): Job => ({ item, values, fields: fieldsAt(item) }));

	const client = await run.open(read[0].maxWaitMs, 'activities');
	const beganAt = client.clock.now();
	const types = await fetchTypes(client, jobs);
	if (types.kind !== 'ok') throw apiError(node, types);
	const ignored = new Set<string>();
	const reader = { types: types.value, isAutomatic, zone: context.getTimezone(), ignored };
	const findUser = namesUsers(jobs, types.value) ? await fetchUsers(client) : undefined;
	const rows: ActivityRow[] = [];
	for (const job of jobs) {
		try {
			rows.push(makeRow(job, reader, findUser));
		} catch (fault) {
			errors.push({ item: job.item, error: asNodeError(node, fault, job.item) });
		}
	}
	if (errors.length > 0 && run.stopAtFailure) throw unusableInput(context, errors, true);

	const { maxWaitMs, stopAtFailure } = client;
	const writes = new Writes<NewActivity>(rows, { call: addActivities, maxWaitMs, stopAtFailure });
	try {
		await runEngine(writes, client, {
			toRequest: ({ contents, ...options }) => addActivities.request(contents, options),
			read: (body, { contents }) => addActivities.read(body, contents),
		});
	} catch (error) {
		if (!context.getExecutionCancelSignal()?.aborted) throw asNodeError(node, error);
		throw canceled(context, created([...writes.results.values()]));
	}

	const results = [...writes.results];
	const statuses = results.map(([, status]) => status);
	if (ignored.size > 0) addHint(context, ignoredHint(ignored), 'warning');
	const seconds = (client.clock.now() - beganAt) / 1000;
	const failed = results.find(([, { kind }]) => kind !== 'written');
	const notWritten = statuses.filter(({ kind }) => kind !== 'written').length;
	reportRun(context, client.account, created(statuses), {
		seconds,
		failed: errors.length + notWritten,
	});
	if (failed && stopAtFailure) {
		const error = errorOf(node, ...failed);
		error.description = `${error.description ?? ''} ${created(statuses)} before the error.`.trim();
		throw error;
	}
	return toItems(run, results, errors);
}

/** The types of the account. A type that an earlier execution did not see may be new. */
async function fetchTypes(client: Client, jobs: Job[]) {
	const types = await activityTypes(client);
	const isKnown = ({ values }: Job) =>
		types.kind !== 'ok' || types.value.some(({ code }) => code === values.activityType);
	return jobs.every(isKnown) ? types : await activityTypes(client, 0);
}

/** Whether a value may be the name or the address of a user. */
const namesUsers = (jobs: Job[], types: ActivityType[]): boolean =>
	jobs.some(({ values, fields: given }) => {
		const type = types.find(({ code }) => code === values.activityType);
		const names = (type?.fields ?? [])
			.filter(isOfUser)
			.flatMap(({ schemaName, displayName }) => [schemaName, displayName]);
		return Object.entries(given).some(
			([name, value]) =>
				names.includes(name) &&
				!isEmptyValue(value) &&
				readUserId(String(onlyOne(value)).trim()) === undefined,
		);
	});

interface RowReader {
	types: ActivityType[];
	isAutomatic: boolean;
	zone: string;
	/** Gets the fields of input items that the type does not have. */
	ignored: Set<string>;
}

/** @throws InvalidInput for values that cannot be written */
function makeRow(
	{ item, values: given, fields: unread }: Job,
	{ types, isAutomatic, zone, ignored }: RowReader,
	findUser?: UserFinder,
): ActivityRow {
	const type = types.find(({ code }) => code === given.activityType);
	if (!type) throw unknownType(given.activityType!);
	const dates: Dates = { zone, format: given.dateFormat };
	const readLabels = labelReader(type.fields);
	const values = new Map<string, string>();
	for (const [name, value] of Object.entries(unread)) {
		const [schemaName] = readLabels([name]).names;
		const field = type.fields.find((each) => each.schemaName === schemaName);
		if (!field) {
			if (!isAutomatic && !isEmptyValue(value)) throw unknownField(name, type);
			ignored.add(name);
			continue;
		}
		if (isEmptyValue(value, field) || values.has(schemaName)) continue;
		values.set(schemaName, formatValue(value, schemaName, field, dates, findUser));
	}
	const missing = type.fields.filter(
		({ isMandatory, schemaName }) => isMandatory && !values.has(schemaName),
	);
	if (missing.length > 0) {
		const labels = missing.map((field) => columnLabel(field.schemaName, field));
		throw new InvalidInput(
			`Mandatory fields of ${type.name} have no value: ${firstFew(labels)}`,
			"Enter values in 'Fields'.",
		);
	}
	const when = optionalMoment(at.displayName, given.at, dates);
	const lead = given.lead!;
	return {
		item,
		lead,
		type: type.code,
		note: given.note,
		at: when === undefined ? undefined : toApiMoment(when),
		ownerEmail: given.ownerEmail,
		values,
		triggersAutomations: false,
		keys: [`${lead.by} ${lead.by === ID_COLUMN ? idKey(lead.value) : lead.value.toLowerCase()}`],
	};
}

function toItems(
	run: Run,
	results: Array<[ActivityRow, RowStatus]>,
	errors: ItemError[],
): INodeExecutionData[] {
	const node = run.context.getNode();
	const items = new Map(errors.map(({ item, error }) => [item, run.errorItem(item, error)]));
	for (const [row, status] of results) {
		const { item, lead } = row;
		const leadId = lead.by === ID_COLUMN ? lead.value : null;
		items.set(
			item,
			status.kind === 'written'
				? run.writtenItem(item, {
						ActivityId: status.id ?? null,
						[ID_COLUMN]: leadId,
						status: 'created',
					})
				: run.errorItem(item, errorOf(node, row, status)),
		);
	}
	return itemsInPlace(run.context, items);
}

/** The error of an activity that was not created, or may have been. */
function errorOf(node: INode, { item, lead }: ActivityRow, status: RowStatus): NodeError {
	const { kind, failure } = status as Exclude<RowStatus, { kind: 'written' }>;
	if (kind === 'failed') {
		const error = apiError(node, failure, 'request', { itemIndex: item });
		error.description = [error.description, 'This activity was not created.']
			.filter(Boolean)
			.join(' ');
		return error;
	}
	const { message, advice } =
		kind === 'notKnown'
			? NOT_KNOWN
			: isNoLead(failure.fault)
				? {
						message: `LeadSquared has no lead with the ${lead.by === ID_COLUMN ? 'ID' : lead.by} ${lead.value}`,
						advice: 'Check it: the lead may have been deleted or merged.',
					}
				: NOT_ACCEPTED;
	const error = new NodeApiError(node, { message } as JsonObject, {
		message: atItem(message, item),
		description: `${quote(failure)} ${advice}`,
		itemIndex: item,
	});
	return withData(error, failure, false);
}

const NOT_KNOWN = {
	message: 'It is not known whether this activity was created',
	advice: 'Look for it in LeadSquared before you run this item again, which could add it twice.',
};
const NOT_ACCEPTED = {
	message: 'LeadSquared does not accept this activity',
	advice: "Check the activity type and the values in 'Fields'.",
};

function created(statuses: RowStatus[]): string {
	const number = (kind: RowStatus['kind']) =>
		statuses.filter((status) => status.kind === kind).length;
	const done = number('written');
	const open = number('notKnown');
	const words = `${count(done)} ${done === 1 ? 'activity' : 'activities'} created`;
	return open > 0 ? `${words}, the result of ${count(open)} is unknown` : words;
}

const ignoredHint = (names: Set<string>): string =>
	`Input fields that are no fields of the activity type were ignored: ${firstFew([...names])}.`;

const unknownType = (code: number): InvalidInput =>
	new InvalidInput(
		`LeadSquared has no activity type with the code ${code}`,
		"Choose the type from the list of 'Activity Type'.",
	);

const unknownField = (name: string, type: ActivityType): InvalidInput =>
	new InvalidInput(
		`The activity type ${type.name} has no field ${name}`,
		`Its fields are ${firstFew(type.fields.map(({ displayName }) => displayName))}. Remove the field from 'Fields', or refresh the list there.`,
	);
