import type { IExecuteFunctions } from 'n8n-workflow';
import type { Column } from '../api/metadata';
import { isDocumented } from '../api/standardColumns';
import type { AccountUse, LimitReport } from '../transport/limiter/accounts';
import { asHtml, count, firstFew, plural, pluralOf } from '../base/text';
import { didYouMean } from '../columns/labels';
import type { WebAddress } from './webAddress';
import type { Progress } from '../transport/client';
import type { Clock } from '../base/clock';
import { notFoundLabel } from '../input/leadSettings';
import { nodeOf } from '../input/node';

/** The number of leads of an execution. A lead counts once for each input item that requests it. */
export interface Summary {
	/** The number of leads requested; undefined if it is not known. */
	asked?: number;
	/** The number of leads returned. */
	leads: number;
	/** The parameter that decides which leads an input item gets, such as `lead ID`. */
	key: string;
	/** The word for a record if it is not a lead, such as `opportunity`. */
	unit?: string;
}

/** The output of an execution. */
interface Output extends Summary {
	/** The number of distinct leads, if a lead may come more than once. */
	different?: number;
	missing: Missing;
	/** The number of error items. */
	failed: number;
	/** Whether they are at the end of the output, after others. */
	areFailedLast: boolean;
}

/** The execution in one line, for people. */
export function receipt(
	output: Output,
	{ calls, seconds }: { calls: number; seconds: number },
): string {
	const { asked, missing, unit = 'lead' } = output;
	const isSkipped = missing.skipped + missing.blank.length > 0;
	const sentences = [
		`${leadCount(output)}, ${plural(calls, 'call')}, ${seconds.toFixed(1)} s`,
		notFoundIn(missing, unit),
		noneFoundIn(output),
		blankIn(output),
		failedIn(output),
		asked !== undefined &&
			isSkipped &&
			`To get an item or an error instead, change the option '${notFoundLabel(unit)}'`,
	];
	return `${sentences.filter(Boolean).join('. ')}.`;
}

function leadCount({
	leads,
	asked,
	different = leads,
	unit = 'lead',
}: Summary & { different?: number }): string {
	const found = asked
		? `${count(leads)} of ${count(asked)} ${pluralOf(unit)} found`
		: plural(leads, unit);
	return different < leads ? `${found} (${count(different)} different)` : found;
}

function notFoundIn(
	{ notFound, skipped, skippedNames }: Missing,
	unit: string,
): string | undefined {
	if (notFound === 0) return undefined;
	const were = notFound === 1 ? 'was' : 'were';
	const what = `${plural(notFound, unit)} ${were} not found`;
	if (skipped === 0) return what;
	const which =
		skippedNames.length > 0
			? `: ${firstFew(skippedNames)}`
			: ', and LeadSquared does not say which';
	if (skipped === notFound) return `${what} and ${were} skipped${which}`;
	return `${what}, ${count(skipped)} of them ${skipped === 1 ? 'was' : 'were'} skipped${which}`;
}

/** The most likely reason why an account has none of several lead IDs. */
function noneFoundIn({ leads, asked, key, missing, unit = 'lead' }: Output): string | undefined {
	if (key !== `${unit} ID` || leads > 0 || missing.notFound < 2) return undefined;
	if (missing.notFound !== asked) return undefined;
	const [type, check] = unit === 'lead' ? ['', ''] : [' with this type', 'the type, and '];
	return `None of these ${pluralOf(unit)} is in this account${type}: check ${check}that the credential is for the right account`;
}

function blankIn({ missing: { blank }, key }: Output): string | undefined {
	if (blank.length === 0) return undefined;
	const what =
		blank.length === 1 ? `input item has no ${key} and was` : `input items have no ${key} and were`;
	return `${count(blank.length)} ${what} skipped: ${firstFew(blank)}`;
}

