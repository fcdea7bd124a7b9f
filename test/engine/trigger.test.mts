/** LeadSquared Trigger, polled as n8n polls, in each of its ways to keep what is remembered. */
import type { INodeExecutionData } from 'n8n-workflow';
import { createSandbox, type SandboxOptions } from '../../dev/sandbox/server.mts';
import { httpInto } from '../unit/fakeContext.mts';
import { testAccount } from './account.mts';
import {
	ENGINES,
	type Engine,
	PollingN8n,
	type PollingOptions,
	triggerOfAnotherProcess,
} from './polling.mts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

const account = testAccount();
const wait = async (ms: number) => await account.time.run(account.time.clock.sleep(ms));
const idsOf = (items: INodeExecutionData[]) => items.map(({ json }) => json.ProspectID);
const given = (one: PollingN8n) => one.executions.map(({ items }) => idsOf(items));
const startsOver = (why: string) =>
	`LeadSquared [Harness > LeadSquared Trigger]: starts with changes from now on, because ${why}`;
const lines = (one: PollingN8n, level: string) =>
	one.logs.filter((line) => line.level === level).map(({ message }) => message);

function n8n(parameters: object = {}, options: Partial<PollingOptions> = {}) {
	return new PollingN8n({
		parameters: { event: 'leadCreated', columns: ['FirstName'], ...parameters },
		credentials: { ...account.credentials(), rateLimitCalls: 25, rateLimitSeconds: 5 },
		...options,
	});
}

/** An account, and a workflow that has just been activated. */
async function active(
	parameters: object = {},
	options: Partial<PollingOptions> & { sandbox?: SandboxOptions } = {},
): Promise<PollingN8n> {
	await account.open({ leads: 300, ...options.sandbox });
	const one = n8n(parameters, options);
	await account.time.run(one.activate());
	await wait(2 * SECOND);
	return one;
}

/** A poll when it is time. */
async function poll(one: PollingN8n, after = MINUTE): Promise<void> {
	await wait(after);
	await account.time.run(one.tick());
}

/** Polls until `count` items have come, or time is up. */
async function pollUntil(one: PollingN8n, count: number, most = 20): Promise<void> {
	for (let polls = 0; polls < most && one.items.length < count; polls++) await poll(one);
}

it.each([
	['OT_1', 3],
	['', 5],
])('the option Lead Type set to "%s" selects the leads', async (leadType, wanted) => {
	const sandbox: SandboxOptions = { faults: { secondTypeEvery: 4 } };
	const one = await active({ event: 'leadUpdated', options: { leadType } }, { sandbox });
	for (const at of [3, 5]) account.sandbox.touch(at, { ProspectStage: 'Customer' });
	await poll(one);
	expect(given(one)).toEqual([[account.sandbox.idAt(wanted)]]);
});

