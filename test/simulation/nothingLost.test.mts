import { MERGED_BEHIND } from '../../dev/sandbox/account.mts';
import fc from 'fast-check';
import { createSandbox, type Faults } from '../../dev/sandbox/server.mts';
import { virtualTime, type VirtualTime } from '../engine/virtualTime.mts';
import { seededRandom } from '../../dev/simulation/simulatedTime.mts';
import { RUNS } from '../sizes.mts';
import { knownCredentials, runOperation } from '../unit/fakeContext.mts';

const LEADS = 400;
const UNKNOWN = Array.from(
	{ length: 50 },
	(_, index) => `ffffffff-0000-4000-8000-${String(index).padStart(12, '0')}`,
);

let time: VirtualTime;
beforeEach(() => (time = virtualTime({ limitMs: 365 * 24 * 3600_000 })));
afterEach(() => {
	jest.restoreAllMocks();
	time.restore();
});

// Also controls the node's own randomness, so that failures are reproducible.
const seedOf = (seed: number) => jest.spyOn(Math, 'random').mockImplementation(seededRandom(seed));

const chance = <T,>(values: T[]) => fc.constantFrom(...values);

// Each behaviour is possible; transient errors end before Max Wait.
const behaviours: fc.Arbitrary<Partial<Faults>> = fc
	.record(
		{
			idColumn: chance<Faults['idColumn']>(['ProspectID', 'ProspectId', 'prospectid']),
			idCase: chance<Faults['idCase']>(['lower', 'upper', 'mixed']),
			order: chance<Faults['order']>(['stored', 'asked', 'reversed', 'shuffled']),
			page: fc.record({
				pageCap: chance([1, 7, 50, 200]),
				pageCapStyle: chance<Faults['pageCapStyle']>([
					'silent',
					'silent-gap',
					'error',
					'error-larger',
				]),
			}),
			paging: chance<Faults['paging']>(['honoured', 'first-page', 'ignored']),
			recordCount: chance<Faults['recordCount']>([
				'total',
				'page',
				'string',
				'absent',
				'asked',
				'account',
			]),
			emptyForm: chance<Faults['emptyForm']>(['countOnly', 'null', 'list', 'bare-list', '204']),
			idForm: chance<Faults['idForm']>(['plain', 'braces', 'parentheses', 'no-hyphens', 'blanks']),
			rows: chance<Faults['rows']>(['flat', 'properties', 'properties-fields']),
			successEnvelope: chance<Faults['successEnvelope']>(['none', 'nulls', 'empty-texts']),
			extraColumns: chance([[], ['Total', 'CanUpdate'], ['LeadType']]),
			thousands: chance<Faults['thousands']>(['none', 'comma', 'point', 'space', 'indian']),
			badColumns: fc.record({
				badColumns: chance<Faults['badColumns']>(['omit', 'refuse', 'field-list']),
				badColumnsStatus: chance<Faults['badColumnsStatus']>([500, 412, 400, 200]),
			}),
			unknown: fc.record({
				unknownIds: chance<Faults['unknownIds']>(['omit', 'not-found', 'not-found']),
				notFoundStatus: chance<Faults['notFoundStatus']>([500, 404, 400, 200]),
				notFoundType: chance(['MXInvalidEntityReferenceException', 'MXException', '']),
			}),
			existEvery: chance([2, 10, 100]),
			mergedEvery: chance([3, 30]),
			forgetEvery: chance([2, 9]),
			duplicateRows: chance([0, 0.2]),
			foreignRows: chance([0, 3]),
			forgetful: chance([0, 0.2]),
			poison: fc.record({
				poisonEvery: chance([3, 40, 150]),
				poisonForm: chance<Faults['poisonForm']>([500, 400, 200]),
				poisonNamesId: fc.boolean(),
			}),
			heavy: fc.record({
				above: chance([8, 20, 90]),
				how: chance<NonNullable<Faults['heavy']>['how']>(['timeout', 500, 502, 504, 413]),
			}),
			transient: fc.record({
				rate: chance([0.05, 0.2]),
				kinds: fc.constant<NonNullable<Faults['transient']>['kinds']>([
					'500-no-type',
					'500-empty',
					'502-html',
					'503',
					'504',
					'408',
					'reset',
					'timeout',
					'cut-json',
					'html-200',
					'empty-200',
					'other-json-200',
					'leads-null',
				]),
			}),
			refusalForm: chance<Faults['refusalForm']>([429, 403, 200]),
			errorIn200: fc.boolean(),
			bodyPrefix: chance<Faults['bodyPrefix']>(['none', 'bom', 'whitespace']),
			lowerCaseColumns: fc.boolean(),
		},
		{ requiredKeys: [] },
	)
	.map(
		({ page, poison, badColumns, unknown, ...rest }) =>
			({
				...rest,
				...page,
				...poison,
				...badColumns,
				...unknown,
				// A lead whose id is refused, or that was deleted, may come with another's answer, which is
				// fine: there is no rule to test.
				...(poison || rest.existEvery || rest.mergedEvery ? { foreignRows: 0 } : {}),
			}) as Partial<Faults>,
	);

