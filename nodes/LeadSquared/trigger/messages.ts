import { InvalidInput } from '../base/invalidInput';

/** The error of a poll that exceeds n8n's time limit. */
export const POLL_TIMEOUT = new InvalidInput(
	'Getting the changed leads took longer than n8n lets a poll take',
	"Choose fewer columns. Where n8n's durable scheduler is on, the administrator of n8n can raise N8N_SCHEDULER_POLL_TIMEOUT and N8N_SCHEDULER_LEASE_DURATION.",
);

/** The error of a list that may be incomplete. */
export const INCOMPLETE_LIST = new InvalidInput(
	'LeadSquared did not give the whole list of changed leads',
	'Leads moved from page to page while it was read, so that some may be missing. If this stays so, set the poll times to poll more often: fewer leads change between two polls.',
);

/** The error if no more leads can be remembered and LeadSquared's time is unknown. */
export const CLOCK_IS_BEHIND = new InvalidInput(
	"n8n's clock is more than 45 minutes behind LeadSquared's",
	'Ask who runs your n8n to set the clock of its machine right. Leads wait until then; none is lost.',
);

/** The error if LeadSquared does not send the time of the event. */
export const missingTimestamp = (column: string): InvalidInput =>
	new InvalidInput(
		`LeadSquared does not send the column ${column}, which says when it happened`,
		"Give the user of the keys the right to see this column, or choose the event 'Lead Activity or Change'.",
	);
