import type { NodeExecutionHint } from 'n8n-workflow';
import { ID_COLUMN } from '../../../api/lead';
import { idKey } from '../../../api/leadId';
import type { Results } from '../../../retrieval/types';
import type { Fetched } from '../../../shared/fetchLeads';
import type { WebAddress } from '../../../shared/webAddress';
import type { LimitReport } from '../../../transport/limiter/accounts';
import { askTheSame } from './parameters';
import type { Plan } from './plan';

const SHOWN = 5;

/**
 * What the person should know of a run that succeeded: ids that were not found, leads that nobody
 * asked for in their place, leads without an id, columns that never came, a rate limit that is not what the credential says. One hint each.
 */
export function hintsOf(
	plan: Plan,
	results: Fetched[],
	told: LimitReport,
	address?: WebAddress,
): NodeExecutionHint[] {
	const hints = [
		sameIdsHint(plan),
		notFoundHint(plan, results),
		mergedHint(results),
		blankHint(plan),
		withoutIdHint(results),
		unknownColumnsHint(results),
		absentColumnsHint(results),
		addressHint(address),
		limitHint(told),
	];
	return hints
		.filter((message) => message !== undefined)
		.map((message) => ({ message, location: 'outputPane', type: 'warning' }));
}

function sameIdsHint({ items }: Plan): string | undefined {
	if (!askTheSame(items)) return undefined;
	const count = format(items.length);
	return `${count} input items each ask for the same ${format(items[0].ids.length)} IDs, so each lead comes ${count} times. To get each once, turn on 'Execute Once' in the Settings tab of the node.`;
}

function notFoundHint({ items }: Plan, results: Results[]): string | undefined {
	const missing = new Set<string>();
	let missingUnknownWhich = 0;
	for (const { ids, item, fetch, notFound } of items) {
		if (notFound === 'error') continue;
		const { notFetched, withoutId } = results[fetch];
		if (notFound === 'skip' && notFetched.size > 0) {
			for (const id of ids) if (notFetched.get(idKey(id))?.kind === 'notFound') missing.add(id);
		}
		// Which ids these are is not known, so there is nothing that could stand in their place.
		const without = withoutId.get(item);
		if (without) missingUnknownWhich += Math.max(0, without.ids.length - without.leads.length);
	}
	const count = missing.size + missingUnknownWhich;
	if (count === 0) return undefined;
	const what = count === 1 ? 'lead ID was not found and was' : 'lead IDs were not found and were';
	const which = missing.size > 0 ? `: ${list([...missing])}` : ', LeadSquared does not tell which';
	return `${format(count)} ${what} skipped${which}. To get an item or an error for it, change the option 'When a Lead Is Not Found'.`;
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
	return `LeadSquared left out ${format(leftOut.size)} of the lead IDs, and sent ${format(unasked.size)} ${leads} that nobody asked for: ${list([...unasked])}. A lead that was merged into another may come under the ID of that one: look ${unasked.size === 1 ? 'it' : 'them'} up in LeadSquared, and ask for the new ID.`;
}

function blankHint({ items }: Plan): string | undefined {
	const blank = items.filter(({ ids, notFound }) => ids.length === 0 && notFound === 'skip');
	if (blank.length === 0) return undefined;
	const what =
		blank.length === 1
			? 'input item has no lead ID and was'
			: 'input items have no lead ID and were';
	return `${format(blank.length)} ${what} skipped: ${list(blank.map(({ item }) => `item ${item}`))}. To get an item or an error for it, change the option 'When a Lead Is Not Found'.`;
}

function withoutIdHint(results: Results[]): string | undefined {
	let count = 0;
	for (const { withoutId } of results)
		for (const { leads } of withoutId.values()) count += leads.length;
	if (count === 0) return undefined;
	return `LeadSquared sent ${format(count)} ${count === 1 ? 'lead' : 'leads'} without ${ID_COLUMN}. They are in the output as they came, after the other leads of the same input item.`;
}

function unknownColumnsHint(results: Results[]): string | undefined {
	const unknown = [...new Set(results.flatMap(({ unknownColumns }) => unknownColumns))];
	if (unknown.length === 0) return undefined;
	return `LeadSquared does not know ${unknown.length === 1 ? 'the column' : 'the columns'} ${list(unknown)}, so the leads came without. Remove what no longer exists, or check the spelling of the schema names.`;
}

function absentColumnsHint(results: Fetched[]): string | undefined {
	const absent = new Set<string>();
	for (const { leads, withoutId, absentColumns, unknownColumns } of results) {
		if (leads.size + withoutId.size === 0) continue;
		for (const name of absentColumns) if (!unknownColumns.includes(name)) absent.add(name);
	}
	if (absent.size === 0) return undefined;
	return `LeadSquared did not return ${absent.size === 1 ? 'this column' : 'these columns'} for any lead: ${list([...absent])}. Check the spelling of the schema names.`;
}

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

function list(names: string[]): string {
	const shown = names.slice(0, SHOWN).join(', ');
	return names.length > SHOWN ? `${shown} and ${format(names.length - SHOWN)} more` : shown;
}

const format = (count: number): string => count.toLocaleString('en-US');
