import type { Faults } from '../../sandbox/faults.mts';
import { ANYTHING, agrees, copes, differs, failed, notChecked, oneOf } from '../finding.mts';
import type { Finding } from '../finding.mts';
import { idsOf, typeOf } from '../rows.mts';
import type { LeadsReply } from '../rows.mts';
import { describe } from '../tenant.mts';
import type { Failed } from '../../../nodes/LeadSquared/transport/outcome';
import { UNKNOWN, UNKNOWN_TOO } from './question.mts';
import type { Context, Question } from './question.mts';

const BAD_COLUMN = 'mx_No_Such_Column_Here';
const STATUSES = [500, 404, 400, 200] as const;

/** Questions about missing and malformed ids and columns. */
export const ID_QUESTIONS: Question[] = [
	{
		name: 'Order',
		assumes: 'none: leads are matched by id',
		otherwise: 'does not matter',
		needs: 3,
		run: compareOrders,
	},
	{
		name: 'Unknown id',
		assumes: 'left out, the others come; or the call refused with "Lead not found"',
		otherwise: 'matters little: a call that is refused for one id is made again without it',
		needs: 1,
		async run(context) {
			const ids = [UNKNOWN, context.leads[0], UNKNOWN_TOO];
			const outcome = await context.tenant.leads({ ids });
			if (outcome.kind !== 'ok') {
				context.refusesUnknown = true;
				return failed(outcome, { switches: refusalOf(outcome, 'unknownIds') });
			}
			const came = idsOf(outcome.value.rows);
			if (came.includes(UNKNOWN) || came.includes(UNKNOWN_TOO)) {
				return differs('a row comes for it');
			}
			return outcome.value.rows.length > 0
				? agrees('left out')
				: differs('the known lead is left out as well');
		},
	},
	{
		name: 'Nothing found',
		assumes: 'Leads absent, null or empty; nothing but an empty list; or 204',
		otherwise: 'matters: it would be taken for a transient error',
		async run({ tenant }) {
			const outcome = await tenant.leads({ ids: [UNKNOWN, UNKNOWN_TOO] });
			if (outcome.kind !== 'ok') {
				return failed(outcome, { switches: refusalOf(outcome, 'unknownIds') });
			}
			if (outcome.value.rows.length > 0) return differs('rows come');
			const { empty } = outcome.value;
			return agrees(emptyForm(outcome.value), empty === 'countOnly' ? {} : { emptyForm: empty });
		},
	},
	{
		name: 'Deleted lead',
		assumes: 'as an unknown id',
		otherwise: 'matters if another lead comes in its place (merged): a hint gives the numbers',
		needs: 1,
		run: askForDeleted,
	},
	{
		name: 'Doubled id',
		assumes: 'never sent; the lead would come once',
		otherwise: 'does not matter',
		needs: 2,
		async run({ tenant, leads: [twice, once] }) {
			const outcome = await tenant.leads({ ids: [twice, once, twice] });
			if (outcome.kind !== 'ok') return failed(outcome, { copesWith: ANYTHING });
			const { rows } = outcome.value;
			const ids = idsOf(rows);
			const times = ids.length > 0 ? ids.filter((id) => id === twice).length : rows.length - 1;
			if (times === 1) return agrees('the lead comes once');
			// If each lead comes twice, that does not matter here.
			const others = ids.filter((id) => id === once).length;
			const isAsked = times === 2 && others < 2;
			return copes(`the lead comes ${times} times`, isAsked ? { repeatedIds: 'each' } : {});
		},
	},
	{
		name: 'Upper-case id',
		assumes: 'found; the node sends lower case',
		otherwise: 'does not matter',
		needs: 1,
		async run({ tenant, leads }) {
			const id = leads.find((each) => /[a-f]/.test(each));
			if (!id) return notChecked('no known id has a letter in it');
			const outcome = await tenant.leads({ ids: [id.toUpperCase()] });
			if (outcome.kind !== 'ok') return failed(outcome, { copesWith: ANYTHING });
			return outcome.value.rows.length > 0
				? agrees('found')
				: copes('not found', { upperCaseIds: 'omit' });
		},
	},
	{
		name: 'Malformed id',
		assumes: 'never sent; would be left out, or the request refused',
		otherwise: 'does not matter',
		needs: 1,
		async run({ tenant, leads }) {
			const ids = ['no-lead-id', leads[0], `${UNKNOWN.slice(0, -1)}z`];
			const outcome = await tenant.leads({ ids });
			if (outcome.kind === 'invalidRequest') {
				return agrees(describe(outcome), refusalOf(outcome, 'malformedIds'));
			}
			if (outcome.kind !== 'ok') return failed(outcome, { copesWith: ANYTHING });
			return outcome.value.rows.length > 0
				? agrees('left out, the known lead comes')
				: copes('the known lead is left out as well');
		},
	},
	{
		name: 'Unknown column',
		assumes: 'left out, or the call refused by naming it',
		otherwise: 'matters: without its name, the columns have to be found out one by one',
		needs: 1,
		async run({ tenant, leads }) {
			const outcome = await tenant.leads({ ids: [leads[0]], columns: ['ProspectID', BAD_COLUMN] });
			if (outcome.kind !== 'ok') return refusedColumn(outcome);
			const [row] = outcome.value.rows;
			if (!row) return differs('the lead does not come');
			return BAD_COLUMN in row ? copes(`comes as ${typeOf(row[BAD_COLUMN])}`) : agrees('left out');
		},
	},
	{
		name: 'Column in lower case',
		assumes: 'left out, or comes in either spelling',
		otherwise: 'does not matter: columns are matched ignoring case',
		needs: 1,
		async run({ tenant, leads, columns }) {
			const wrong = columns[1].toLowerCase();
			const outcome = await tenant.leads({ ids: [leads[0]], columns: ['ProspectID', wrong] });
			if (outcome.kind !== 'ok') return failed(outcome);
			const [row] = outcome.value.rows;
			if (!row) return differs('the lead does not come');
			const name = Object.keys(row).find((key) => key.toLowerCase() === wrong);
			if (!name) return agrees('left out');
			return name === wrong
				? agrees('comes as asked')
				: agrees('comes in its own spelling', { columnCase: 'ignored' });
		},
	},
	{
		name: 'Empty Include_CSV',
		assumes: 'never sent',
		otherwise: 'does not matter',
		needs: 1,
		async run({ tenant, leads }) {
			const outcome = await tenant.leads({ ids: [leads[0]], columns: [] });
			if (outcome.kind !== 'ok') return agrees(describe(outcome));
			const [row] = outcome.value.rows;
			return agrees(row ? `the lead with ${Object.keys(row).length} columns` : 'no lead');
		},
	},
];

