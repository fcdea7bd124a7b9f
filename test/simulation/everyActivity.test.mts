/** Activities of random rows, on accounts and networks that misbehave: none lost, doubled or falsely reported. */
import fc from 'fast-check';
import { createSandbox, type Faults } from '../../dev/sandbox/server.mts';
import { seededRandom } from '../../dev/simulation/simulatedTime.mts';
import { virtualTime, type VirtualTime } from '../engine/virtualTime.mts';
import { RUNS } from '../sizes.mts';
import { knownCredentials, runOperation } from '../unit/fakeContext.mts';
import { transientErrors } from './transientErrors.mts';

const LEADS = 12;
const MEETING = '201';

let time: VirtualTime;
beforeEach(() => (time = virtualTime({ limitMs: 10 * 365 * 24 * 3600_000 })));
afterEach(() => {
	jest.restoreAllMocks();
	time.restore();
});

const chance = <T,>(...values: T[]) => fc.constantFrom(...values);

const behaviours: fc.Arbitrary<Partial<Faults>> = fc.record(
	{
		bulkLimit: chance<Faults['bulkLimit']>(
			null,
			{ calls: 3, seconds: 5 },
			{ calls: 1, seconds: 5 },
		),
		rowNumbers: chance<Faults['rowNumbers']>('from-1', 'from-0'),
		resultOrder: chance<Faults['resultOrder']>('asked', 'reversed', 'shuffled'),
		lostResults: chance(2, 3, 7),
		transient: transientErrors(0.1, 0.4),
		writeBreaks: fc.record({
			every: chance(2, 3),
			rows: chance(0, 1, 5),
			kind: chance<NonNullable<Faults['writeBreaks']>['kind']>('reset', '503', 'timeout'),
		}),
		between: chance<Faults['between']>(null, 'firewall-200', '502-html'),
		betweenEvery: chance(3, 5),
		refusalNumbers: fc.boolean(),
	},
	{ requiredKeys: [] },
);

/** A row for a lead that exists, found in one of three ways, or for none. */
const row = fc.record({
	who: fc.nat(LEADS + 1),
	by: chance('ProspectID', 'EmailAddress', 'Phone'),
	purpose: chance('First visit', 'follow UP', '', 'Golf'),
});

const jobs = fc.record({
	faults: behaviours,
	rows: fc.array(row, { minLength: 1, maxLength: 80 }),
	goOn: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, fc.constant(false)),
	cancelAfterMs: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, fc.nat(20_000)),
	maxWaitSeconds: chance(0, 30, 100_000),
	seed: fc.nat(1000),
});

