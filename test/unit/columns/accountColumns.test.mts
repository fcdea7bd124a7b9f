import { accountColumns } from '../../../nodes/LeadSquared/columns/accountColumns';
import type { ApiRequest, Client } from '../../../nodes/LeadSquared/transport/client';
import type { Outcome } from '../../../nodes/LeadSquared/transport/outcome';

const passing: Outcome<never> = { kind: 'transient', fault: { from: 'leadSquared', message: 'x' } };

function clientThat(...outcomes: Array<Outcome<never> | 'answers'>) {
	const calls: ApiRequest[] = [];
	const time = { now: 0 };
	const client = {
		maxWaitMs: 0,
		with: (options: object) => ({ ...client, ...options }),
		account: { memory: {} },
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
	expect(await accountColumns(client.with({ maxWaitMs: 5000 }))).toMatchObject({
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

it('they are asked for again after transient errors, for as long as it may take', async () => {
	const healing = clientThat(passing, passing, 'answers');
	expect((await accountColumns(healing.client.with({ maxWaitMs: 60_000 }))).kind).toBe('ok');
	const broken = clientThat(passing);
	expect((await accountColumns(broken.client.with({ maxWaitMs: 60_000 }))).kind).toBe('transient');
	expect(broken.time.now).toBe(60_000);
	const impatient = clientThat(passing);
	await accountColumns(impatient.client);
	expect(impatient.calls.length).toBe(1);
});

it('they are remembered for a minute, failures never', async () => {
	const { client, calls, time } = clientThat(passing, 'answers');
	await accountColumns(client);
	const answer = await accountColumns(client);
	expect(calls.length).toBe(2);
	time.now += 59_999;
	expect(await accountColumns(client)).toEqual(answer);
	expect(calls.length).toBe(2);
	time.now += 1;
	await accountColumns(client);
	expect(calls.length).toBe(3);
});

it('a caller may accept an older list, or none but a new one', async () => {
	const { client, calls, time } = clientThat('answers');
	await accountColumns(client);
	time.now += 3599_999;
	await accountColumns(client, { maxAgeMs: 3600_000 });
	expect(calls.length).toBe(1);
	await accountColumns(client, { maxAgeMs: 0 });
	await accountColumns(client, { maxAgeMs: 0 });
	expect(calls.length).toBe(3);
});

it('a list with the values of drop-downs serves all, one without them only those who need none', async () => {
	const { client, calls } = clientThat('answers');
	await accountColumns(client);
	await accountColumns(client, { withChoices: true });
	expect(calls.map(({ qs }) => qs)).toEqual([{ excludeOptionSets: 1 }, undefined]);
	await accountColumns(client, { withChoices: true });
	await accountColumns(client);
	expect(calls.length).toBe(2);
});
