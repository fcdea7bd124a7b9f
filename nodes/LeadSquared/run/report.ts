import type { NodeExecutionHint, IExecuteFunctions } from 'n8n-workflow';
import type { Column } from '../api/metadata';
import { isDocumented } from '../api/standardColumns';
import type { AccountUse, LimitReport } from '../transport/limiter/accounts';
import { count, firstFew, plural } from '../base/text';
import { didYouMean } from '../columns/labels';
import type { WebAddress } from './webAddress';
import type { Progress } from '../transport/client';
import type { Clock } from '../base/clock';

/** The number of leads of an execution. */
export interface Summary {
	/** The number of leads requested, each once for each set of columns; undefined if it is not known. */
	asked?: number;
	/** The number of leads that came. */
	leads: number;
	/** The name of the key that a lead is requested by, such as `lead ID`. */
	unit: string;
}

/**
 * The execution in one line, for people; undefined if there is nothing to report.
 *
 * @param failed the number of error items, which are at the end of the output
 */
export function receipt(
	summary: Summary,
	missing: Missing,
	{ calls, seconds }: { calls: number; seconds: number },
	failed: number,
): NodeExecutionHint | undefined {
	const { skipped, blank } = missing;
	const leftOut = [
		notFoundIn(missing, summary.unit),
		blankIn(missing, summary.unit),
		failedIn(failed),
	].filter(Boolean);
	if (calls < 2 && leftOut.length === 0) return undefined;
	const sentences = [
		`${leadCount(summary)}, ${plural(calls, 'call')}, ${seconds.toFixed(1)} s`,
		...leftOut,
	];
	if (skipped + blank.length > 0) {
		sentences.push(
			"To get an item or an error instead, change the option 'When a Lead Is Not Found'",
		);
	}
	return { message: `${sentences.join('. ')}.`, location: 'outputPane', type: 'info' };
}

function notFoundIn({ notFound, skipped, skippedIds }: Missing, unit: string): string | undefined {
	if (notFound === 0) return undefined;
	const were = notFound === 1 ? 'was' : 'were';
	const what = `${plural(notFound, unit)} ${were} not found`;
	if (skipped === 0) return what;
	const which =
		skippedIds.length > 0 ? `: ${firstFew(skippedIds)}` : ', LeadSquared does not say which';
	if (skipped === notFound) return `${what} and ${were} skipped${which}`;
	return `${what}, ${count(skipped)} of them ${skipped === 1 ? 'was' : 'were'} skipped${which}`;
}