function failedIn({ failed, areFailedLast }: Output): string | undefined {
	if (failed === 0) return undefined;
	if (!areFailedLast) return `${count(failed)} failed`;
	return failed === 1
		? '1 failed (the last item)'
		: `${count(failed)} failed (the last ${count(failed)} items)`;
}

/** A line for n8n's log. It names the workflow and the node, because all workflows share the log. */
export function logLine(
	context: Pick<IExecuteFunctions, 'getNode' | 'getWorkflow'>,
	message: string,
): string {
	const { name, id } = context.getWorkflow();
	return `LeadSquared [${name || id || 'new workflow'} > ${nodeOf(context).name}]: ${message}`;
}

/** The execution in one line, for the log. */
export function runLine(
	summary: Summary & { different?: number; failed?: number },
	{ traffic, limitReport }: Pick<AccountUse, 'traffic' | 'limitReport'>,
	seconds: number,
): string {
	const repeated = [
		limitReport.refusedCalls > 0 && `${count(limitReport.refusedCalls)} refused`,
		traffic.failedCalls > 0 && `${count(traffic.failedCalls)} failed`,
	].filter(Boolean);
	const calls = repeated.length > 0 ? ` (${repeated.join(', ')})` : '';
	const waited = (traffic.waitedMs / 1000).toFixed(1);
	const wait = waited === '0.0' ? '' : ` (${waited} s of it waiting for the rate limit)`;
	const { failed = 0 } = summary;
	const rest = failed > 0 ? `; ${count(failed)} failed` : '';
	return `${leadCount(summary)}, ${plural(traffic.calls, 'call')}${calls}, ${seconds.toFixed(1)} s${wait}${rest}`;
}

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
	context.logger.info(logLine(context, line));
	const warning = limitHint(limitReport);
	if (warning) addHint(context, warning, 'warning');
	addHint(context, line, 'info');
}

/** Shows a hint above the output. */
export function addHint(
	context: Pick<IExecuteFunctions, 'addExecutionHints'>,
	message: string,
	type: 'info' | 'warning',
): void {
	context.addExecutionHints({ message: asHtml(message), location: 'outputPane', type });
}

/**
 * Hints that any operation may show: columns that were not returned, no web address, a rate limit that differs
 * from the credential's.
 */
export function commonHints(
	notReturned: ColumnsNotReturned,
	limitReport: LimitReport,
	{ address, columns = [], unit }: { address?: WebAddress; columns?: Column[]; unit?: string } = {},
): string[] {
	return [
		...columnHints(notReturned, columns, unit),
		addressHint(address),
		limitHint(limitReport),
	].filter((hint) => hint !== undefined);
}

/** Hints about columns that were not returned. */
export const columnHints = (
	{ unknown, absent }: ColumnsNotReturned,
	columns: Column[] = [],
	unit = 'lead',
): string[] =>
	[unknownColumnsHint(unknown, columns), ...absentColumnsHints(absent, columns, unit)].filter(
		(hint) => hint !== undefined,
	);

function unknownColumnsHint(unknown: string[], columns: Column[]): string | undefined {
	if (unknown.length === 0) return undefined;
	const meant = didYouMean(unknown, columns);
	return `LeadSquared does not know ${unknown.length === 1 ? 'the column' : 'the columns'} ${firstFew(unknown)}, so the run continued without ${unknown.length === 1 ? 'it' : 'them'}. ${meant ? `${meant} ` : ''}Remove what no longer exists, or check the spelling of the schema names.`;
}

function absentColumnsHints(
	absent: string[],
	columns: Column[],
	unit: string,
): Array<string | undefined> {
	const known = new Set(columns.map(({ schemaName }) => schemaName.toLowerCase()));
	const isRight = (name: string) => isDocumented(name) || known.has(name.toLowerCase());
	const listed = absent.filter(isRight);
	const others = absent.filter((name) => !isRight(name));
	const meant = didYouMean(others, columns);
	return [
		listed.length > 0
			? `LeadSquared did not return ${thisColumn(listed)} for any ${unit}: ${firstFew(listed)}. ${listed.length === 1 ? 'The column exists' : 'The columns exist'}: check in LeadSquared whether these ${pluralOf(unit)} have a value in it.`
			: undefined,
		others.length > 0
			? `LeadSquared did not return ${thisColumn(others)} for any ${unit}: ${firstFew(others)}. ${meant ? `${meant} ` : ''}Check the spelling of the schema names.`
			: undefined,
	];
}