describe.each(ENGINES)('with %s', (engine: Engine) => {
	it('returns leads that change after the activation, each once', async () => {
		const one = await active({}, { engine });
		await poll(one);
		expect(one.executions).toEqual([]);
		account.sandbox.touch(5, { ProspectStage: 'Customer' });
		const [first] = account.sandbox.create(1);
		await poll(one);
		expect(given(one)).toEqual([[first]]);
		const [second] = account.sandbox.create(1);
		await wait(2 * SECOND);
		const [third] = account.sandbox.create(1);
		await poll(one);
		await poll(one);
		expect(given(one)).toEqual([[first], [second, third]]);
		expect(one.errors).toEqual([]);
	});

	it('continues where it stopped after a restart, even much later', async () => {
		const one = await active({}, { engine });
		const [first] = account.sandbox.create(1);
		await poll(one);
		const [second] = account.sandbox.create(1);
		await wait(23 * 60 * MINUTE);
		const [third] = account.sandbox.create(1);
		await account.time.run(one.restart());
		await poll(one);
		expect(given(one).flat()).toEqual([first, second, third]);
	});

	it('returns leads that changed while the workflow was inactive', async () => {
		const one = await active({}, { engine });
		one.deactivate();
		const [lead] = account.sandbox.create(1);
		await wait(60 * MINUTE);
		await account.time.run(one.activate());
		await poll(one);
		expect(given(one).flat()).toEqual([lead]);
	});

	it('continues after the node is renamed', async () => {
		const one = await active({}, { engine });
		const [first] = account.sandbox.create(1);
		await poll(one);
		const [second] = account.sandbox.create(1);
		await wait(MINUTE);
		await account.time.run(one.change({ name: 'When a lead comes' }));
		await poll(one);
		await account.time.run(one.change({ name: 'LeadSquared Trigger' }));
		await poll(one);
		expect(given(one).flat()).toEqual([first, second]);
	});

	it('starts over with another event, which the log says', async () => {
		const one = await active({}, { engine });
		expect(lines(one, 'info')).toEqual([startsOver('it has no position yet')]);
		account.sandbox.create(1);
		await wait(MINUTE);
		await account.time.run(one.change({ parameters: { event: 'leadUpdated' } }));
		await wait(2 * SECOND);
		account.sandbox.touch(3, { ProspectStage: 'Customer' });
		await poll(one);
		expect(given(one)).toEqual([[account.sandbox.idAt(3)]]);
		expect(lines(one, 'warn')).toEqual([startsOver('the event was changed')]);
	});

	it('loses nothing to a poll that fails, and reports it if the next one fails as well', async () => {
		const one = await active({}, { engine });
		const [lead] = account.sandbox.create(1);
		account.sandbox.faults.outageUntil = account.time.clock.now() + 4 * MINUTE;
		await poll(one);
		expect(one.errors).toEqual([]);
		expect(lines(one, 'warn')).toEqual([
			'LeadSquared [Harness > LeadSquared Trigger]: LeadSquared was not available. Nothing is lost: the next poll tries again',
		]);
		account.sandbox.faults.outageUntil = account.time.clock.now() + 6 * MINUTE;
		await poll(one);
		expect(one.errors.map(({ message }) => message)).toEqual(['LeadSquared was not available']);
		account.sandbox.faults.outageUntil = null;
		await poll(one);
		await poll(one);
		expect(given(one)).toEqual([[lead]]);
		expect(one.errors).toHaveLength(1);
	});

	it('reports an hour without LeadSquared once', async () => {
		const one = await active({}, { engine });
		const [lead] = account.sandbox.create(1);
		for (const times of [1, 2]) {
			account.sandbox.faults.outageUntil = Infinity;
			for (let polls = 0; polls < 11; polls++) await poll(one, 5 * MINUTE);
			expect(one.errors).toHaveLength(times);
			expect(lines(one, 'warn')).toHaveLength(10 * times);
			account.sandbox.faults.outageUntil = null;
			await poll(one, 10 * MINUTE);
		}
		expect(given(one)).toEqual([[lead]]);
	});

	it('reports an outage of different faults once', async () => {
		const one = await active({}, { engine });
		const [lead] = account.sandbox.create(1);
		account.sandbox.faults.outageUntil = Infinity;
		for (const kind of [
			'503',
			'reset',
			'html-200',
			'other-json-200',
			'firewall-403',
			'proxy-407',
			'login-302',
			'empty-200',
			'other-json-200',
		] as const) {
			account.sandbox.faults.outageKind = kind;
			await poll(one, 5 * MINUTE);
		}
		expect(one.errors.map(({ message }) => message)).toHaveLength(1);
		account.sandbox.faults.outageUntil = null;
		await poll(one, 10 * MINUTE);
		expect(given(one)).toEqual([[lead]]);
	});

	it('gives each change once, where columns change while it is active', async () => {
		const one = await active({ event: 'leadUpdated' }, { engine });
		const touch = (from: number, to: number) => {
			for (let at = from; at < to; at++) account.sandbox.touch(at, { ProspectStage: 'Customer' });
		};
		touch(0, 20);
		await poll(one);
		await account.time.run(one.change({ parameters: { columns: ['FirstName', 'LastName'] } }));
		touch(20, 25);
		for (let polls = 0; polls < 3; polls++) await poll(one, 40 * SECOND);
		expect(idsOf(one.items)).toHaveLength(25);
		expect(new Set(idsOf(one.items)).size).toBe(25);
	});

	it('gives each change once, where the account gets a column and loses one', async () => {
		const one = await active(
			{ event: 'leadUpdated', columns: ['*'] },
			{ engine, sandbox: { faults: { missingColumns: ['mx_City'] } } },
		);
		account.sandbox.touch(1, { ProspectStage: 'Customer' });
		await poll(one, 20 * SECOND);
		account.sandbox.faults.missingColumns = [];
		await account.time.run(one.restart(await triggerOfAnotherProcess()));
		for (let polls = 0; polls < 3; polls++) await poll(one, 20 * SECOND);
		account.sandbox.faults.missingColumns = ['LastName'];
		for (let polls = 0; polls < 3; polls++) await poll(one, 20 * SECOND);
		expect(given(one)).toEqual([[account.sandbox.idAt(1)]]);
	});

	it('does not poll while another poll is under way', async () => {
		const one = await active({}, { engine });
		account.sandbox.faults.pageMs = 50 * SECOND;
		const [lead] = account.sandbox.create(1);
		await wait(MINUTE);
		await account.time.run(Promise.all([one.tick(), one.tick()]));
		await account.time.run(Promise.all([one.tick(), one.tick()]));
		expect(given(one)).toEqual([[lead]]);
	});

	it('returns 12,000 leads of one second while remembering less than 64 kB', async () => {
		const one = await active({ event: 'leadActive' }, { engine, sandbox: { leads: 13_000 } });
		account.sandbox.play([{ at: 5 * SECOND, activity: 12_000 }]);
		await poll(one);
		expect(one.items.length).toBeGreaterThan(2000);
		expect(one.rememberedBytes).toBeGreaterThan(40_000);
		expect(one.rememberedBytes).toBeLessThan(64_000);
		await pollUntil(one, 12_000);
		await poll(one);
		expect(new Set(idsOf(one.items))).toEqual(new Set(account.sandbox.ids(12_000)));
		expect(one.items).toHaveLength(12_000);
		expect(account.sandbox.stats.refused).toBe(0);
		await wait(10 * MINUTE);
		await poll(one);
		account.sandbox.create(1);
		await poll(one);
		expect(one.rememberedBytes).toBeLessThan(2000);
	});
});

