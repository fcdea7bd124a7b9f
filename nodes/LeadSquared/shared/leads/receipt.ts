import type { NodeExecutionHint } from 'n8n-workflow';
import type { Traffic } from '../../transport/limiter/accounts';
import { count, firstFew } from '../inWords';

/** What a run came to. */
export interface Tally {
	/** How many leads were asked for, each once for each set of columns; undefined if that is not known. */
	asked?: number;
	/** How many came. */
	leads: number;
	/** What people call that which a lead is asked for by, such as `lead ID`. */
	unit: string;
	notFound: number;
	/** How many of those not found got no item, and what they were asked by, as far as it is known. */
	skipped: number;
	skippedIds: string[];
	/** Input items that name no lead and got no item. */
	blank: number[];
	traffic: Readonly<Traffic>;
	refusedCalls: number;
	seconds: number;
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

function notFoundIn({ notFound, skipped, skippedIds, unit }: Tally): string | undefined {
	if (notFound === 0) return undefined;
	const isOne = notFound === 1;
	const what = `${count(notFound)} ${isOne ? `${unit} was` : `${plural(unit)} were`} not found`;
	if (skipped === 0) return what;
	const which =
		skippedIds.length > 0 ? `: ${firstFew(skippedIds)}` : ', LeadSquared does not tell which';
	if (skipped === notFound) return `${what} and ${isOne ? 'was' : 'were'} skipped${which}`;
	return `${what}, ${count(skipped)} of them ${skipped === 1 ? 'was' : 'were'} skipped${which}`;
}

function blankIn({ blank, unit }: Tally): string | undefined {
	if (blank.length === 0) return undefined;
	const what =
		blank.length === 1
			? `input item has no ${unit} and was`
			: `input items have no ${unit} and were`;
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

const leadsOf = ({ leads, asked }: Tally): string =>
	`${asked === undefined ? '' : `${count(leads)} of `}${count(asked ?? leads)} ${(asked ?? leads) === 1 ? 'lead' : 'leads'}`;

const plural = (unit: string): string => (/s$/.test(unit) ? `${unit}es` : `${unit}s`);

const callsOf = ({ traffic: { calls } }: Tally): string =>
	`${count(calls)} ${calls === 1 ? 'call' : 'calls'}`;
