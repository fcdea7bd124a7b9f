import type { Lead } from '../../nodes/LeadSquared/api/lead';
import type { Column } from '../../nodes/LeadSquared/api/metadata';
import type { Failed, FaultKind, Outcome } from '../../nodes/LeadSquared/transport/outcome';
import { Stopped, createTenant, describe } from './tenant.mts';
import type { Clock, LeadsReply, NodeModules, Send, Tenant } from './tenant.mts';

export type Verdict =
	| 'as assumed'
	| 'differs, the node copes'
	| 'differs: please report'
	| 'not checked';

export interface Row {
	name: string;
	/** What this node assumes of every tenant. */
	assumes: string;
	/** What this tenant did, without anything of a lead. */
	did: string;
	verdict: Verdict;
}

export interface ProbeResult {
	rows: Row[];
	calls: number;
	/** How long it took. */
	ms: number;
	/** Whether the tenant, or the way to it, did not let the probe get through. */
	stopped: boolean;
}

export interface ProbeOptions {
	send: Send;
	clock: Clock;
	node: NodeModules;
	/** Ids of leads of the tenant, in lower case, each once; if there are none, some are looked for. */
	leadIds: string[];
	/** Called when a check begins. */
	onCheck?: (name: string) => void;
}

type Finding = Pick<Row, 'did' | 'verdict'>;

/** What the checks so far have learnt. Lead ids and rows stay in here. */
interface Context {
	tenant: Tenant;
	clock: Clock;
	node: NodeModules;
	/** Ids that should exist. */
	known: string[];
	/** A few that do. */
	leads: string[];
	/** The columns asked of them, and their rows. */
	columns: string[];
	sample: Lead[];
	refusesUnknown: boolean;
}

interface Check {
	name: string;
	assumes: string;
	/** How many leads it takes that are known to exist. */
	needs?: number;
	run(context: Context): Promise<Finding> | Finding;
}

// Well-formed ids that no account has.
const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const UNKNOWN_TOO = 'f00dfeed-5eed-4bad-9bad-0ddba11c0de5';
const BAD_COLUMN = 'mx_No_Such_Column_Here';
/** Columns that every account has: those that the node picks by default, a date, a number. */
const COMMON_COLUMNS = ['ProspectID', 'FirstName', 'ProspectStage', 'CreatedOn', 'Score'];
const SAMPLE = 10;
const MOST_LEADS = 2000;
const RECENT_DAYS = 30;
const DAY_MS = 86_400_000;

/** Makes the calls, one after the other, and compares. It does not throw for anything a tenant does. */
export async function runProbe(options: ProbeOptions): Promise<ProbeResult> {
	const { send, clock, node, leadIds, onCheck } = options;
	const started = clock.now();
	const tenant = createTenant(send, clock, node);
	const context: Context = {
		tenant,
		clock,
		node,
		known: leadIds.slice(0, MOST_LEADS),
		leads: [],
		columns: COMMON_COLUMNS,
		sample: [],
		refusesUnknown: false,
	};
	const rows: Row[] = [];
	let stopped: string | undefined;
	for (const check of CHECKS) {
		const { name, assumes, needs = 0 } = check;
		let finding: Finding;
		if (stopped !== undefined) finding = notChecked('the probe had to stop');
		else if (context.leads.length < needs) {
			finding = notChecked(`it takes ${needs} known leads, ${context.leads.length} were found`);
		} else {
			onCheck?.(name);
			try {
				finding = await check.run(context);
			} catch (error) {
				if (!(error instanceof Stopped)) throw error;
				stopped = error.message;
				finding = notChecked(`stopped: ${stopped}`);
			}
		}
		rows.push({ name, assumes, ...finding });
	}
	// These need no call, and tell most if something went wrong.
	for (const { name, assumes, run } of AFTERWARDS) {
		rows.push({ name, assumes, ...(await run(context)) });
	}
	return { rows, calls: tenant.calls, ms: clock.now() - started, stopped: stopped !== undefined };
}

