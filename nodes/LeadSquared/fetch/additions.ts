import { idKey } from '../api/leadId';
import { ID_COLUMN } from '../api/leads';
import {
	addLeadsRequest,
	LEADS_PER_ADDITION,
	listMembers,
	MAX_MEMBERS_PER_PAGE,
	readAddedCount,
	readMembers,
} from '../api/lists';
import type { Client } from '../transport/client';
import type { Failed } from '../transport/outcome';
import { callWithRetry } from '../transport/retry';
import { forEachConcurrent, SharedFailure } from './concurrency';
import { readList } from './pages';

/** The result for a lead that was to be added to a list. */
export type Addition =
	| { kind: 'added' }
	/** It is in the list, and LeadSquared does not say since when. */
	| { kind: 'inList' }
	/** LeadSquared left it out. */
	| { kind: 'leftOut' }
	/** LeadSquared left some leads out, and the list could not be read. */
	| { kind: 'notKnown'; failure?: Failed }
	/** The call failed; `isOwn` if it was for this lead alone, and was rejected. */
	| { kind: 'failed'; failure: Failed; isOwn: boolean };

/** Leads to add to a list, and what happened to each, by {@link idKey}. */
export interface ListAddition {
	listId: string;
	/** Each once, by {@link idKey}. */
	leadIds: Map<string, string>;
	maxWaitMs: number;
	results: Map<string, Addition>;
	/** The number of leads that LeadSquared says it added. */
	added: number;
}

/**
 * Adds leads to static lists, many in a call. If LeadSquared adds fewer than were sent, it does not say which
 * ones, so the members of the list are read. It is harmless to add a lead again, so calls are retried.
 *
 * @throws the cancel signal's reason if the execution is canceled
 */
export async function addToLists(client: Client, additions: ListAddition[]): Promise<void> {
	const shared = new SharedFailure();
	await forEachConcurrent(additions, client, async (addition) => {
		const patient = client.with({ maxWaitMs: addition.maxWaitMs });
		const doubtful = await addToList(patient, addition, shared);
		if (doubtful.length > 0 && !client.isStopped) await lookUp(patient, addition, doubtful);
	});
}

/** Adds leads to one list. @returns those that LeadSquared may have left out */
async function addToList(
	client: Client,
	addition: ListAddition,
	shared: SharedFailure,
): Promise<string[]> {
	const { listId, results } = addition;
	const leadIds = [...addition.leadIds.values()];
	const doubtful: string[] = [];
	let listFailure: Failed | undefined;
	const add = async (ids: string[]): Promise<void> => {
		const { answered } = shared;
		const outcome =
			listFailure ??
			shared.failure ??
			(await callWithRetry(client, addLeadsRequest(listId, ids), readAddedCount));
		if (outcome.kind === 'ok') {
			shared.onAnswer();
			addition.added += outcome.value;
			if (outcome.value < ids.length) doubtful.push(...ids);
			else for (const id of ids) results.set(idKey(id), { kind: 'added' });
		} else {
			shared.onFailed(outcome, answered);
			const isOwn = mayBeOneLead(outcome);
			if (isAboutList(outcome)) listFailure = outcome;
			if (isOwn && ids.length > 1) {
				const half = Math.ceil(ids.length / 2);
				await add(ids.slice(0, half));
				return await add(ids.slice(half));
			}
			for (const id of ids) results.set(idKey(id), { kind: 'failed', failure: outcome, isOwn });
			// Calls in flight may be executed anyway: their results count.
			if (client.stopAtFailure) client.stop('finish');
		}
		client.report(addition, { known: results.size, all: leadIds.length });
	};
	await forEachConcurrent(chunksOf(leadIds, LEADS_PER_ADDITION), client, add);
	return doubtful;
}

// "Records not associated with List where Entity Type didn't match", for a lead that does not exist (public code)
const ABOUT_LEADS = /^records? not associated/i;

/** "List not found", "… is not of a static list" */
const isAboutList = ({ kind, fault: { message } }: Failed): boolean =>
	(kind === 'notFound' || kind === 'invalidRequest') &&
	/\blist/i.test(message) &&
	!ABOUT_LEADS.test(message);

/** Whether fewer leads may be accepted. */
const mayBeOneLead = (failure: Failed): boolean =>
	['notFound', 'invalidRequest', 'tooLarge'].includes(failure.kind) && !isAboutList(failure);

/** Finds out which leads are in the list. */
async function lookUp(client: Client, addition: ListAddition, ids: string[]): Promise<void> {
	const { listId, results } = addition;
	const call = {
		request: listMembers.bind(undefined, listId),
		read: readMembers,
		pageSize: MAX_MEMBERS_PER_PAGE,
	};
	const { leads, failure, isWhole } = await readList(client, call, { columns: [ID_COLUMN] });
	const members = new Set(leads.map((lead) => idKey(String(lead[ID_COLUMN]))));
	for (const id of ids) {
		const isMember = members.has(idKey(id));
		const other: Addition = isWhole ? { kind: 'leftOut' } : { kind: 'notKnown', failure };
		results.set(idKey(id), isMember ? { kind: 'inList' } : other);
	}
}

function chunksOf(ids: string[], size: number): string[][] {
	const count = Math.ceil(ids.length / size);
	return Array.from({ length: count }, (_, at) => ids.slice(at * size, (at + 1) * size));
}