describe('an event', () => {
	const happens = () => {
		const { sandbox } = account;
		const [created] = sandbox.create(1);
		sandbox.touch(3, { ProspectStage: 'Customer' });
		sandbox.touch(4);
		return { created, changed: sandbox.idAt(3), busy: sandbox.idAt(4) };
	};

	it('Lead Created occurs only for new leads', async () => {
		const one = await active({ event: 'leadCreated' });
		const { created } = happens();
		await poll(one);
		await wait(MINUTE);
		account.sandbox.touch(created, { FirstName: 'Asha' });
		await poll(one);
		expect(given(one)).toEqual([[created]]);
	});

	it('Lead Updated occurs if a column changes, not for activities or new leads', async () => {
		const one = await active({ event: 'leadUpdated' });
		const { changed, busy, created } = happens();
		await poll(one);
		expect(given(one)).toEqual([[changed]]);
		account.sandbox.touch(changed);
		account.sandbox.touch(busy, { ProspectStage: 'Customer' });
		await poll(one);
		expect(given(one)).toEqual([[changed], [busy]]);
		account.sandbox.touch(created, { ProspectStage: 'Customer' });
		await poll(one);
		expect(given(one)[2]).toEqual([created]);
	});

	it('Lead Activity or Change occurs for any activity or change', async () => {
		const one = await active({ event: 'leadActive' });
		const { changed, busy, created } = happens();
		await poll(one);
		expect(given(one).flat().sort()).toEqual([changed, busy, created].sort());
		account.sandbox.touch(busy);
		await poll(one);
		expect(given(one)[1]).toEqual([busy]);
	});

	it('is recognized by two values where a lead changes twice in one second, with a poll between', async () => {
		const one = await active({ event: 'leadUpdated', columns: ['ProspectStage'] });
		const now = account.time.clock.now();
		await wait(SECOND - (now % SECOND));
		account.sandbox.touch(3, { ProspectStage: 'Prospect' });
		await account.time.run(one.tick());
		account.sandbox.touch(3, { ProspectStage: 'Customer' });
		await poll(one);
		await poll(one);
		expect(one.items.map(({ json }) => json.ProspectStage)).toEqual(['Prospect', 'Customer']);
	});

	it('is returned once with the latest values if a lead changes several times between two polls', async () => {
		const one = await active({ event: 'leadUpdated', columns: ['ProspectStage'] });
		account.sandbox.touch(3, { ProspectStage: 'Prospect' });
		await wait(10 * SECOND);
		account.sandbox.touch(3, { ProspectStage: 'Customer' });
		await poll(one);
		expect(one.items.map(({ json }) => json.ProspectStage)).toEqual(['Customer']);
	});

	it.each([10, -10])(
		"is not lost to a clock of LeadSquared's that is %d minutes off",
		async (clockMinutes) => {
			const one = await active({}, { sandbox: { faults: { clockMinutes } } });
			const [first] = account.sandbox.create(1);
			await poll(one);
			await poll(one, 30 * MINUTE);
			const [second] = account.sandbox.create(1);
			await poll(one);
			await poll(one);
			expect(given(one)).toEqual([[first], [second]]);
		},
	);

	it('is not lost if the timestamp of another lead is hours ahead', async () => {
		await account.open({ leads: 300, faults: { clockMinutes: 330 } });
		account.sandbox.touch(7);
		account.sandbox.faults.clockMinutes = 0;
		const one = n8n({ event: 'leadActive' });
		await account.time.run(one.activate());
		await wait(2 * SECOND);
		account.sandbox.touch(1);
		await poll(one);
		account.sandbox.faults.clockMinutes = 330;
		account.sandbox.touch(8);
		account.sandbox.faults.clockMinutes = 0;
		account.sandbox.touch(2);
		await poll(one);
		await poll(one, 30 * MINUTE);
		account.sandbox.touch(3);
		await poll(one);
		await poll(one);
		const ids = (...indices: number[]) => indices.map((index) => account.sandbox.idAt(index));
		expect(given(one)).toEqual([ids(1), ids(2, 8), ids(3)]);
	});

	it('waits where it cannot be known how late it is', async () => {
		const one = await active(
			{ event: 'leadActive' },
			{ sandbox: { leads: 5000, faults: { clockMinutes: 300 } } },
		);
		account.sandbox.play([{ activity: 4000 }]);
		for (let polls = 0; polls < 3; polls++) await poll(one);
		expect(one.items).toHaveLength(2100);
		expect(one.errors.map(({ message }) => message)).toEqual([
			"n8n's clock is more than 45 minutes behind LeadSquared's",
		]);
	});

	it('is not lost if it shows up two minutes after its stamp, behind a later one', async () => {
		const one = await active();
		account.sandbox.faults.lagSeconds = 120;
		const early = account.sandbox.create(20);
		account.sandbox.faults.lagSeconds = 0;
		await wait(20 * SECOND);
		const late = account.sandbox.create(3);
		for (let polls = 0; polls < 5; polls++) await poll(one);
		expect(given(one).flat().sort()).toEqual([...early, ...late].sort());
		expect(given(one).length).toBeGreaterThan(1);
	});
});