const CHECKS: Check[] = [
	{
		name: 'Keys in headers',
		assumes: "accepted; LeadsMetaData.Get of one column, as in the credential's test",
		async run({ tenant, node }) {
			const path = '/LeadManagement.svc/LeadsMetaData.Get?schemaName=ProspectID';
			const outcome = await tenant.call({ method: 'GET', path }, node.readColumns);
			if (outcome.kind === 'ok') return agrees('accepted');
			if (outcome.kind === 'invalidRequest') return report(outcome);
			throw new Stopped(describe(outcome));
		},
	},
	{
		name: 'List of columns',
		assumes: 'LeadsMetaData.Get lists them',
		async run(context) {
			const { tenant, node } = context;
			const path = '/LeadManagement.svc/LeadsMetaData.Get?excludeOptionSets=1';
			const outcome = await tenant.call({ method: 'GET', path }, node.readColumns);
			if (outcome.kind !== 'ok') return report(outcome);
			context.columns = columnsOf(outcome.value);
			const { length } = outcome.value;
			return length > 0 ? agrees(`${format(length)} columns`) : differs('an empty list');
		},
	},
	{
		name: 'Lead ids to ask',
		assumes: 'given in LEADSQUARED_LEAD_IDS, or found by Leads.RecentlyModified',
		async run(context) {
			if (context.known.length > 0) return agrees(`${format(context.known.length)} given`);
			const outcome = await findLeads(context);
			if (outcome.kind !== 'ok') {
				return notChecked(
					`Leads.RecentlyModified: ${describe(outcome)}. Set LEADSQUARED_LEAD_IDS and run again`,
				);
			}
			context.known = outcome.value;
			if (outcome.value.length > 0) return agrees(`${format(outcome.value.length)} found`);
			return notChecked(
				`no lead was modified in ${RECENT_DAYS} days. Set LEADSQUARED_LEAD_IDS and run again`,
			);
		},
	},
	{ name: 'Known leads', assumes: 'an answer holds all leads that exist', run: askForSample },
	{
		name: 'ProspectID',
		assumes: 'comes, spelt so, when it is asked for',
		needs: 1,
		run({ sample }) {
			const names = new Set(sample.map((row) => idColumnOf(row) ?? 'none'));
			if (names.size > 1) return differs(`differs from lead to lead: ${[...names].join(', ')}`);
			if (names.has('ProspectID')) return agrees('comes as ProspectID');
			return names.has('none') ? copes('does not come') : copes(`comes as ${[...names][0]}`);
		},
	},
	{
		name: 'Case of ids',
		assumes: 'any; asked in lower case, matched ignoring case',
		needs: 1,
		run({ sample }) {
			const ids = sample.map(spelledIdOf).filter((id) => id !== undefined);
			if (ids.length === 0) return notChecked('answers hold no ids');
			if (ids.every((id) => id === id.toLowerCase())) return agrees('lower case');
			return agrees(ids.every((id) => id === id.toUpperCase()) ? 'upper case' : 'mixed case');
		},
	},
	{
		name: 'Rows',
		assumes: 'one for each lead, none for others',
		needs: 1,
		run({ sample, known }) {
			const ids = idsOf(sample);
			if (ids.length < sample.length) return notChecked('answers hold no ids');
			const asked = new Set(known);
			const foreign = ids.filter((id) => !asked.has(id)).length;
			const repeated = ids.length - new Set(ids).size;
			if (foreign + repeated === 0) return agrees('one for each lead');
			const parts = [foreign && `${foreign} not asked for`, repeated && `${repeated} repeated`];
			return copes(`rows ${parts.filter(Boolean).join(', ')}`);
		},
	},
	{
		name: 'Columns',
		assumes: 'those asked for, spelt as they are asked',
		needs: 1,
		run: compareColumns,
	},
	{
		name: 'Values',
		assumes: 'text or null',
		needs: 1,
		run({ sample }) {
			const types = new Set(sample.flatMap((row) => Object.values(row).map(typeOf)));
			const did = [...types].sort().join(', ');
			if (types.has('object') || types.has('list')) return differs(did);
			return types.has('number') || types.has('boolean') ? copes(did) : agrees(did);
		},
	},
	{
		name: 'Form of answers',
		assumes: 'JSON from the first character on; its Content-Type does not matter',
		needs: 1,
		run({ tenant }) {
			const { contentType, prefix } = tenant.form!;
			if (prefix === 'none') return agrees(contentType);
			return copes(`${contentType}, with ${prefix} in front`);
		},
	},
	{
		name: 'ProspectID not asked',
		assumes: 'need not come: the node always asks for it',
		needs: 1,
		async run({ tenant, leads, columns }) {
			const outcome = await tenant.leads({ ids: [leads[0]], columns: [columns[1]] });
			if (outcome.kind !== 'ok') return failed(outcome);
			const [row] = outcome.value.rows;
			if (!row) return differs('the lead does not come');
			return agrees(idColumnOf(row) ? 'comes all the same' : 'does not come');
		},
	},
	{
		name: 'ProspectId',
		assumes: 'not asked for in this spelling, which the API page uses',
		needs: 1,
		async run({ tenant, leads }) {
			const outcome = await tenant.leads({ ids: [leads[0]], columns: ['ProspectId'] });
			if (outcome.kind !== 'ok') return failed(outcome);
			const name = outcome.value.rows[0] && idColumnOf(outcome.value.rows[0]);
			return agrees(name ? `comes as ${name}` : 'does not come');
		},
	},
	{
		name: 'Order',
		assumes: 'none: leads are matched by id',
		needs: 3,
		run: compareOrders,
	},
	{
		name: 'Unknown id',
		assumes: 'left out, the others come',
		needs: 1,
		async run(context) {
			const ids = [UNKNOWN, context.leads[0], UNKNOWN_TOO];
			const outcome = await context.tenant.leads({ ids });
			if (outcome.kind !== 'ok') {
				context.refusesUnknown = true;
				return failed(outcome);
			}
			const came = idsOf(outcome.value.rows);
			if (came.includes(UNKNOWN) || came.includes(UNKNOWN_TOO))
				return differs('a row comes for it');
			return outcome.value.rows.length > 0
				? agrees('left out')
				: differs('the known lead is left out as well');
		},
	},
	{
		name: 'Unknown ids only',
		assumes: 'no leads: Leads absent, null or empty',
		async run({ tenant }) {
			const outcome = await tenant.leads({ ids: [UNKNOWN, UNKNOWN_TOO] });
			if (outcome.kind !== 'ok') return failed(outcome);
			if (outcome.value.rows.length > 0) return differs('rows come');
			return agrees(emptyForm(outcome.value));
		},
	},
	{
		name: 'Doubled id',
		assumes: 'never sent; the lead would come once',
		needs: 2,
		async run({ tenant, leads: [twice, once] }) {
			const outcome = await tenant.leads({ ids: [twice, once, twice] });
			if (outcome.kind !== 'ok') return failed(outcome, ANYTHING);
			const { rows } = outcome.value;
			const ids = idsOf(rows);
			const times = ids.length > 0 ? ids.filter((id) => id === twice).length : rows.length - 1;
			return times === 1 ? agrees('the lead comes once') : copes(`the lead comes ${times} times`);
		},
	},
	{
		name: 'Upper-case id',
		assumes: 'found; the node sends lower case',
		needs: 1,
		async run({ tenant, leads }) {
			const id = leads.find((each) => /[a-f]/.test(each));
			if (!id) return notChecked('no known id has a letter in it');
			const outcome = await tenant.leads({ ids: [id.toUpperCase()] });
			if (outcome.kind !== 'ok') return failed(outcome, ANYTHING);
			return outcome.value.rows.length > 0 ? agrees('found') : copes('not found');
		},
	},
	{
		name: 'Malformed id',
		assumes: 'never sent; would be left out, or the request refused',
		needs: 1,
		async run({ tenant, leads }) {
			const ids = ['no-lead-id', leads[0], `${UNKNOWN.slice(0, -1)}z`];
			const outcome = await tenant.leads({ ids });
			if (outcome.kind === 'invalidRequest') return agrees(describe(outcome));
			if (outcome.kind !== 'ok') return failed(outcome, ANYTHING);
			return outcome.value.rows.length > 0
				? agrees('left out, the known lead comes')
				: copes('the known lead is left out as well');
		},
	},
	{
		name: 'Unknown column',
		assumes: 'left out',
		needs: 1,
		async run({ tenant, leads }) {
			const outcome = await tenant.leads({ ids: [leads[0]], columns: ['ProspectID', BAD_COLUMN] });
			if (outcome.kind !== 'ok') return failed(outcome);
			const [row] = outcome.value.rows;
			if (!row) return differs('the lead does not come');
			return BAD_COLUMN in row ? copes(`comes as ${typeOf(row[BAD_COLUMN])}`) : agrees('left out');
		},
	},
	{
		name: 'Column in lower case',
		assumes: 'left out, or comes in either spelling',
		needs: 1,
		async run({ tenant, leads, columns }) {
			const wrong = columns[1].toLowerCase();
			const outcome = await tenant.leads({ ids: [leads[0]], columns: ['ProspectID', wrong] });
			if (outcome.kind !== 'ok') return failed(outcome);
			const [row] = outcome.value.rows;
			if (!row) return differs('the lead does not come');
			const name = Object.keys(row).find((key) => key.toLowerCase() === wrong);
			if (!name) return agrees('left out');
			return agrees(name === wrong ? 'comes as asked' : 'comes in its own spelling');
		},
	},
	{
		name: 'Empty Include_CSV',
		assumes: 'never sent',
		needs: 1,
		async run({ tenant, leads }) {
			const outcome = await tenant.leads({ ids: [leads[0]], columns: [] });
			if (outcome.kind !== 'ok') return agrees(describe(outcome));
			const [row] = outcome.value.rows;
			return agrees(row ? `the lead with ${Object.keys(row).length} columns` : 'no lead');
		},
	},
	{
		name: 'RecordCount, page 1',
		assumes: 'the leads of all pages; not relied on',
		needs: 3,
		run: countOnPageOne,
	},
	{
		name: 'RecordCount, page 2',
		assumes: 'other leads than on page 1; the leads of all pages, not relied on',
		needs: 3,
		run: compareSecondPage,
	},
	{
		name: 'Past the last page',
		assumes: 'no leads, and a count of 0 or none',
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
		(size): Check => ({
			name: `PageSize ${format(size)}`,
			assumes: size === 1000 ? 'accepted' : 'accepted, or refused with the largest that is',
			needs: 1,
			run: (context) => tryPageSize(context, size),
		}),
	),
	...[1000, MOST_LEADS].map(
		(count): Check => ({
			name: `${format(count)} ids`,
			assumes: 'all leads come in one answer',
			needs: 1,
			run: (context) => tryManyIds(context, count),
		}),
	),
	{
		name: 'No Paging',
		assumes: 'always sent',
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
		async run({ tenant }) {
			const outcome = await tenant.leads({ ids: [] });
			if (outcome.kind !== 'ok') return agrees(describe(outcome));
			return agrees(outcome.value.rows.length > 0 ? 'leads come' : emptyForm(outcome.value));
		},
	},
	...(['none', 'wrong'] as const).map(
		(keys): Check => ({
			name: keys === 'none' ? 'No keys' : 'Wrong keys',
			assumes: 'told apart from every other failure',
			async run({ tenant }) {
				const outcome = await tenant.leads({ ids: [UNKNOWN], keys });
				if (outcome.kind === 'ok') return differs('accepted');
				const did = describe(outcome);
				return outcome.kind === 'unauthorized' ? agrees(did) : differs(did);
			},
		}),
	),
];

