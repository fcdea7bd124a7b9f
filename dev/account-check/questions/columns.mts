import { createFaults } from '../../sandbox/faults.mts';
import type { Faults } from '../../sandbox/faults.mts';
import { agrees, copes, differs, format, notChecked, othersOf } from '../finding.mts';
import type { Finding } from '../finding.mts';
import { idsOf, rowsOf } from '../rows.mts';
import type { Row } from '../rows.mts';
import { describe } from '../tenant.mts';
import { isStandard } from './question.mts';
import type { Context, Question } from './question.mts';

const DEFAULTS = createFaults();

/** A question on the columns that have something set in the metadata. */
function onColumns(
	name: string,
	words: Pick<Question, 'assumes' | 'otherwise'>,
	isMeant: (column: Row) => boolean,
	columnSwitch?: 'uniqueColumns' | 'readOnlyColumns' | 'derivedColumns' | 'lockedAfterCreate',
): Question {
	return {
		name,
		...words,
		run({ metadata }) {
			if (metadata.length === 0) return notChecked('the list of columns did not come');
			const names = [...new Set(metadata.filter(isMeant).map(nameOf))];
			const known = names.filter(isStandard);
			const isUsual = !columnSwitch || areSame(known, DEFAULTS[columnSwitch]);
			return agrees(listOf(names), isUsual ? {} : { [columnSwitch]: known });
		},
	};
}

const nameOf = ({ SchemaName }: Row) => String(SchemaName);
const isSet = (value: unknown) => /^(true|1)$/i.test(String(value));
const areSame = (some: string[], others: string[]) =>
	some.length === others.length && some.every((name) => others.includes(name));

/** Names of LeadSquared's own columns, and the number of the others: their names are the account's. */
function listOf(names: string[]): string {
	const known = names.filter(isStandard);
	const others = names.length - known.length;
	return [...known, ...othersOf(others)].join(', ') || 'none';
}

/** Counts the columns that have each value. Unknown values are counted together. */
function countsOf(metadata: Row[], member: string, known: RegExp): string {
	const counts = new Map<string, number>();
	for (const column of metadata) {
		const value = String(column[member] ?? 'none');
		const shown = known.test(value) ? value : 'another';
		counts.set(shown, (counts.get(shown) ?? 0) + 1);
	}
	return [...counts].map(([value, count]) => `${value}: ${format(count)}`).join(', ');
}

// Values of LeadSquared's samples, and those of the sandbox.
const RENDERINGS =
	/^(none|Textbox|TextArea|Email|URL|Phone|Date|DateTime|Time|Checkbox|Dropdown|DropdownWithOthers|SearchableDropdown|MultiSelect|RadioButtons|Number|ActiveUsers|CustomObject|Lookup|File)$/i;

