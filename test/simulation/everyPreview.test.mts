/** Previews of random rows say what writing them then does: Create or Update, Create, Update. */
import fc from 'fast-check';
import { createSandbox, type Faults, type Sandbox } from '../../dev/sandbox/server.mts';
import { seededRandom } from '../../dev/simulation/simulatedTime.mts';
import { virtualTime, type VirtualTime } from '../engine/virtualTime.mts';
import { RUNS } from '../sizes.mts';
import { knownCredentials, runOperation } from '../unit/fakeContext.mts';

const LEADS = 12;
const COLUMNS = ['EmailAddress', 'Phone', 'FirstName', 'Company', 'DoNotEmail', 'mx_Date_of_Birth'];

let time: VirtualTime;
beforeEach(() => (time = virtualTime({ limitMs: 10 * 365 * 24 * 3600_000 })));
afterEach(() => {
	jest.restoreAllMocks();
	time.restore();
});

const chance = <T,>(...values: T[]) => fc.constantFrom(...values);
/** The number of a lead: one that exists, or one that does not. */
const who = fc.nat(LEADS + 4);
const maybe = <T,>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const row = fc.record(
	{
		id: fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, who),
		email: maybe(who),
		phone: maybe(who),
		FirstName: chance('Ada', 'Eva', ''),
		Company: chance('Acme', '#N/A', '', 'Ace'),
		DoNotEmail: chance('yes', '0', ''),
		mx_Date_of_Birth: chance('1985-04-12', ''),
	},
	{ requiredKeys: ['email'] },
);

const jobs = fc.record({
	operation: chance('upsert', 'create', 'update'),
	rows: fc.array(row, { minLength: 1, maxLength: 30 }),
	options: fc.record({
		overwrite: chance('all', 'onlyEmpty'),
		secondMatch: chance('', 'Phone'),
		overwriteFirstMatch: fc.boolean(),
		emptyValues: chance('keep', 'clear'),
		withoutMatch: chance('error', 'create'),
	}),
	/** Columns that are empty in every third lead. */
	gaps: fc.subarray(['Phone', 'Company', 'FirstName', 'EmailAddress']),
	faults: fc.record({
		inOperator: chance<Faults['inOperator']>('list', 'literal', 'refused'),
		duplicates: chance<Faults['duplicates']>('row', 'call'),
		resultOrder: chance<Faults['resultOrder']>('asked', 'shuffled'),
		bulkLimit: chance<Faults['bulkLimit']>({ calls: 5, seconds: 5 }, { calls: 10, seconds: 5 }),
	}),
	seed: fc.nat(1000),
});

const emailOf = (index: number) => `lead${index}@example.com`;
const phoneOf = (index: number) => `+91-98765${43_210 + index}`;

type Job = typeof jobs extends fc.Arbitrary<infer T> ? T : never;

function openAccount({ seed, gaps, faults, options, operation }: Job) {
	const sandbox = createSandbox({ leads: LEADS, seed, clock: time.clock, latencyMs: 100 });
	for (let index = 0; index < LEADS; index++) {
		const values = { EmailAddress: emailOf(index), Phone: phoneOf(index), Company: 'Old' };
		const missing: string[] = index % 3 === 0 ? gaps : [];
		sandbox.touch(index, { ...values, ...Object.fromEntries(missing.map((name) => [name, null])) });
	}
	Object.assign(sandbox.faults, { documentedLeads: false, ...faults });
	// LeadSquared finds leads by unique columns only. Rows that share another unique value have no order.
	const isUnique = options.secondMatch !== '' || operation === 'create';
	sandbox.faults.uniqueColumns = isUnique ? ['EmailAddress', 'Phone'] : ['EmailAddress'];
	return sandbox;
}

/** The values of all leads, as the sandbox has them. */
const valuesOf = (sandbox: Sandbox) =>
	Array.from({ length: LEADS + 40 }, (_, index) => sandbox.lead(index, COLUMNS));

/** The status of an item that was written as its preview says. */
const STATUSES: Record<string, string[]> = {
	create: ['created'],
	update: ['updated'],
	// Bulk Update V2 does not say whether it changed anything.
	unchanged: ['unchanged', 'updated'],
	fail: ['failed'],
};