const AFTERWARDS: Check[] = [
	{
		name: 'Refused for rate',
		assumes: 'told by status, type or words, at best with the limit',
		run({ tenant }) {
			const { refusals } = tenant;
			const [first] = refusals;
			if (!first) return notChecked('did not happen at one call a second');
			const { limit, retryAfter } = first;
			const named = limit ? `names ${limit.calls} calls in ${limit.seconds} s` : 'names no limit';
			const advised = retryAfter ? 'with Retry-After' : 'without Retry-After';
			return agrees(`${refusals.length} times: ${describe(first)}, ${named}, ${advised}`);
		},
	},
	{
		name: 'Passing faults',
		assumes: 'may happen; the call is repeated',
		run({ tenant }) {
			const kinds = new Set(tenant.passingFaults.map(describe));
			if (kinds.size === 0) return agrees('none');
			const { length } = tenant.passingFaults;
			return agrees(`${length} of ${tenant.calls} calls: ${[...kinds].join('; ')}`);
		},
	},
];

// ---- Findings

const agrees = (did: string): Finding => ({ did, verdict: 'as assumed' });
const copes = (did: string): Finding => ({ did, verdict: 'differs, the node copes' });
const differs = (did: string): Finding => ({ did, verdict: 'differs: please report' });
const notChecked = (did: string): Finding => ({ did, verdict: 'not checked' });
const report = (outcome: Failed): Finding => differs(describe(outcome));

