import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { InvalidInput } from '../../../base/invalidInput';
import { isBlankValue } from '../../../base/text';
import { activityType, activityTypeReader } from '../../../input/activityType';
import { parseColumnNames } from '../../../input/columnNames';
import {
	CONVERT_TYPES,
	FIELD_NAMES,
	INCLUDE_INPUT_FIELDS,
	READERS,
} from '../../../input/leadSettings';
import type { LeadKey } from '../../../input/leadKeys';
import { DATE_FORMAT_OPTION, dateFormatReader } from '../../../input/moments';
import { leadKey, readItems, type Values } from '../../../input/parameters';
import { type Period, readPeriod } from '../../../input/periods';
import { oneOf, passthrough } from '../../../input/readers';
import { lead, limit, limitReader, options, returnAll, returnAllReader } from '../../properties';

const forLead = { show: { filterBy: ['lead'] } };
const forType = { show: { filterBy: ['type'] } };

const LEAD_COLUMNS: INodeProperties = {
	displayName: 'Lead Column Names or IDs',
	name: 'leadColumns',
	type: 'multiOptions',
	typeOptions: { loadOptionsMethod: 'getLeadColumns' },
	default: [],
	description:
		'Columns of the lead of each activity, to add as "Lead". Each lead is fetched once. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
};

const modifiedAfter: INodeProperties = {
	displayName: 'Modified After',
	name: 'modifiedAfter',
	type: 'dateTime',
	default: '',
};

export const properties: INodeProperties[] = [
	{
		displayName: 'Filter By',
		name: 'filterBy',
		type: 'options',
		default: 'type',
		description: 'Which activities to get',
		options: [
			{ name: 'Lead', value: 'lead', description: 'The activities of one lead' },
			{
				name: 'Type',
				value: 'type',
				description: 'Activities of a type, such as phone calls, that changed in a period',
			},
		],
	},
	{ ...lead, displayOptions: forLead },
	{
		...activityType,
		required: false,
		displayOptions: forLead,
		description: 'The type of the activities. Leave empty to get activities of all types.',
	},
	{ ...activityType, displayOptions: forType },
	{
		...modifiedAfter,
		displayOptions: forLead,
		description:
			'Get activities that changed at or after this time. Leave empty to get all activities.',
	},
	{
		...modifiedAfter,
		required: true,
		default: '={{ $now.minus({ days: 1 }).toISO() }}',
		displayOptions: forType,
		description:
			'Get activities that were added or changed at or after this time. Without a time zone, the time zone of the workflow is used.',
	},
	{
		displayName: 'Modified Before',
		name: 'modifiedBefore',
		type: 'dateTime',
		default: '',
		description:
			'Get activities that changed at or before this time. A day without a time includes the whole day. Leave empty to get all changes up to now.',
	},
	returnAll,
	limit,
	options(CONVERT_TYPES, DATE_FORMAT_OPTION, FIELD_NAMES, INCLUDE_INPUT_FIELDS, LEAD_COLUMNS),
];

const PARAMETERS = {
	filterBy: oneOf<'lead' | 'type'>('Filter By', { lead: 'Lead', type: 'Type' }, 'type'),
	lead: leadKey(lead.displayName),
	activityType: activityTypeReader,
	modifiedAfter: passthrough('Modified After'),
	modifiedBefore: passthrough('Modified Before'),
	returnAll: returnAllReader,
	limit: limitReader,
};

const { convertTypes, fieldNames, includeInputFields } = READERS;
const OPTIONS = {
	convertTypes,
	dateFormat: dateFormatReader,
	fieldNames,
	includeInputFields,
	leadColumns: passthrough(LEAD_COLUMNS.displayName),
};

/** The activities that an input item wants. @template Of the lead: its ID once that is known, before that its key */
export type Filter<Of = string> =
	| { by: 'lead'; lead: Of; type?: number; period?: Period }
	| { by: 'type'; type: number; period: Period };

/** The request of one input item. */
export interface Request {
	item: number;
	filter: Filter<LeadKey>;
	/** The maximum number of activities; undefined for all. */
	wanted?: number;
	/** Names of columns of the leads; none if the leads are not wanted. */
	leadColumns: string[];
	options: Pick<Values<typeof OPTIONS>, 'convertTypes' | 'fieldNames' | 'includeInputFields'>;
	maxWaitMs: number;
	/** The reason why it cannot be used. */
	fault?: Error;
}

/** Reads the parameters of every input item. It makes no call, and does not throw. */
export function readRequests(context: IExecuteFunctions): Request[] {
	const zone = context.getTimezone();
	return readItems(context, PARAMETERS, OPTIONS).map(({ item, values, maxWaitMs, fault }) => {
		const nothing = { item, options: values, maxWaitMs, filter: NO_FILTER, leadColumns: [] };
		if (fault) return { ...nothing, fault };
		try {
			return {
				...nothing,
				filter: readFilter(values, zone),
				leadColumns: parseColumnNames(values.leadColumns, LEAD_COLUMNS.displayName),
				...(!values.returnAll && { wanted: values.limit }),
			};
		} catch (thrown) {
			return { ...nothing, fault: thrown as Error };
		}
	});
}

// Stands in a request with a fault, which is never made.
const NO_FILTER: Filter<LeadKey> = { by: 'lead', lead: { by: 'id', text: '' } };

function readFilter(
	values: Values<typeof PARAMETERS & typeof OPTIONS>,
	zone: string,
): Filter<LeadKey> {
	const { filterBy: by, activityType: type, lead: leadOf, modifiedAfter: after } = values;
	const dates = { zone, format: values.dateFormat };
	const period = () => readPeriod(after, values.modifiedBefore, dates);
	if (by === 'type') {
		if (type !== undefined) return { by, type, period: period() };
		throw new InvalidInput("'Activity Type' is empty", 'Choose a type, or enter its code.');
	}
	if (!leadOf) {
		throw new InvalidInput(
			"'Lead' is empty",
			'Choose a lead, or enter its ID, email address or phone number.',
		);
	}
	const hasPeriod = ![after, values.modifiedBefore].every(isBlankValue);
	const start = isBlankValue(after) ? START_OF_TIME : after;
	return {
		by,
		lead: leadOf,
		type,
		...(hasPeriod && { period: readPeriod(start, values.modifiedBefore, dates) }),
	};
}

const START_OF_TIME = '1970-01-01T00:00:00Z';