function blankIn({ blank }: Missing, unit: string): string | undefined {
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

/** The execution in one line, for the log. */
export function logLine(
	summary: Summary,
	{ traffic, limitReport }: Pick<AccountUse, 'traffic' | 'limitReport'>,
	seconds: number,
): string {
	const repeated = [
		limitReport.refusedCalls > 0 && `${count(limitReport.refusedCalls)} refused`,
		traffic.failedCalls > 0 && `${count(traffic.failedCalls)} failed`,
	].filter(Boolean);
	const calls = repeated.length > 0 ? ` (of them ${repeated.join(', ')})` : '';
	const waited = (traffic.waitedMs / 1000).toFixed(1);
	return `LeadSquared: ${leadCount(summary)}, ${plural(traffic.calls, 'call')}${calls}, ${seconds.toFixed(1)} s (of them ${waited} s waiting for the rate limit)`;
}

const leadCount = ({ leads, asked }: Summary): string =>
	`${asked === undefined ? '' : `${count(leads)} of `}${plural(asked ?? leads, 'lead')}`;

/**
 * Reports an execution in one line, and a rate limit that differs from the credential's.
 *
 * @param done such as `12 notes created`
 */
export function reportRun(
	context: IExecuteFunctions,
	{ traffic, limitReport }: Pick<AccountUse, 'traffic' | 'limitReport'>,
	done: string,
	{ seconds, failed }: { seconds: number; failed: number },
): void {
	const rest = failed > 0 ? `; ${count(failed)} failed` : '';
	const line = `${done}, ${plural(traffic.calls, 'call')}, ${seconds.toFixed(1)} s${rest}.`;
	context.logger.info(`LeadSquared: ${line}`, { node: context.getNode().name });
	const warning = limitHint(limitReport);
	if (warning) {
		context.addExecutionHints({ message: warning, location: 'outputPane', type: 'warning' });
	}
	context.addExecutionHints({ message: line, location: 'outputPane', type: 'info' });
}

/**
 * Hints that every operation can need: columns that never came, no web address, a rate limit that differs
 * from the credential's.
 */
export function commonHints(
	{ unknown, absent }: ColumnsThatDidNotCome,
	limitReport: LimitReport,
	{ address, columns = [] }: { address?: WebAddress; columns?: Column[] } = {},
): string[] {
	return [
		unknownColumnsHint(unknown, columns),
		...absentColumnsHints(absent, columns),
		addressHint(address),
		limitHint(limitReport),
	].filter((hint) => hint !== undefined);
}

function unknownColumnsHint(unknown: string[], columns: Column[]): string | undefined {
	if (unknown.length === 0) return undefined;
	const meant = didYouMean(unknown, columns);
	return `LeadSquared does not know ${unknown.length === 1 ? 'the column' : 'the columns'} ${firstFew(unknown)}, so the leads came without. ${meant ? `${meant} ` : ''}Remove what no longer exists, or check the spelling of the schema names.`;
}

function absentColumnsHints(absent: string[], columns: Column[]): Array<string | undefined> {
	const known = new Set(columns.map(({ schemaName }) => schemaName.toLowerCase()));
	const isRight = (name: string) => isDocumented(name) || known.has(name.toLowerCase());
	const listed = absent.filter(isRight);
	const others = absent.filter((name) => !isRight(name));
	const meant = didYouMean(others, columns);
	return [
		listed.length > 0
			? `LeadSquared did not return ${thisColumn(listed)} for any lead: ${firstFew(listed)}. The spelling is right: look into one of the leads whether anything is entered there.`
			: undefined,
		others.length > 0
			? `LeadSquared did not return ${thisColumn(others)} for any lead: ${firstFew(others)}. ${meant ? `${meant} ` : ''}Check the spelling of the schema names.`
			: undefined,
	];
}

const thisColumn = ({ length }: string[]) => (length === 1 ? 'this column' : 'these columns');

function addressHint(address?: WebAddress): string | undefined {
	if (!address || 'known' in address) return undefined;
	return `LeadURL is empty: LeadSquared did not return the web address of the account (${address.unknownBecause}). Turn off 'Add Lead URL' if this stays so.`;
}

/** A hint for a rate limit of the account that differs from the credential's. */
export function limitHint({ stated, named, refusedCalls }: LimitReport): string | undefined {
	if (refusedCalls > 0 && !named) {
		return "LeadSquared rejected calls and did not say how many the account allows. The node slowed down and made them again. Unless other programs use the account, lower 'Rate Limit: Calls' in the LeadSquared credential so that no call is rejected.";
	}
	if (!named) return undefined;
	const [theirs, ours] = [named.calls / named.seconds, stated.calls / stated.seconds];
	if (theirs === ours) return undefined;
	const limit = `${named.calls} calls in ${named.seconds} seconds`;
	const says = `the credential says ${stated.calls} in ${stated.seconds}`;
	return theirs < ours
		? `The account allows ${limit}, but ${says}. The node slowed down; enter the account's limit in the LeadSquared credential so that no call is rejected.`
		: `The account allows ${limit}, and ${says}. Raise it in the LeadSquared credential to get leads faster, unless you keep calls free for other programs.`;
}

const INTERVAL_MS = 3000;

/**
 * Makes a function to call after every answer. It reports progress to the log, and to the browser of a user
 * who runs the workflow by hand, at most every few seconds.
 *
 * @param unit what is counted, such as `lead IDs`
 */
export function progressReporter(
	context: Pick<IExecuteFunctions, 'logger' | 'getNode'> &
		Partial<Pick<IExecuteFunctions, 'sendMessageToUI'>>,
	clock: Clock,
	unit: string,
): (progress: Progress) => void {
	const beganAt = clock.now();
	let next = beganAt + INTERVAL_MS;
	return ({ known, all }) => {
		const now = clock.now();
		if (now < next) return;
		next = now + INTERVAL_MS;
		const message = `LeadSquared: ${describeProgress({ known, all }, unit, now - beganAt)}`;
		context.logger.info(message, { node: context.getNode().name });
		context.sendMessageToUI?.(message);
	};
}

function describeProgress({ known, all }: Progress, unit: string, elapsedMs: number): string {
	if (!Number.isFinite(all) || all === 0) return `${count(known)} ${unit} so far`;
	const share = `${Math.floor((100 * known) / all)} %`;
	const left = known > 0 && known < all ? timeLeft(elapsedMs, known / all) : '';
	return `${count(known)} of ${count(all)} ${unit} (${share}${left})`;
}

/** The remaining time at the average speed so far. */
function timeLeft(elapsedMs: number, done: number): string {
	const seconds = Math.ceil((elapsedMs * (1 - done)) / done / 1000);
	if (seconds < 90) return `, about ${seconds} s left`;
	const minutes = Math.round(seconds / 60);
	return minutes < 90
		? `, about ${minutes} min left`
		: `, about ${Math.round(minutes / 60)} h left`;
}

/** Chosen columns that LeadSquared does not know, and others that came with no lead. */
export interface ColumnsThatDidNotCome {
	unknown: string[];
	absent: string[];
}

/** Columns that a call came without. */
interface CallResult {
	leads: Map<unknown, unknown> | unknown[];
	unidentified: Map<unknown, unknown> | unknown[];
	unknownColumns: string[];
	absentColumns: string[];
}

/** Combines the columns that several calls came without. A call without leads says nothing. */
export function columnsThatDidNotCome(results: CallResult[]): ColumnsThatDidNotCome {
	const unknown = new Set(results.flatMap(({ unknownColumns }) => unknownColumns));
	const sizeOf = (list: CallResult['leads']) => (Array.isArray(list) ? list.length : list.size);
	const withLeads = results.filter(
		({ leads, unidentified }) => sizeOf(leads) + sizeOf(unidentified) > 0,
	);
	const absent = new Set(withLeads.flatMap(({ absentColumns }) => absentColumns));
	return { unknown: [...unknown], absent: [...absent].filter((name) => !unknown.has(name)) };
}

/** Leads that have no item, for the receipt. */
export interface Missing {
	notFound: number;
	/** The leads not found that got no item: their number, and the values they were requested by, if known. */
	skipped: number;
	skippedIds: string[];
	/** Input items that name no lead and got no item. */
	blank: number[];
}
