/** Activity > Get Many, in n8n's own engine. */
import type { INodeExecutionData } from 'n8n-workflow';
import { ACTIVITIES } from '../sizes.mts';
import { itemsOf, sorted, testAccount } from './account.mts';

const account = testAccount();
const ALWAYS = { modifiedAfter: '2000-01-01T00:00:00Z', modifiedBefore: '' };
const MEETING = 201;

// The harness turns Convert Types off unless a test sets it.
const ofType = ({
	options = {},
	...parameters
}: { options?: object; [name: string]: unknown } = {}) => ({
	resource: 'activity',
	operation: 'getMany',
	filterBy: 'type',
	activityType: { __rl: true, mode: 'code', value: String(MEETING) },
	returnAll: true,
	...ALWAYS,
	...parameters,
	options: { convertTypes: true, ...options },
});
const ofLead = (lead: string, parameters: object = {}) => ({
	resource: 'activity',
	operation: 'getMany',
	filterBy: 'lead',
	lead: { __rl: true, mode: 'id', value: lead },
	returnAll: true,
	options: { convertTypes: true },
	...parameters,
});
const idsOf = (items: INodeExecutionData[]) => items.map(({ json }) => String(json.ActivityId));
const meetings = () => account.sandbox.activities.filter(({ code }) => code === MEETING);
const paths = () =>
	Object.fromEntries(
		Object.entries(account.sandbox.stats.byPath).map(([path, calls]) => [
			path.split('.svc/')[1],
			calls,
		]),
	);
/** The lead with the most activities, and these. */
function busiest() {
	const byLead = Map.groupBy(
		account.sandbox.activities.filter(({ code }) => code < 12_000),
		({ lead }) => lead,
	);
	const [[lead, activities]] = [...byLead].sort(([, a], [, b]) => b.length - a.length);
	return { lead, activities };
}

