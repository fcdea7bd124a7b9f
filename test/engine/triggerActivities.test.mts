/** LeadSquared Trigger: activities that are created, and leads that change their stage. */
import { testAccount } from './account.mts';
import { ENGINES, type Engine, PollingN8n, type PollingOptions } from './polling.mts';
import type { SandboxOptions } from '../../dev/sandbox/server.mts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;
const PHONE_CALL = '22';

const account = testAccount({ limitMs: 30 * DAY });
const wait = async (ms: number) => await account.time.run(account.time.clock.sleep(ms));
const poll = async (one: PollingN8n, after = MINUTE) => {
	await wait(after);
	await account.time.run(one.tick());
};

/** An account, and a workflow that has just been activated. */
async function active(
	parameters: { options?: object; [name: string]: unknown } = {},
	options: Partial<PollingOptions> & { sandbox?: SandboxOptions } = {},
): Promise<PollingN8n> {
	await account.open({
		leads: 300,
		...options.sandbox,
		faults: { activities: 90, stageChangesByType: 'answered', ...options.sandbox?.faults },
	});
	const one = new PollingN8n({
		parameters: {
			event: 'activityCreated',
			activityType: { __rl: true, mode: 'list', value: PHONE_CALL },
			columns: ['FirstName'],
			...parameters,
			options: { convertTypes: true, ...parameters.options },
		},
		credentials: { ...account.credentials(), rateLimitCalls: 25, rateLimitSeconds: 5 },
		...options,
	});
	await account.time.run(one.activate());
	await wait(2 * SECOND);
	return one;
}

const came = (one: PollingN8n) => one.executions.map(({ items }) => items.map(({ json }) => json));
const idsOf = (one: PollingN8n) => one.items.map(({ json }) => json.ActivityId);
const logged = () =>
	account.sandbox.records.activities.filter(({ code }) => String(code) === PHONE_CALL);
const play = (step: object) => account.sandbox.play([step]);

describe.each(ENGINES)('Activity Created, with %s', (engine: Engine) => {
	it('returns an activity once, with its lead, even if it is edited', async () => {
		const one = await active({}, { engine });
		play({ log: 2, from: 5 });
		await poll(one);
		play({ edit: 2 });
		for (let polls = 0; polls < 5; polls++) await poll(one);
		const [first, second] = logged();
		expect(came(one)).toEqual([
			[
				expect.objectContaining({
					ActivityId: first.id,
					ProspectID: account.sandbox.idAt(5),
					ActivityEvent: 22,
					ActivityEventName: 'Outbound Phone Call Activity',
					Status: 'Active',
					Lead: {
						ProspectID: account.sandbox.idAt(5),
						FirstName: account.sandbox.lead(5)!.FirstName,
					},
				}),
				expect.objectContaining({ ActivityId: second.id }),
			],
		]);
		expect(one.errors).toEqual([]);
	});

	it('returns an activity that took place up to three days before it was added', async () => {
		const one = await active({}, { engine });
		await poll(one, 10 * DAY);
		play({ log: 20, back: 3 * DAY });
		for (let polls = 0; polls < 5; polls++) await poll(one);
		expect(idsOf(one).sort()).toEqual(
			logged()
				.map(({ id }) => id)
				.sort(),
		);
	});

	it('does not return older activities that are edited', async () => {
		const one = await active({}, { engine });
		play({ log: 3 });
		await poll(one);
		await poll(one, 4 * DAY);
		await account.time.run(one.restart());
		play({ edit: 3 });
		await poll(one);
		await poll(one);
		expect(idsOf(one)).toHaveLength(3);
	});
});

it('does not return activities of before the activation that are edited', async () => {
	await account.open({ leads: 300, faults: { activities: 0 } });
	play({ over: MINUTE, log: 10 });
	await wait(5 * MINUTE);
	const one = new PollingN8n({
		parameters: { event: 'activityCreated', activityType: PHONE_CALL, columns: [] },
		credentials: account.credentials(),
	});
	await account.time.run(one.activate());
	await wait(2 * SECOND);
	play({ edit: 10 });
	await poll(one);
	play({ log: 1 });
	await poll(one);
	expect(idsOf(one)).toEqual([logged()[10].id]);
	// No column is chosen, so there is no lead, and no call for it.
	expect(one.items[0].json).not.toHaveProperty('Lead');
});

it('returns 5,000 activities of one second while remembering less than 64 kB, and each once', async () => {
	const one = await active({ columns: [] });
	play({ at: 5 * SECOND, log: 5000 });
	for (let polls = 0; polls < 20; polls++) await poll(one);
	expect(new Set(idsOf(one)).size).toBe(5000);
	expect(one.items).toHaveLength(5000);
	expect(one.rememberedBytes).toBeLessThan(64_000);
});

it('starts over with another type', async () => {
	const one = await active();
	play({ log: 1 });
	await account.time.run(one.change({ parameters: { activityType: '201' } }));
	await poll(one);
	expect(one.items).toEqual([]);
	const warnings = one.logs.filter(({ level }) => level === 'warn').map(({ message }) => message);
	expect(warnings).toEqual([expect.stringContaining('because the activity type was changed')]);
});

it('needs a type', async () => {
	await expect(active({ activityType: '' })).rejects.toThrow("'Activity Type' is empty");
});

