import fc from 'fast-check';
import { createSandbox, type Faults, type Sandbox } from '../../dev/sandbox/server.mts';
import { seededRandom } from '../../dev/simulation/simulatedTime.mts';
import { virtualTime, type VirtualTime } from '../engine/virtualTime.mts';
import { transientErrors } from './transientErrors.mts';
import { RUNS } from '../sizes.mts';
import { knownCredentials, runOperation } from '../unit/fakeContext.mts';

const LEADS = 300;
const STAGE = 'Customer';
const FROM = '2023-06-01 00:00:00';
const TO = '2025-06-01 00:00:00';

let time: VirtualTime;
beforeEach(() => (time = virtualTime({ limitMs: 365 * 24 * 3600_000 })));
afterEach(() => {
	jest.restoreAllMocks();
	time.restore();
});

const chance = <T,>(values: T[]) => fc.constantFrom(...values);

/** The behaviours of accounts; with smaller clamps, not all pages can be made to overlap. */
const behaviours: fc.Arbitrary<Partial<Faults>> = fc
	.record(
		{
			changesPerCall: chance([1, 2, 5]),
			pages: fc.record({
				listPageCap: chance([20, 33, 100]),
				searchPageCap: chance([20, 50]),
				listPageCapStyle: chance<Faults['listPageCapStyle']>(['silent', 'error']),
				searchPageCapStyle: chance<Faults['searchPageCapStyle']>(['silent', 'error']),
			}),
			listIdsCap: chance([50, 10_000]),
			missingCalls: chance([[], ['List.GetLeads'], ['Leads/Retrieve/BySearchParameter']]),
			listRows: chance<Faults['listRows']>(['properties-fields', 'properties', 'flat']),
			memberDates: chance<Faults['memberDates']>(['us', 'iso']),
			modifiedEchoes: chance([[], ['Total', 'CanUpdate', 'OwnerId']]),
			memberEchoes: chance([[], ['ProspectID', 'OwnerId', 'CreatedOn', 'Total']]),
			searchEchoes: chance([[], ['OwnerId', 'CreatedOn', 'IsStarredLead']]),
			toDate: chance<Faults['toDate']>(['inclusive', 'exclusive', 'whole-second']),
			ties: chance<Faults['ties']>(['stable', 'unstable']),
			order: chance<Faults['order']>(['stored', 'reversed', 'shuffled']),
			recordCount: chance<Faults['recordCount']>(['total', 'page', 'string', 'absent', 'account']),
			emptyForm: chance<Faults['emptyForm']>(['countOnly', 'null', 'list', 'bare-list', '204']),
			idForm: chance<Faults['idForm']>(['plain', 'braces', 'no-hyphens']),
			idColumn: chance<Faults['idColumn']>(['ProspectID', 'ProspectId', 'prospectid']),
			burst: chance([{ at: '2024-05-01 10:00:00', leads: 300 }]),
			transient: transientErrors(0.05, 0.2),
		},
		{ requiredKeys: [] },
	)
	.map(({ pages, ...rest }) => ({ ...rest, ...pages }) as Partial<Faults>)
	// One of the two calls for lists exists, and is not cut if the other is missing.
	.map((faults) =>
		faults.missingCalls?.includes('Leads/Retrieve/BySearchParameter')
			? { ...faults, listIdsCap: 10_000 }
			: faults,
	);

const SEEN = ['LeadLastModifiedOn', 'ProspectStage'];

type Lead = Record<string, string | null>;
const between = ({ LeadLastModifiedOn: at }: Lead) => at! >= FROM && at!.slice(0, 19) < TO;

