/** LeadSquared Trigger, after a stop: how soon it catches up, and how many rows and calls that takes. */
import type { SandboxOptions } from '../../dev/sandbox/server.mts';
import type { ScriptStep } from '../../dev/sandbox/script.mts';
import { BACKLOG, LONG_BACKLOG } from '../sizes.mts';
import { testAccount } from './account.mts';
import { type Engine, PollingN8n } from './polling.mts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

const account = testAccount();
const wait = async (ms: number) => await account.time.run(account.time.clock.sleep(ms));

interface Backlog {
	event: string;
	max?: number;
	calls?: number;
	engine?: Engine;
	script: ScriptStep[];
	sandbox: SandboxOptions;
}

/** A workflow that was stopped while this happened, and is active again. */
async function withBacklog({ event, max, calls = 25, engine, script, sandbox }: Backlog) {
	const limit = { calls, seconds: 5 };
	await account.open({ limit, latencyMs: 300, ...sandbox });
	const one = new PollingN8n({
		engine,
		budgetMs: engine === undefined ? 300_000 : 36_000,
		parameters: {
			event,
			columns: ['FirstName', 'CreatedOn', 'ModifiedOn', 'LeadLastModifiedOn'],
			options: max === undefined ? {} : { maxLeadsPerPoll: max },
		},
		credentials: { ...account.credentials(), rateLimitCalls: calls, rateLimitSeconds: 5 },
	});
	await account.time.run(one.activate());
	await wait(2 * SECOND);
	one.deactivate();
	account.sandbox.play(script);
	await wait(3 * 60 * MINUTE);
	const before = { rows: account.sandbox.stats.leadsServed, calls: account.sandbox.stats.calls };
	const sizes: number[] = [];
	const poll = async (action: () => Promise<void>) => {
		const known = one.items.length;
		await account.time.run(action());
		sizes.push(one.items.length - known);
	};
	return {
		one,
		sizes,
		async pollUntil(count: number) {
			await poll(async () => await one.activate());
			while (one.items.length < count && sizes.length < 50) {
				await wait(MINUTE);
				await poll(async () => await one.tick());
			}
			const { leadsServed, calls: made } = account.sandbox.stats;
			return { rows: leadsServed - before.rows, calls: made - before.calls };
		},
	};
}

const timesOf = ({ items }: PollingN8n, column: string) =>
	items.map(({ json }) => String(json[column]));
const isSorted = (texts: string[]) => texts.every((text, at) => at === 0 || texts[at - 1] <= text);

describe.each(['leadActive', 'leadUpdated', 'leadCreated'])('a backlog (%s)', (event) => {
	const kind = { leadActive: 'activity', leadUpdated: 'change', leadCreated: 'create' }[event]!;
	const column =
		{ leadActive: 'LeadLastModifiedOn', leadUpdated: 'ModifiedOn' }[event] ?? 'CreatedOn';
	const leads = event === 'leadCreated' ? 300 : BACKLOG + 1;

	it.each([
		['an hour', 60 * MINUTE],
		['one second', 0],
	])(`of ${BACKLOG} leads of %s is read once, 1,000 a poll`, async (_, over) => {
		const { one, sizes, pollUntil } = await withBacklog({
			event,
			max: 1000,
			script: [
				{ over, [kind]: BACKLOG },
				{ at: 120 * MINUTE, [kind]: 1, from: BACKLOG },
			],
			sandbox: { leads },
		});
		const { rows } = await pollUntil(BACKLOG + 1);
		expect(new Set(one.items.map(({ json }) => json.ProspectID)).size).toBe(BACKLOG + 1);
		expect(one.items).toHaveLength(BACKLOG + 1);
		expect(rows).toBeLessThan(BACKLOG + 8000);
		expect(Math.min(...sizes.slice(0, -2))).toBeGreaterThan(500);
		expect(Math.max(...sizes)).toBeLessThanOrEqual(1000);
		expect(isSorted(timesOf(one, column))).toBe(true);
	});

	it.each([
		['an hour', 60 * MINUTE],
		['a minute', MINUTE],
		['one second', 0],
	])(
		'of %s makes progress in every poll, where pages hold 200 and polls take 36 s',
		async (_, over) => {
			const { one, sizes, pollUntil } = await withBacklog({
				event,
				calls: 10,
				engine: 'durable scheduler',
				script: [
					{ over, [kind]: BACKLOG },
					{ at: 120 * MINUTE, [kind]: 1, from: BACKLOG },
				],
				sandbox: { leads, faults: { listPageCap: 200 } },
			});
			const { rows } = await pollUntil(BACKLOG + 1);
			expect(new Set(one.items.map(({ json }) => json.ProspectID)).size).toBe(BACKLOG + 1);
			expect(one.items).toHaveLength(BACKLOG + 1);
			expect(rows).toBeLessThan(BACKLOG + 6000);
			expect(Math.min(...sizes)).toBeGreaterThan(0);
			expect(sizes.length).toBeLessThan(10);
		},
	);
});