/** The node takes a refused request apart, down to the id or column at fault. */
const REFUSALS: FaultKind[] = ['invalidRequest', 'tooLarge'];
/** A request of a form that the node never sends. */
const ANYTHING: FaultKind[] = [...REFUSALS, 'transient', 'noEndpoint', 'unauthorized'];

function failed(outcome: Failed, copesWith: FaultKind[] = REFUSALS): Finding {
	const did = describe(outcome);
	return copesWith.includes(outcome.kind) ? copes(did) : differs(did);
}

// ---- Checks that take several steps

/**
 * Ids of leads modified of late (https://apidocs.leadsquared.com, Leads.RecentlyModified: at most
 * 5,000 a page, leads as lists of attributes).
 */
async function findLeads({ tenant, clock, node }: Context): Promise<Outcome<string[]>> {
	const dateTime = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
	const body = {
		Parameter: {
			FromDate: dateTime(clock.now() - RECENT_DAYS * DAY_MS),
			ToDate: dateTime(clock.now()),
		},
		Columns: { Include_CSV: 'ProspectID' },
		Paging: { PageIndex: 1, PageSize: MOST_LEADS },
	};
	const path = '/LeadManagement.svc/Leads.RecentlyModified';
	return await tenant.call({ method: 'POST', path, body }, (answer) => {
		const page = node.readLeadsPage(answer);
		const ids = page?.rows.map((row) => {
			const { LeadPropertyList: list } = row as { LeadPropertyList?: unknown };
			if (!Array.isArray(list)) return row;
			return list.find(({ Attribute }) => /^prospectid$/i.test(Attribute))?.Value;
		});
		return ids && node.findLeadIds(ids).ids.map((id) => id.toLowerCase());
	});
}

