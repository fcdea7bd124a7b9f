import type { NodeExecutionHint } from 'n8n-workflow';
import { ID_COLUMN } from '../../../api/lead';
import { idKey } from '../../../api/leadId';
import type { LimitReport } from '../../../transport/limiter/accounts';
import type { Group, Input } from './inputs';

const SHOWN = 5;

/**
 * What the person should know of a run that succeeded: ids that were not found, leads without an
 * id, columns that never came, a rate limit that is not what the credential says. One hint each.
 */
export function hintsOf(
	inputs: Input[],
	groups: Group[],
	told: LimitReport,
): NodeExecutionHint[] {
	const hints = [
		notFoundHint(inputs),
		namelessHint(groups),
		absentColumnsHint(groups),
		limitHint(told),
	];
	return hints
		.filter((message) => message !== undefined)
		.map((message) => ({ message, location: 'outputPane', type: 'warning' }));
}

function notFoundHint(inputs: Input[]): string | undefined {
	const missing = new Set<string>();
	let untold = 0;
	for (const { ids, settings, item } of inputs) {
		if (!settings || settings.notFound === 'error') continue;
		const { unfetched, nameless } = settings.group.retrieval;
		if (settings.notFound === 'skip' && unfetched.size > 0) {
			for (const id of ids) if (unfetched.get(idKey(id))?.kind === 'notFound') missing.add(id);
		}
		// Which ids these are is not known, so there is nothing that could stand in their place.
		const some = nameless.get(item);
		if (some) untold += Math.max(0, some.ids.length - some.leads.length);
	}
	const count = missing.size + untold;
	if (count === 0) return undefined;
	const what = count === 1 ? 'lead ID was not found and is' : 'lead IDs were not found and are';
	const which = missing.size > 0 ? `: ${list([...missing])}` : ', LeadSquared does not tell which';
	return `${format(count)} ${what} left out${which}. The option 'When a Lead Is Not Found' changes this.`;
}

function namelessHint(groups: Group[]): string | undefined {
	let count = 0;
	for (const { retrieval } of groups)
		for (const { leads } of retrieval.nameless.values()) count += leads.length;
	if (count === 0) return undefined;
	return `LeadSquared sent ${format(count)} ${count === 1 ? 'lead' : 'leads'} without ${ID_COLUMN}. They are output as they came, linked to the input item that asked for them, after its other leads.`;
}

function absentColumnsHint(groups: Group[]): string | undefined {
	const absent = new Set<string>();
	for (const { columns, retrieval } of groups) {
		const unseen = new Set(columns.slice(1).map((name) => name.toLowerCase()));
		let count = 0;
		for (const lead of leadsOf(retrieval)) {
			count++;
			for (const name in lead) unseen.delete(name.toLowerCase());
			if (unseen.size === 0) break;
		}
		if (count > 0) for (const name of columns) if (unseen.has(name.toLowerCase())) absent.add(name);
	}
	if (absent.size === 0) return undefined;
	return `LeadSquared did not return ${absent.size === 1 ? 'this column' : 'these columns'} for any lead: ${list([...absent])}. Check the spelling of the schema names.`;
}

function* leadsOf({ leads, nameless }: Group['retrieval']) {
	yield* leads.values();
	for (const { leads: some } of nameless.values()) yield* some;
}

function limitHint({ stated, named, refusedCalls }: LimitReport): string | undefined {
	if (refusedCalls > 0 && !named) {
		return "LeadSquared turned calls away and did not say how many the account allows. The node slowed down and made them again. Unless other programs use the account, lower 'Rate Limit: Calls' in the LeadSquared credential so that no call is turned away.";
	}
	if (!named) return undefined;
	const [theirs, ours] = [named.calls / named.seconds, stated.calls / stated.seconds];
	if (theirs === ours) return undefined;
	const limit = `${named.calls} calls in ${named.seconds} seconds`;
	const says = `the credential says ${stated.calls} in ${stated.seconds}`;
	return theirs < ours
		? `The account allows ${limit}, but ${says}. The node slowed down; enter the account's limit in the LeadSquared credential so that no call is turned away.`
		: `The account allows ${limit}, and ${says}. Raise it in the LeadSquared credential to get leads faster, unless you keep calls free for other programs.`;
}

function list(names: string[]): string {
	const shown = names.slice(0, SHOWN).join(', ');
	return names.length > SHOWN ? `${shown} and ${format(names.length - SHOWN)} more` : shown;
}

const format = (count: number): string => count.toLocaleString('en-US');