describe('of a type', () => {
	it('returns every activity once, with all fields of its type, converted', async () => {
		await account.open({ faults: { activities: 10_000 } });
		const { items, hints } = await account.run({ parameters: ofType() });
		expect(idsOf(items).sort()).toEqual(
			meetings()
				.map(({ id }) => id)
				.sort(),
		);
		expect(Object.keys(items[0].json)).toEqual([
			'ActivityId',
			'ProspectID',
			'ActivityEvent',
			'ActivityEventName',
			'ActivityEvent_Note',
			'CreatedOn',
			'ModifiedOn',
			'Status',
			'Owner',
			'mx_Custom_1',
			'mx_Custom_2',
			'mx_Custom_3',
			'mx_Custom_4',
			'CreatedBy',
			'CreatedByName',
		]);
		const [meeting] = meetings().filter(({ fields }) => fields.mx_Custom_2 && fields.mx_Custom_3);
		const { json } = items.find((item) => item.json.ActivityId === meeting.id)!;
		expect(json).toMatchObject({
			ProspectID: meeting.lead,
			ActivityEvent: MEETING,
			ActivityEventName: 'Meeting',
			ActivityEvent_Note: meeting.note,
			CreatedOn: new Date(meeting.created).toISOString(),
			mx_Custom_2: Number(meeting.fields.mx_Custom_2),
			mx_Custom_3: `${meeting.fields.mx_Custom_3!.replace(' ', 'T')}.000Z`,
		});
		expect(paths()).toEqual({
			'ActivityTypes.Get': 1,
			'CustomActivity/RetrieveByActivityEvent': 3,
		});
		expect(hints.map(({ message }) => message)).toEqual([
			expect.stringMatching(/^2,500 activities, 4 calls, \d\.\d s\.$/),
		]);
	});

	it('names the fields as people see them, and reads the types once an hour', async () => {
		await account.open();
		const parameters = ofType({ options: { fieldNames: 'displayName' } });
		const { items } = await account.run({ parameters });
		await account.run({ parameters });
		expect(Object.keys(items[0].json)).toEqual(
			expect.arrayContaining(['ActivityId', 'ProspectID', 'Purpose', 'Duration', 'Next Meeting']),
		);
		expect(paths()['ActivityTypes.Get']).toBe(1);
		await account.time.run(account.time.clock.sleep(3_600_000));
		await account.run({ parameters });
		expect(paths()['ActivityTypes.Get']).toBe(2);
	});

	it('returns what LeadSquared sends, without a call for the types, if Convert Types is off', async () => {
		await account.open();
		const { items } = await account.run({
			parameters: ofType({ options: { convertTypes: false } }),
		});
		const { json } = items.find(({ json: { mx_Custom_2: minutes } }) => minutes !== null)!;
		expect(json.mx_Custom_2).toMatch(/^\d+$/);
		expect(json.CreatedOn).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
		expect(paths()['ActivityTypes.Get']).toBeUndefined();
	});

	it('returns those that changed in the period, both ends included', async () => {
		await account.open();
		const inOrder = meetings().sort((a, b) => a.modified - b.modified);
		const [from, to] = [inOrder[20].modified, inOrder[60].modified];
		const { items } = await account.run({
			parameters: ofType({
				modifiedAfter: new Date(from).toISOString(),
				modifiedBefore: new Date(to).toISOString(),
			}),
		});
		const wanted = inOrder.filter(({ modified }) => modified >= from && modified <= to);
		expect(idsOf(items).sort()).toEqual(wanted.map(({ id }) => id).sort());
	});

	it('reads the period in the format of the option Date Format', async () => {
		await account.open();
		const since = async (modifiedAfter: string, options: object) =>
			idsOf((await account.run({ parameters: ofType({ modifiedAfter, options }) })).items).sort();
		const times = meetings().map(({ modified }) => modified);
		const [day] = new Date((Math.min(...times) + Math.max(...times)) / 2).toISOString().split('T');
		const found = await since(day, {});
		expect(found).not.toEqual([]);
		const written = day.split('-').reverse().join('/');
		expect(await since(written, { dateFormat: 'dmy' })).toEqual(found);
	});

	it('with a limit, returns the last changes, the newest first', async () => {
		await account.open();
		const { items } = await account.run({ parameters: ofType({ returnAll: false, limit: 20 }) });
		const times = items.map(({ json }) => String(json.ModifiedOn));
		expect(times).toEqual([...times].sort().reverse());
		const newest = Math.max(...meetings().map(({ modified }) => modified));
		expect(Date.parse(times[0])).toBe(newest);
		expect(items).toHaveLength(20);
	});

	describe('changes of stage', () => {
		const parameters = ofType({
			activityType: { __rl: true, mode: 'code', value: '3002' },
			options: { leadColumns: ['FirstName'] },
		});

		it('have the new stage and the columns of their lead', async () => {
			const sandbox = await account.open({ faults: { stageChangesByType: 'answered' } });
			sandbox.touch(5, { ProspectStage: 'Customer', FirstName: 'Ann' });
			const { items } = await account.run({ parameters });
			expect(items).toMatchObject([
				{
					json: {
						ProspectID: sandbox.idAt(5),
						ActivityEvent: 3002,
						CurrentStage: 'Customer',
						Lead: { FirstName: 'Ann' },
					},
				},
			]);
		});

		it('are an error that says why, if the account does not return them by type', async () => {
			await account.open();
			const { error } = await account.run({ parameters });
			expect(error!.message).toBe('LeadSquared does not accept the type');
			expect(error!.description).toMatch(
				/"Invalid activity event\.".* Check 'Activity Type' .*by lead only\.$/,
			);
		});
	});

	it('hints at a code that no type has', async () => {
		await account.open();
		const parameters = ofType({ activityType: { __rl: true, mode: 'code', value: '999' } });
		const { items, hints } = await account.run({ parameters });
		expect(items).toEqual([]);
		expect(hints.map(({ message }) => message)).toContainEqual(
			expect.stringContaining('has none with the code 999'),
		);
	});

	it.each([
		['a word', { activityType: 'Meeting' }, '\'Activity Type\' cannot be "Meeting"'],
		['nothing', { activityType: '' }, "'Activity Type' is empty"],
		['no start', { modifiedAfter: '' }, "'Modified After' is empty"],
	])('rejects %s before any call', async (_, parameters, message) => {
		await account.open();
		// An expression, since n8n itself rejects an empty parameter.
		const input = [
			Object.fromEntries(Object.entries(parameters).map(([, value]) => ['value', value])),
		];
		const given = Object.fromEntries(
			Object.keys(parameters).map((name) => [name, '={{ $json.value }}']),
		);
		const { error } = await account.run({ input, parameters: ofType(given) });
		expect(error!.message).toContain(message);
		expect(account.sandbox.stats.calls).toBe(0);
	});

	describe('returns every activity once, whatever happens meanwhile:', () => {
		it.each<[string, object]>([
			['people edit activities with each call', { editsPerCall: 40 }],
			['smaller pages than requested', { activityPageCap: 200 }],
			['smaller pages, and edits', { activityPageCap: 200, editsPerCall: 20 }],
			['sorting is ignored', { sorting: 'ignored' }],
			['an outage at the start', { firstCallsFail: 12, outageKind: '503' }],
			...['503', 'timeout', 'cut-json', 'reset', 'empty-200'].map((kind): [string, object] => [
				`every third call fails: ${kind}`,
				{ transient: { every: 3, kinds: [kind] } },
			]),
		])('%s', async (_, faults) => {
			await account.open({ faults: { activities: 12_000, ...faults } });
			const { items, hints } = await account.run({ parameters: ofType() });
			expect(idsOf(items).sort()).toEqual(
				meetings()
					.map(({ id }) => id)
					.sort(),
			);
			expect(hints.filter(({ type }) => type === 'warning')).toEqual([]);
		});
	});

	it('edits cost no calls, since an edited activity keeps its place', async () => {
		await account.open({ faults: { activities: 12_000, editsPerCall: 40 } });
		const { items } = await account.run({ parameters: ofType() });
		expect(items).toHaveLength(3000);
		expect(paths()['CustomActivity/RetrieveByActivityEvent']).toBeLessThanOrEqual(4);
	});

	it('with a limit of several pages, returns each once while people edit activities', async () => {
		await account.open({ faults: { activities: 12_000, editsPerCall: 30 } });
		const parameters = ofType({ returnAll: false, limit: 2500 });
		const { items } = await account.run({ parameters });
		expect(new Set(idsOf(items)).size).toBe(2500);
	});

	it('says so if rows move in another order at each call', async () => {
		await account.open({ faults: { activities: 12_000, sorting: 'ignored', order: 'shuffled' } });
		const { items, hints } = await account.run({ parameters: ofType() });
		const ids = idsOf(items);
		expect(new Set(ids).size).toBe(ids.length);
		const isAll = ids.length === meetings().length;
		expect(isAll || hints.some(({ message }) => /some may be missing/.test(message))).toBe(true);
	});
});

