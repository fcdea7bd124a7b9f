import { hintsOf } from '../../../../nodes/LeadSquared/actions/lead/getByIds/hints';
import type {
	Group,
	Input,
	Settings,
} from '../../../../nodes/LeadSquared/actions/lead/getByIds/inputs';
import type { Lead } from '../../../../nodes/LeadSquared/api/lead';
import type { Nameless, Unfetched } from '../../../../nodes/LeadSquared/retrieval/retrieval';
import type { LimitReport } from '../../../../nodes/LeadSquared/transport/limiter/accounts';

const idAt = (index: number) => `aaaaaaaa-0000-4000-8000-${String(index).padStart(12, '0')}`;
const range = (count: number) => Array.from({ length: count }, (_, at) => idAt(at));
const LIMIT = { calls: 25, seconds: 5 };
const calm: LimitReport = { stated: LIMIT, refusedCalls: 0 };

interface Fetched {
	columns?: string[];
	leads?: Lead[];
	missing?: string[];
	failed?: string[];
	nameless?: Array<[number, Nameless]>;
}

function groupOf({ columns = ['ProspectID', 'FirstName'], leads = [], ...rest }: Fetched): Group {
	const { missing = [], failed = [], nameless = [] } = rest;
	const unfetched = new Map<string, Unfetched>(missing.map((id) => [id, { kind: 'notFound' }]));
	const failure = { kind: 'rejected' as const, fault: { message: 'x' } };
	for (const id of failed) unfetched.set(id, { kind: 'failed', scope: 'id', failure });
	const retrieval = {
		leads: new Map(leads.map((lead, at) => [idAt(at), lead])),
		unfetched,
		nameless: new Map(nameless),
	} as unknown as Group['retrieval'];
	return { columns, maxWaitMs: 0, retrieval };
}

const inputOf = (
	group: Group,
	ids: string[],
	{ item = 0, notFound = 'skip' as Settings['notFound'] } = {},
): Input => ({ item, ids, errors: [], settings: { group, notFound } });

const told = (inputs: Input[], groups: Group[], limiter = calm) =>
	hintsOf(inputs, groups, limiter).map(({ message }) => message);

it('where nothing is to be told, nothing is', () => {
	const group = groupOf({ leads: [{ ProspectID: idAt(0), FirstName: null }] });
	expect(told([inputOf(group, [idAt(0)])], [group])).toEqual([]);
	expect(told([{ item: 0, ids: [], errors: [] }], [])).toEqual([]);
});

it('a hint is a warning on the output pane', () => {
	const group = groupOf({ missing: [idAt(0)] });
	expect(hintsOf([inputOf(group, [idAt(0)])], [group], calm)).toEqual([
		{ message: expect.any(String), location: 'outputPane', type: 'warning' },
	]);
});

describe('ids that were not found', () => {
	it.each([
		[1, `1 lead ID was not found and is left out: ${idAt(0)}.`],
		[2, `2 lead IDs were not found and are left out: ${idAt(0)}, ${idAt(1)}.`],
		[5, `left out: ${range(5).join(', ')}.`],
		[
			1500,
			`1,500 lead IDs were not found and are left out: ${range(5).join(', ')} and 1,495 more.`,
		],
	])('are counted, and the first few named: %i', (count, words) => {
		const group = groupOf({ missing: range(count) });
		const [hint, ...others] = told([inputOf(group, range(count))], [group]);
		expect(hint).toContain(words);
		expect(hint).toContain("'When a Lead Is Not Found'");
		expect(others).toEqual([]);
	});

	it('count once, whoever asked, as spelled by the user', () => {
		const group = groupOf({ missing: [idAt(0)] });
		const inputs = [0, 1].map((item) => inputOf(group, [idAt(0).toUpperCase()], { item }));
		expect(told(inputs, [group])[0]).toContain(
			`1 lead ID was not found and is left out: ${idAt(0).toUpperCase()}.`,
		);
	});

	it.each<Settings['notFound']>(['include', 'error'])('are told otherwise with %s', (notFound) => {
		const group = groupOf({ missing: [idAt(0)] });
		expect(told([inputOf(group, [idAt(0)], { notFound })], [group])).toEqual([]);
	});

	it('are not those that failed', () => {
		const group = groupOf({ failed: [idAt(0)] });
		expect(told([inputOf(group, [idAt(0)])], [group])).toEqual([]);
	});

	it('are counted also where LeadSquared does not tell which', () => {
		const some = { leads: [{ FirstName: 'Ringo' }], ids: range(3) };
		const group = groupOf({ nameless: [[4, some]] });
		const [missing] = told([inputOf(group, range(3), { item: 4 })], [group]);
		expect(missing).toContain(
			'2 lead IDs were not found and are left out, LeadSquared does not tell which.',
		);
	});
});