it(`a preview changes nothing, and says what the write then does (${RUNS.randomWrites} runs)`, async () => {
	const property = fc.asyncProperty(jobs, async (job) => {
		const { operation, rows, options, seed } = job;
		jest.spyOn(Math, 'random').mockImplementation(seededRandom(seed));
		const sandbox = openAccount(job);
		const input = rows.map(({ id, email, phone, ...values }) => ({
			...values,
			// No lead that the run creates has such an ID.
			...(id !== undefined && { ProspectID: sandbox.idAt(id < LEADS ? id : id + 500) }),
			...(email !== undefined && { EmailAddress: emailOf(email) }),
			...(phone !== undefined && { Phone: phoneOf(phone) }),
		}));
		const execute = async (preview: boolean) =>
			await time.run(
				runOperation({
					sandbox,
					operation,
					parameters: {
						fields: { mappingMode: 'autoMapInputData', matchingColumns: ['EmailAddress'] },
					},
					perItem: input.map((json) => ({ ...json, options: { ...options, preview } })) as never,
					goOn: true,
					credentials: knownCredentials(sandbox),
				}),
			);
		const before = valuesOf(sandbox);
		const events = sandbox.history.length;
		const previewed = await execute(true);
		expect(sandbox.history).toHaveLength(events);
		expect(valuesOf(sandbox)).toEqual(before);

		// Rows that find the same lead by different columns have no order, and neither has a row that finds a lead
		// by a value that another one changes.
		const columnOf = new Map<unknown, unknown>();
		const isFoundTwice = previewed.items.some(({ json: { ProspectID, matchedBy } }, at) => {
			const column = matchedBy ?? (rows[at].id === undefined ? 'EmailAddress' : 'ProspectID');
			const known = columnOf.get(ProspectID) ?? column;
			columnOf.set(ProspectID, known);
			return ProspectID !== null && known !== column;
		});
		const isKeyChanged = previewed.items.some(({ json: { would, changes } }) => {
			const changed = Object.keys(Object(changes) as object);
			return would === 'update' && (changed.includes('EmailAddress') || changed.includes('Phone'));
		});
		fc.pre(!isKeyChanged && !isFoundTwice);

		const written = await execute(false);
		const after = valuesOf(sandbox);
		const said = previewed.items.map(({ json }) => json);
		for (const [at, { json }] of written.items.entries()) {
			const { would, ProspectID } = said[at];
			// LeadSquared gives a new lead values of its own, which a later row may repeat.
			const isNew = would === 'update' && ProspectID === null;
			const expected = [...STATUSES[String(would)], ...(isNew ? ['unchanged'] : [])];
			expect(expected).toContain(json.status);
			if (said[at].ProspectID && json.ProspectID) {
				expect(json.ProspectID).toBe(said[at].ProspectID);
			}
			expect(json.matchedBy ?? null).toBe(said[at].matchedBy ?? null);
		}
		// A row that would change something says which value the column had.
		for (const [index, old] of before.entries()) {
			const id = old && sandbox.idAt(index);
			const first = said.find(({ ProspectID }) => ProspectID === id);
			const changes = (first?.changes ?? {}) as Record<string, { old: unknown }>;
			if (changes.FirstName) expect(changes.FirstName.old).toBe(old!.FirstName || null);
			if (changes.Company) expect(changes.Company.old).toBe(old!.Company || null);
		}
		if (operation !== 'create' && options.overwrite === 'onlyEmpty') {
			for (const [index, old] of before.entries()) {
				for (const [name, value] of Object.entries(old ?? {})) {
					if (value) expect(after[index]![name]).toBe(value);
				}
			}
		}
		if (operation === 'create') expect(after.slice(0, LEADS)).toEqual(before.slice(0, LEADS));
		if (operation === 'update') expect(after[LEADS]).toBeUndefined();
	});
	await fc.assert(property, { numRuns: RUNS.randomWrites, endOnFailure: true });
}, 1_200_000);