describe('the option Add Event ID', () => {
	const parameters = (event: string) => ({
		event,
		columns: ['ProspectStage'],
		options: { addEventId: true },
	});

	it.each(['leadCreated', 'leadUpdated', 'leadActive'])(
		'gives the same event the same ID whenever it is delivered, and others another (%s)',
		async (event) => {
			const one = await active(parameters(event));
			const other = n8n(parameters(event));
			await account.time.run(other.activate());
			const happen = () =>
				event === 'leadCreated'
					? account.sandbox.create(1)
					: account.sandbox.touch(5, { ProspectStage: `Stage ${one.items.length}` });
			for (let times = 0; times < 3; times++) {
				happen();
				await poll(one);
			}
			// Polled later, it sees all that happened to a lead at once, or each new lead.
			await account.time.run(other.tick());
			const ids = one.items.map(({ json }) => json.eventId);
			expect(new Set(ids).size).toBe(3);
			const again = other.items.map(({ json }) => json.eventId);
			expect(again).toEqual(event === 'leadCreated' ? ids : ids.slice(2));
		},
	);

	it('distinguishes two changes within one second', async () => {
		const one = await active(parameters('leadUpdated'));
		account.sandbox.touch(5, { ProspectStage: 'Customer' });
		await account.time.run(one.tick());
		account.sandbox.touch(5, { ProspectStage: 'Lost' });
		await poll(one);
		const ids = one.items.map(({ json }) => json.eventId);
		expect(new Set(ids).size).toBe(ids.length);
		expect(one.items.at(-1)!.json.ProspectStage).toBe('Lost');
	});
});

