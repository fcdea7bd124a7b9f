import type { INodeProperties, IPollFunctions } from 'n8n-workflow';
import { DEFAULT_COLUMNS } from '../api/standardColumns';
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
}

const DEFAULT_EVENT: EventName = 'leadCreated';
// A page of the API, and about as many leads as a workflow handles at a time.
const MAX_LEADS = 5000;

// With the times of the events.
const TRIGGER_COLUMNS = [...DEFAULT_COLUMNS, EVENTS.leadCreated.column, EVENTS.leadUpdated.column];

const NAMES = Object.fromEntries(
	Object.entries(EVENTS).map(([value, { name }]) => [value, name]),
) as Record<EventName, string>;

/** The line below the trigger on the canvas: the event, as people read it. */
export const subtitle = `={{ (${JSON.stringify(NAMES)})[$parameter["event"]] }}`;

const EVENT = oneOf<EventName>('Event', NAMES, DEFAULT_EVENT);
const OPTIONS = {
	addEventId: yesNo('Add Event ID'),
	leadType: leadTypeReader,
	maxLeadsPerPoll: numberIn('Max Leads per Poll', { min: 1, whole: true }, MAX_LEADS),
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
	{ ...columnsProperty('event'), default: TRIGGER_COLUMNS },
	optionsProperty(
		[
			{
				displayName: 'Add Event ID',
				name: 'addEventId',
				type: 'boolean',
				default: false,
				description:
					'Whether to add eventId, which is the same for the same event whenever it is delivered. Keep the IDs, such as in a data table, to handle no event twice.',
			},
			LEAD_TYPE_OPTION,
			{
				displayName: 'Max Leads per Poll',
				name: 'maxLeadsPerPoll',
				type: 'number',
				typeOptions: { minValue: 1, numberPrecision: 0 },
				default: MAX_LEADS,
				description:
					'The maximum number of leads per poll, for example after downtime. The rest follow in the next polls, oldest first.',
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
	if (columns.length === 0) throw NO_COLUMNS;
	const event = readParameter(context.getNodeParameter('event', DEFAULT_EVENT), EVENT);
	return { event, columns, options };
}
