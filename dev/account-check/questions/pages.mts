import type { Faults } from '../../sandbox/faults.mts';
import {
	REFUSALS,
	agrees,
	copes,
	failed,
	format,
	notChecked,
	readNumber,
	report,
	thousandsIn,
} from '../finding.mts';
import type { Finding } from '../finding.mts';
import { idsOf } from '../rows.mts';
import type { LeadsReply } from '../rows.mts';
import { describe } from '../tenant.mts';
import type { Outcome } from '../../../nodes/LeadSquared/transport/outcome';
import { emptyForm } from './ids.mts';
import { MAX_LEADS, UNKNOWN } from './question.mts';
import type { Context, Question } from './question.mts';

const PAGE_SIZE = 2;

/** Questions about pages, counts and caps. */
export const PAGE_QUESTIONS: Question[] = [
	{
		name: 'RecordCount, page 1',
		assumes: 'the leads of all pages; not relied on',
		otherwise: 'costs a call or two',
		needs: 3,
		run: countOnPageOne,
	},
	{
		name: 'RecordCount, page 2',
		assumes: 'other leads than on page 1; the leads of all pages, not relied on',
		otherwise: 'does not matter: a chunk is a page',
		needs: 3,
		run: compareSecondPage,
	},
	{
		name: 'Past the last page',
		assumes: 'no leads, and a count of 0 or none',
		otherwise: 'does not matter: not asked for',
		needs: 1,
		async run({ tenant, leads }) {
			const outcome = await tenant.leads({ ids: leads, page: { index: 100, size: leads.length } });
			if (outcome.kind !== 'ok') return failed(outcome);
			const { rows, recordCount } = outcome.value;
			if (rows.length > 0) return copes('leads come');
			const did = emptyForm(outcome.value);
			return (recordCount ?? 0) === 0 ? agrees(did) : copes(did);
		},
	},
	...[1000, 1001, 10_000].map(
		(size): Question => ({
			name: `PageSize ${format(size)}`,
			assumes: size === 1000 ? 'accepted' : 'accepted, or refused with the largest that is',
			otherwise: 'matters little: chunks become smaller, at the price of a call or two',
			needs: 1,
			run: (context) => tryPageSize(context, size),
		}),
	),
	...[1000, 2000, 5000, MAX_LEADS].map(
		(count): Question => ({
			name: `${format(count)} ids`,
			assumes: 'all leads come in one answer',
			otherwise: 'matters little: what is left out is asked again, in smaller chunks',
			needs: 1,
			run: (context) => tryManyIds(context, count),
		}),
	),
	{
		name: 'No Paging',
		assumes: 'always sent',
		otherwise: 'does not matter',
		needs: 1,
		async run({ tenant, leads }) {
			const outcome = await tenant.leads({ ids: leads, page: null });
			if (outcome.kind !== 'ok') return agrees(describe(outcome));
			return agrees(`${outcome.value.rows.length} of ${leads.length} leads come`);
		},
	},
	{
		name: 'Empty LeadIds',
		assumes: 'never sent',
		otherwise: 'does not matter',
		async run({ tenant }) {
			const outcome = await tenant.leads({ ids: [] });
			if (outcome.kind !== 'ok') return agrees(describe(outcome));
			return agrees(outcome.value.rows.length > 0 ? 'leads come' : emptyForm(outcome.value));
		},
	},
];

/** Requests one page of a larger number of leads, with an unknown id among them. */
async function askForPage(context: Context, index: number): Promise<Outcome<LeadsReply>> {
	const ids = [...context.leads, ...(context.refusesUnknown ? [] : [UNKNOWN])];
	return await context.tenant.leads({ ids, page: { index, size: PAGE_SIZE } });
}

async function countOnPageOne(context: Context): Promise<Finding> {
	const outcome = await askForPage(context, 1);
	if (outcome.kind !== 'ok') return failed(outcome);
	const { rows } = outcome.value;
	const [meaning, switches] = meaningOfCount(outcome.value, context);
	const distinct = new Set(idsOf(rows)).size || rows.length;
	if (rows.length > PAGE_SIZE) {
		// Extra rows may exceed the size: only more leads than that mean that there are no pages.
		const isUnpaged = distinct >= context.leads.length;
		return copes(`${meaning}; ${rows.length} rows in a page of ${PAGE_SIZE}`, {
			...switches,
			...(isUnpaged && { paging: 'ignored' as const }),
		});
	}
	return (meaning === 'all leads found' ? agrees : copes)(meaning, switches);
}

