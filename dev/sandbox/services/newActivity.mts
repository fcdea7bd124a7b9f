import { lookUp } from '../account.mts';
import type { Account } from '../account.mts';
import { ACTIVITY_TYPES, allActivities, isOpportunity } from '../activities.mts';
import type { ActivityField } from '../activities.mts';
import { guid } from '../population.mts';
import { emailOfUser } from '../users.mts';
import { readDate } from './found.mts';

/** An activity that a call wants to write. */
export interface NewActivity {
	event: number;
	note: string | null;
	at?: string;
	ownerEmail?: string;
	fields: Array<{ SchemaName: string; Value: string | null }>;
	opportunity?: string;
	/** Drop-downs take any value: what `ValidateDropDownOptions: true` does (facts A1). */
	takesAnyOption: boolean;
}

/** The reason why an activity is not written. */
export interface Refusal {
	type: string;
	message: string;
}

/** Reads an activity; undefined if it is not as documented. */
export function readActivity(json: unknown): NewActivity | undefined {
	const body = Object(json) as Record<string, unknown>;
	const { ActivityEvent: event, ActivityNote: note = null, Fields: fields = [] } = body;
	const { ActivityDateTime: at, ActivityOwnerEmail: ownerEmail } = body;
	const { RelatedOpportunityId: opportunity } = body;
	const areFields = Array.isArray(fields) && fields.every(isField);
	const texts = [note ?? undefined, at, ownerEmail, opportunity];
	const areTexts = texts.every((text) => text === undefined || typeof text === 'string');
	if (!Number.isInteger(event) || !areFields || !areTexts) return undefined;
	return {
		event: event as number,
		note: note as string | null,
		at: at as string | undefined,
		ownerEmail: ownerEmail as string | undefined,
		fields,
		opportunity: opportunity as string | undefined,
		takesAnyOption: body.ValidateDropDownOptions === true,
	};
}

function isField(value: unknown): value is NewActivity['fields'][number] {
	const { SchemaName, Value } = Object(value) as Record<string, unknown>;
	return typeof SchemaName === 'string' && (Value === null || typeof Value === 'string');
}

/** The index of a lead by its ID, or why there is none. */
export function leadById(id: string, account: Account): number | Refusal {
	if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) {
		return { type: 'MXInvalidInputException', message: 'LeadId is invalid.' };
	}
	return (
		lookUp(id.toLowerCase(), account) ?? {
			type: account.faults.notFoundType,
			message: 'Lead not found',
		}
	);
}

const invalidFields = (message: string): Refusal => ({
	type: 'MXInvalidActivityFieldsException',
	message,
});

/** Writes an activity of a lead. @returns its ID, or why it is not written */
export function writeActivity(
	index: number,
	activity: NewActivity,
	account: Account,
): string | Refusal {
	const { faults, population, records, seed, stamp, showsAt } = account;
	const type = ACTIVITY_TYPES.find(({ code }) => code === activity.event);
	if (!type || isOpportunity(type)) {
		return { type: 'MXInvalidActivityException', message: 'Invalid activity event.' };
	}
	const at = activity.at === undefined ? stamp : readDate(activity.at, faults);
	if (at === undefined) return invalidType('ActivityDateTime', 'DateTime');
	const fields = new Map(activity.fields.map(({ SchemaName, Value }) => [SchemaName, Value]));
	for (const [name, value] of fields) {
		const field = type.fields.find(({ schemaName }) => schemaName === name);
		if (!field) return invalidFields(`Field name : '${name}' is invalid.`);
		const isAny = activity.takesAnyOption && field.options !== undefined;
		if (value && !isAny && !fits(field, value, account)) return invalidType(name, field.dataType);
	}
	if (type.fields.some(({ isMandatory, schemaName }) => isMandatory && !fields.get(schemaName))) {
		return invalidFields('Mandatory fields are missing.');
	}
	const { opportunity, ownerEmail } = activity;
	if (opportunity !== undefined && !isOfLead(opportunity, index, account)) {
		return invalidFields(`Related Opportunity : ${opportunity} is invalid.`);
	}
	const owner = ownerEmail === undefined ? 0 : userByEmail(ownerEmail, account);
	if (owner === undefined) {
		return { type: 'MXInvalidInputException', message: 'ActivityOwnerEmail is invalid.' };
	}
	const id = guid(records.activities.length, seed ^ 0xac8);
	account.add('activities', {
		id,
		lead: population.idAt(index),
		code: type.code,
		note: activity.note,
		created: at,
		modified: stamp,
		showsAt,
		createdBy: 0,
		fields: {
			...Object.fromEntries(type.fields.map(({ schemaName }) => [schemaName, null])),
			Owner: population.userId(owner),
			...Object.fromEntries(fields),
		},
		...(opportunity && { opportunity }),
	});
	account.touch(index);
	return id;
}

function invalidType(name: string, dataType: string): Refusal {
	return invalidFields(`Field value of '${name}' is invalid. Data type should be '${dataType}'.`);
}

function fits({ dataType, options }: ActivityField, value: string, account: Account): boolean {
	if (options) return options.includes(value);
	switch (dataType) {
		case 'Number':
			return !Number.isNaN(Number(value));
		case 'DateTime':
			return readDate(value, account.faults) !== undefined;
		case 'ActiveUsers':
			return userById(value, account) !== undefined;
		default:
			return true;
	}
}

function isOfLead(opportunity: string, index: number, account: Account): boolean {
	const lead = account.population.idAt(index);
	return allActivities(account).some(
		(activity) => isOpportunity(activity) && activity.id === opportunity && activity.lead === lead,
	);
}

/** The number of the user with an address. */
export function userByEmail(email: string, { faults }: Account): number | undefined {
	const wanted = email.trim().toLowerCase();
	const at = Array.from({ length: faults.users }, (_, user) => emailOfUser(user)).indexOf(wanted);
	return at < 0 ? undefined : at;
}

/** The number of the user with an ID. */
export function userById(id: string, { faults, population }: Account): number | undefined {
	const ids = Array.from({ length: faults.users }, (_, user) => population.userId(user));
	const at = ids.indexOf(id.toLowerCase());
	return at < 0 ? undefined : at;
}
