import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { activityType, activityTypeReader } from '../../../input/activityType';
import { isMappedAutomatically, mapperValues } from '../../../input/mapper';
import { DATE_FORMAT_OPTION, dateFormatReader } from '../../../input/moments';
import { leadKey, name, readItems, required, text, type Values } from '../../../input/parameters';
import { passthrough } from '../../../input/readers';
import type { Run } from '../../../run/run';
import { lead, owner, WRITE_OPTIONS, writeOptions } from '../../properties';

const note: INodeProperties = {
	displayName: 'Note',
	name: 'note',
	type: 'string',
	typeOptions: { rows: 4 },
	default: '',
	placeholder: 'e.g. Asked for a second visit',
	description: 'The text of the activity',
};

export const at: INodeProperties = {
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
	...owner,
	name: 'ownerEmail',
	description:
		'The user who owns the activity. An expression may also return a full name. Leave empty for the user of the keys.',
};

export const properties: INodeProperties[] = [
	lead,
	activityType,
	note,
	at,
	fields,
	writeOptions(DATE_FORMAT_OPTION, ownerEmail),
];

const PARAMETERS = {
	lead: required(leadKey(lead.displayName)),
	activityType: required(activityTypeReader),
	note: text(note.displayName),
	at: passthrough(at.displayName),
};
const OPTIONS = {
	...WRITE_OPTIONS,
	dateFormat: dateFormatReader,
	ownerEmail: name(ownerEmail.displayName),
};

/** The activity that an input item wants. */
export interface Job {
	item: number;
	values: Values<typeof PARAMETERS & typeof OPTIONS>;
	/** The unread values of the type's own fields. */
	fields: IDataObject;
	maxWaitMs: number;
	/** The reason why it cannot be used. */
	fault?: Error;
}

/**
 * Reads the parameters of every input item. It makes no call.
 *
 * @returns the jobs, and whether their fields are mapped automatically
 * @throws InvalidInput if the mapper cannot be used
 */
export function readJobs({ context }: Run): { jobs: Job[]; isAutomatic: boolean } {
	const isAutomatic = isMappedAutomatically(context);
	const fieldsAt = mapperValues(context, isAutomatic);
	const jobs = readItems(context, PARAMETERS, OPTIONS).map((read): Job => {
		try {
			return { ...read, fields: read.fault ? {} : fieldsAt(read.item) };
		} catch (fault) {
			return { ...read, fields: {}, fault: fault as Error };
		}
	});
	return { jobs, isAutomatic };
}