/** Both pages are requested here, in a row, so that nothing happens between them. */
async function compareSecondPage(context: Context): Promise<Finding> {
	const [first, second] = [await askForPage(context, 1), await askForPage(context, 2)];
	if (first.kind !== 'ok') return failed(first);
	if (second.kind !== 'ok') {
		const isTooLarge = second.fault.status === 413;
		return failed(second, { switches: { laterPages: isTooLarge ? 'too-large' : 'refused' } });
	}
	const [meaning, switches] = meaningOfCount(second.value, context);
	const { rows } = second.value;
	if (rows.length === 0) return copes(`no leads; ${meaning}`);
	const usual = meaning === 'all leads found' ? agrees : copes;
	if (idsOf(rows).length === 0) return usual(`leads without ids; ${meaning}`, switches);
	const before = new Set(idsOf(first.value.rows));
	const again = rows.filter((row) => before.has(idsOf([row])[0])).length;
	if (again === rows.length) {
		// The same leads on both pages, in the same number: pages are not supported.
		const isFirst = rows.length === PAGE_SIZE;
		return copes(`the leads of page 1 again; ${meaning}`, {
			...switches,
			...(isFirst && { paging: 'first-page' as const }),
		});
	}
	if (again > 0) return copes(`some leads of page 1 again; ${meaning}`, switches);
	return usual(`other leads; ${meaning}`, switches);
}

function meaningOfCount(
	{ rows, recordCount, countIsText }: LeadsReply,
	{ leads, refusesUnknown }: Context,
): [meaning: string, switches: Partial<Faults>] {
	if (recordCount === undefined) return ['no RecordCount', { recordCount: 'absent' }];
	const text = countIsText ? ', as text' : '';
	const means = (meaning: string, count: Faults['recordCount']): [string, Partial<Faults>] => [
		meaning + text,
		count === 'total' ? (countIsText ? { recordCount: 'string' } : {}) : { recordCount: count },
	];
	if (recordCount === leads.length) return means('all leads found', 'total');
	if (recordCount === rows.length) return means('rows of the page', 'page');
	if (!refusesUnknown && recordCount === leads.length + 1) return means('ids asked', 'asked');
	return means('another number', 'account');
}

async function tryPageSize({ tenant, leads }: Context, size: number): Promise<Finding> {
	const outcome = await tenant.leads({ ids: leads, page: { index: 1, size } });
	if (outcome.kind === 'ok') return agrees('accepted');
	const { message } = outcome.fault;
	const cap = readNumber(/page\s?size.*\bthan\D*(\d[\d., ]*)/i, message);
	// If the message names no cap, the node would look for an id at fault, and find none.
	if (outcome.kind !== 'tooLarge' && cap === undefined) return report(outcome);
	const did = `${describe(outcome)}; the largest is ${cap ?? 'not named'}`;
	const isLarger = /larger/i.test(message);
	const switches: Partial<Faults> =
		cap === undefined || cap >= 10_000
			? {}
			: {
					pageCap: cap,
					pageCapStyle: isLarger ? 'error-larger' : 'error',
					...thousandsIn(message),
				};
	return (size === 1000 || cap === undefined ? copes : agrees)(did, switches);
}

/** This many ids: known ones at both ends, unknown ones between them. */
async function tryManyIds(context: Context, count: number): Promise<Finding> {
	const { tenant, refusesUnknown } = context;
	const known = context.known.slice(0, count);
	if (known.length < count && refusesUnknown) {
		return notChecked(`it takes ${format(count)} known leads, ${format(known.length)} are known`);
	}
	const middle = known.length >> 1;
	const unknown = Array.from({ length: count - known.length }, (_, index) => unknownId(index));
	const ids = [...known.slice(0, middle), ...unknown, ...known.slice(middle)];
	const outcome = await tenant.leads({ ids });
	if (outcome.kind !== 'ok') {
		const idCap = readNumber(/LeadIds can ?not be more than (\d[\d., ]*)/i, outcome.fault.message);
		return failed(outcome, {
			copesWith: [...REFUSALS, 'transient'],
			switches: idCap === undefined ? {} : { idCap, ...thousandsIn(outcome.fault.message) },
		});
	}

	const { rows } = outcome.value;
	const answered = new Set(idsOf(rows));
	if (answered.size === 0 && rows.length > 0) return notChecked('answers hold no ids');
	const came = new Set(known.filter((id) => answered.has(id)));
	const missing = known.filter((id) => !came.has(id));
	const all = `all ${format(came.size)} leads that exist came`;
	const bound = came.size < count ? `; a cap above ${format(came.size)} would not show` : '';
	if (missing.length === 0) return agrees(all + bound);
	const again = await tenant.leads({ ids: missing });
	if (again.kind !== 'ok') return failed(again);
	if (!idsOf(again.value.rows).some((id) => missing.includes(id))) {
		context.known = context.known.filter((id) => !missing.includes(id));
		return agrees(all + bound);
	}
	const next = await tenant.leads({ ids, page: { index: 2, size: count } });
	const others = next.kind === 'ok' && idsOf(next.value.rows).some((id) => missing.includes(id));
	// Ids before the unknown ones came, those after them did not: they were ignored.
	const isIdCap =
		!others &&
		known.length < count &&
		known.slice(0, middle).every((id) => came.has(id)) &&
		came.size === middle;
	return copes(
		`${format(came.size)} of ${format(known.length)} known leads came, more when asked again; page 2 holds ${others ? 'more' : 'no more'}`,
		isIdCap
			? { idCap: count - (known.length - middle), idCapStyle: 'silent' }
			: { pageCap: came.size, pageCapStyle: others ? 'silent' : 'silent-gap' },
	);
}

function unknownId(index: number): string {
	return `00000000-0000-4000-8001-${index.toString(16).padStart(12, '0')}`;
}
