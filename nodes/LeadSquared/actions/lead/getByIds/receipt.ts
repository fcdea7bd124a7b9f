import type { NodeExecutionHint } from 'n8n-workflow';
import type { Results } from '../../../retrieval/types';
import type { Traffic } from '../../../transport/limiter/accounts';
import type { Plan } from './plan';

/** What a run came to, in numbers. */
export interface Tally {
	/** Distinct ids that were asked for, and leads that came. */
	ids: number;
	leads: number;
	notFound: number;
	/** Input items without an id that got no item. */
	blank: number;
	/** Error items, which are the last ones of the output. */
	failed: number;
	traffic: Readonly<Traffic>;
	refusedCalls: number;
	seconds: number;
}

/** Counts what was fetched. */
export function tallyOf(
	{ items }: Plan,
	results: Results[],
): Pick<Tally, 'ids' | 'leads' | 'notFound' | 'blank'> {
	const tally = { ids: 0, leads: 0, notFound: 0, blank: 0 };
	for (const { distinctIds, leads, notFetched, withoutId } of results) {
		tally.ids += distinctIds;
		tally.leads += leads.size;
		for (const { kind } of notFetched.values()) if (kind === 'notFound') tally.notFound++;
		for (const { leads: came, ids } of withoutId.values()) {
			tally.leads += came.length;
			tally.notFound += Math.max(0, ids.length - came.length);
		}
	}
	for (const { ids, notFound } of items) if (ids.length === 0 && notFound === 'skip') tally.blank++;
	return tally;
}

/** The run in one line, for people; undefined where there is nothing to tell. */
export function receipt(tally: Tally): NodeExecutionHint | undefined {
	const { notFound, blank, failed, traffic } = tally;
	if (traffic.calls < 2 && notFound + blank + failed === 0) return undefined;
	const leftOut = [
		notFound > 0 && `${format(notFound)} not found`,
		blank > 0 && `${format(blank)} input ${blank === 1 ? 'item' : 'items'} without a lead ID`,
		failed === 1 && '1 failed (the last item)',
		failed > 1 && `${format(failed)} failed (the last ${format(failed)} items)`,
	].filter(Boolean);
	const rest = leftOut.length > 0 ? ` ${leftOut.join(', ')}.` : '';
	const message = `${leadsOf(tally)}, ${callsOf(tally)}, ${tally.seconds.toFixed(1)} s.${rest}`;
	return { message, location: 'outputPane', type: 'info' };
}

/** The run in one line, for the log. */
export function logLine(tally: Tally): string {
	const { traffic, refusedCalls, seconds } = tally;
	const again = [
		refusedCalls > 0 && `${format(refusedCalls)} refused`,
		traffic.failedCalls > 0 && `${format(traffic.failedCalls)} failed`,
	].filter(Boolean);
	const calls = again.length > 0 ? ` (of them ${again.join(', ')})` : '';
	const waited = (traffic.waitedMs / 1000).toFixed(1);
	return `LeadSquared: ${leadsOf(tally)}, ${callsOf(tally)}${calls}, ${seconds.toFixed(1)} s (of them ${waited} s waiting for the rate limit)`;
}

const leadsOf = ({ leads, ids }: Tally): string =>
	`${format(leads)} of ${format(ids)} ${ids === 1 ? 'lead' : 'leads'}`;

const callsOf = ({ traffic: { calls } }: Tally): string =>
	`${format(calls)} ${calls === 1 ? 'call' : 'calls'}`;

const format = (count: number): string => count.toLocaleString('en-US');
