import type { INode, IPollFunctions, NodeError } from 'n8n-workflow';
import { inputError } from '../run/messages';
import { count } from '../base/text';
import { InvalidInput } from '../base/invalidInput';
import type { Poll } from './news';

/** What to tell of a poll that n8n would not wait for. */
export const tooLong = (node: INode): NodeError =>
	inputError(
		node,
		new InvalidInput(
			'Getting the changed leads took longer than n8n lets a poll take',
			"Choose fewer columns. Where n8n's durable scheduler is on, whoever runs n8n may raise N8N_SCHEDULER_POLL_TIMEOUT and N8N_SCHEDULER_LEASE_DURATION.",
		),
	);

/** What to tell of a list that may lack leads. */
export const notWhole = (node: INode): NodeError =>
	inputError(
		node,
		new InvalidInput(
			'LeadSquared did not give the whole list of changed leads',
			'Leads moved from page to page while it was read, so that some may be missing. If this stays so, set the poll times to poll more often: fewer leads change between two polls.',
		),
	);

/** What to tell where nobody would know why the event never happens. */
export const withoutTimes = (column: string): InvalidInput =>
	new InvalidInput(
		`LeadSquared does not send the column ${column}, which tells when it happened`,
		"Give the user of the keys the right to see this column, or choose the event 'Lead Active'.",
	);

/** What to tell where more has been given than can be remembered, and LeadSquared's time is not known. */
export const CLOCK_IS_BEHIND = new InvalidInput(
	"n8n's clock is more than 45 minutes behind LeadSquared's",
	'Ask who runs your n8n to set the clock of its machine right. Leads wait until then; none is lost.',
);

/** Says in n8n's log what a poll gives, and how far it is. */
export function tell(context: IPollFunctions, { leads, waiting, waitingSince }: Poll): void {
	if (leads.length === 0 && waiting === 0) return;
	const others =
		waiting > 0
			? `, ${count(waiting)} more with the next polls; the oldest is of ${new Date(waitingSince!).toISOString()}`
			: '';
	context.logger.info(
		`LeadSquared: ${count(leads.length)} ${leads.length === 1 ? 'lead' : 'leads'}${others}`,
		{ node: context.getNode().name },
	);
}

/** Says in n8n's log how many leads came without a time, and so cannot be told from old ones. */
export function tellWithoutTime(context: IPollFunctions, leads: number): void {
	context.logger.warn(
		`LeadSquared: ${count(leads)} ${leads === 1 ? 'lead' : 'leads'} came without a time, and cannot be given`,
		{ node: context.getNode().name },
	);
}
