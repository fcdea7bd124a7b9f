import { agrees, copes, differs, notChecked } from '../finding.mts';
import type { Finding } from '../finding.mts';
import type { Faults } from '../../sandbox/faults.mts';
import type { RowResult } from '../../../nodes/LeadSquared/api/rowResults';
import type { Failed } from '../../../nodes/LeadSquared/transport/outcome';
import type { Context, Question, Throwaway } from './question.mts';

const MARK = 'Delete me';

/**
 * On Lead/Bulk/CreateOrUpdate. They write, and so are asked only if the user says so. Every row is
 * found by a value that only a lead of this check has, so no other lead can be written, and a call
 * that is repeated does no harm.
 */
export const WRITE_QUESTIONS: Question[] = [
	asked({
		name: 'Create or update',
		assumes: 'SearchBy EmailAddress creates a lead',
		otherwise: 'matters: leads cannot be written',
		async run(context, throwaway) {
			const { name, first, second, phone } = throwaway;
			const results = await write(context, [
				byAddress({ FirstName: name, LastName: MARK, EmailAddress: first }),
				byAddress({ FirstName: MARK, LastName: name, EmailAddress: second, Phone: phone }),
			]);
			if (!Array.isArray(results)) return copes(said(results));
			[throwaway.firstId, throwaway.secondId] = results.map(({ id }) => id);
			const areCreated = results.length === 2 && results.every(({ isCreated }) => isCreated);
			return (areCreated ? agrees : copes)(results.map(outcomeOf).join('; '));
		},
	}),
	asked({
		name: 'SearchBy lead ID',
		assumes: 'ProspectId, with or without __UseUserDefinedGuid__',
		otherwise: 'matters: leads cannot be matched by their ID',
		run: trySpellings,
	}),
	asked({
		name: 'SearchBy FirstName',
		assumes: 'refused, or the lead with this name; never sent',
		otherwise: 'does not matter',
		async run(context, { name }) {
			const row = { FirstName: name, LastName: 'Found by name', SearchBy: 'FirstName' };
			const result = await resultOfRow(context, row);
			return agrees(result, result === 'updated' ? { searchByColumns: 'any' } : {});
		},
	}),
	asked({
		name: "Another lead's number",
		assumes: 'refused in the result of the row; the other rows are written',
		otherwise: 'matters: one such row takes the others with it',
		async run(context, { first, second, phone, secondId }) {
			if (secondId === undefined) return notChecked('the lead with the number was not created');
			const results = await write(context, [
				byAddress({ EmailAddress: first, Phone: phone }),
				byAddress({ EmailAddress: second, FirstName: 'Written in the same call' }),
			]);
			if (!Array.isArray(results)) {
				return copes(`the whole call is refused: ${said(results)}`, { duplicates: 'call' });
			}
			const [duplicate, other] = results;
			if (!duplicate || !other) return differs(`${results.length} results for 2 rows`);
			const did = `${outcomeOf(duplicate)}; the other row ${outcomeOf(other)}`;
			return (duplicate.fault && !other.fault ? agrees : copes)(did);
		},
	}),
];

function asked({
	run,
	...question
}: Omit<Question, 'run'> & {
	run(context: Context, throwaway: Throwaway): Promise<Finding>;
}): Question {
	return {
		...question,
		run: async (context) =>
			context.throwaway
				? await run(context, context.throwaway)
				: notChecked('asked with --write only'),
	};
}

type RowToWrite = Record<string, string>;

const byAddress = (row: RowToWrite): RowToWrite => ({ ...row, SearchBy: 'EmailAddress' });

async function write({ tenant, node }: Context, rows: RowToWrite[]): Promise<RowResult[] | Failed> {
	const body = rows.map((row) =>
		Object.entries(row).map(([Attribute, Value]) => ({ Attribute, Value })),
	);
	const path = '/LeadManagement.svc/Lead/Bulk/CreateOrUpdate?postUpdatedLead=false';
	const outcome = await tenant.call({ method: 'POST', path, body }, (_, parsed) =>
		node.readRowResults(parsed),
	);
	return outcome.kind === 'ok' ? outcome.value : outcome;
}

async function resultOfRow(context: Context, row: RowToWrite): Promise<string> {
	const results = await write(context, [row]);
	if (!Array.isArray(results)) return said(results);
	return results[0] ? outcomeOf(results[0]) : 'no result';
}

// Only types: a message may name columns of the account.
const said = ({ fault: { status, type = '' } }: Failed) =>
	`HTTP ${status ?? 'none'} ${typeOf(type)}`;
const typeOf = (type: string) => (/^MX\w{1,80}$/.test(type) ? type : 'without an MX type');

function outcomeOf({ fault, isCreated, isUpdated }: RowResult): string {
	if (fault) return `refused (${typeOf(fault.type ?? '')})`;
	return isCreated ? 'created' : isUpdated ? 'updated' : 'unchanged';
}

const SPELLINGS = ['ProspectId', 'ProspectID'] as const;

async function trySpellings(context: Context, { name, firstId }: Throwaway): Promise<Finding> {
	if (firstId === undefined) return notChecked('the lead was not created');
	const results: Record<string, [plain: string, withFlag: string]> = {};
	for (const spelling of SPELLINGS) {
		const row = (text: string, flag: RowToWrite = {}) => ({
			...{ ProspectID: firstId, FirstName: name, LastName: `${spelling} ${text}` },
			SearchBy: spelling,
			...flag,
		});
		results[spelling] = [
			await resultOfRow(context, row('alone')),
			await resultOfRow(context, row('with flag', { __UseUserDefinedGuid__: 'true' })),
		];
	}
	const did = SPELLINGS.map((each) => `${each} ${results[each].join(', with the flag ')}`).join(
		'; ',
	);
	const accepted = SPELLINGS.filter((each) => results[each].includes('updated'));
	const searchById = accepted.length === 2 ? 'both' : (accepted[0] ?? 'none');
	const fits = results[accepted[0]] ?? [];
	const userDefinedGuid =
		fits[0] !== 'updated' ? 'required' : fits[1] !== 'updated' ? 'unknown' : 'accepted';
	const isCreated = Object.values(results).flat().includes('created');
	const switches: Partial<Faults> = {
		...(searchById !== 'ProspectId' && { searchById }),
		...(accepted.length > 0 && userDefinedGuid !== 'accepted' && { userDefinedGuid }),
		...(isCreated && { badSearchBy: 'ignored' as const }),
	};
	const isUsual = results.ProspectId[0] === 'updated' && !isCreated;
	return (isUsual ? agrees : copes)(did, switches);
}
