import {
	ACTIVITY_ID,
	activitiesOfLead,
	MAX_ACTIVITIES_PER_PAGE,
	readActivities,
	STAGE_CHANGE,
} from '../api/activities';
import { readApiMoment } from '../api/dates';
import { idKey } from '../api/leadId';
import { ID_COLUMN, type Lead } from '../api/leads';
import { InvalidInput } from '../base/invalidInput';
import { MODIFIED_LEADS } from '../fetch/pages';
import { nodeOf } from '../input/node';
import { apiError, quote } from '../run/messages';
import type { Failed, FaultKind, Outcome } from '../transport/outcome';
import { callWithRetry } from '../transport/retry';
import type { PollContext } from './context';
import { EVENTS } from './events';
import { callFailure } from './failures';
import { newestRecords } from './newest';
import type { TriggerRequest } from './parameters';

/** The stages of a lead before and after a change; null if LeadSquared does not have them. */
interface Stages extends Lead {
	PreviousStage: string | null;
	CurrentStage: string | null;
}

// The stage that a lead has changed to, in an activity of type 3002 (public code).
const STAGE = 'CurrentStage';
const CHECKED_LEADS = 10;
const NO_HISTORY: ReadonlySet<FaultKind> = new Set<FaultKind>(['notFound', 'invalidRequest']);

/** The error if the account does not return the stage changes of all leads. @param answer a quote of it */
const notListed = (answer = '') =>
	new InvalidInput(
		'LeadSquared does not list the stage changes of this account',
		`${answer} Choose the event 'Lead Updated' with the column ProspectStage instead. It has the stage after the change, but not the one before.`.trim(),
	);

/** The error for a list that LeadSquared rejects, if it is that of stage changes. */
export const listFailure = (
	{ event }: TriggerRequest,
	failure: Failed,
): InvalidInput | undefined =>
	event === 'stageChanged' && failure.kind === 'invalidRequest'
		? notListed(quote(failure))
		: undefined;

/**
 * Makes the function that returns the stages of a change. A change has the stage after it only, so the one
 * before comes from the lead's previous change. That takes a call for each lead.
 *
 * @throws TransientFailure or NodeApiError if a call fails
 */
export async function stagesOf(
	poll: PollContext,
	changes: Lead[],
): Promise<(change: Lead) => Stages> {
	const leadOf = (change: Lead) => String(change[ID_COLUMN] ?? '');
	const leads = [...new Set(changes.map(leadOf))].filter((lead) => lead !== '');
	const histories = new Map(
		await Promise.all(
			leads.map(async (lead): Promise<[string, Lead[]]> => {
				const history = await readHistory(poll, lead);
				if (history.kind === 'ok') return [lead, history.value];
				// Such as of a lead that was deleted.
				if (NO_HISTORY.has(history.kind)) return [lead, []];
				throw callFailure(history, apiError(nodeOf(poll.context), history));
			}),
		),
	);
	return (change) => {
		const history = histories.get(leadOf(change)) ?? [];
		const place = history.findIndex((other) => keyOf(other) === keyOf(change));
		// Lists may show a change at different times.
		const before =
			place >= 0 ? history[place + 1] : history.find((other) => timeOf(other) <= timeOf(change));
		return {
			PreviousStage: stageOf(before),
			CurrentStage: stageOf(change) ?? stageOf(history[place]),
		};
	};
}

/**
 * Checks an empty list, if it is that of stage changes: the latest leads have none, either.
 *
 * @throws InvalidInput if one of them has
 */
export async function checkEmptyList(poll: PollContext): Promise<void> {
	if (poll.request.event !== 'stageChanged') return;
	const { leadActive } = EVENTS;
	const by = leadActive.column;
	const columns = { ...poll.columns, asked: [ID_COLUMN, by] };
	const leads = await newestRecords(
		{ ...poll, columns, call: MODIFIED_LEADS },
		{
			by,
			timeOf: (lead) => readApiMoment(lead[by]),
			enough: CHECKED_LEADS,
			rows: CHECKED_LEADS,
		},
	);
	if (leads.kind !== 'ok') return;
	const histories = await Promise.all(
		leads.value.records.map(async (lead) => await readHistory(poll, String(lead[ID_COLUMN]))),
	);
	const isListed = (history: Outcome<Lead[]>) => history.kind === 'ok' && history.value.length > 0;
	if (histories.some(isListed)) throw notListed();
}

/** Reads the stage changes of a lead, the newest first. */
async function readHistory({ client }: PollContext, lead: string): Promise<Outcome<Lead[]>> {
	const paging = { offset: 0, rows: MAX_ACTIVITIES_PER_PAGE };
	const request = activitiesOfLead(lead, STAGE_CHANGE, paging);
	const outcome = await callWithRetry(client, request, readActivities);
	if (outcome.kind !== 'ok') return outcome;
	return { kind: 'ok', value: outcome.value.rows.sort((a, b) => timeOf(b) - timeOf(a)) };
}

const keyOf = (activity: Lead): string => idKey(String(activity[ACTIVITY_ID]));

const timeOf = (activity: Lead): number => readApiMoment(activity.CreatedOn) ?? -Infinity;

const stageOf = (change: Lead | undefined): string | null => {
	const stage = change?.[STAGE];
	return typeof stage === 'string' && stage !== '' ? stage : null;
};