// The form of ids in one input item. The text around them changes nothing.
const SPELLED: Record<string, (id: string) => string> = {
	plain: (id) => id,
	upper: (id) => id.toUpperCase(),
	braces: (id) => `{${id}}`,
	code: (id) => `\`${id}\``,
	sentence: (id) => `${id}.`,
	invisible: (id) => `\u200e${id.slice(0, 13)}\u200b${id.slice(13)}`,
	glued: (id) => id.replace(/-/g, ''),
	dashes: (id) => id.replace(/-/g, '\u2011'),
};
const HANDED_OVER: Record<string, (ids: string[]) => unknown> = {
	array: (ids) => ids,
	text: (ids) => ids.join(', '),
	lines: (ids) => ids.join(';\r\n'),
	tight: (ids) => ids.join(','),
	list: (ids) => ids.map((id) => `- ${id}`).join('\n'),
	json: (ids) => JSON.stringify(ids),
	'json of objects': (ids) => JSON.stringify({ lead_ids: ids.map((id) => ({ ProspectID: id })) }),
	leads: (ids) => ids.map((ProspectID) => ({ FirstName: 'Ringo', ProspectID })),
	nested: (ids) => [[ids.slice(0, 1)], [[ids.slice(1)]]],
	model: (ids) => ({ lead_ids: ids }),
	query: (ids) => ({ ids: Object.fromEntries(ids.entries()) }),
	webhooks: (ids) => ids.map((id) => ({ Before: { ProspectID: id }, After: { ProspectID: id } })),
	activities: (ids) => ({ RelatedProspectId: ids }),
	'with blanks': (ids) => [null, ...ids.flatMap((id) => [id, '', 'N/A', undefined, ' ']), []],
	'lines with blanks': (ids) => ['', ...ids, '-', 'NULL', ''].join('\n'),
};
const BLANKS: unknown[] = ['', ' ', '-', 'null', 'undefined', '#N/A', [], {}, [null, ''], '\u200b'];

const jobs = fc.record({
	faults: behaviours,
	leadsPerRequest: chance([1, 10, 100, 1000]),
	// The leads that each input item requests: some twice, some in several items, some unknown.
	asked: fc.array(fc.array(fc.nat(LEADS + UNKNOWN.length - 1), { minLength: 1, maxLength: 80 }), {
		minLength: 1,
		maxLength: 4,
	}),
	// The form in each item.
	forms: fc.array(fc.tuple(chance(Object.keys(HANDED_OVER)), chance(Object.keys(SPELLED))), {
		minLength: 4,
		maxLength: 4,
	}),
	// Items after those, without an id.
	blanks: fc.oneof(fc.constant<unknown[]>([]), fc.array(chance(BLANKS), { maxLength: 2 })),
	limit: chance([null, { calls: 25, seconds: 5 }, { calls: 4, seconds: 5 }]),
	seed: fc.nat(1000),
});

