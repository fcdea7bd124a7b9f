import type { INodeExecutionData } from 'n8n-workflow';
import { testAccount } from './account.mts';
import { ENGINES, type Engine, PollingN8n, type PollingOptions } from './polling.mts';

const MINUTE = 60_000;

const account = testAccount();
const wait = async (ms: number) => await account.time.run(account.time.clock.sleep(ms));
const idsOf = (items: INodeExecutionData[]) => items.map(({ json }) => json.ProspectID);

function n8n(parameters: object = {}, options: Partial<PollingOptions> = {}) {
	return new PollingN8n({
		parameters: { event: 'leadCreated', columns: ['FirstName'], ...parameters },
		credentials: { ...account.credentials(), rateLimitCalls: 25, rateLimitSeconds: 5 },
		...options,
	});
}

/** A poll at the next minute. */
async function poll(one: PollingN8n, after = MINUTE): Promise<void> {
	await wait(after);
	await account.time.run(one.tick());
}

describe.each(ENGINES)('with %s', (engine: Engine) => {
	const open = async (event: string) => {
		await account.open({ leads: 300 });
		const one = n8n({ event }, { engine });
		await account.time.run(one.activate());
		return one;
	};

	it('gives what was created after the activation, once, and nothing else', async () => {
		const one = await open('leadCreated');
		await poll(one);
		expect(one.executions).toEqual([]);
		account.sandbox.touch(5, { ProspectStage: 'Customer' });
		const [first] = account.sandbox.create(1);
		await poll(one);
		expect(idsOf(one.items)).toEqual([first]);
		const [second, third] = [
			account.sandbox.create(1)[0],
			(await wait(2000), account.sandbox.create(1)[0]),
		];
		await poll(one);
		await poll(one);
		expect(one.executions.map(({ items }) => idsOf(items))).toEqual([[first], [second, third]]);
		expect(one.items[0].json).toEqual({
			ProspectID: first,
			FirstName: account.sandbox.lead(first, ['FirstName'])!.FirstName,
		});
		expect(one.errors).toEqual([]);
	});
});