/** Asks for the first few known leads: what comes is what the other checks are made with. */
async function askForSample(context: Context): Promise<Finding> {
	const { tenant, columns } = context;
	const asked = context.known.slice(0, SAMPLE);
	if (asked.length === 0) return notChecked('no lead id is known');
	const outcome = await tenant.leads({ ids: asked, columns });
	if (outcome.kind === 'invalidRequest' && asked.length > 1)
		return await askOneByOne(context, asked);
	if (outcome.kind !== 'ok') return report(outcome);

	context.sample = outcome.value.rows;
	const missing = found(context, asked);
	const first = context.leads.length;
	if (missing.length === 0) return agrees(`${first} of ${asked.length} came`);
	const again = await tenant.leads({ ids: missing, columns });
	if (again.kind !== 'ok') return report(again);
	context.sample = [...context.sample, ...again.value.rows];
	const stillMissing = found(context, asked);
	const { length } = context.leads;
	context.known = context.known.filter((id) => !stillMissing.includes(id));
	if (length > first) {
		return copes(`${first} of ${asked.length} came, ${length - first} more when asked again`);
	}
	const rest = 'the others do not exist, or not for these keys';
	return length > 0
		? agrees(`${length} of ${asked.length} came; ${rest}`)
		: notChecked(`none of ${asked.length} came`);
}