it(`returns exactly the leads that exist, whatever the server does (${RUNS.randomAnswers} runs)`, async () => {
	const property = fc.asyncProperty(
		jobs,
		async ({ faults, leadsPerRequest, asked, forms, blanks, limit, seed }) => {
			seedOf(seed);
			const sandbox = createSandbox({
				leads: LEADS,
				seed,
				limit,
				faults,
				clock: time.clock,
				latencyMs: [20, 400],
			});
			const idOf = (index: number) =>
				index < LEADS ? sandbox.idAt(index) : UNKNOWN[index - LEADS];
			const { existEvery, mergedEvery, poisonEvery } = faults;
			const isNth = (index: number, n: number) => (index + 1) % n === 0;
			// The lead that is found under the id: a merged one is found as the lead it was merged into.
			const foundFor = (index: number) => {
				if (index >= LEADS || (existEvery && !isNth(index, existEvery))) return undefined;
				return mergedEvery && isNth(index, mergedEvery) ? MERGED_BEHIND + index : index;
			};
			const isThere = (index: number) => foundFor(index) === index;
			const isPoison = (index: number) => {
				const found = foundFor(index);
				return !!poisonEvery && found !== undefined && isNth(found, poisonEvery);
			};
			const handedOver = asked.map((indices, item) => {
				const [form, spelling] = forms[item];
				return HANDED_OVER[form](indices.map(idOf).map(SPELLED[spelling]));
			});
			const { items } = await time.run(
				runOperation({
					sandbox,
					credentials: knownCredentials(sandbox),
					goOn: true,
					parameters: {
						columns: ['FirstName', 'mx_Old', 'Score'],
						options: { leadsPerRequest, notFound: 'include', maxWaitSeconds: 1800 },
					},
					perItem: [...handedOver, ...blanks].map((leadIds) => ({ leadIds })),
				}),
			);
			const got = items.map(({ json, pairedItem }) => {
				const { item } = pairedItem as { item: number };
				if (json.error)
					return `${item} failed ${
						String(json.error)
							.match(/[0-9a-f-]{36}/i)?.[0]
							.toLowerCase() ?? String(json.error)
					}`;
				const id = String(json.ProspectID).toLowerCase();
				return `${item} ${json.found === false ? 'missing' : 'lead'} ${id}`;
			});
			const expected = (poisoned: boolean) =>
				asked.flatMap((indices, item) =>
					[...new Set(indices)]
						.filter((index) => isPoison(index) === poisoned)
						.map((index) => {
							const status = poisoned ? 'failed' : isThere(index) ? 'lead' : 'missing';
							return `${item} ${status} ${idOf(index)}`;
						}),
				);
			const withoutId = blanks.map((_, index) => `${asked.length + index} missing null`);
			expect(got).toEqual([...expected(false), ...withoutId, ...expected(true)]);
			for (const { json } of items) {
				if (json.error) continue;
				const own = ['ProspectID', 'found', 'FirstName', 'mx_Old', 'Score'];
				expect(Object.keys(json).slice(0, 5)).toEqual(own);
				expect(json.mx_Old).toBeNull();
				if (json.found === false) continue;
				const truth = sandbox.lead(String(json.ProspectID).toLowerCase(), ['FirstName', 'Score'])!;
				expect([json.FirstName, json.Score]).toEqual([truth.FirstName, truth.Score]);
			}
		},
	);
	await fc.assert(property, { numRuns: RUNS.randomAnswers, endOnFailure: true });
}, 900_000);

it('reports once per item what is at fault with every request, whatever else goes wrong', async () => {
	const faulty = fc.record({
		job: jobs,
		fault: chance<Partial<Faults>>([{ requestFault: 'MXInvalidInputException' }]),
	});
	const property = fc.asyncProperty(
		faulty,
		async ({ job: { asked, seed, leadsPerRequest, faults }, fault }) => {
			const { transient, refusalForm, errorIn200 } = faults;
			seedOf(seed);
			const sandbox = createSandbox({
				leads: LEADS,
				seed,
				limit: null,
				clock: time.clock,
				faults: {
					transient: transient ?? null,
					refusalForm: refusalForm ?? 429,
					errorIn200: errorIn200 ?? false,
					...fault,
				},
			});
			const { items } = await time.run(
				runOperation({
					sandbox,
					credentials: knownCredentials(sandbox),
					goOn: true,
					parameters: {
						columns: ['FirstName', 'mx_Bogus'],
						options: { leadsPerRequest, maxWaitSeconds: 1800 },
					},
					perItem: asked.map((indices) => ({
						leadIds: indices.map((index) => sandbox.idAt(index % LEADS)),
					})),
				}),
			);
			for (const { json } of items) expect(json).toHaveProperty('error');
			expect(
				new Set(items.map(({ pairedItem }) => (pairedItem as { item: number }).item)).size,
			).toBe(asked.length);
		},
	);
	await fc.assert(property, { numRuns: RUNS.requestFaults, endOnFailure: true });
});

it('never drops or duplicates leads that come without an id', async () => {
	const nameless = fc.record({
		job: jobs,
		pageCap: fc.option(chance([1, 7, 50])),
		laterPages: chance<Faults['laterPages']>(['served', 'refused', 'too-large']),
		paging: chance<Faults['paging']>(['honoured', 'honoured', 'first-page', 'ignored']),
	});
	const property = fc.asyncProperty(
		nameless,
		async ({ job: { asked, seed, leadsPerRequest, faults }, pageCap, laterPages, paging }) => {
			const { transient, recordCount, emptyForm } = faults;
			seedOf(seed);
			const sandbox = createSandbox({
				leads: LEADS,
				seed,
				limit: null,
				clock: time.clock,
				faults: {
					idColumn: 'none',
					pageCap,
					laterPages,
					paging,
					rows: faults.rows ?? 'flat',
					successEnvelope: faults.successEnvelope ?? 'none',
					transient: transient ?? null,
					recordCount: recordCount ?? 'total',
					emptyForm: emptyForm ?? 'list',
				},
			});
			const idOf = (index: number) =>
				index < LEADS ? sandbox.idAt(index) : UNKNOWN[index - LEADS];
			const { items } = await time.run(
				runOperation({
					sandbox,
					credentials: knownCredentials(sandbox),
					goOn: true,
					parameters: {
						columns: ['ProspectAutoId'],
						options: { leadsPerRequest, maxWaitSeconds: 1800 },
					},
					perItem: asked.map((indices) => ({ leadIds: indices.map(idOf) })),
				}),
			);
			const got = items.map(
				({ json, pairedItem }) =>
					`${(pairedItem as { item: number }).item} ${String(json.ProspectAutoId)}`,
			);
			const expected = asked.flatMap((indices, item) =>
				[...new Set(indices)]
					.filter((index) => index < LEADS)
					.map(
						(index) => `${item} ${String(sandbox.lead(index, ['ProspectAutoId'])!.ProspectAutoId)}`,
					),
			);
			expect(got.sort()).toEqual(expected.sort());
		},
	);
	await fc.assert(property, { numRuns: RUNS.leadsWithoutId, endOnFailure: true });
});