describe('leads without an id', () => {
	it.each([
		[1, '1 lead without ProspectID'],
		[1200, '1,200 leads without ProspectID'],
	])('are counted: %i', (count, words) => {
		const leads = Array.from({ length: count }, () => ({ FirstName: 'Ringo' }));
		const group = groupOf({ nameless: [[0, { leads, ids: range(count) }]] });
		const hints = told([inputOf(group, range(count))], [group]);
		expect(hints).toEqual([expect.stringContaining(words)]);
	});
});

describe('columns that came for no lead', () => {
	it.each<[string, string[], Lead[], string | undefined]>([
		['one', ['FirstName', 'Typo'], [{ FirstName: 'Ringo' }], 'this column for any lead: Typo.'],
		[
			'several',
			['Typo', 'FirstName', 'Other'],
			[{ FirstName: 'Ringo' }],
			'these columns for any lead: Typo, Other.',
		],
		['more than fit', ['a', 'b', 'c', 'd', 'e', 'f', 'g'], [{}], 'a, b, c, d, e and 2 more.'],
		['but not one that came as null', ['FirstName'], [{ FirstName: null }], undefined],
		['but not one that came for one lead only', ['A', 'B'], [{ A: '1' }, { B: '1' }], undefined],
		['but not one in another case', ['firstname'], [{ FirstName: 'Ringo' }], undefined],
		['but none, if no lead came', ['Typo'], [], undefined],
		['but never the id', [], [{ FirstName: 'Ringo' }], undefined],
	])('are named: %s', (_, columns, leads, words) => {
		const group = groupOf({ columns: ['ProspectID', ...columns], leads });
		const hints = told([], [group]);
		expect(hints).toEqual(words === undefined ? [] : [expect.stringContaining(words)]);
	});

	it('are looked for in leads without an id, too', () => {
		const columns = ['ProspectID', 'FirstName', 'Typo'];
		const group = groupOf({
			columns,
			nameless: [[0, { leads: [{ FirstName: 'x' }], ids: [idAt(0)] }]],
		});
		expect(told([], [group])).toContainEqual(
			expect.stringContaining('this column for any lead: Typo.'),
		);
	});

	it('are named once, whichever groups asked for them', () => {
		const group = groupOf({ columns: ['ProspectID', 'Typo'], leads: [{ A: '1' }] });
		expect(told([], [group, group])).toEqual([expect.stringContaining('any lead: Typo.')]);
	});
});

describe('the rate limit', () => {
	const limiter = (calls: number, seconds: number) =>
		({ stated: LIMIT, refusedCalls: 1, named: { calls, seconds } }) as LimitReport;

	it.each<[string, number, number, string[]]>([
		[
			'is lower than stated',
			10,
			5,
			['The account allows 10 calls in 5 seconds, but the credential says 25 in 5.', 'slowed down'],
		],
		[
			'is higher than stated',
			72,
			5,
			['The account allows 72 calls in 5 seconds, and the credential says 25 in 5.', 'Raise it'],
		],
		['is lower over a longer time', 100, 60, ['100 calls in 60 seconds, but']],
	])('%s', (_, calls, seconds, words) => {
		const hints = told([], [], limiter(calls, seconds));
		expect(hints.length).toBe(1);
		for (const some of words) expect(hints[0]).toContain(some);
	});

	it.each([
		['as stated', 25, 5],
		['the same in other numbers', 50, 10],
	])('is no matter, if it is %s', (_, calls, seconds) => {
		expect(told([], [], limiter(calls, seconds))).toEqual([]);
	});

	it('is told to be lowered, if LeadSquared turned calls away and never named it', () => {
		const nameless: LimitReport = { stated: LIMIT, refusedCalls: 1 };
		const [hint] = told([], [], nameless);
		expect(hint).toContain('did not say how many the account allows');
		expect(hint).toContain("'Rate Limit: Calls'");
	});
});
