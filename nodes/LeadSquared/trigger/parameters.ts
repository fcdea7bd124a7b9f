import type { INodeProperties, IPollFunctions } from 'n8n-workflow';
import { DEFAULT_COLUMNS } from '../api/standardColumns';
import { activityType, activityTypeReader } from '../input/activityType';
import { parseColumnNames } from '../input/columnNames';
import {
	columnsProperty,
	LEAD_TYPE_OPTION,
	leadTypeReader,
	type LeadValues,
	NO_COLUMNS,
	optionsProperty,
	readLeadOptions,
} from '../input/leadSettings';
import { readRequired, required } from '../input/parameters';
import { numberIn, oneOf, readParameter, yesNo } from '../input/readers';
import { EVENTS, type EventName } from './events';

/** The values of the trigger's parameters. */
export interface TriggerRequest
	extends LeadValues<{
		addEventId: boolean;
		maxLeadsPerPoll: number;
		leadType?: string;
	}> {
	event: EventName;
	/** The code of the type of activities; undefined for events of leads. */
	activityType?: number;
}

const DEFAULT_EVENT: EventName = 'leadCreated';
// A page of the API, and about as many items as a workflow handles at a time.
const MAX_ITEMS = 5000;

// With the times of the events.
const TRIGGER_COLUMNS = [...DEFAULT_COLUMNS, EVENTS.leadCreated.column, EVENTS.leadUpdated.column];

const NAMES = Object.fromEntries(
	Object.entries(EVENTS).map(([value, { name }]) => [value, name]),
) as Record<EventName, string>;

/** The line below the trigger on the canvas: the event, as people read it. */
export const subtitle = `={{ (${JSON.stringify(NAMES)})[$parameter["event"]] }}`;

const COLUMNS_DESCRIPTION =
	'The columns to get for each lead. Activities have them in "Lead"; leave this empty to get activities without their leads. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.';
const MAX_PER_POLL = 'Max Items per Poll';
const EVENT = oneOf<EventName>('Event', NAMES, DEFAULT_EVENT);
const OPTIONS = {
	addEventId: yesNo('Add Event ID'),
	leadType: leadTypeReader,
	maxLeadsPerPoll: numberIn(MAX_PER_POLL, { min: 1, whole: true }, MAX_ITEMS),
};

/** The trigger's parameters in the editor: a new list each time, because n8n adds its own to it. */
export const triggerProperties = (): INodeProperties[] => [
	{
		displayName: 'Event',
		name: 'event',
		type: 'options',
		default: DEFAULT_EVENT,
		description: 'What starts the workflow',
		options: Object.entries(EVENTS).map(([value, { name, action, description }]) => ({
			name,
			value,
			action,
			description,
		})),
	},
	{ ...activityType, displayOptions: { show: { event: ['activityCreated'] } } },
	{ ...columnsProperty('event'), default: TRIGGER_COLUMNS, description: COLUMNS_DESCRIPTION },
	optionsProperty(
		[
			{
				displayName: 'Add Event ID',
				name: 'addEventId',
				type: 'boolean',
				default: false,
				description:
					'Whether to add eventId, which stays the same if an event is delivered again. Store the IDs, for example in a Data Table, to handle each event once.',
			},
			LEAD_TYPE_OPTION,
			{
				displayName: MAX_PER_POLL,
				name: 'maxLeadsPerPoll',
				type: 'number',
				typeOptions: { minValue: 1, numberPrecision: 0 },
				default: MAX_ITEMS,
				description:
					'The maximum number of leads or activities per poll, for example after downtime. The rest follow in the next polls, oldest first.',
			},
		],
		{ hasInput: false },
	),
];

/**
 * Reads the trigger's parameters.
 *
 * @throws InvalidInput for a value that cannot be used, and whatever n8n throws for an expression
 */
export function readParameters(context: IPollFunctions): TriggerRequest {
	const { options, additionalColumns } = readLeadOptions(
		context.getNodeParameter('options', {}),
		OPTIONS,
	);
	const columns = [
		...parseColumnNames(context.getNodeParameter('columns', [])),
		...additionalColumns,
	];
	const event = readParameter(context.getNodeParameter('event', DEFAULT_EVENT), EVENT);
	if (EVENTS[event].unit === 'lead') {
		if (columns.length === 0) throw NO_COLUMNS;
		return { event, columns, options };
	}
	const activityType =
		EVENTS[event].activityType ??
		(readRequired(
			context.getNodeParameter('activityType', ''),
			required(activityTypeReader),
		) as number);
	return { event, activityType, columns, options };
}