it('returns exactly the leads that exist, for any number of leads per call', async () => {
	// Enough for a trial at this limit: it requests a fifth, at least 2,000.
	const MANY = 12_000;
	const [limit, usual] = [{ calls: 2, seconds: 1 }, 1000];
	const accounts = fc.record({
		// As likely between 10 and 20 as between 10,000 and 20,000.
		pageCap: fc.double({ min: 0, max: 1, noNaN: true }).map((x) => Math.round(20_000 ** x)),
		pageCapStyle: chance<Faults['pageCapStyle']>(['silent', 'silent-gap', 'error', 'error-larger']),
		faults: behaviours,
		columns: fc.integer({ min: 1, max: 60 }),
		seed: fc.nat(1000),
	});
	const property = fc.asyncProperty(
		accounts,
		async ({ pageCap, pageCapStyle, faults, columns, seed }) => {
			seedOf(seed);
			const { transient, order, rows, idForm, existEvery, forgetful, heavy, recordCount } = faults;
			const cap = pageCap <= 10_000 ? { pageCap, pageCapStyle } : {};
			const known = { transient, order, rows, idForm, existEvery, forgetful, heavy, recordCount };
			const given = Object.entries({ ...known, ...cap }).filter(([, value]) => value !== undefined);
			const sandbox = createSandbox({
				leads: MANY,
				seed,
				limit,
				faults: Object.fromEntries(given),
				clock: time.clock,
				latencyMs: [20, 400],
			});
			// Few if each may need its own call.
			const ids = sandbox.ids(
				Math.min(cap.pageCap ?? MANY, heavy?.above ?? MANY) < 50 ? 400 : MANY,
			);
			const names = ['FirstName', ...Array.from({ length: columns }, (_, at) => `mx_Custom_${at}`)];
			const { items } = await time.run(
				runOperation({
					sandbox,
					goOn: true,
					credentials: {
						...knownCredentials(sandbox),
						rateLimitCalls: limit.calls,
						rateLimitSeconds: limit.seconds,
					},
					parameters: {
						leadIds: ids,
						columns: names,
						options: { notFound: 'include', maxWaitSeconds: 1800 },
					},
				}),
			);
			const isThere = (at: number) => !existEvery || (at + 1) % existEvery === 0;
			const wanted = ids.map((id, at) => `${id} ${isThere(at)}`);
			const got = items.map(({ json }) => `${String(json.ProspectID).toLowerCase()} ${json.found}`);
			// Not toEqual: jest would search for the difference for minutes.
			expect(got.length).toBe(wanted.length);
			expect(got.findIndex((one, at) => one !== wanted[at])).toBe(-1);
			const most = Math.max(...sandbox.stats.requests.map((request) => request.ids ?? 0));
			if (ids.length < usual) expect(most).toBeLessThanOrEqual(usual);
		},
	);
	await fc.assert(property, { numRuns: RUNS.pageSizes, endOnFailure: true });
}, 900_000);

it.each([
	['1,000 in a call', { leadsPerRequest: 1000 }, 6],
	['as many in a call as the account takes', {}, 1],
])(
	'returns 200,000 leads from a server with 5 %% mixed faults: %s',
	async (_, options, leastLines) => {
		const sandbox = createSandbox({
			leads: 200_000,
			clock: time.clock,
			latencyMs: [100, 900],
			faults: {
				transient: {
					rate: 0.05,
					kinds: [
						'500-no-type',
						'502-html',
						'503',
						'504',
						'reset',
						'timeout',
						'cut-json',
						'leads-null',
					],
				},
				forgetful: 0.001,
				order: 'shuffled',
			},
		});
		const ids = sandbox.ids(200_000);
		const { items, log } = await time.run(
			runOperation({
				sandbox,
				credentials: knownCredentials(sandbox),
				parameters: { leadIds: ids, columns: ['FirstName'], options },
			}),
		);
		expect(items.map(({ json }) => json.ProspectID)).toEqual(ids);
		expect(sandbox.stats.refused).toBe(0);
		expect(log.length).toBeGreaterThanOrEqual(leastLines);
	},
);