describe('an item', () => {
	it('is the lead with the chosen columns and no others, as everywhere', async () => {
		const one = await active({
			columns: ['FirstName', 'CreatedOn', 'Score'],
			options: { convertTypes: true, fieldNames: 'displayName', addLeadUrl: true },
		});
		const [lead] = account.sandbox.create(1);
		await poll(one);
		const { FirstName } = account.sandbox.lead(lead, ['FirstName'])!;
		expect(one.items).toEqual([
			{
				json: {
					ProspectID: lead,
					LeadURL: expect.stringContaining(lead),
					'First Name': FirstName,
					'Created On': expect.stringMatching(/^2026-01-01T00:00:\d\d\.000Z$/),
					'Lead Score': expect.any(Number),
				},
			},
		]);
	});

	it('has all columns, and columns by their labels', async () => {
		const one = await active({ columns: ['*'] });
		account.sandbox.create(1);
		await poll(one);
		expect(Object.keys(one.items[0].json).length).toBeGreaterThan(50);
		const other = n8n({ columns: ['First Name', 'Lead Stage'] });
		await account.time.run(other.activate());
		await wait(2 * SECOND);
		account.sandbox.create(1);
		await poll(other);
		expect(Object.keys(other.items[0].json)).toEqual(['ProspectID', 'FirstName', 'ProspectStage']);
	});

	it.each(['omit', 'refuse'] as const)(
		'comes without a column that LeadSquared does not know, which the log says (%s)',
		async (badColumns) => {
			const one = await active(
				{ columns: ['FirstName', 'mx_Nope'] },
				{ sandbox: { faults: { badColumns } } },
			);
			const [lead] = account.sandbox.create(1);
			await poll(one);
			expect(one.items[0].json).toMatchObject({ ProspectID: lead, mx_Nope: null });
			expect(lines(one, 'warn').join()).toMatch(/mx_Nope/);
		},
	);

	it('comes in the order of the changes', async () => {
		const one = await active({ event: 'leadActive', columns: ['LeadLastModifiedOn'] });
		for (const index of [9, 2, 7, 4]) {
			account.sandbox.touch(index);
			await wait(3 * SECOND);
		}
		await poll(one);
		expect(given(one)).toEqual([[9, 2, 7, 4].map((index) => account.sandbox.idAt(index))]);
	});
});

