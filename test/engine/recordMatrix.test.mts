/** Activities, opportunities, tasks, notes and lists on servers that misbehave. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { IDataObject } from 'n8n-workflow';
import { emailOfUser } from '../../dev/sandbox/users.mts';
import { noteAnswer } from '../../nodes/LeadSquared/transport/client';
import { itemsOf, testAccount } from './account.mts';
import { type RecordRow, RECORD_ROWS, SAFE_TO_REPEAT, type Way, WAYS } from './recordMatrix.mts';

const DOCS = 'docs/behaviour.md';
const ITEMS = 60;
const MEETING = 201;
const ADMISSION = 12_000;
const account = testAccount();

const locator = (mode: string, value: string) => ({ __rl: true, mode, value });
const lead = locator('id', '={{ $json.lead }}');
const opportunityType = locator('code', String(ADMISSION));

/** The task of a way, and the means to check it. */
interface Job {
	parameters: object;
	input: object[];
	/** The name of the ID in the items. */
	id: string;
	/** Of a read: the IDs that are to come. Of a write: the keys of the rows, in the order of the input. */
	wanted: () => string[];
	/** Of a write: the keys of the rows that the account has, and the IDs of the records. */
	written?: () => Array<{ key: string; id: string }>;
}

async function jobOf(way: Way): Promise<Job> {
	const { sandbox } = account;
	const leads = sandbox.ids(ITEMS);
	const ofLeads = leads.map((id) => ({ lead: id }));
	const named = leads.map((id, at) => ({ lead: id, name: `row ${at}` }));
	const rows = () => named.map(({ name }) => name);
	const { records } = sandbox;
	const recordsOf = (isWanted: (code: number) => boolean, among?: string[]) =>
		sandbox.activities
			.filter((each) => isWanted(each.code) && (!among || among.includes(each.lead)))
			.map(({ id }) => id);
	switch (way) {
		case 'ofType':
			return {
				parameters: {
					resource: 'activity',
					operation: 'getMany',
					filterBy: 'type',
					activityType: locator('code', String(MEETING)),
					modifiedAfter: '2000-01-01T00:00:00Z',
					modifiedBefore: '',
				},
				input: [{}],
				id: 'ActivityId',
				wanted: () => recordsOf((code) => code === MEETING),
			};
		case 'ofLead':
			return {
				parameters: { resource: 'activity', operation: 'getMany', filterBy: 'lead', lead },
				input: ofLeads,
				id: 'ActivityId',
				wanted: () => recordsOf(() => true, leads),
			};
		case 'opportunitiesById': {
			const ids = recordsOf((code) => code === ADMISSION);
			return {
				parameters: {
					resource: 'opportunity',
					operation: 'getByIds',
					opportunityType,
					opportunityIds: '={{ $json.ids }}',
					columns: ['mx_Custom_1'],
				},
				input: [{ ids }],
				id: 'OpportunityId',
				wanted: () => ids,
			};
		}
		case 'opportunitiesOf':
			return {
				parameters: {
					resource: 'opportunity',
					operation: 'getMany',
					opportunityType,
					lead,
					columns: ['mx_Custom_1'],
				},
				input: ofLeads,
				id: 'OpportunityId',
				wanted: () => recordsOf((code) => code === ADMISSION, leads),
			};
		case 'tasks':
			await createTasks(named);
			return {
				parameters: {
					resource: 'task',
					operation: 'getMany',
					owner: locator('email', emailOfUser(0)),
					taskType: locator('list', ''),
					status: 'open',
				},
				input: [{}],
				id: 'TaskId',
				wanted: () => records.tasks.map(({ id }) => id),
			};
		case 'notes':
			addNotes(leads);
			return {
				parameters: { resource: 'note', operation: 'getMany', lead },
				input: ofLeads,
				id: 'NoteId',
				wanted: () => records.notes.map(({ ProspectNoteId }) => ProspectNoteId),
			};
		case 'addActivities':
			return {
				parameters: {
					resource: 'activity',
					operation: 'create',
					lead,
					activityType: locator('code', String(MEETING)),
					note: '={{ $json.name }}',
					fields: { mappingMode: 'defineBelow', value: {}, matchingColumns: [] },
				},
				input: named,
				id: 'ActivityId',
				wanted: rows,
				written: () => records.activities.map(({ id, note }) => ({ key: String(note), id })),
			};
		case 'addTasks':
			return {
				parameters: TASK,
				input: named,
				id: 'TaskId',
				wanted: rows,
				written: () => records.tasks.map(({ id, name }) => ({ key: name, id })),
			};
		case 'completeTasks': {
			await createTasks(named);
			const ids = records.tasks.map(({ id }) => id);
			return {
				parameters: { resource: 'task', operation: 'complete', taskId: '={{ $json.id }}' },
				input: ids.map((id) => ({ id })),
				id: 'TaskId',
				wanted: () => ids,
				written: () =>
					records.tasks
						.filter(({ completed }) => completed !== undefined)
						.map(({ id }) => ({ key: id, id })),
			};
		}
		case 'addNotes':
			return {
				parameters: { resource: 'note', operation: 'create', lead, note: '={{ $json.name }}' },
				input: named,
				id: 'NoteId',
				wanted: rows,
				written: () =>
					records.notes.map(({ Note, ProspectNoteId }) => ({ key: Note, id: ProspectNoteId })),
			};
		case 'addToList': {
			const { results } = await account.search('searchLists', 'Empty List');
			return {
				parameters: {
					resource: 'list',
					operation: 'addLeads',
					listId: locator('id', String(results[0].value)),
					leadIds: '={{ $json.lead }}',
				},
				input: ofLeads,
				id: 'ProspectID',
				wanted: () => leads,
				written: () => records.members.map((member) => ({ key: member.lead, id: member.lead })),
			};
		}
	}
}

