import { readFileSync, writeFileSync } from 'node:fs';
import { noteAnswer } from '../../nodes/LeadSquared/transport/client';
import { itemsOf, testAccount } from './account.mts';
import { CALL_ROWS, type CallRow, type Way, WAYS } from './callMatrix.mts';

const DOCS = 'docs/behaviour.md';
const LEADS = 3000;
const LOOKED_UP = 20;
const account = testAccount();

const range = (count: number) => Array.from({ length: count }, (_, index) => index);
const lead = (index: number) => account.sandbox.lead(index)!;

/** The node's settings and input. */
async function jobOf(way: Way): Promise<{ parameters: object; input: object[]; ids: string[] }> {
	const many = { resource: 'lead', operation: 'getMany', returnAll: true };
	const one = { resource: 'lead', operation: 'get' };
	const ids = account.sandbox.ids(LEADS);
	const some = range(LOOKED_UP);
	switch (way) {
		case 'modified': {
			const span = { modifiedAfter: '2000-01-01T00:00:00Z', modifiedBefore: '' };
			return { parameters: { ...many, ...span }, input: [{}], ids };
		}
		case 'list':
		case 'pages': {
			const { results } = await account.search('searchLists', 'All Leads');
			const listId = { __rl: true, mode: 'list', value: String(results[0].value) };
			return { parameters: { ...many, filterBy: 'list', listId }, input: [{}], ids };
		}
		case 'column': {
			const condition = {
				filterBy: 'column',
				column: 'CreatedOn',
				operator: '>',
				value: '2000-01-01',
			};
			return { parameters: { ...many, ...condition }, input: [{}], ids };
		}
		case 'email':
		case 'phone':
			return {
				parameters: { ...one, lead: { __rl: true, mode: way, value: '={{ $json.value }}' } },
				input: some.map((at) => ({
					value: way === 'email' ? lead(at).EmailAddress : lead(at).Phone,
				})),
				ids: some.map((at) => account.sandbox.idAt(at)),
			};
	}
}

/** @returns how many calls it took more than without trouble */
async function expectNothingLost({ faults, options, error }: CallRow, way: Way): Promise<number> {
	const usual = { listPageCap: 1000, listPageCapStyle: 'silent' as const };
	const given = way === 'pages' ? { missingCalls: ['List.GetLeads'] } : {};
	await account.open({ leads: LEADS, ...options });
	const { parameters, input, ids } = await jobOf(way);
	// A host that has never answered is not waited for as long as calls that time out take.
	noteAnswer(`${account.url}/v2`, { kind: 'ok', value: undefined });
	Object.assign(account.sandbox.faults, usual, given, faults);
	const asked = account.sandbox.stats.calls;
	const columns = ['FirstName', 'ModifiedOn', ...(faults?.badColumns ? ['mx_Bogus'] : [])];
	const result = await account.run({
		parameters: { ...parameters, columns, options: { maxWaitSeconds: 600 } } as never,
		input,
		onError: 'continueRegularOutput',
		mode: 'trigger',
	});
	const { items } = result;
	if (error) {
		expect(items).toHaveLength(input.length);
		for (const { json } of items) expect(json.error).toMatch(error);
	} else {
		expect(items.filter(({ json }) => json.error)).toEqual([]);
		const came = items.map(({ json }) => String(json.ProspectID));
		expect(new Set(came).size).toBe(came.length);
		if (input.length > 1) {
			expect(came).toEqual(ids);
			expect(itemsOf(items)).toEqual(range(input.length));
		} else expect([...came].sort()).toEqual([...ids].sort());
		// One expectation for all: each takes longer than the node takes for a lead.
		const keys = ['ProspectID', ...columns].join();
		const isTime = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/;
		const isWrong = ({ json }: (typeof items)[0]) =>
			Object.keys(json).join() !== keys || !isTime.test(String(json.ModifiedOn));
		expect(items.filter(isWrong)).toEqual([]);
	}
	return account.sandbox.stats.calls - asked - WAYS[way].calls;
}

const jobs = CALL_ROWS.flatMap((row) =>
	(Object.keys(row.extraCalls) as Way[]).map(
		(way) => [row.behaviour, WAYS[way].name, row, way] as const,
	),
);

describe('whatever a server does, nothing is lost or duplicated', () => {
	it.each(jobs)('%s: %s', async (_behaviour, _name, row, way) => {
		const extra = await expectNothingLost(row, way);
		expect(extra).toBeLessThanOrEqual(row.error ? 0 : row.extraCalls[way]!);
	});
});

it(`stands in ${DOCS} as it is tested`, () => {
	const ways = Object.keys(WAYS) as Way[];
	const table = [
		`| what the server does | ${ways.map((way) => WAYS[way].name).join(' | ')} |`,
		`| --- |${ways.map(() => ' --- |').join('')}`,
		...CALL_ROWS.map(({ behaviour, extraCalls, error }) => {
			const cells = ways.map((way) => (error ? 'error' : (extraCalls[way] ?? '')));
			return `| ${behaviour} | ${cells.join(' | ')} |`;
		}),
	].join('\n');
	const [start, end] = ['<!-- call matrix -->\n', '\n<!-- end of call matrix -->'];
	const [before, rest] = readFileSync(DOCS, 'utf8').split(start);
	const [inDocs, after] = rest.split(end);
	if (process.env.UPDATE_DOCS) writeFileSync(DOCS, before + start + table + end + after);
	else expect(inDocs).toBe(table);
});
