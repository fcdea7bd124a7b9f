import { agrees, copes, format, notChecked, othersOf } from '../finding.mts';
import type { Finding } from '../finding.mts';
import { idsOf, rowsOf } from '../rows.mts';
import type { Row } from '../rows.mts';
import { describe } from '../tenant.mts';
import type { Outcome } from '../../../nodes/LeadSquared/transport/outcome';
import { dateTime, DAY_MS, RECENT_DAYS } from './question.mts';
import type { Context, Question } from './question.mts';

const LEADS = '/LeadManagement.svc';
const ACTIVITIES = '/ProspectActivity.svc';
/** The type of the activities that are a lead's changes of stage. */
const STAGE_CHANGE = 3002;

/** On activities, object types, and webhooks. */
export const OTHER_QUESTIONS: Question[] = [
	{
		name: 'Stage changes, all',
		assumes: 'RetrieveByActivityEvent refuses 3002',
		otherwise: 'does not matter; a report of stage changes needs one call, not one for each lead',
		async run({ tenant, clock }) {
			const body = {
				Parameter: {
					ActivityEvent: STAGE_CHANGE,
					FromDate: dateTime(clock.now() - RECENT_DAYS * DAY_MS),
					ToDate: dateTime(clock.now()),
				},
				Paging: { PageIndex: 1, PageSize: 10 },
				Sorting: { ColumnName: 'ModifiedOn', Direction: '1' },
			};
			const path = `${ACTIVITIES}/CustomActivity/RetrieveByActivityEvent`;
			const outcome = await tenant.call({ method: 'POST', path, body }, (_, parsed) =>
				rowsOf(parsed),
			);
			if (outcome.kind !== 'ok') return agrees(describe(outcome));
			return copes(`accepted; ${membersOf(outcome.value)}`, { stageChangesByType: 'answered' });
		},
	},
	{
		name: 'Stage changes of a lead',
		assumes: 'Data holds CurrentStage',
		otherwise: 'matters to a trigger: the stage before a change is not known',
		needs: 1,
		async run(context) {
			for (const lead of context.leads) {
				const outcome = await activitiesOf(context, lead, {
					Parameter: { ActivityEvent: STAGE_CHANGE },
				});
				if (outcome.kind !== 'ok') return copes(describe(outcome));
				if (outcome.value.length === 0) continue;
				const data = outcome.value.map(({ Data }) => fromPairs(Data));
				return ('CurrentStage' in data[0] ? agrees : copes)(`Data: ${membersOf(data)}`);
			}
			return notChecked(`none of ${context.leads.length} leads has one`);
		},
	},
	{
		name: 'Offset of activities',
		assumes: 'pages from 0, or rows: read so that either is whole',
		otherwise: 'matters: activities are lost or come twice',
		needs: 1,
		run: findOffset,
	},
	{
		name: 'Object types',
		assumes: 'Leads.Get and RecentlyModified return OT_0 only, ByIds all',
		otherwise: 'matters: leads of other types would be missed',
		run: compareTypes,
	},
	{
		name: 'Webhooks',
		assumes: 'never asked for',
		otherwise: "does not matter; URLs and headers of others' webhooks would be secrets",
		run: countWebhooks,
	},
];

async function activitiesOf(
	{ tenant }: Context,
	lead: string,
	body: object,
): Promise<Outcome<Row[]>> {
	const path = `${ACTIVITIES}/Retrieve?leadId=${lead}`;
	return await tenant.call({ method: 'POST', path, body }, (_, parsed) => rowsOf(parsed));
}

function fromPairs(pairs: unknown): Row {
	const list = (Array.isArray(pairs) ? pairs : []) as Array<Record<string, unknown>>;
	return Object.fromEntries(list.map(({ Key, Value }) => [String(Key), Value]));
}

/** The names that rows have; those of the account's own fields are counted. */
function membersOf(rows: Row[]): string {
	if (rows.length === 0) return 'none there';
	const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
	// LeadSquared's names are single words; the account's own start with mx_.
	const known = names.filter((name) => /^[A-Z][A-Za-z_]{0,40}$/.test(name));
	return [...known, ...othersOf(names.length - known.length)].join(', ');
}

