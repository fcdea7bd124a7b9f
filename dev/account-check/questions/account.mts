import { agrees, copes, differs, format, notChecked, report } from '../finding.mts';
import type { Finding } from '../finding.mts';
import { idsOf, readReply } from '../rows.mts';
import { Stopped, describe } from '../tenant.mts';
import type { Failed, Outcome } from '../../../nodes/LeadSquared/transport/outcome';
import type { KeysIn, Tenant } from '../tenant.mts';
import { COMMON_COLUMNS, DAY_MS, RECENT_DAYS, SAMPLE, dateTime, isStandard } from './question.mts';
import type { Context, Question } from './question.mts';

const METADATA = '/LeadManagement.svc/LeadsMetaData.Get';
/** Rows in a page of Leads.RecentlyModified. */
const LISTED_LEADS = 5000;

/** Questions about keys and columns, and the search for leads that the other questions use. */
export const ACCOUNT_QUESTIONS: Question[] = [
	{
		name: 'Keys in headers',
		assumes: "accepted, as in the credential's test",
		otherwise: 'matters: keys have to be sent in the query, which the credential can say',
		async run({ tenant }) {
			const inHeaders = await tryKeys(tenant, 'headers');
			if (inHeaders.kind === 'ok') return agrees('accepted');
			if (inHeaders.kind === 'invalidRequest') return report(inHeaders);
			if (inHeaders.kind !== 'unauthorized') throw new Stopped(describe(inHeaders));
			const inQuery = await tryKeys(tenant, 'query');
			if (inQuery.kind !== 'ok') throw new Stopped(describe(inHeaders));
			tenant.keysIn = 'query';
			return copes(`${describe(inHeaders)}; accepted in the query`, { keysTaken: 'query' });
		},
	},
	{
		name: 'Keys in the query',
		assumes: 'not sent, unless the credential says so',
		otherwise: 'does not matter: headers are the default',
		async run({ tenant }) {
			if (tenant.keysIn === 'query') return agrees('accepted, and nowhere else');
			const outcome = await tryKeys(tenant, 'query');
			if (outcome.kind === 'ok') return agrees('accepted as well');
			return agrees(
				describe(outcome),
				outcome.kind === 'unauthorized' ? { keysTaken: 'headers' } : {},
			);
		},
	},
	{
		name: 'List of columns',
		assumes: 'LeadsMetaData.Get lists them',
		otherwise: 'matters: no columns to choose from, no labels, no types',
		async run(context) {
			const outcome = await context.tenant.call(
				{ method: 'GET', path: `${METADATA}?excludeOptionSets=1` },
				(_, parsed) => listIn(parsed),
			);
			if (outcome.kind !== 'ok') return report(outcome);
			context.metadata = outcome.value;
			const names = outcome.value.map(({ SchemaName }) => String(SchemaName));
			if (names.length === 0) return differs('an empty list', { metadata: 'empty' });
			const common = COMMON_COLUMNS.filter((name) => name === 'ProspectID' || names.includes(name));
			if (common.length > 1) context.columns = common;
			const repeated = names.filter((name, at) => names.indexOf(name) !== at);
			const known = repeated.filter(isStandard);
			return repeated.length === 0
				? agrees(`${format(names.length)} columns`)
				: copes(
						`${format(names.length)} columns, ${repeated.length} of them twice`,
						known.length > 0 ? { repeatedColumns: known } : {},
					);
		},
	},
	{
		name: 'Lead ids to ask',
		assumes: 'given in LEADSQUARED_LEAD_IDS, or found by Leads.RecentlyModified',
		otherwise: 'does not matter to the node: this check needs some',
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
	{
		name: 'Known leads',
		assumes: 'an answer holds all leads that exist',
		otherwise: 'does not matter: what is left out is asked once more',
		run: askForSample,
	},
];

async function tryKeys(tenant: Tenant, keysIn: KeysIn): Promise<Outcome<unknown>> {
	const path = `${METADATA}?schemaName=ProspectID`;
	return await tenant.call({ method: 'GET', path, keysIn }, (_, parsed) => listIn(parsed));
}

function listIn(parsed: unknown): Array<Record<string, unknown>> | undefined {
	return Array.isArray(parsed)
		? parsed.filter((each) => typeof each === 'object' && each)
		: undefined;
}

/**
 * Ids of recently modified leads (https://apidocs.leadsquared.com, Leads.RecentlyModified: at most
 * 5,000 a page, leads as lists of attributes).
 */
async function findLeads({ tenant, clock, node }: Context): Promise<Outcome<string[]>> {
	const body = {
		Parameter: {
			FromDate: dateTime(clock.now() - RECENT_DAYS * DAY_MS),
			ToDate: dateTime(clock.now()),
		},
		Columns: { Include_CSV: 'ProspectID' },
		Paging: { PageIndex: 1, PageSize: LISTED_LEADS },
	};
	const path = '/LeadManagement.svc/Leads.RecentlyModified';
	return await tenant.call({ method: 'POST', path, body }, (answer) => {
		const reply = readReply(answer.status, answer.body);
		return reply && node.findLeadIds(idsOf(reply.rows)).ids.map((id) => id.toLowerCase());
	});
}

/** Requests the first few known leads. The other questions use those that come. */
async function askForSample(context: Context): Promise<Finding> {
	const { tenant, columns } = context;
	const asked = context.known.slice(0, SAMPLE);
	if (asked.length === 0) return notChecked('no lead id is known');
	const outcome = await tenant.leads({ ids: asked, columns });
	const isRefused = outcome.kind === 'invalidRequest' || outcome.kind === 'notFound';
	if (isRefused && asked.length > 1) return await askOneByOne(context, asked);
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
		return copes(`${first} of ${asked.length} came, ${length - first} more when asked again`, {
			forgetful: Math.round((100 * (length - first)) / asked.length) / 100,
		});
	}
	const rest = 'the others do not exist, or not for these keys';
	return length > 0
		? agrees(`${length} of ${asked.length} came; ${rest}`)
		: notChecked(`none of ${asked.length} came`);
}

/** Adds the requested ids that are in the sample to `leads`, and returns the others. */
function found(context: Context, asked: string[]): string[] {
	const ids = idsOf(context.sample);
	// Without ids only a complete answer shows which leads exist.
	const isWithoutIds = context.sample.length > 0 && ids.length === 0;
	const came = new Set(isWithoutIds && context.sample.length >= asked.length ? asked : ids);
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
