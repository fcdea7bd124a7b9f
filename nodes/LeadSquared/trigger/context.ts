import type { IPollFunctions } from 'n8n-workflow';
import { countsOf, MODIFIED_LEADS, type ModifiedCall, modifiedActivities } from '../fetch/pages';
import type { Client } from '../transport/client';
import type { Columns } from './columns';
import { EVENTS } from './events';
import type { TriggerRequest } from './parameters';

/** One poll: its account, parameters and columns, and the call that lists the records with news. */
export interface PollContext {
	context: IPollFunctions;
	client: Client;
	request: TriggerRequest;
	columns: Columns;
	call: ModifiedCall;
}

/** The call that lists the records that an event may have happened to. */
export const callOf = ({ event, activityType }: TriggerRequest): ModifiedCall =>
	EVENTS[event].unit === 'lead' ? MODIFIED_LEADS : modifiedActivities(activityType!);

/** Whether LeadSquared counts all records of the list. Then no call is needed after a short page. */
export const listCounts = ({ client, call }: Pick<PollContext, 'client' | 'call'>) =>
	countsOf(client, call.request({ from: 0, to: 0 }, [], { page: 1, pageSize: 1 }));
