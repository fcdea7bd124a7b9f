import type { NodeExecutionHint } from 'n8n-workflow';
import { idKey } from '../../../api/leadId';
import type { Results } from '../../../retrieval/types';
import { count, firstFew } from '../../../shared/inWords';
import type { Traffic } from '../../../transport/limiter/accounts';
import type { Plan } from './plan';

/** What a run came to. */
export interface Tally {
	/** Ids that were asked for, and leads that came: each once for each set of columns. */
	ids: number;
	leads: number;
	notFound: number;
	/** How many of those not found got no item, and their ids, as far as they are known. */
	skipped: number;
	skippedIds: string[];
	/** Input items without an id that got no item. */
	blank: number[];
	traffic: Readonly<Traffic>;
	refusedCalls: number;
	seconds: number;
}

/** Counts what was fetched. */
export function tallyOf(
	{ items }: Plan,
	results: Results[],
): Pick<Tally, 'ids' | 'leads' | 'notFound' | 'skipped' | 'skippedIds' | 'blank'> {
	const tally = { ids: 0, leads: 0, notFound: 0 };
	for (const { distinctIds, leads, notFetched, withoutId } of results) {
		tally.ids += distinctIds;
		tally.leads += leads.size;
		for (const { kind } of notFetched.values()) if (kind === 'notFound') tally.notFound++;
		for (const { leads: came, ids } of withoutId.values()) {
			tally.leads += came.length;
			tally.notFound += Math.max(0, ids.length - came.length);
		}
	}
	const blank = items.filter(({ ids, notFound }) => ids.length === 0 && notFound === 'skip');
	return { ...tally, ...skippedOf(items, results), blank: blank.map(({ item }) => item) };
}

function skippedOf(
	items: Plan['items'],
	results: Results[],
): Pick<Tally, 'skipped' | 'skippedIds'> {
	// As the first input item spells them, each once for each set of columns.
	const skipped = results.map(() => new Map<string, string>());
	let unknownWhich = 0;
	for (const { ids, item, fetch, notFound } of items) {
		if (notFound === 'error') continue;
		const { notFetched, withoutId } = results[fetch];
		if (notFound === 'skip' && notFetched.size > 0) {
			for (const id of ids) {
				const key = idKey(id);
				if (notFetched.get(key)?.kind !== 'notFound' || skipped[fetch].has(key)) continue;
				skipped[fetch].set(key, id);
			}
		}
		// Which ids these are is not known, so there is nothing that could stand in their place.
		const without = withoutId.get(item);
		if (without) unknownWhich += Math.max(0, without.ids.length - without.leads.length);
	}
	const known = skipped.reduce((sum, { size }) => sum + size, 0);
	const skippedIds = [...new Map(skipped.flatMap((ids) => [...ids])).values()];
	return { skipped: known + unknownWhich, skippedIds };
}

/**
 * The run in one line, for people; undefined where there is nothing to tell.
 *
 * @param failed how many error items there are, which are the last ones of the output
 */
export function receipt(tally: Tally, failed: number): NodeExecutionHint | undefined {
	const { traffic, skipped, blank } = tally;
	const leftOut = [notFoundIn(tally), blankIn(tally), failedIn(failed)].filter(Boolean);
	if (traffic.calls < 2 && leftOut.length === 0) return undefined;
	const sentences = [
		`${leadsOf(tally)}, ${callsOf(tally)}, ${tally.seconds.toFixed(1)} s`,
		...leftOut,
	];
	if (skipped + blank.length > 0) {
		sentences.push(
			"To get an item or an error instead, change the option 'When a Lead Is Not Found'",
		);
	}
	return { message: `${sentences.join('. ')}.`, location: 'outputPane', type: 'info' };
}

function notFoundIn({ notFound, skipped, skippedIds }: Tally): string | undefined {
	if (notFound === 0) return undefined;
	const isOne = notFound === 1;
	const what = `${count(notFound)} lead ${isOne ? 'ID was' : 'IDs were'} not found`;
	if (skipped === 0) return what;
	const which =
		skippedIds.length > 0 ? `: ${firstFew(skippedIds)}` : ', LeadSquared does not tell which';
	if (skipped === notFound) return `${what} and ${isOne ? 'was' : 'were'} skipped${which}`;
	return `${what}, ${count(skipped)} of them ${skipped === 1 ? 'was' : 'were'} skipped${which}`;
}

function blankIn({ blank }: Tally): string | undefined {
	if (blank.length === 0) return undefined;
	const what =
		blank.length === 1
			? 'input item has no lead ID and was'
			: 'input items have no lead ID and were';
	return `${count(blank.length)} ${what} skipped: ${firstFew(blank.map((item) => `item ${item}`))}`;
}

function failedIn(failed: number): string | undefined {
	if (failed === 0) return undefined;
	return failed === 1
		? '1 failed (the last item)'
		: `${count(failed)} failed (the last ${count(failed)} items)`;
}

/** The run in one line, for the log. */
export function logLine(tally: Tally): string {
	const { traffic, refusedCalls, seconds } = tally;
	const again = [
		refusedCalls > 0 && `${count(refusedCalls)} refused`,
		traffic.failedCalls > 0 && `${count(traffic.failedCalls)} failed`,
	].filter(Boolean);
	const calls = again.length > 0 ? ` (of them ${again.join(', ')})` : '';
	const waited = (traffic.waitedMs / 1000).toFixed(1);
	return `LeadSquared: ${leadsOf(tally)}, ${callsOf(tally)}${calls}, ${seconds.toFixed(1)} s (of them ${waited} s waiting for the rate limit)`;
}

const leadsOf = ({ leads, ids }: Tally): string =>
	`${count(leads)} of ${count(ids)} ${ids === 1 ? 'lead' : 'leads'}`;

const callsOf = ({ traffic: { calls } }: Tally): string =>
	`${count(calls)} ${calls === 1 ? 'call' : 'calls'}`;
