import { ACTIVITY_COLUMNS, TYPE_CODE, TYPE_NAME } from '../api/activities';
import type { ActivityType } from '../api/activityTypes';
import type { Lead } from '../api/leads';
import type { Column } from '../api/metadata';
import { recordShape, type ShapeOptions } from './shape';

/** The columns that every activity has keep their names. */
const COLUMNS: Column[] = ACTIVITY_COLUMNS.map((name) => ({
	schemaName: name,
	displayName: name,
	dataType: /On$/.test(name) ? 'DateTime' : 'Text',
	isDay: false,
}));

/**
 * Makes the function that converts an activity to the chosen names and types, by the fields of its type. Each
 * activity gets all fields of its type, null if LeadSquared sent nothing.
 *
 * @param types the account's; undefined if the activities are to stay as LeadSquared sends them
 */
export function activityShape(
	options: ShapeOptions,
	types: ActivityType[] | undefined,
): (activity: Lead) => Lead {
	if (!types) return (activity) => activity;
	const byCode = new Map(types.map((type) => [type.code, type]));
	const shapes = new Map<number, (activity: Lead) => Lead>();
	return (activity) => {
		const code = Number(activity[TYPE_CODE]);
		const shape = shapes.get(code) ?? shapeOf(byCode.get(code), options);
		shapes.set(code, shape);
		return shape(activity);
	};
}

function shapeOf(type: ActivityType | undefined, options: ShapeOptions): (activity: Lead) => Lead {
	const fields = (type?.fields ?? []).filter(({ schemaName }) => !isCommon(schemaName));
	const shape = recordShape(options, [...withLabels(type?.fields ?? []), ...fields]);
	const blank: Lead = Object.fromEntries(
		[...COLUMNS, ...fields].map(({ schemaName }) => [schemaName, null]),
	);
	return (activity) => {
		const whole = { ...blank, ...activity };
		whole[TYPE_NAME] ??= type?.name ?? null;
		return shape ? shape(whole) : whole;
	};
}

const isCommon = (name: string): boolean => ACTIVITY_COLUMNS.includes(name);

/** The common columns. Those that the type describes, such as its notes, have the type's labels. */
const withLabels = (fields: Column[]): Column[] =>
	COLUMNS.map((column) => {
		const described = fields.find(({ schemaName }) => schemaName === column.schemaName);
		return described ? { ...column, displayName: described.displayName } : column;
	});