/** On what the metadata says of columns, and on values that the user may not see in full. */
export const COLUMN_QUESTIONS: Question[] = [
	onColumns(
		'Unique columns',
		{
			assumes: 'IsUnique: leads can be matched on them',
			otherwise: 'matters: too many or too few columns to match on',
		},
		({ IsUnique }) => isSet(IsUnique),
		'uniqueColumns',
	),
	onColumns(
		'Lead identifiers',
		{
			assumes: 'IsLeadIdentifier says nothing: names have it as well',
			otherwise: 'does not matter',
		},
		({ IsLeadIdentifier }) => isSet(IsLeadIdentifier),
	),
	onColumns(
		'Read-only columns',
		{
			assumes: 'IsReadOnly: cannot be written',
			otherwise: 'matters: columns that are offered but cannot be written',
		},
		({ IsReadOnly }) => isSet(IsReadOnly),
		'readOnlyColumns',
	),
	onColumns(
		'Derived columns',
		{
			assumes: 'IsDerived: cannot be written',
			otherwise: 'matters: columns that are offered but cannot be written',
		},
		({ IsDerived }) => isSet(IsDerived),
		'derivedColumns',
	),
	onColumns(
		'Locked columns',
		{
			assumes: 'LockAfterCreate 2: can be written in a new lead only',
			otherwise: 'matters: columns that are offered but cannot be written',
		},
		({ LockAfterCreate }) => String(LockAfterCreate) === '2',
		'lockedAfterCreate',
	),
	{
		name: 'LockAfterCreate',
		assumes: '0 or 2',
		otherwise: 'matters: the meaning of other values is not known',
		run({ metadata }) {
			if (metadata.length === 0) return notChecked('the list of columns did not come');
			const counts = countsOf(metadata, 'LockAfterCreate', /^(none|-?\d{1,3})$/);
			const isKnown = metadata.every(({ LockAfterCreate = 0 }) =>
				/^(0|2)$/.test(String(LockAfterCreate)),
			);
			return (isKnown ? agrees : differs)(counts);
		},
	},
	onColumns(
		'Growing options',
		{
			assumes: 'AllowAutoUpdate-ToOptions: a drop-down that takes new values',
			otherwise: 'matters: values that are refused without need',
		},
		({ AllowAutoUpdateToOptions }) => isSet(AllowAutoUpdateToOptions),
	),
	{
		name: 'Renderings',
		assumes: 'RenderTypeTextValue: a word for the kind of column',
		otherwise: 'does not matter: the types of values come from DataType as well',
		run: ({ metadata }) =>
			metadata.length === 0
				? notChecked('the list of columns did not come')
				: agrees(countsOf(metadata, 'RenderTypeTextValue', RENDERINGS)),
	},
	{
		name: 'Masked values',
		assumes: 'none, or masked alike by every call',
		otherwise: 'matters where they are written back: they start with xxx',
		needs: 1,
		run: compareMasks,
	},
];

const CONTACT = ['EmailAddress', 'Phone', 'Mobile'];
const MASK = /^([x*•])\1{2,}/i;

async function compareMasks({ tenant, leads }: Context): Promise<Finding> {
	const columns = ['ProspectID', ...CONTACT];
	const outcome = await tenant.leads({ ids: leads, columns });
	if (outcome.kind !== 'ok') return notChecked(describe(outcome));
	const row = outcome.value.rows.find((each) => CONTACT.some((name) => each[name]));
	const [id] = row ? idsOf([row]) : [];
	if (!row || id === undefined) return notChecked('no lead has an address or a number, and an id');
	const search = {
		Parameter: { LookupName: 'ProspectID', LookupValue: id, SqlOperator: '=' },
		Columns: { Include_CSV: columns.join(',') },
		Paging: { PageIndex: 1, PageSize: 1 },
	};
	const service = '/LeadManagement.svc';
	const read = (_: unknown, parsed: unknown) => rowsOf(parsed);
	const others = [
		await tenant.call({ method: 'POST', path: `${service}/Leads.Get`, body: search }, read),
		await tenant.call({ method: 'GET', path: `${service}/Leads.GetById?id=${id}` }, read),
	];
	const [searched, found] = others.map((each) =>
		each.kind === 'ok' ? maskedIn(each.value[0] ?? {}) : undefined,
	);
	const byIds = maskedIn(row);
	const calls = { ByIds: byIds, 'Leads.Get': searched, GetById: found };
	const masked = [...new Set([byIds, searched, found].flatMap((each) => [...(each ?? [])]))];
	const names = masked.map(([name]) => name);
	const did = Object.entries(calls)
		.map(([call, each]) => `${call} ${each ? [...each.values()].join(', ') || 'none' : 'refused'}`)
		.join('; ');
	if (names.length === 0) return agrees(did);
	const isAlike = [byIds, searched].every((each) => each?.size === found?.size);
	const switches: Partial<Faults> = {
		maskedColumns: CONTACT.filter((name) => names.includes(name)),
		...(!isAlike && { maskedIn: 'lookups' as const }),
	};
	return (isAlike ? agrees : copes)(did, switches);
}

/** The columns with masked values, and how much of each value is left. */
function maskedIn(row: Row): Map<string, string> {
	return new Map(
		CONTACT.flatMap((name): Array<[string, string]> => {
			const value = String(row[name] ?? '');
			const [mask] = MASK.exec(value) ?? [];
			if (mask === undefined) return [];
			const sign = mask[0].toLowerCase() === 'x' ? 'x' : mask[0];
			return [[name, `${name} (${sign} except for the last ${value.length - mask.length})`]];
		}),
	);
}