const TASK = {
	resource: 'task',
	operation: 'create',
	name: '={{ $json.name }}',
	taskType: locator('name', 'Phone Call'),
	lead,
	owner: locator('id', ''),
	dueDate: '',
	endDate: '',
	description: '',
};

async function createTasks(input: object[]): Promise<void> {
	await account.run({ parameters: { ...TASK, options: {} } as never, input });
}

/** A note of each lead, and 50 of the first one. */
function addNotes(leads: string[]): void {
	const { records } = account.sandbox;
	const all = [...leads, ...Array.from({ length: 49 }, () => leads[0])];
	for (const [at, RelatedProspectId] of all.entries()) {
		const ProspectNoteId = account.sandbox.idAt(10_000 + at);
		const CreatedOn = new Date(Date.UTC(2026, 0, 1) + at * 60_000);
		records.notes.push({
			ProspectNoteId,
			RelatedProspectId,
			Note: `note ${at}`,
			AttachmentName: null,
			AttachmentURL: null,
			CreatedBy: '',
			CreatedByName: '',
			CreatedOn: CreatedOn.toISOString().slice(0, 23).replace('T', ' '),
		});
	}
}

const IS_UNCLEAR = /is not known whether|may have executed/;
const wordsOf = ({ error, message }: IDataObject) => `${String(error)}. ${String(message)}`;

async function expectNothingLost({ faults, options, error, isUnclear }: RecordRow, way: Way) {
	await account.open({
		leads: 300,
		faults: { activities: 3000, opportunities: 1000, notesPerLead: 0 },
	});
	const { parameters, input, id, wanted, written } = await jobOf(way);
	// A host that has never answered is not waited for as long as calls that time out take.
	noteAnswer(`${account.url}/v2`, { kind: 'ok', value: undefined });
	Object.assign(account.sandbox.faults, faults);
	if (options) account.sandbox.limit = options.limit!;
	const { items } = await account.run({
		parameters: { returnAll: true, ...parameters, options: { maxWaitSeconds: 600 } } as never,
		input,
		onError: 'continueRegularOutput',
		mode: 'trigger',
	});
	const failed = items.filter(({ json }) => json.error);
	if (error) {
		expect(items).toHaveLength(input.length);
		for (const { json } of items) expect(wordsOf(json)).toMatch(error);
		expect(written?.() ?? []).toEqual([]);
		return;
	}
	if (!written) {
		expect(failed).toEqual([]);
		expect(items.map(({ json }) => String(json[id])).sort()).toEqual(wanted().sort());
		return;
	}
	const keys = wanted();
	const made = new Map(written().map(({ key, id: made }) => [key, made]));
	expect(made.size).toBe(written().length);
	expect(itemsOf(items)).toEqual(keys.map((_, at) => at));
	for (const [at, { json }] of items.entries()) {
		if (typeof json.error !== 'string')
			expect(json[id]).toBe(made.get(keys[at]) ?? 'nothing written');
		else if (!IS_UNCLEAR.test(wordsOf(json))) expect(made.has(keys[at])).toBe(false);
	}
	if (!isUnclear || SAFE_TO_REPEAT.includes(way)) expect(failed).toEqual([]);
}

const jobs = RECORD_ROWS.flatMap((row) =>
	row.ways.map((way) => [row.behaviour, WAYS[way].name, row, way] as const),
);

describe('whatever a server does, nothing is lost, made twice or falsely reported', () => {
	it.each(jobs)('%s: %s', async (_behaviour, _name, row, way) => {
		await expectNothingLost(row, way);
	});
});

it(`is in ${DOCS} as it is tested`, () => {
	const ways = Object.keys(WAYS) as Way[];
	const cell = ({ ways: of, error, isUnclear }: RecordRow, way: Way): string => {
		if (!of.includes(way)) return '';
		if (error) return 'error';
		const mayBeUnclear = isUnclear && WAYS[way].writes && !SAFE_TO_REPEAT.includes(way);
		return mayBeUnclear ? 'once, or not known' : WAYS[way].writes ? 'once' : 'all';
	};
	const table = [
		`| what the server does | ${ways.map((way) => WAYS[way].name).join(' | ')} |`,
		`| --- |${ways.map(() => ' --- |').join('')}`,
		...RECORD_ROWS.map(
			(row) => `| ${row.behaviour} | ${ways.map((way) => cell(row, way)).join(' | ')} |`,
		),
	].join('\n');
	const [start, end] = ['<!-- record matrix -->\n', '\n<!-- end of record matrix -->'];
	const [before, rest] = readFileSync(DOCS, 'utf8').split(start);
	const [inDocs, after] = rest.split(end);
	if (process.env.UPDATE_DOCS) writeFileSync(DOCS, before + start + table + end + after);
	else expect(inDocs).toBe(table);
});