it(`of ${LONG_BACKLOG.leads} leads brings some in every poll, with 2 calls in 5 seconds`, async () => {
	const { leads, enough } = LONG_BACKLOG;
	const { one, sizes, pollUntil } = await withBacklog({
		event: 'leadUpdated',
		calls: 2,
		engine: 'durable scheduler',
		script: [
			{ over: 60 * MINUTE, change: leads },
			{ at: 120 * MINUTE, change: 1, from: leads },
		],
		sandbox: { leads: leads + 1, faults: { listPageCap: 500 } },
	});
	await pollUntil(enough);
	expect(Math.min(...sizes)).toBeGreaterThan(2000);
	expect(isSorted(timesOf(one, 'ModifiedOn'))).toBe(true);
});

it.each<[string, SandboxOptions['faults']]>([
	['LeadSquared ignores Sorting', { sorting: 'ignored', order: 'reversed' }],
	['equal times come in another order each time', { ties: 'unstable' }],
])('a backlog comes once, and some of it in every poll, where %s', async (_, faults) => {
	const { one, sizes, pollUntil } = await withBacklog({
		event: 'leadUpdated',
		calls: 10,
		engine: 'durable scheduler',
		script: [
			{ over: MINUTE, change: 5000 },
			{ at: 120 * MINUTE, change: 1, from: 5000 },
		],
		sandbox: { leads: 5001, faults: { listPageCap: 50, ...faults } },
	});
	const { rows } = await pollUntil(5001);
	expect(new Set(one.items.map(({ json }) => json.ProspectID)).size).toBe(5001);
	expect(one.items).toHaveLength(5001);
	expect(Math.min(...sizes)).toBeGreaterThan(0);
	expect(rows).toBeLessThan(12_000);
});

it.each([50, 1])(
	'Lead Created comes through where more old leads are active than a poll can read (%d)',
	async (created) => {
		const { one, pollUntil } = await withBacklog({
			event: 'leadCreated',
			calls: 2,
			engine: 'durable scheduler',
			script: [
				{ over: 60 * MINUTE, create: created },
				{ at: 70 * MINUTE, over: 30 * MINUTE, activity: 20_000 },
			],
			sandbox: { leads: 20_000, faults: { listPageCap: 200 } },
		});
		await pollUntil(created);
		expect(new Set(one.items.map(({ json }) => json.ProspectID)).size).toBe(created);
		expect(one.items).toHaveLength(created);
		expect(one.errors).toEqual([]);
	},
);

it.each<[string, SandboxOptions['faults']]>([
	['sorts', {}],
	['ignores Sorting', { sorting: 'ignored', order: 'reversed' }],
])(
	'columns that change before each poll of a backlog bring no lead twice, where LeadSquared %s',
	async (_, faults) => {
		const sandbox = await account.open({
			leads: 5000,
			limit: { calls: 10, seconds: 5 },
			latencyMs: 300,
			faults: { listPageCap: 50, ...faults },
		});
		const one = new PollingN8n({
			engine: 'durable scheduler',
			budgetMs: 36_000,
			parameters: { event: 'leadUpdated', columns: ['FirstName'] },
			credentials: { ...account.credentials(), rateLimitCalls: 10, rateLimitSeconds: 5 },
		});
		await account.time.run(one.activate());
		await wait(2 * SECOND);
		sandbox.play([{ change: 100 }]);
		await wait(10 * SECOND);
		await account.time.run(one.tick());
		expect(one.items).toHaveLength(100);
		sandbox.play([{ over: 20 * SECOND, change: 4900, from: 100 }]);
		await wait(30 * SECOND);
		const choices = [['FirstName', 'LastName'], ['LastName'], ['FirstName']];
		for (let polls = 0; polls < 20; polls++) {
			const parameters = { columns: choices[polls % choices.length] };
			await account.time.run(one.change({ parameters }));
			await wait(MINUTE);
			await account.time.run(one.tick());
		}
		expect(new Set(one.items.map(({ json }) => json.ProspectID)).size).toBe(5000);
		expect(one.items).toHaveLength(5000);
	},
);