it(`an activity is in the account once if its item says so, and not if its item is rejected (${RUNS.randomWrites} runs)`, async () => {
	const property = fc.asyncProperty(jobs, async (job) => {
		const { faults, rows, goOn, cancelAfterMs, maxWaitSeconds, seed } = job;
		jest.spyOn(Math, 'random').mockImplementation(seededRandom(seed));
		const sandbox = createSandbox({
			leads: LEADS,
			seed,
			clock: time.clock,
			latencyMs: [20, 900],
			faults: { activities: 0, opportunities: 0, documentedLeads: false },
		});
		for (let index = 0; index < LEADS; index++) {
			const Phone = `+91-98765${43_210 + index}`;
			sandbox.touch(index, { EmailAddress: `lead${index}@example.com`, Phone });
		}
		Object.assign(sandbox.faults, faults);
		const keyOf = ({ who, by }: (typeof rows)[0]) =>
			({
				ProspectID: sandbox.idAt(who < LEADS ? who : who + 500),
				EmailAddress: `lead${who}@example.com`,
				Phone: `+91-98765${43_210 + who}`,
			})[by];
		const cancel = new AbortController();
		if (cancelAfterMs !== undefined) {
			setTimeout(() => cancel.abort(new Error('canceled')), cancelAfterMs);
		}
		const outcome = await time.run(
			runOperation({
				sandbox,
				resource: 'activity',
				operation: 'create',
				parameters: {
					activityType: MEETING,
					options: { maxWaitSeconds },
					fields: { mappingMode: 'autoMapInputData' },
				},
				perItem: rows.map((each, at) => ({
					lead: keyOf(each),
					note: `row ${at}`,
					Purpose: each.purpose,
				})) as never,
				goOn,
				credentials: knownCredentials(sandbox),
				cancel: cancelAfterMs === undefined ? undefined : cancel.signal,
			}).catch((error: Error) => error),
		);

		const added = sandbox.activities.map(({ note, lead, id, fields }) => {
			const at = Number(String(note).replace('row ', ''));
			return { at, lead, id, purpose: fields.mx_Custom_1 };
		});
		// Never twice, to the right lead, and with the right value.
		expect(new Set(added.map(({ at }) => at)).size).toBe(added.length);
		for (const { at, lead, purpose } of added) {
			expect(rows[at].who).toBeLessThan(LEADS);
			expect(lead).toBe(sandbox.idAt(rows[at].who));
			const spellings = { 'First visit': 'First visit', 'follow UP': 'Follow up', '': null };
			expect(purpose).toBe(spellings[rows[at].purpose as keyof typeof spellings]);
		}
		if (outcome instanceof Error) {
			expect(goOn && cancelAfterMs === undefined).toBe(false);
			return;
		}
		const { items } = outcome;
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(rows.map((_, item) => ({ item })));
		const byRow = new Map(added.map((activity) => [activity.at, activity]));
		for (const [at, { json }] of items.entries()) {
			if (typeof json.error !== 'string') expect(json.ActivityId).toBe(byRow.get(at)?.id);
			else if (!json.error.startsWith('It is not known')) expect(byRow.has(at)).toBe(false);
		}
	});
	await fc.assert(property, { numRuns: RUNS.randomWrites, endOnFailure: true });
}, 1_200_000);

const lists = fc.record({
	activities: fc.integer({ min: 0, max: 3000 }),
	faults: fc.record(
		{
			editsPerCall: fc.nat(30),
			activityPageCap: chance(50, 200, 999),
			sorting: chance<Faults['sorting']>('honoured', 'ignored'),
			transient: transientErrors(0.1, 0.3),
			firstCallsFail: fc.nat(6),
		},
		{ requiredKeys: [] },
	),
	/** The latest part of the time in which they were changed. */
	share: fc.double({ min: 0, max: 1, noNaN: true }),
	seed: fc.nat(1000),
});

it(`Get Many returns each activity of a period once, while people edit them (${RUNS.randomWrites} runs)`, async () => {
	const property = fc.asyncProperty(lists, async ({ activities, faults, share, seed }) => {
		jest.spyOn(Math, 'random').mockImplementation(seededRandom(seed));
		const sandbox = createSandbox({
			leads: 300,
			seed,
			clock: time.clock,
			latencyMs: [20, 900],
			faults: { activities, opportunities: 0, ...faults },
		});
		const before = sandbox.activities.filter(({ code }) => code === Number(MEETING));
		const times = before.map(({ modified }) => modified).sort((one, other) => one - other);
		const from = times[Math.floor(share * (times.length - 1))] ?? 0;
		const { items, hints } = await time.run(
			runOperation({
				sandbox,
				resource: 'activity',
				operation: 'getMany',
				parameters: {
					filterBy: 'type',
					activityType: MEETING,
					modifiedAfter: new Date(from).toISOString(),
					modifiedBefore: '',
					returnAll: true,
					options: { maxWaitSeconds: 100_000 },
				},
				credentials: knownCredentials(sandbox),
			}),
		);
		const ids = items.map(({ json }) => String(json.ActivityId));
		expect(new Set(ids).size).toBe(ids.length);
		if (hints.some((hint) => /some may be missing/.test(hint))) return;
		// An edit during the run may bring an activity into the period, but takes none out of it.
		const after = sandbox.activities.filter(({ code }) => code === Number(MEETING));
		const mayBe = new Set(after.filter(({ modified }) => modified >= from).map(({ id }) => id));
		for (const id of ids) expect(mayBe.has(id)).toBe(true);
		for (const { id, modified } of before) if (modified >= from) expect(ids).toContain(id);
	});
	await fc.assert(property, { numRuns: RUNS.randomWrites, endOnFailure: true });
}, 1_200_000);
