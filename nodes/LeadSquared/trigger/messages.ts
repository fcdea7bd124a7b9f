import { InvalidInput } from '../base/invalidInput';

/** The error of a poll that exceeds n8n's time limit. */
export const POLL_TIMEOUT = new InvalidInput(
	"Reading the changes exceeded n8n's time limit for a poll",
	"Choose fewer columns. If n8n's durable scheduler is on, the administrator of n8n can raise N8N_SCHEDULER_POLL_TIMEOUT and N8N_SCHEDULER_LEASE_DURATION.",
);

/** The error of a list that may be incomplete. */
export const INCOMPLETE_LIST = new InvalidInput(
	'LeadSquared did not return the whole list of changes',
	'Rows moved between pages while the list was read, so some may be missing. If this continues, set the poll times closer together, so that less changes between two polls.',
);

/** The error if no more leads can be remembered and LeadSquared's time is unknown. */
export const CLOCK_IS_BEHIND = new InvalidInput(
	"n8n's clock is more than 45 minutes behind LeadSquared's",
	'Ask the person who runs your n8n to correct the clock of its machine. Changes wait until then; none is lost.',
);

/** The error if LeadSquared does not send the time of the event. */
export const missingTimestamp = (column: string): InvalidInput =>
	new InvalidInput(
		`LeadSquared does not send the column ${column}, which has the time of the event`,
		"Check that the user of the keys may see this column. For leads, 'Lead Activity or Change' uses another one.",
	);
