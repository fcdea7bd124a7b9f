import fc from 'fast-check';
import { createSandbox, type Faults } from '../../dev/sandbox/server.mts';
import { seededRandom } from '../../dev/simulation/simulatedTime.mts';
import { virtualTime, type VirtualTime } from '../engine/virtualTime.mts';
import { knownCredentials, runOperation } from '../unit/fakeContext.mts';
import { transientErrors } from './transientErrors.mts';
import { RUNS } from '../sizes.mts';

const LEADS = 40;
/** Every row writes another value here, to show which were executed. */
const MARK = 'mx_Street2';
const LOCKED = 'mx_State';

let time: VirtualTime;
beforeEach(() => (time = virtualTime({ limitMs: 10 * 365 * 24 * 3600_000 })));
afterEach(() => {
	jest.restoreAllMocks();
	time.restore();
});

const chance = <T,>(values: T[]) => fc.constantFrom(...values);

/** The behaviours of accounts and networks. */
const behaviours: fc.Arbitrary<Partial<Faults>> = fc.record(
	{
		bulkLimit: chance<Faults['bulkLimit']>([
			null,
			{ calls: 3, seconds: 5 },
			{ calls: 1, seconds: 5 },
		]),
		bulkCap: chance([25]),
		rowNumbers: chance<Faults['rowNumbers']>(['from-1', 'from-0', 'absent']),
		resultOrder: chance<Faults['resultOrder']>(['asked', 'reversed', 'shuffled']),
		lostResults: chance([2, 3, 7]),
		badRows: chance<Faults['badRows']>(['row', 'call']),
		badRowsStatus: chance<Faults['badRowsStatus']>([500, 412, 400]),
		lockedColumns: chance([[LOCKED]]),
		mandatoryColumns: chance([['LastName']]),
		transient: transientErrors(0.1, 0.4),
		writeBreaks: fc.record({
			every: chance([2, 3]),
			rows: chance([0, 1, 5]),
			kind: chance<NonNullable<Faults['writeBreaks']>['kind']>(['reset', '503', 'timeout']),
		}),
		between: chance<Faults['between']>([null, 'firewall-200', '502-html']),
		betweenEvery: chance([3, 5]),
		refusalNumbers: fc.boolean(),
		searchById: chance<Faults['searchById']>(['ProspectID', 'both']),
		duplicates: chance<Faults['duplicates']>(['row', 'call']),
		phoneComparison: chance<Faults['phoneComparison']>(['literal', 'normalised']),
	},
	{ requiredKeys: [] },
);

/** The ways to write one address. */
const SPELLINGS = [
	(address: string) => address,
	(address: string) => ` ${address.toUpperCase()} `,
	(address: string) => `mailto:${address}`,
	(address: string) => `\u200b${address}.`,
	(address: string) => `Ada Lee <${address}>;`,
];

/** Texts that mean no value. */
const NOTHING = ['#N/A', 'undefined', 'null', ' ', '\u200b'];

const row = fc.record({
	nothing: fc.constantFrom(...NOTHING),
	/** A row for an existing lead, for one that may be created, or for none. */
	who: fc.oneof(fc.nat(LEADS - 1), fc.nat(LEADS + 15), fc.nat(3), fc.constant(null)),
	isLocked: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.constant(true)),
	isNamed: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
	spell: fc.constantFrom(...SPELLINGS),
	automations: fc.boolean(),
});

const jobs = fc.record({
	faults: behaviours,
	rows: fc.array(row, { minLength: 1, maxLength: 90 }),
	withoutMatch: chance(['error', 'create']),
	goOn: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, fc.constant(false)),
	cancelAfterMs: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, fc.nat(20_000)),
	maxWaitSeconds: chance([0, 30, 100_000]),
	/** The time from which the account refuses calls that write. */
	endsAfterMs: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, fc.nat(20_000)),
	limit: chance([null, { calls: 25, seconds: 5 }]),
	seed: fc.nat(1000),
});

/** The number of rows that an error reports as written, and of those whose result it reports as unknown. */
function numbersIn({ description = '' }: { description?: string | null }) {
	const [, written = '0'] = /([\d,]+) leads? (?:was|were) written/.exec(description ?? '') ?? [];
	const [, open = '0'] = /The result of ([\d,]+) leads? is unknown/.exec(description ?? '') ?? [];
	return { written: Number(written), open: Number(open) };
}