describe('a poll', () => {
	it('costs one call where nothing happened, whatever columns are chosen', async () => {
		const one = await active({ columns: ['*'], options: { convertTypes: true } });
		account.sandbox.create(3);
		await poll(one);
		for (const after of [MINUTE, MINUTE, 5 * MINUTE, 30 * MINUTE]) {
			const before = account.sandbox.stats.calls;
			await poll(one, after);
			expect(account.sandbox.stats.calls - before).toBe(1);
		}
		expect(one.executions).toHaveLength(1);
	});

	it('costs one call after a restart, too', async () => {
		const one = await active();
		account.sandbox.create(3);
		await poll(one);
		account.sandbox.create(2);
		await poll(one);
		const before = account.sandbox.stats.calls;
		await account.time.run(one.restart(await triggerOfAnotherProcess()));
		expect(account.sandbox.stats.calls - before).toBe(1);
	});

	it('returns at most Max Leads per Poll, oldest first, and logs how many are left', async () => {
		const one = await active({ options: { maxLeadsPerPoll: 100 } });
		const created: string[] = [];
		for (let times = 0; times < 5; times++) {
			created.push(...account.sandbox.create(50));
			await wait(2 * SECOND);
		}
		await wait(23 * 60 * MINUTE);
		await account.time.run(one.restart());
		expect(one.executions.map(({ items }) => items.length)).toEqual([100]);
		expect(lines(one, 'info').at(-1)).toMatch(
			/: 100 leads, 150 more with the next polls, none older than 2026-01-01T00:00:\d\d\.000Z$/,
		);
		await poll(one);
		await poll(one);
		await poll(one);
		expect(one.executions.map(({ items }) => items.length)).toEqual([100, 100, 50]);
		expect(idsOf(one.items).slice(0, 50).sort()).toEqual(created.slice(0, 50).sort());
		expect(new Set(idsOf(one.items))).toEqual(new Set(created));
	});

	it('reports permanent errors at once, in our words', async () => {
		const one = await active();
		account.sandbox.faults.access = 'inactive-user';
		await poll(one);
		expect(one.errors).toMatchObject([
			{
				message: 'The user of the keys is deactivated in LeadSquared',
				httpCode: '401',
				failure: { cause: 'credential-invalid' },
			},
		]);
		account.sandbox.faults.access = 'granted';
		const [lead] = account.sandbox.create(1);
		await poll(one);
		expect(given(one)).toEqual([[lead]]);
	});

	it.each([
		[{ columns: [] }, "'Column Names or IDs' is empty"],
		[{ event: 'leadDeleted' }, `'Event' cannot be "leadDeleted"`],
		[{ options: { maxLeadsPerPoll: 0 } }, "The option 'Max Items per Poll' cannot be 0"],
	])(
		'says what is wrong with %j, and does not activate the workflow',
		async (parameters, message) => {
			await account.open();
			const one = n8n(parameters);
			const activation = account.time.run(one.activate());
			await expect(activation).rejects.toThrow(
				`There was a problem activating the workflow: "${message}"`,
			);
			expect(account.sandbox.stats.calls).toBe(0);
		},
	);

	it('reports rejected keys once for each activation', async () => {
		const one = await active();
		account.sandbox.faults.access = 'inactive-user';
		for (let polls = 0; polls < 5; polls++) await poll(one);
		expect(one.errors).toHaveLength(1);
		expect(lines(one, 'warn')).toHaveLength(4);
		await expect(account.time.run(one.change({}))).rejects.toThrow('is deactivated');
	});

	it('takes options by expression as everywhere: null and blanks are the default', async () => {
		const one = await active({
			event: '={{ null }}',
			columns: '={{ "FirstName, LastName" }}',
			options: '={{ null }}',
		});
		const [lead] = account.sandbox.create(1);
		await poll(one);
		expect(given(one)).toEqual([[lead]]);
		expect(Object.keys(one.items[0].json)).toEqual(['ProspectID', 'FirstName', 'LastName']);
	});

	it('does not activate the workflow where the list of columns fails temporarily', async () => {
		await account.open();
		account.sandbox.faults.outageUntil = account.time.clock.now() + 60 * MINUTE;
		const one = n8n({ columns: ['*'] });
		await expect(account.time.run(one.activate())).rejects.toThrow('There was a problem');
	});

	it('does not activate the workflow while LeadSquared cannot be asked where it begins', async () => {
		await account.open();
		account.sandbox.faults.access = 'no-permission';
		const one = n8n();
		await expect(account.time.run(one.activate())).rejects.toThrow(
			'The user of the keys lacks a permission in LeadSquared',
		);
	});

	it("ends at n8n's time limit, and loses nothing", async () => {
		const one = await active({}, { budgetMs: 36 * SECOND });
		const [lead] = account.sandbox.create(1);
		account.sandbox.faults.silent = true;
		await wait(MINUTE);
		const before = account.time.clock.now();
		await account.time.run(one.tick());
		expect(account.time.clock.now() - before).toBeLessThanOrEqual(37 * SECOND);
		expect(lines(one, 'warn')).toHaveLength(1);
		account.sandbox.faults.silent = false;
		await poll(one);
		expect(given(one)).toEqual([[lead]]);
	});

	it("counts in the account's rate limit, and is never refused", async () => {
		const one = await active(
			{ event: 'leadActive' },
			{ sandbox: { leads: 6000, limit: { calls: 3, seconds: 5 }, latencyMs: 100 } },
		);
		account.sandbox.play([{ at: 0, over: 50 * SECOND, activity: 5500 }]);
		await account.time.run(
			Promise.all([
				(async () => {
					await account.time.clock.sleep(10 * MINUTE);
					await one.tick();
				})(),
			]),
		);
		await pollUntil(one, 5500);
		expect(new Set(idsOf(one.items)).size).toBe(5500);
		expect(one.items).toHaveLength(5500);
	});

	it('is an error if LeadSquared does not send the time of the event', async () => {
		const one = await active();
		account.sandbox.faults.missingColumns = ['CreatedOn'];
		account.sandbox.create(1);
		await poll(one);
		expect(one.errors.map(({ message }) => message)).toEqual([
			'LeadSquared does not send the column CreatedOn, which has the time of the event',
		]);
		account.sandbox.faults.missingColumns = [];
		await poll(one);
		expect(one.items).toHaveLength(1);
	});

	it.each(['leadUpdated', 'leadActive'])(
		'says so where no lead has any time (%s), which no later poll loses',
		async (event) => {
			const one = await active({ event });
			account.sandbox.faults.missingColumns = ['CreatedOn', 'ModifiedOn', 'LeadLastModifiedOn'];
			account.sandbox.touch(3, { ProspectStage: 'Customer' });
			await poll(one);
			expect(one.errors.map(({ message }) => message)).toEqual([
				expect.stringMatching(/^LeadSquared does not send the column \w+, which has the time/),
			]);
			account.sandbox.faults.missingColumns = [];
			await poll(one);
			expect(given(one)).toEqual([[account.sandbox.idAt(3)]]);
		},
	);

	it('returns leads without an ID once', async () => {
		const one = await active();
		account.sandbox.faults.idColumn = 'none';
		account.sandbox.create(2);
		await poll(one);
		await poll(one);
		expect(one.items).toHaveLength(2);
		expect(idsOf(one.items)).toEqual([null, null]);
	});

	it('starts again on another host', async () => {
		const one = await active();
		account.sandbox.create(1);
		await wait(MINUTE);
		await account.open({ leads: 10 });
		await account.time.run(one.change({ credentials: { ...account.credentials() } }));
		await poll(one);
		expect(one.executions).toEqual([]);
		const [lead] = account.sandbox.create(1);
		await poll(one);
		expect(given(one)).toEqual([[lead]]);
	});

	it('starts over with another account on the same host, and keeps no key', async () => {
		const first = await account.open({ leads: 300 });
		const second = createSandbox({
			leads: 300,
			clock: account.time.clock,
			accessKey: 'u$rOther',
			secretKey: 'other',
		});
		let { credentials, http } = {
			credentials: account.credentials(),
			http: httpInto(first, account.credentials()),
		};
		const one = n8n({}, { credentials, http: async (...call) => await http(...call) });
		await account.time.run(one.activate());
		second.create(2);
		await wait(MINUTE);
		credentials = account.credentials({ accessKey: 'u$rOther', secretKey: 'other' });
		http = httpInto(second, credentials);
		await account.time.run(one.change({ credentials }));
		await wait(2 * SECOND);
		expect(lines(one, 'warn')).toEqual([startsOver('the credential is now for another account')]);
		const [lead] = second.create(1);
		await poll(one);
		expect(given(one)).toEqual([[lead]]);
		expect(JSON.stringify(one.remembered)).not.toMatch(/u\$r/);
	});

	it('starts over in a copy of its workflow', async () => {
		const one = await active();
		const { global } = one.remembered as { global: Record<string, unknown> };
		account.sandbox.create(1);
		await wait(30 * MINUTE);
		const copy = n8n({}, { cursor: Object.values(global)[0] });
		await account.time.run(copy.activate());
		await wait(2 * SECOND);
		expect(lines(copy, 'warn')).toEqual([
			startsOver('its stored position belongs to another workflow'),
		]);
		const [lead] = account.sandbox.create(1);
		await poll(copy);
		expect(given(copy)).toEqual([[lead]]);
	});

	it.each([
		['nothing', undefined],
		['a text', 'x'],
		['half a cursor', { event: 'leadCreated', doneTo: '2026-01-01T00:00:00.000Z' }],
		[
			'an event that there is not',
			{
				event: 'x',
				account: '',
				workflow: '',
				columns: '',
				given: '',
				doneTo: '2026-01-01T00:00:00.000Z',
			},
		],
	])('starts again with %s for a cursor', async (_, stored) => {
		await account.open({ leads: 300 });
		const one = n8n({}, { cursor: stored ?? null });
		await account.time.run(one.activate());
		await wait(2 * SECOND);
		const [lead] = account.sandbox.create(1);
		await poll(one);
		expect(given(one)).toEqual([[lead]]);
	});
});