const thisColumn = ({ length }: string[]) => (length === 1 ? 'this column' : 'these columns');

function addressHint(address?: WebAddress): string | undefined {
	if (!address || 'known' in address) return undefined;
	return `LeadURL is empty: LeadSquared did not return the web address of the account (${address.unknownBecause}). If this continues, turn off 'Add Lead URL'.`;
}

/** A hint at columns whose values LeadSquared masks. */
export const maskedHint = (columns: string[]): string =>
	`LeadSquared masks the values of ${firstFew(columns)}, such as xxxxxxxx51, because the user of the keys may not see them. Create or Update does not write such values.`;

/** A hint for a rate limit of the account that differs from the credential's. */
export function limitHint({ stated, named, refusedCalls }: LimitReport): string | undefined {
	if (refusedCalls > 0 && !named) {
		return "LeadSquared rejected calls and did not say how many the account allows. The node slowed down and retried them. Unless other programs use the account, lower 'Rate Limit: Calls' in the LeadSquared credential so that no call is rejected.";
	}
	if (!named) return undefined;
	const [theirs, ours] = [named.calls / named.seconds, stated.calls / stated.seconds];
	if (theirs === ours) return undefined;
	const limit = `${named.calls} calls in ${named.seconds} seconds`;
	const says = `the credential says ${stated.calls} in ${stated.seconds}`;
	return theirs < ours
		? `The account allows ${limit}, but ${says}. The node slowed down; enter the account's limit in the LeadSquared credential so that no call is rejected.`
		: `The account allows ${limit}, and ${says}. Raise it in the LeadSquared credential to get leads faster, unless you reserve calls for other programs.`;
}

const INTERVAL_MS = 3000;

/**
 * Makes a function to call after every answer. It reports progress to the log, and to the browser of a user
 * who runs the workflow by hand, at most every few seconds.
 *
 * @param unit what is counted, such as `lead IDs`
 */
export function progressReporter(
	context: Pick<IExecuteFunctions, 'logger' | 'getNode' | 'getWorkflow'> &
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
		const message = describeProgress({ known, all }, unit, now - beganAt);
		context.logger.info(logLine(context, message));
		context.sendMessageToUI?.(`LeadSquared: ${message}`);
	};
}

function describeProgress({ known, all }: Progress, unit: string, elapsedMs: number): string {
	if (!Number.isFinite(all) || all === 0) return `${count(known)} ${unit} so far`;
	const done = `${count(known)} of ${count(all)} ${unit}`;
	if (known === 0) return done;
	const left = known < all ? timeLeft(elapsedMs, known / all) : '';
	return `${done} (${Math.floor((100 * known) / all)} %${left})`;
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

/** Chosen columns that LeadSquared does not know, and others that it returned for no lead. */
export interface ColumnsNotReturned {
	unknown: string[];
	absent: string[];
}

/** The leads of a call, and the columns that it did not return. */
interface CallResult {
	leads: Map<unknown, unknown> | unknown[];
	unidentified: Map<unknown, unknown> | unknown[];
	unknownColumns: string[];
	absentColumns: string[];
}

/** Combines the columns that several calls did not return. A call without leads proves nothing. */
export function columnsNotReturned(results: CallResult[]): ColumnsNotReturned {
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
	/** The leads not found that got no item, and the values they were requested by, if known, each once. */
	skipped: number;
	skippedNames: string[];
	/** The names of input items that name no lead and got no item. */
	blank: string[];
}