describe('of a lead', () => {
	it('returns all activities of all types in one call, the newest first', async () => {
		await account.open({ faults: { activities: 20_000, opportunities: 0 } });
		const { lead, activities } = busiest();
		const { items } = await account.run({ parameters: ofLead(lead) });
		const newest = activities.sort((a, b) => b.created - a.created).map(({ id }) => id);
		expect(idsOf(items)).toEqual(newest);
		expect(paths()).toEqual({ 'ActivityTypes.Get': 1, Retrieve: 1 });
		const types = new Set(items.map(({ json }) => json.ActivityEventName));
		expect(types.size).toBeGreaterThan(1);
		const meeting = items.find(({ json }) => json.ActivityEvent === MEETING)!.json;
		expect(meeting).toHaveProperty('mx_Custom_4');
		const { note } = activities.find(({ id }) => id === meeting.ActivityId)!;
		expect(meeting.ActivityEvent_Note).toBe(note);
	});

	it('returns those of a type and a period', async () => {
		await account.open({ faults: { activities: 20_000 } });
		const { lead, activities } = busiest();
		const found = activities.filter(({ code }) => code === MEETING);
		const from = Math.max(...found.map(({ modified }) => modified)) - 100 * 86_400_000;
		const { items } = await account.run({
			parameters: ofLead(lead, {
				activityType: String(MEETING),
				modifiedAfter: new Date(from).toISOString(),
			}),
		});
		const wanted = found.filter(({ modified }) => modified >= from);
		expect(idsOf(items).sort()).toEqual(wanted.map(({ id }) => id).sort());
	});

	it('returns at most the limit, in one call', async () => {
		await account.open({ faults: { activities: 20_000 } });
		const { lead } = busiest();
		const { items } = await account.run({
			parameters: ofLead(lead, { returnAll: false, limit: 3 }),
		});
		expect(items).toHaveLength(3);
		expect(paths().Retrieve).toBe(1);
	});

	it.each(['pages', 'pages-from-1', 'rows'] as const)(
		'reads a long list if an offset counts %s',
		async (activityOffset) => {
			await account.open({
				leads: 3,
				faults: { activities: 5000, opportunities: 0, activityOffset },
			});
			const { lead, activities } = busiest();
			expect(activities.length).toBeGreaterThan(1000);
			const { items, hints } = await account.run({ parameters: ofLead(lead) });
			const newest = activities.sort((a, b) => b.created - a.created).map(({ id }) => id);
			expect(idsOf(items)).toEqual(newest);
			expect(hints.filter(({ type }) => type === 'warning')).toEqual([]);
			expect(paths().Retrieve).toBeLessThanOrEqual(5);
		},
	);

	it('reads all if pages are cut silently and their rows are counted', async () => {
		const few = { activities: 900, opportunities: 0 };
		await account.open({
			leads: 3,
			faults: { ...few, activityPageCap: 100, recordCount: 'page' },
		});
		const { lead, activities } = busiest();
		expect(activities.length).toBeGreaterThan(200);
		const { items } = await account.run({ parameters: ofLead(lead) });
		expect(idsOf(items).sort()).toEqual(activities.map(({ id }) => id).sort());
	});

	it('reports a lead that does not exist at its input item', async () => {
		await account.open();
		const { items } = await account.run({
			input: [{ id: account.sandbox.idAt(0) }, { id: 'ffffffff-0000-4000-8000-000000000001' }],
			parameters: ofLead('={{ $json.id }}'),
			onError: 'continueRegularOutput',
		});
		const { failed, good } = sorted(items);
		expect(itemsOf(failed)).toEqual([1]);
		expect(failed[0].json.error).toMatch(/does not have this lead/);
		expect(new Set(itemsOf(good))).toEqual(new Set([0]));
	});
});

