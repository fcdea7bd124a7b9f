import type { NodeExecutionHint } from 'n8n-workflow';
import { ID_COLUMN } from '../../../api/lead';
import type { Column } from '../../../api/metadata';
import { isDocumented } from '../../../api/standardColumns';
import type { Results } from '../../../retrieval/types';
import type { Fetched } from '../../../shared/fetchLeads';
import { count, firstFew } from '../../../shared/inWords';
import { didYouMean } from '../../../shared/labels';
import type { WebAddress } from '../../../shared/webAddress';
import type { LimitReport } from '../../../transport/limiter/accounts';
import { columnsThatDidNotCome } from './accountColumns';
import { askTheSame } from './parameters';
import type { Plan } from './plan';

/**
 * What in a run that succeeded needs a person: a list of ids in every input item, leads that nobody
 * asked for, leads without an id, columns that never came, no web address, a rate limit that is not
 * what the credential says. One hint each.
 */
export function hintsOf(
	plan: Plan,
	results: Fetched[],
	told: LimitReport,
	{ address, columns = [] }: { address?: WebAddress; columns?: Column[] } = {},
): NodeExecutionHint[] {
	const { unknown, absent } = columnsThatDidNotCome(results);
	const hints = [
		sameIdsHint(plan),
		mergedHint(results),
		withoutIdHint(results),
		unknownColumnsHint(unknown, columns),
		...absentColumnsHints(absent, columns),
		addressHint(address),
		limitHint(told),
	];
	return hints
		.filter((message) => message !== undefined)
		.map((message) => ({ message, location: 'outputPane', type: 'warning' }));
}

function sameIdsHint({ items }: Plan): string | undefined {
	if (!askTheSame(items)) return undefined;
	const times = count(items.length);
	return `${times} input items each ask for the same ${count(items[0].ids.length)} IDs, so each lead comes ${times} times. To get each once, turn on 'Execute Once' in the Settings tab of the node.`;
}

/** A lead that was merged into another may come under the id of that one. */
function mergedHint(results: Results[]): string | undefined {
	const leftOut = new Set<string>();
	const unasked = new Set<string>();
	for (const { notFetched, unasked: some } of results) {
		if (some.size === 0) continue;
		for (const [id, { kind }] of notFetched) if (kind === 'notFound') leftOut.add(id);
		for (const id of some) if (!results.some(({ leads }) => leads.has(id))) unasked.add(id);
	}
	if (leftOut.size === 0 || unasked.size === 0) return undefined;
	const leads = unasked.size === 1 ? 'lead' : 'leads';
	return `LeadSquared left out ${count(leftOut.size)} of the lead IDs, and sent ${count(unasked.size)} ${leads} that nobody asked for: ${firstFew([...unasked])}. A lead that was merged into another may come under the ID of that one: look ${unasked.size === 1 ? 'it' : 'them'} up in LeadSquared, and ask for the new ID.`;
}

function withoutIdHint(results: Results[]): string | undefined {
	let came = 0;
	for (const { withoutId } of results)
		for (const { leads } of withoutId.values()) came += leads.length;
	if (came === 0) return undefined;
	return `LeadSquared sent ${count(came)} ${came === 1 ? 'lead' : 'leads'} without ${ID_COLUMN}. They are in the output as they came, after the other leads of the same input item.`;
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
	return `LeadURL is empty: LeadSquared did not tell the web address of the account (${address.unknownBecause}). Turn off 'Add Lead URL' if this stays so.`;
}

function limitHint({ stated, named, refusedCalls }: LimitReport): string | undefined {
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