/** Asks for a few activities of a lead at once, then for a part of them. */
async function findOffset(context: Context): Promise<Finding> {
	const ask = async (lead: string, offset: number, count: number) => {
		const Paging = { Offset: String(offset), RowCount: String(count) };
		const outcome = await activitiesOf(context, lead, { Paging });
		return outcome.kind === 'ok' ? outcome.value.map(({ Id }) => String(Id)).join() : outcome;
	};
	for (const lead of context.leads) {
		const all = await ask(lead, 0, 4);
		if (typeof all !== 'string') return copes(describe(all));
		const ids = all.split(',');
		if (new Set(ids).size < 4) continue;
		const part = await ask(lead, 1, 2);
		if (typeof part !== 'string') return copes(describe(part));
		if (part === ids.slice(2).join()) return agrees('pages, the first being 0');
		if (part === ids.slice(1, 3).join()) return agrees('rows to skip', { activityOffset: 'rows' });
		return copes(part === ids.slice(0, 2).join() ? 'pages, the first being 1' : 'neither');
	}
	return notChecked(`none of ${context.leads.length} leads has 4 activities`);
}

async function compareTypes({ tenant }: Context): Promise<Finding> {
	const ask = async (body: object, call = 'Leads.Get') =>
		await tenant.call({ method: 'POST', path: `${LEADS}/${call}`, body }, (_, parsed) =>
			rowsOf(parsed),
		);
	const Columns = { Include_CSV: 'ProspectID,LeadType,ModifiedOn,LeadLastModifiedOn' };
	const Paging = { PageIndex: 1, PageSize: 1 };
	const everyone = { LookupName: 'CreatedOn', LookupValue: '2000-01-01', SqlOperator: '>' };
	const ofType = await ask({
		...{ Attribute: 'LeadType', Value: 'OT_1' },
		...{ Parameter: everyone, Columns, Paging },
	});
	if (ofType.kind !== 'ok') return agrees(`none: ${describe(ofType)}`);
	const [lead] = ofType.value;
	const [id] = lead ? idsOf([lead]) : [];
	if (!lead || id === undefined) return agrees('no leads of OT_1');
	if (lead.LeadType !== 'OT_1') return agrees('none: LeadType is ignored');

	const isIn = ({ kind, ...rest }: Outcome<Row[]>) =>
		kind === 'ok' && idsOf((rest as { value: Row[] }).value).includes(id);
	const one = { LookupName: 'ProspectID', LookupValue: id, SqlOperator: '=' };
	const searched = isIn(await ask({ Parameter: one, Columns, Paging }));
	const changed = Date.parse(`${String(lead.LeadLastModifiedOn ?? lead.ModifiedOn)}Z`);
	const minute = Number.isNaN(changed)
		? undefined
		: { FromDate: dateTime(changed - 30_000), ToDate: dateTime(changed + 30_000) };
	const modified =
		minute &&
		isIn(
			await ask(
				{ Parameter: minute, Columns, Paging: { PageIndex: 1, PageSize: 1000 } },
				'Leads.RecentlyModified',
			),
		);
	const byIds = await tenant.leads({ ids: [id] });
	const isFound = byIds.kind === 'ok' && byIds.value.rows.length > 0;
	const says = (comes: boolean | undefined) =>
		comes === undefined ? 'not checked' : comes ? 'comes' : 'is left out';
	const did = `a lead of OT_1 ${says(searched)} in Leads.Get without LeadType, ${says(modified)} in RecentlyModified, ${says(isFound)} in ByIds`;
	const isUsual = !searched && modified !== true && isFound;
	return (isUsual ? agrees : copes)(did, {
		...(!searched && { secondTypeEvery: 10 }),
		...(!isFound && { typesByIds: 'OT_0' as const }),
	});
}

/** Counts only: URLs and headers hold secrets of others. */
async function countWebhooks({ tenant }: Context): Promise<Finding> {
	const body = { Parameter: { Type: 'Webhook' }, Paging: { PageIndex: 1, PageSize: 100 } };
	const outcome = await tenant.call(
		{ method: 'POST', path: '/Webhook.svc/Retrieve', body },
		(_, parsed) => rowsOf(parsed),
	);
	if (outcome.kind !== 'ok') return agrees(describe(outcome));
	const rows = outcome.value;
	if (rows.length === 0) return agrees('none, or none that these keys see');
	const isFull = (value: unknown) => !/^(|null|undefined|\[\]|\{\})$/.test(String(value).trim());
	const withUrl = rows.filter(({ URL }) => isFull(URL)).length;
	const withHeaders = rows.filter(({ CustomHeaders }) => isFull(CustomHeaders)).length;
	const states = [0, 1, 2]
		.map((state) => rows.filter(({ StatusCode }) => String(StatusCode) === String(state)).length)
		.map((count, state) => `${state}: ${count}`);
	return agrees(
		`${format(rows.length)} webhooks, ${withUrl} with URL, ${withHeaders} with headers; StatusCode ${states.join(', ')}`,
	);
}