/** Which of the ids asked are in the sample goes into `leads`; the others are returned. */
function found(context: Context, asked: string[]): string[] {
	const ids = idsOf(context.sample);
	// Without ids only a complete answer tells which leads exist.
	const nameless = context.sample.length > 0 && ids.length === 0;
	const came = new Set(nameless && context.sample.length >= asked.length ? asked : ids);
	context.leads = asked.filter((id) => came.has(id));
	return asked.filter((id) => !came.has(id));
}

async function askOneByOne(context: Context, asked: string[]): Promise<Finding> {
	let refusal: Failed | undefined;
	const refused: string[] = [];
	for (const id of asked) {
		const outcome = await context.tenant.leads({ ids: [id], columns: context.columns });
		if (outcome.kind !== 'ok') {
			refusal = outcome;
			refused.push(id);
		} else if (outcome.value.rows.length > 0) {
			context.leads.push(id);
			context.sample.push(...outcome.value.rows);
		}
	}
	context.known = context.known.filter((id) => !refused.includes(id));
	const did = `${asked.length} refused together; alone, ${refused.length} refused, ${context.leads.length} came`;
	if (!refusal) return copes(did);
	return (context.leads.length > 0 ? copes : differs)(`${did} (${describe(refusal)})`);
}

function compareColumns({ sample, columns }: Context): Finding {
	const names = new Set(sample.flatMap((row) => Object.keys(row)));
	const lower = new Set([...names].map((name) => name.toLowerCase()));
	const asked = new Set(columns.map((name) => name.toLowerCase()));
	const others = columns.filter((name) => name !== 'ProspectID');
	const absent = others.filter((name) => !lower.has(name.toLowerCase()));
	const respelled = others.filter((name) => !absent.includes(name) && !names.has(name));
	const extra = [...lower].filter((name) => !asked.has(name)).length;
	const parts = [
		absent.length > 0 && `${absent.join(', ')} never came`,
		respelled.length > 0 && `${respelled.join(', ')} came in another case`,
		extra > 0 && `${extra} not asked for`,
	].filter(Boolean);
	return parts.length === 0 ? agrees(`all ${columns.length}`) : copes(parts.join('; '));
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
	if (first !== second) return agrees('changes from call to call');
	if (first === asked.join() && third === backwards.join()) return agrees('as asked');
	if (first === backwards.join() && third === asked.join()) return agrees('as asked, backwards');
	return agrees(first === third ? 'its own, the same each time' : 'neither as asked nor its own');
}

const PAGE_SIZE = 2;

/** Asks for one page of leads of which more exist, with an unknown id among them. */
async function askForPage(context: Context, index: number): Promise<Outcome<LeadsReply>> {
	const ids = [...context.leads, ...(context.refusesUnknown ? [] : [UNKNOWN])];
	return await context.tenant.leads({ ids, page: { index, size: PAGE_SIZE } });
}

async function countOnPageOne(context: Context): Promise<Finding> {
	const outcome = await askForPage(context, 1);
	if (outcome.kind !== 'ok') return failed(outcome);
	const { rows } = outcome.value;
	const meaning = meaningOfCount(outcome.value, context);
	if (rows.length > PAGE_SIZE) {
		return copes(`${meaning}; ${rows.length} rows in a page of ${PAGE_SIZE}`);
	}
	return meaning === 'all leads found' ? agrees(meaning) : copes(meaning);
}

