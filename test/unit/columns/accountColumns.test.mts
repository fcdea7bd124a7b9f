import { fetchColumns, recentColumns } from '../../../nodes/LeadSquared/columns/accountColumns';
import type { ApiRequest, Client } from '../../../nodes/LeadSquared/transport/client';
import type { Outcome } from '../../../nodes/LeadSquared/transport/outcome';

const passing: Outcome<never> = { kind: 'transient', fault: { from: 'leadSquared', message: 'x' } };

function clientThat(...outcomes: Array<Outcome<never> | 'answers'>) {
	const calls: ApiRequest[] = [];
	const time = { now: 0 };
	const client = {
		account: { memory: { recent: new Map() } },
		signal: new AbortController().signal,
		clock: { now: () => time.now, sleep: async (ms: number) => void (time.now += ms) },
		async call(request: ApiRequest, read: (body: unknown) => unknown) {
			calls.push(request);
			const outcome = outcomes[Math.min(calls.length, outcomes.length) - 1];
			return outcome === 'answers'
				? { kind: 'ok', value: read([{ SchemaName: 'Phone', DataType: 'Phone' }]) }
				: outcome;
		},
	} as unknown as Client;
	return { client, calls, time };
}

it('columns are asked for without the values of drop-downs', async () => {
	const { client, calls } = clientThat('answers');
	expect(await fetchColumns(client, 5000)).toMatchObject({
		kind: 'ok',
		value: [{ schemaName: 'Phone', displayName: 'Phone', dataType: 'Phone' }],
	});
	expect(calls).toEqual([
		{
			method: 'GET',
			path: '/LeadManagement.svc/LeadsMetaData.Get',
			qs: { excludeOptionSets: 1 },
		},
	]);
});

it('they are asked for again after passing faults, for as long as it may take', async () => {
	const healing = clientThat(passing, passing, 'answers');
	expect((await fetchColumns(healing.client, 60_000)).kind).toBe('ok');
	const broken = clientThat(passing);
	expect((await fetchColumns(broken.client, 60_000)).kind).toBe('transient');
	expect(broken.time.now).toBe(60_000);
	const impatient = clientThat(passing);
	await fetchColumns(impatient.client, 0);
	expect(impatient.calls.length).toBe(1);
});

it('they are remembered for a minute, failures never', async () => {
	const { client, time } = clientThat(passing, 'answers');
	await fetchColumns(client, 0);
	expect(recentColumns(client)).toBeUndefined();
	const answer = await fetchColumns(client, 0);
	time.now += 59_999;
	expect(recentColumns(client)).toEqual(answer);
	time.now += 1;
	expect(recentColumns(client)).toBeUndefined();
});