/** A request, and the leads in its scope. */
const WAYS: Record<string, { parameters: object; isIn: (lead: Lead) => boolean }> = {
	'a span': {
		parameters: {
			filterBy: 'modified',
			modifiedAfter: `${FROM.replace(' ', 'T')}Z`,
			modifiedBefore: `${TO.replace(' ', 'T')}Z`,
		},
		isIn: between,
	},
	'an open span': {
		parameters: { filterBy: 'modified', modifiedAfter: `${FROM.replace(' ', 'T')}Z` },
		isIn: ({ LeadLastModifiedOn: at }) => at! >= FROM,
	},
	'a list': { parameters: { filterBy: 'list' }, isIn: (lead) => lead.ProspectStage === STAGE },
	'a column': {
		parameters: { filterBy: 'column', column: 'ProspectStage', operator: '=', value: STAGE },
		isIn: (lead) => lead.ProspectStage === STAGE,
	},
};

/** The sandbox, and the leads in scope all the time, or at any time, since the watch began. */
function watch(sandbox: Sandbox, isIn: (lead: Lead) => boolean) {
	const scope = () =>
		Array.from({ length: LEADS }, (_, index) => index).filter((at) =>
			isIn(sandbox.lead(at, SEEN)!),
		);
	let always = new Set(scope());
	const ever = new Set(always);
	const look = () => {
		const now = new Set(scope());
		always = new Set([...always].filter((at) => now.has(at)));
		for (const at of now) ever.add(at);
	};
	const watched = Object.create(sandbox, {
		handle: {
			value: async (request: Parameters<Sandbox['handle']>[0]) => {
				const answer = await sandbox.handle(request);
				look();
				return answer;
			},
		},
	}) as Sandbox;
	return { watched, ids: () => ({ always: [...always], ever }) };
}

async function listId(sandbox: Sandbox): Promise<string> {
	const answer = await sandbox.handle({
		method: 'GET',
		url: '/v2/LeadManagement.svc/Lists.Get?searchText=Customers',
		headers: { 'x-lsq-accesskey': sandbox.accessKey, 'x-lsq-secretkey': sandbox.secretKey },
		body: '',
	});
	const [{ ListId }] = JSON.parse((answer as { body: string }).body) as Array<{ ListId: string }>;
	return ListId;
}

const jobs = fc.record({
	faults: behaviours,
	way: chance(Object.keys(WAYS)),
	limit: chance([null, { calls: 25, seconds: 5 }, { calls: 4, seconds: 5 }]),
	seed: fc.nat(1000),
});

it(`every lead that is in scope the whole time is returned once, whatever changes (${RUNS.changingAccounts} runs)`, async () => {
	const property = fc.asyncProperty(jobs, async ({ faults, way, limit, seed }) => {
		jest.spyOn(Math, 'random').mockImplementation(seededRandom(seed));
		const sandbox = createSandbox({
			leads: LEADS,
			seed,
			limit,
			clock: time.clock,
			latencyMs: [20, 400],
		});
		const { parameters, isIn } = WAYS[way];
		const list = way === 'a list' ? { listId: await time.run(listId(sandbox)) } : {};
		Object.assign(sandbox.faults, faults);
		const { watched, ids } = watch(sandbox, isIn);
		const { items, hints } = await time.run(
			runOperation({
				sandbox: watched,
				operation: 'getMany',
				parameters: {
					...parameters,
					...list,
					columns: ['FirstName'],
					returnAll: true,
					options: { maxWaitSeconds: 100_000 },
				},
				credentials: knownCredentials(sandbox),
			}),
		);
		const { always, ever } = ids();
		const came = items.map(({ json }) => String(json.ProspectID));
		expect(new Set(came).size).toBe(came.length);
		const known = new Map(Array.from(ever, (at) => [sandbox.idAt(at), at]));
		expect(came.filter((id) => !known.has(id))).toEqual([]);
		const lost = always.filter((at) => !came.includes(sandbox.idAt(at)));
		// More changes than pages can follow are reported.
		if (!hints.some((hint) => /Leads changed too quickly/.test(hint))) expect(lost).toEqual([]);
		expect(items.every(({ json }) => Object.keys(json).join() === 'ProspectID,FirstName')).toBe(
			true,
		);
	});
	await fc.assert(property, { numRuns: RUNS.changingAccounts, endOnFailure: true });
});