describe('with columns of their leads', () => {
	it('fetches each lead once, and puts it into Lead', async () => {
		await account.open({ leads: 500, faults: { activities: 8000 } });
		const { items } = await account.run({
			parameters: ofType({ options: { leadColumns: ['FirstName', 'Score'] } }),
		});
		expect(items).toHaveLength(2000);
		expect(paths()['Leads/Retrieve/ByIds']).toBe(1);
		const { sandbox } = account;
		const first = new Map(sandbox.ids(500).map((id, at) => [id, sandbox.lead(at)!.FirstName]));
		for (const { json } of items) {
			const { ProspectID, Lead } = json as { ProspectID: string; Lead: Record<string, unknown> };
			expect(Lead).toMatchObject({ ProspectID, FirstName: first.get(ProspectID) });
			expect(Object.keys(Lead)).toEqual(['ProspectID', 'FirstName', 'Score']);
		}
		const objects = new Set(items.map(({ json }) => json.Lead));
		expect(objects.size).toBe(items.length);
	});

	it('Lead is null if the lead was deleted, and only then', async () => {
		await account.open({ leads: 500, faults: { activities: 8000, existEvery: 2, forgetEvery: 5 } });
		const { items, error } = await account.run({
			parameters: ofType({ options: { leadColumns: ['FirstName'] } }),
		});
		expect(error).toBeUndefined();
		const exists = new Set(account.sandbox.ids(500).filter((_, at) => (at + 1) % 2 === 0));
		expect(items.some(({ json }) => json.Lead === null)).toBe(true);
		for (const { json } of items) {
			expect([json.ProspectID, json.Lead !== null]).toEqual([
				json.ProspectID,
				exists.has(String(json.ProspectID)),
			]);
		}
	});

	it('reports leads that cannot be fetched at the input item, not as deleted', async () => {
		await account.open({ faults: { missingCalls: ['Leads/Retrieve/ByIds'] } });
		const parameters = ofType({ options: { leadColumns: ['FirstName'], maxWaitSeconds: 5 } });
		const { items } = await account.run({ parameters, onError: 'continueRegularOutput' });
		expect(items.map(({ json }) => json.error)).toEqual([
			'This call is not available in your LeadSquared account',
		]);
		const { error } = await account.run({ parameters });
		expect(error!.message).toMatch(/^This call is not available/);
	});
});

