import type { ActivityType, TypeField } from '../../../api/activityTypes';
import type { NewActivity } from '../../../api/activityWrites';
import { toApiMoment } from '../../../api/dates';
import { InvalidInput } from '../../../base/invalidInput';
import { firstFew } from '../../../base/text';
import { labelReader } from '../../../columns/labels';
import { readUserId, type UserFinder } from '../../../columns/users';
import type { Row } from '../../../fetch/writes';
import { KEY_COLUMNS } from '../../../input/leadKeys';
import type { Dates } from '../../../input/moments';
import { optionalMoment } from '../../../input/periods';
import { onlyOne } from '../../../input/readers';
import { keyName } from '../../../run/leadFinder';
import { columnLabel, formatValue, isEmptyValue, isOfUser } from '../../values';
import { at, type Job } from './parameters';

export type ActivityRow = Row<NewActivity>;

/** A type of activities, and the field of it that a name means: its schema name or its label, in any case. */
interface KnownType extends ActivityType {
	findField(name: string): TypeField | undefined;
}

/** The types of the account, by code. */
export type KnownTypes = ReadonlyMap<number | undefined, KnownType>;

export const knownTypes = (types: ActivityType[]): KnownTypes =>
	new Map(types.map((type) => [type.code, { ...type, findField: fieldFinder(type.fields) }]));

function fieldFinder(fields: TypeField[]): KnownType['findField'] {
	const readLabels = labelReader(fields);
	const bySchemaName = new Map(fields.map((field) => [field.schemaName.toLowerCase(), field]));
	return (name) => bySchemaName.get(readLabels([name]).names[0].toLowerCase());
}

/** Whether a value may be the name or the address of a user. */
export const namesUsers = (jobs: Job[], types: KnownTypes): boolean =>
	jobs.some(({ values, fields: given }) =>
		Object.entries(given).some(
			([name, value]) =>
				isOfUser(types.get(values.activityType)?.findField(name)) &&
				!isEmptyValue(value) &&
				readUserId(String(onlyOne(value)).trim()) === undefined,
		),
	);

/** The reading of rows. */
interface RowReader {
	types: KnownTypes;
	isAutomatic: boolean;
	zone: string;
	/** Gets the fields of input items that the type does not have. */
	ignored: Set<string>;
	/** Finds the account's users, if they are needed. */
	findUser?: UserFinder;
	/** Finds the email address of an owner. */
	findOwner(asked: { item: number; owner: string }): string;
}

/**
 * Makes the row of an input item.
 *
 * @throws InvalidInput for values that cannot be written, and NodeApiError for an owner who cannot be looked up
 */
export function makeRow(
	{ item, values: given, fields: unread }: Job,
	{ types, isAutomatic, zone, ignored, findUser, findOwner }: RowReader,
): ActivityRow {
	const type = types.get(given.activityType);
	if (!type) throw unknownType(given.activityType!);
	const dates: Dates = { zone, format: given.dateFormat };
	const values = new Map<string, string>();
	for (const [name, value] of Object.entries(unread)) {
		const field = type.findField(name);
		if (!field) {
			if (!isAutomatic && !isEmptyValue(value)) throw unknownField(name, type);
			ignored.add(name);
			continue;
		}
		const { schemaName } = field;
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
		lead: { by: KEY_COLUMNS[lead.by], value: lead.text },
		type: type.code,
		note: given.note,
		at: when === undefined ? undefined : toApiMoment(when),
		ownerEmail: findOwner({ item, owner: given.ownerEmail }),
		values,
		triggersAutomations: false,
		keys: [keyName(lead)],
	};
}

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