/** Both pages are asked here, in a row, so that nothing lies between them. */
async function compareSecondPage(context: Context): Promise<Finding> {
	const [first, second] = [await askForPage(context, 1), await askForPage(context, 2)];
	if (first.kind !== 'ok') return failed(first);
	if (second.kind !== 'ok') return failed(second);
	const meaning = meaningOfCount(second.value, context);
	const { rows } = second.value;
	if (rows.length === 0) return copes(`no leads; ${meaning}`);
	const content = (row: Lead) => idsOf([row])[0] ?? JSON.stringify(row);
	const before = new Set(first.value.rows.map(content));
	const again = rows.filter((row) => before.has(content(row))).length;
	if (again === rows.length) return copes(`the leads of page 1 again; ${meaning}`);
	if (again > 0) return copes(`some leads of page 1 again; ${meaning}`);
	return meaning === 'all leads found'
		? agrees(`other leads; ${meaning}`)
		: copes(`other leads; ${meaning}`);
}

function meaningOfCount(
	{ rows, recordCount, body }: LeadsReply,
	{ leads, refusesUnknown }: Context,
) {
	if (body.RecordCount === undefined || body.RecordCount === null) return 'no RecordCount';
	const text = typeof body.RecordCount === 'string' ? ', as text' : '';
	if (recordCount === leads.length) return `all leads found${text}`;
	if (recordCount === rows.length) return `rows of the page${text}`;
	if (!refusesUnknown && recordCount === leads.length + 1) return `ids asked${text}`;
	return `another number${text}`;
}

async function tryPageSize({ tenant, leads }: Context, size: number): Promise<Finding> {
	const outcome = await tenant.leads({ ids: leads, page: { index: 1, size } });
	if (outcome.kind === 'tooLarge') {
		const did = `${describe(outcome)}; the largest is ${outcome.cap ?? 'not told'}`;
		return size === 1000 || outcome.cap === undefined ? copes(did) : agrees(did);
	}
	// The node would look for an id at fault, and find none.
	if (outcome.kind !== 'ok') return report(outcome);
	return agrees('accepted');
}

/** Known ids at both ends of so many, with unknown ones between them. */
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
	if (outcome.kind !== 'ok') return failed(outcome, [...REFUSALS, 'transient']);

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
	return copes(
		`${format(came.size)} of ${format(known.length)} known leads came, more when asked again; page 2 holds ${others ? 'more' : 'no more'}`,
	);
}

function unknownId(index: number): string {
	return `00000000-0000-4000-8001-${index.toString(16).padStart(12, '0')}`;
}

// ---- Rows of answers

function idColumnOf(row: Lead): string | undefined {
	return Object.keys(row).find((name) => /^prospectid$/i.test(name));
}

function spelledIdOf(row: Lead): string | undefined {
	const name = idColumnOf(row);
	const id = name === undefined ? undefined : row[name];
	return typeof id === 'string' && id !== '' ? id : undefined;
}

/** The ids of rows that carry one, in lower case. */
function idsOf(rows: Lead[]): string[] {
	return rows.flatMap((row) => spelledIdOf(row)?.toLowerCase() ?? []);
}

function emptyForm({ body, recordCount }: LeadsReply): string {
	const { Leads: leads } = body;
	const list = leads === undefined ? 'absent' : leads === null ? 'null' : 'an empty list';
	const count = recordCount === undefined ? 'absent' : recordCount === 0 ? '0' : 'above 0';
	return `Leads is ${list}, RecordCount ${count}`;
}

function typeOf(value: unknown): string {
	if (value === null) return 'null';
	if (Array.isArray(value)) return 'list';
	return typeof value === 'string' ? 'text' : typeof value;
}

/** Those of the common columns that the account lists; all of them if its list is of another kind. */
function columnsOf(listed: Column[]): string[] {
	const names = new Set(listed.map(({ schemaName }) => schemaName));
	const common = COMMON_COLUMNS.filter((name) => name === 'ProspectID' || names.has(name));
	return common.length > 1 ? common : COMMON_COLUMNS;
}

function format(count: number): string {
	return count.toLocaleString('en-US');
}