it('loses no activity if its lead cannot be fetched', async () => {
	const one = await active();
	play({ log: 1 });
	await wait(MINUTE);
	account.sandbox.faults.missingCalls = ['Leads/Retrieve/ByIds'];
	await account.time.run(one.tick());
	expect(one.items).toEqual([]);
	account.sandbox.faults.missingCalls = [];
	await poll(one);
	expect(idsOf(one)).toEqual([logged()[0].id]);
});

it('the event ID of an activity stays the same', async () => {
	const one = await active({ options: { addEventId: true } });
	play({ log: 1 });
	await poll(one);
	const [{ id }] = logged();
	expect(one.items.map(({ json }) => json.eventId)).toEqual([
		expect.stringMatching(new RegExp(`^activityCreated ${id}$`, 'i')),
	]);
});

it('Fetch Test Event returns the latest activities with their leads', async () => {
	const one = await active();
	play({ log: 7 });
	await wait(MINUTE);
	const items = await account.time.run(one.fetchTestEvent());
	expect(items).toHaveLength(5);
	expect(items[0].json).toMatchObject({
		ActivityEvent: 22,
		Lead: { ProspectID: expect.anything() },
	});
});

describe('Stage Changed', () => {
	const parameters = { event: 'stageChanged', columns: ['FirstName'] };

	it.each(ENGINES)('returns each change with the stage before, with %s', async (engine) => {
		const one = await active(parameters, { engine });
		account.sandbox.touch(3, { ProspectStage: 'Contacted' });
		await poll(one);
		account.sandbox.touch(3, { ProspectStage: 'Customer' });
		account.sandbox.touch(4, { ProspectStage: 'Customer' });
		await wait(2 * SECOND);
		account.sandbox.touch(3, { ProspectStage: 'Lost' });
		account.sandbox.touch(5, { FirstName: 'Ada' });
		await poll(one);
		await poll(one);
		const changes = one.items.map(({ json }) => [
			json.ProspectID,
			json.PreviousStage,
			json.CurrentStage,
		]);
		const [three, four] = [3, 4].map((index) => account.sandbox.idAt(index));
		expect(changes).toEqual([
			[three, null, 'Contacted'],
			[three, 'Contacted', 'Customer'],
			[four, null, 'Customer'],
			[three, 'Customer', 'Lost'],
		]);
		expect(one.items[0].json.Lead).toMatchObject({ FirstName: account.sandbox.lead(3)!.FirstName });
	});

	const NOT_LISTED = 'LeadSquared does not list the stage changes of this account';

	it('says if the account rejects the list of changes', async () => {
		const faults = { stageChangesByType: 'refused' } as const;
		await expect(active(parameters, { sandbox: { faults } })).rejects.toThrow(NOT_LISTED);
		const one = new PollingN8n({ parameters, credentials: account.credentials() });
		await expect(account.time.run(one.fetchTestEvent())).rejects.toThrow(NOT_LISTED);
	});

	it('returns the change of a lead that was deleted, without the stage before', async () => {
		const one = await active(parameters);
		account.sandbox.touch(3, { ProspectStage: 'Lost' });
		account.sandbox.touch(4, { ProspectStage: 'Lost' });
		account.sandbox.faults.existEvery = 5;
		await poll(one);
		await poll(one);
		expect(one.errors).toEqual([]);
		const [three, four] = [3, 4].map((index) => account.sandbox.idAt(index));
		expect(one.items.map(({ json }) => [json.ProspectID, json.CurrentStage, json.Lead])).toEqual([
			[three, 'Lost', null],
			[four, 'Lost', expect.anything()],
		]);
	});

	it('says if the list is empty although leads have changes', async () => {
		const faults = { stageChangesByType: 'empty', stageChanges: 300 } as const;
		await expect(active(parameters, { sandbox: { faults } })).rejects.toThrow(NOT_LISTED);
	});

	it('starts in an account without any change', async () => {
		const one = await active(parameters, { sandbox: { faults: { stageChanges: 0 } } });
		account.sandbox.touch(3, { ProspectStage: 'Lost' });
		await wait(2 * SECOND);
		account.sandbox.touch(3, { ProspectStage: 'Customer' });
		await poll(one);
		expect(one.items.at(-1)!.json).toMatchObject({
			PreviousStage: 'Lost',
			CurrentStage: 'Customer',
		});
	});

	it('returns all of many changes, no more in a poll than its calls fit into', async () => {
		const one = await active(parameters, { sandbox: { leads: 1000 }, budgetMs: 36_000 });
		for (let index = 0; index < 200; index++) {
			account.sandbox.touch(index, { ProspectStage: 'Customer' });
		}
		for (let polls = 0; polls < 10; polls++) await poll(one);
		expect(new Set(idsOf(one)).size).toBe(one.items.length);
		expect(one.items.length).toBe(
			account.sandbox.activities.filter(({ code }) => code === 3002).length,
		);
		expect(Math.max(...one.executions.map(({ items }) => items.length))).toBe(45);
		expect(one.errors).toEqual([]);
	});

	it('returns all changes of an account that is slower than its limit', async () => {
		const one = await active(parameters, { budgetMs: 36_000 });
		account.sandbox.limit = { calls: 3, seconds: 5 };
		for (let index = 0; index < 60; index++) {
			account.sandbox.touch(index, { ProspectStage: 'Customer' });
		}
		for (let polls = 0; polls < 40; polls++) await poll(one);
		const changes = account.sandbox.activities.filter(({ code }) => code === 3002);
		expect(idsOf(one).sort()).toEqual(changes.map(({ id }) => id).sort());
	});
});