/** The form of an answer without leads. */
export function emptyForm({ empty, recordCount }: LeadsReply): string {
	if (empty === '204') return 'HTTP 204 without a body';
	if (empty === 'bare-list') return 'nothing but an empty list';
	const list = { countOnly: 'absent', null: 'null', list: 'an empty list' }[empty];
	const count = recordCount === undefined ? 'absent' : recordCount === 0 ? '0' : 'above 0';
	return `Leads is ${list}, RecordCount ${count}`;
}

/** The switches for a call that is refused because of an id. */
function refusalOf(
	{ kind, fault: { status, type = '', message } }: Failed,
	what: 'unknownIds' | 'malformedIds',
): Partial<Faults> {
	if (what === 'unknownIds' && /not found/i.test(message) && /^(MX\w{1,80})?$/.test(type)) {
		const notFoundStatus = oneOf(STATUSES, status);
		return {
			unknownIds: 'not-found',
			notFoundType: type,
			...(notFoundStatus && { notFoundStatus }),
		};
	}
	const poisonForm =
		kind === 'transient' && status === 500
			? '500-no-type'
			: oneOf([500, 400, 200] as const, status);
	const poisonNamesId = message.includes('00000000-0000');
	return {
		[what]: 'refuse',
		...(poisonForm && { poisonForm }),
		...(poisonNamesId && { poisonNamesId }),
	};
}

function refusedColumn(outcome: Failed): Finding {
	const { status, message } = outcome.fault;
	const badColumnsStatus = oneOf([500, 412, 400, 200] as const, status);
	const isFieldList = /unknown column/i.test(message);
	const isNamed = message.includes(BAD_COLUMN);
	const isLabel = message.includes('No Such Column Here');
	const switches: Partial<Faults> = {
		badColumns: isFieldList ? 'field-list' : 'refuse',
		...(badColumnsStatus && { badColumnsStatus }),
		...(!isNamed && isLabel && { badColumnsNamed: 'label' as const }),
	};
	return failed(outcome, isNamed || isLabel ? { switches } : {});
}

async function askForDeleted({ tenant, leads, deleted }: Context): Promise<Finding> {
	if (deleted.length === 0) {
		return notChecked('set LEADSQUARED_DELETED_LEAD_IDS to ids of leads deleted or merged');
	}
	const outcome = await tenant.leads({ ids: [leads[0], ...deleted] });
	if (outcome.kind !== 'ok') return failed(outcome, { switches: refusalOf(outcome, 'unknownIds') });
	const came = idsOf(outcome.value.rows);
	const still = deleted.filter((id) => came.includes(id)).length;
	const others = came.filter((id) => id !== leads[0] && !deleted.includes(id)).length;
	if (still > 0) return differs(`${still} of ${deleted.length} come all the same`);
	return others > 0
		? copes(`${others} leads come that were not asked for`)
		: agrees(`${deleted.length} left out`);
}

async function compareOrders({ tenant, leads }: Context): Promise<Finding> {
	const asked = [...leads].sort();
	const backwards = [...asked].reverse();
	const answers: string[] = [];
	for (const ids of [asked, asked, backwards]) {
		const outcome = await tenant.leads({ ids });
		if (outcome.kind !== 'ok') return failed(outcome);
		answers.push([...new Set(idsOf(outcome.value.rows))].join());
	}
	const [first, second, third] = answers;
	if (first === '') return notChecked('answers hold no ids');
	if (first !== second) return agrees('changes from call to call', { order: 'shuffled' });
	if (first === asked.join() && third === backwards.join()) {
		return agrees('as asked', { order: 'asked' });
	}
	if (first === backwards.join() && third === asked.join()) return agrees('as asked, backwards');
	return agrees(first === third ? 'its own, the same each time' : 'neither as asked nor its own');
}
