import type { Column } from '../../api/metadata';
import { isDocumented } from '../../api/standardColumns';
import type { LimitReport } from '../../transport/limiter/accounts';
import { firstFew } from '../inWords';
import { didYouMean } from '../labels';
import type { WebAddress } from '../webAddress';
import type { ColumnsThatDidNotCome } from './accountColumns';

/**
 * What in a run that succeeded needs a person, whatever the operation: columns that never came, no
 * web address, a rate limit that is not what the credential says. One hint each.
 */
export function commonHints(
	{ unknown, absent }: ColumnsThatDidNotCome,
	told: LimitReport,
	{ address, columns = [] }: { address?: WebAddress; columns?: Column[] } = {},
): string[] {
	return [
		unknownColumnsHint(unknown, columns),
		...absentColumnsHints(absent, columns),
		addressHint(address),
		limitHint(told),
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