it(`the account contains the values of the rows, in order, and every status is true (${RUNS.randomWrites} runs)`, async () => {
	const property = fc.asyncProperty(jobs, async (job) => {
		const { faults, rows, withoutMatch, goOn, cancelAfterMs, endsAfterMs } = job;
		const { maxWaitSeconds, limit, seed } = job;
		jest.spyOn(Math, 'random').mockImplementation(seededRandom(seed));
		const sandbox = createSandbox({
			leads: LEADS,
			seed,
			limit,
			clock: time.clock,
			latencyMs: [20, 900],
		});
		const addressOf = (who: number) =>
			who < LEADS ? sandbox.lead(who, ['EmailAddress'])!.EmailAddress! : `new${who}@example.com`;
		const input = rows.map(({ who, isLocked, isNamed, spell, nothing, automations }, at) => {
			const address = who === null ? undefined : addressOf(who);
			return {
				EmailAddress: address === undefined ? nothing : spell(address),
				Company: nothing,
				[MARK]: `row ${at}`,
				...(isNamed && { LastName: `Name ${at}` }),
				...(isLocked && { [LOCKED]: 'Goa' }),
				automations,
			};
		});
		// Without numbers and out of order, results cannot be assigned to rows.
		const order = faults.rowNumbers === 'absent' ? { resultOrder: 'asked' as const } : {};
		Object.assign(sandbox.faults, faults, order);
		const cancel = new AbortController();
		if (cancelAfterMs !== undefined) {
			setTimeout(() => cancel.abort(new Error('canceled')), cancelAfterMs);
		}
		if (endsAfterMs !== undefined) {
			setTimeout(() => (sandbox.faults.access = 'no-permission'), endsAfterMs);
		}
		const outcome = await time.run(
			runOperation({
				sandbox,
				operation: 'upsert',
				parameters: {
					fields: { mappingMode: 'autoMapInputData', matchingColumns: ['EmailAddress'] },
				},
				perItem: input.map((json) => ({
					...json,
					options: { withoutMatch, maxWaitSeconds, triggerAutomations: json.automations },
				})) as never,
				goOn,
				credentials: knownCredentials(sandbox),
				cancel: cancelAfterMs === undefined ? undefined : cancel.signal,
			}).then(
				(done) => done,
				(error: Error & { description?: string }) => error,
			),
		);

		// The executed rows by lead, in the order of execution.
		const executed = rows.map(() => 0);
		const byLead = new Map<string, number[]>();
		for (const { id, values, automations } of sandbox.history) {
			if (!values) continue;
			const at = Number(String(values[MARK]).replace('row ', ''));
			expect(automations).toBe(rows[at].automations);
			executed[at]++;
			byLead.set(id, [...(byLead.get(id) ?? []), at]);
		}
		for (const order of byLead.values()) {
			expect(order).toEqual([...order].sort((one, other) => one - other));
		}
		rows.forEach(({ who }, at) => {
			if (who === null) expect(executed[at]).toBeLessThan(2);
		});
		// No lead twice.
		const addresses = Array.from({ length: LEADS + 200 }, (_, index) =>
			sandbox.lead(index, ['EmailAddress']),
		)
			.map((lead) => lead?.EmailAddress?.toLowerCase())
			.filter((address) => address?.startsWith('new'));
		expect(new Set(addresses).size).toBe(addresses.length);

		if (outcome instanceof Error) {
			expect(goOn && cancelAfterMs === undefined).toBe(false);
			const { written, open } = numbersIn(outcome);
			const all = executed.filter((times) => times > 0).length;
			expect(written).toBeLessThanOrEqual(all);
			expect(written + open).toBeGreaterThanOrEqual(all);
			return;
		}
		const { items } = outcome;
		expect(items).toHaveLength(rows.length);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(rows.map((_, item) => ({ item })));
		const created = new Map<string, number>();
		for (const [at, { json }] of items.entries()) {
			const { who, isLocked } = rows[at];
			if (typeof json.error === 'string') {
				if (!/It is not known/.test(json.error)) expect(executed[at]).toBe(0);
				continue;
			}
			expect(executed[at]).toBeGreaterThan(0);
			expect(isLocked && (faults.lockedColumns ?? []).length > 0).toBe(false);
			const id = String(json.ProspectID);
			expect(byLead.get(id)).toContain(at);
			if (json.created === true) created.set(id, (created.get(id) ?? 0) + 1);
			if (json.created === true && who !== null) expect(who).toBeGreaterThanOrEqual(LEADS);
			if (json.created === false && who !== null && who >= LEADS) {
				expect(byLead.get(id)![0]).not.toBe(at);
			}
		}
		for (const times of created.values()) expect(times).toBe(1);
	});
	await fc.assert(property, { numRuns: RUNS.randomWrites, endOnFailure: true });
}, 1_200_000);