it('reports types that cannot be read, and how to do without', async () => {
	await account.open({ faults: { missingCalls: ['ActivityTypes.Get'] } });
	// A host that has never answered would be at fault.
	await account.run({ parameters: ofType({ options: { convertTypes: false } }) });
	const { error } = await account.run({ parameters: ofType() });
	expect(error!.description).toMatch(/turn off 'Convert Types'/);
});

it('adds the input fields if wanted, and shares the calls of the same query', async () => {
	await account.open();
	const { items } = await account.run({
		input: [{ a: 1 }, { a: 2 }],
		parameters: ofType({
			returnAll: false,
			options: { includeInputFields: true },
		}),
	});
	const each = items.length / 2;
	expect(itemsOf(items)).toEqual([...Array(each).fill(0), ...Array(each).fill(1)]);
	expect(items.map(({ json }) => json.a)).toEqual([...Array(each).fill(1), ...Array(each).fill(2)]);
	expect(paths()['CustomActivity/RetrieveByActivityEvent']).toBe(1);
});

it('finds types in the list by a part of their names and by their codes', async () => {
	await account.open();
	const all = await account.search('searchActivityTypes');
	expect(all.results).toContainEqual({ name: 'Meeting (201)', value: '201' });
	const names = all.results.map(({ name }) => name);
	expect(names).toEqual([...names].sort());
	const found = async (text: string) =>
		(await account.search('searchActivityTypes', text)).results.map(({ value }) => value);
	expect(await found('meet')).toEqual(['201']);
	expect(await found('202')).toEqual(['202']);
});

it(`${ACTIVITIES / 4} activities with the columns of their leads take 1.2 × the least time`, async () => {
	const accountLeads = Math.round((21_750 * ACTIVITIES) / 200_000);
	await account.open({
		leads: accountLeads,
		faults: { activities: ACTIVITIES, opportunities: 0 },
	});
	const leads = new Set(meetings().map(({ lead }) => lead)).size;
	expect(leads).toBeGreaterThan(0.87 * accountLeads);
	const { items, elapsedMs } = await account.run({
		parameters: ofType({ options: { leadColumns: ['FirstName'] } }),
	});
	expect(items).toHaveLength(ACTIVITIES / 4);
	const floor = ACTIVITIES / 4000 + Math.ceil(leads / 1000);
	expect(account.sandbox.stats.calls).toBeLessThanOrEqual(1.2 * floor);
	// The activities, then their leads: two answers, one after the other.
	expect(elapsedMs).toBeLessThan(1.2 * (5000 * Math.floor((floor - 1) / 25) + 2 * 300));
});