describe("'Fetch Test Event'", () => {
	it('returns the latest leads, oldest first, without moving the cursor', async () => {
		const one = await active();
		const created: string[] = [];
		for (let times = 0; times < 7; times++) {
			created.push(...account.sandbox.create(1));
			await wait(2 * SECOND);
		}
		const before = JSON.stringify(one.remembered);
		const items = await account.time.run(one.fetchTestEvent());
		expect(idsOf(items)).toEqual(created.slice(-5));
		expect(Object.keys(items[0].json)).toEqual(['ProspectID', 'FirstName']);
		expect(JSON.stringify(one.remembered)).toBe(before);
		await poll(one);
		expect(given(one)).toEqual([created]);
	});

	it.each(['leadUpdated', 'leadCreated', 'leadActive'])(
		'looks back as far as it takes (%s), also where one old lead was active today',
		async (event) => {
			await account.open({ leads: 300 });
			account.sandbox.touch(5);
			const column =
				{ leadUpdated: 'ModifiedOn', leadCreated: 'CreatedOn' }[event] ?? 'LeadLastModifiedOn';
			const columns = ['CreatedOn', 'ModifiedOn', 'LeadLastModifiedOn'];
			const items = await account.time.run(n8n({ event, columns }).fetchTestEvent());
			const latest = account.sandbox
				.ids(300)
				.map((id) => account.sandbox.lead(id, columns)!)
				.filter(({ CreatedOn, ModifiedOn }) => event !== 'leadUpdated' || CreatedOn !== ModifiedOn)
				.map((lead) => lead[column])
				.sort();
			expect(items.map(({ json }) => json[column])).toEqual(latest.slice(-5));
		},
	);

	it('reports that no lead matches yet', async () => {
		await account.open({ leads: 0 });
		await expect(account.time.run(n8n().fetchTestEvent())).rejects.toMatchObject({
			message: 'Nothing matches this event yet',
			description: expect.stringContaining('Lead Created'),
		});
	});

	it.each(['omit', 'refuse'] as const)(
		'says which column LeadSquared does not know (%s)',
		async (badColumns) => {
			await account.open({ leads: 300, faults: { badColumns } });
			const one = n8n({ columns: ['FirstName', 'mx_Citty'] });
			await expect(account.time.run(one.fetchTestEvent())).rejects.toMatchObject({
				message: 'LeadSquared does not know the column mx_Citty',
				description: expect.stringContaining('Did you mean mx_City'),
			});
		},
	);

	it('reports wrong keys', async () => {
		await account.open({ leads: 300 });
		const one = n8n({}, { credentials: { ...account.credentials({ secretKey: 'wrong' }) } });
		await expect(account.time.run(one.fetchTestEvent())).rejects.toThrow(
			'LeadSquared does not accept the keys',
		);
	});
});
