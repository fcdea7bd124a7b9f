import { byIdHints } from '../../../nodes/LeadSquared/actions/lead/getByIds';
import { columnsNotReturned, commonHints } from '../../../nodes/LeadSquared/run/report';
import type { IdRequest } from '../../../nodes/LeadSquared/run/leadsById';
import type { Lead } from '../../../nodes/LeadSquared/api/leads';
import type { Unidentified, NotFetched } from '../../../nodes/LeadSquared/fetch/results';
import type { Fetched } from '../../../nodes/LeadSquared/fetch/byIds';
import type { LimitReport } from '../../../nodes/LeadSquared/transport/limiter/accounts';
import { createSandbox } from '../../../dev/sandbox/server.mts';
import { runOperation } from '../fakeContext.mts';
import { idRequest } from '../idRequests.mts';

const idAt = (index: number) => `aaaaaaaa-0000-4000-8000-${String(index).padStart(12, '0')}`;
const range = (count: number) => Array.from({ length: count }, (_, at) => idAt(at));
const LIMIT = { calls: 25, seconds: 5 };
const calm: LimitReport = { stated: LIMIT, refusedCalls: 0 };

interface Came {
	leads?: Lead[];
	missing?: string[];
	failed?: string[];
	unidentified?: Array<[number, Unidentified]>;
	absentColumns?: string[];
	unknownColumns?: string[];
	unasked?: Set<string>;
}

function fetched({
	leads = [],
	missing = [],
	failed = [],
	unidentified = [],
	...rest
}: Came): Fetched {
	const notFetched = new Map<string, NotFetched>(missing.map((id) => [id, { kind: 'notFound' }]));
	const failure = {
		kind: 'invalidRequest' as const,
		fault: { from: 'leadSquared' as const, message: 'x' },
	};
	for (const id of failed) notFetched.set(id, { kind: 'failed', scope: 'id', failure });
	return {
		leads: new Map(leads.map((lead, at) => [idAt(at), lead])),
		notFetched,
		unidentified: new Map(unidentified),
		distinctIds: 0,
		absentColumns: [],
		unknownColumns: [],
		unasked: new Set(),
		...rest,
	};
}

const hintsOf = (requests: IdRequest[], came: Came[] = [], report = calm) => [
	...byIdHints(requests, came.map(fetched)),
	...commonHints(columnsNotReturned(came.map(fetched)), report),
];

describe('unrequested leads', () => {
	const [mine, gone, other, third] = range(4);
	const came: Came = { leads: [{ ProspectID: mine }], missing: [gone], unasked: new Set([other]) };

	it('are reported, with the ids that were left out', () => {
		const [hint] = hintsOf([idRequest(0, [mine, gone])], [came]);
		expect(hint).toMatch(`left out 1 of the lead IDs, and sent 1 unrequested lead: ${other}.`);
		const [more] = hintsOf(
			[idRequest(0, [mine, gone])],
			[{ ...came, missing: [gone, idAt(7)], unasked: new Set([other, third]) }],
		);
		expect(more).toMatch(
			`left out 2 of the lead IDs, and sent 2 unrequested leads: ${other}, ${third}.`,
		);
	});

	it('are reported where leads failed too, which may exist', () => {
		const [hint] = hintsOf([], [{ ...came, failed: [third] }, { missing: [idAt(9)] }]);
		expect(hint).toMatch('left out 1 of the lead IDs');
		expect(hint).toMatch(
			/under the ID of the remaining lead: look it up in LeadSquared, and use the new ID\.$/,
		);
		const [more] = hintsOf([], [{ ...came, unasked: new Set([other, third]) }]);
		expect(more).toContain('look them up in LeadSquared');
	});

	it('are reported also where each missing lead has an item of its own', () => {
		const hints = hintsOf([idRequest(0, [mine, gone], { notFound: 'include' })], [came]);
		expect(hints).toEqual([expect.stringContaining('unrequested')]);
	});

	it('are not reported if nothing is missing, or if other input items asked for them', () => {
		expect(hintsOf([idRequest(0, [mine])], [{ ...came, missing: [] }])).toEqual([]);
		const include = { notFound: 'include' as const };
		const asked: Came = {
			leads: [{ ProspectID: mine }],
			missing: [gone],
			unasked: new Set([idAt(0)]),
		};
		expect(hintsOf([idRequest(0, [mine, gone], include)], [asked])).toEqual([]);
	});
});

it('there are no hints without a reason', () => {
	expect(hintsOf([idRequest(0, [idAt(0)])], [{ leads: [{ ProspectID: idAt(0) }] }])).toEqual([]);
	expect(hintsOf([])).toEqual([]);
});

describe('a list of ids in every input item', () => {
	const lists = (count: number, of: (at: number) => string[]) =>
		hintsOf(
			Array.from({ length: count }, (_, at) => idRequest(at, of(at))),
			[{ leads: range(3).map((ProspectID) => ({ ProspectID })) }],
		);

	it('is reported as such', () => {
		expect(lists(6, () => range(3))).toEqual([
			"6 input items each ask for the same 3 IDs, so each lead is returned 6 times. To get each once, turn on 'Execute Once' in the Settings tab of the node.",
		]);
	});

	it.each([
		['one item', 1, () => range(3)],
		['one id', 3, () => range(1)],
		['lists that differ', 3, (at: number) => range(2 + (at % 2))],
		['another order', 2, (at: number) => (at === 0 ? range(2) : range(2).reverse())],
	])('is not: %s', (_, count, of) => expect(lists(count, of)).toEqual([]));
});

it('unrequested leads are reported where others were left out: they may have been merged', () => {
	const came = { missing: [idAt(0)], unasked: new Set(range(1200).slice(1)) };
	const [merged] = hintsOf([idRequest(0, [idAt(0)])], [came]);
	expect(merged).toContain('left out 1 of the lead IDs, and sent 1,199 unrequested leads');
	expect(hintsOf([], [{ unasked: new Set(range(5)) }])).toEqual([]);
});

it.each([
	[1, '1 lead without ProspectID'],
	[1200, '1,200 leads without ProspectID'],
])('leads without an id are counted: %i', (count, words) => {
	const leads = Array.from({ length: count }, () => ({ FirstName: 'Ringo' }));
	const hints = hintsOf(
		[idRequest(0, range(count))],
		[{ unidentified: [[0, { leads, ids: range(count) }]] }],
	);
	expect(hints).toEqual([expect.stringContaining(words)]);
});

describe('columns that came for no lead', () => {
	const leads = [{ ProspectID: idAt(0) }];

	it.each([
		[['Typo'], 'this column for any lead: Typo.'],
		[['Typo', 'Other'], 'these columns for any lead: Typo, Other.'],
		[['a', 'b', 'c', 'd', 'e', 'f', 'g'], 'a, b, c, d, e and 2 more.'],
	])('are named: %j', (absentColumns, words) => {
		expect(hintsOf([], [{ leads, absentColumns }])).toEqual([expect.stringContaining(words)]);
	});

	it('are ignored if no lead came, and are named once', () => {
		expect(hintsOf([], [{ absentColumns: ['Typo'] }])).toEqual([]);
		const twice = { leads, absentColumns: ['Typo'] };
		expect(hintsOf([], [twice, twice])).toEqual([expect.stringContaining('any lead: Typo.')]);
	});

	const columns = [
		['mx_City', 'City'],
		['Phone', 'Phone Number'],
	].map(([schemaName, displayName]) => ({
		schemaName,
		displayName,
		dataType: 'Text',
		isDay: false,
	}));
	const hintsWith = (came: Came) =>
		commonHints(columnsNotReturned([fetched({ leads, ...came })]), calm, { columns });

	it('are reported differently where the account has them, and where they may be misspelled', () => {
		expect(hintsWith({ absentColumns: ['Phone', 'mx_Citty'] })).toEqual([
			expect.stringMatching(/any lead: Phone\. The column exists/),
			expect.stringMatching(
				/any lead: mx_Citty\. Did you mean mx_City \(City\)\? Check the spelling/,
			),
		]);
	});

	it('are met with a question where LeadSquared does not know them', () => {
		expect(hintsWith({ unknownColumns: ['mx_Citty'] })).toEqual([
			expect.stringContaining('continued without it. Did you mean mx_City (City)? Remove'),
		]);
	});

	it('are reported as several, and without a suggestion if none is similar', () => {
		expect(hintsWith({ unknownColumns: ['Xyzzy', 'Plugh'] })).toEqual([
			'LeadSquared does not know the columns Xyzzy, Plugh, so the run continued without them. Remove what no longer exists, or check the spelling of the schema names.',
		]);
		expect(hintsWith({ absentColumns: ['Xyzzy'] })).toEqual([
			'LeadSquared did not return this column for any lead: Xyzzy. Check the spelling of the schema names.',
		]);
	});

	it('are right in whatever case, by the account or by LeadSquared’s documents', () => {
		expect(hintsWith({ absentColumns: ['MX_CITY', 'revenue'] })).toEqual([
			expect.stringMatching(/these columns for any lead: MX_CITY, revenue\. The columns exist/),
		]);
	});

	it('are reported in other words where LeadSquared says that it does not know them', () => {
		const came = { leads, absentColumns: ['mx_Old'], unknownColumns: ['mx_Old'] };
		expect(hintsOf([], [came])).toEqual([
			expect.stringContaining('LeadSquared does not know the column mx_Old'),
		]);
	});
});

describe('the rate limit', () => {
	it.each([
		[
			'is lower than stated',
			10,
			5,
			'allows 10 calls in 5 seconds, but the credential says 25 in 5.',
		],
		[
			'is higher than stated',
			72,
			5,
			'allows 72 calls in 5 seconds, and the credential says 25 in 5.',
		],
		['is lower over a longer time', 100, 60, '100 calls in 60 seconds, but'],
	])('%s', (_, calls, seconds, words) => {
		const hints = hintsOf([], [], { ...calm, refusedCalls: 1, named: { calls, seconds } });
		expect(hints).toEqual([expect.stringContaining(words)]);
	});

	it.each([
		['as stated', 25, 5],
		['the same in other numbers', 50, 10],
	])('is ignored if it is %s', (_, calls, seconds) => {
		expect(hintsOf([], [], { ...calm, refusedCalls: 1, named: { calls, seconds } })).toEqual([]);
	});

	it('is advised to be lowered if calls of this run were rejected and it was never named', () => {
		const [hint] = hintsOf([], [], { ...calm, refusedCalls: 1 });
		expect(hint).toContain('did not say how many the account allows');
		expect(hint).toContain("'Rate Limit: Calls'");
	});
});

it.each([
	['is reported, if LeadSquared did not return it', { unknownBecause: 'No such call' }, 1],
	['is ignored, if it is known', { known: 'https://in21.leadsquared.com' }, 0],
	['is ignored, if it is not wanted', undefined, 0],
])('the web address of the account %s', (_, address, count) => {
	const hints = commonHints({ unknown: [], absent: [] }, calm, { address });
	expect(hints).toHaveLength(count);
	for (const message of hints) {
		expect(message).toBe(
			"LeadURL is empty: LeadSquared did not return the web address of the account (No such call). If this continues, turn off 'Add Lead URL'.",
		);
	}
});

describe('the receipt counts leads', () => {
	const receiptOf = async (sandbox: ReturnType<typeof createSandbox>, ...lists: string[][]) => {
		const parameters = { columns: ['FirstName'], options: {} };
		const perItem = lists.map((leadIds) => ({ leadIds }));
		const { hints } = await runOperation({ sandbox, parameters, perItem });
		return hints.at(-1);
	};

	it('as often as input items ask for them', async () => {
		const sandbox = createSandbox({ leads: 1 });
		const [here, gone] = sandbox.ids(2);
		expect(await receiptOf(sandbox, [here, gone], [here], [])).toMatch(
			/^2 of 3 leads found \(1 different\), 2 calls, /,
		);
	});

	it('also for one call', async () => {
		const sandbox = createSandbox({ leads: 1 });
		expect(await receiptOf(sandbox, sandbox.ids(1))).toMatch(
			/^1 of 1 leads found, 1 call, .* s\.$/,
		);
	});

	it('that LeadSquared sent without an ID', async () => {
		const sandbox = createSandbox({ leads: 2, faults: { idColumn: 'none' } });
		expect(await receiptOf(sandbox, sandbox.ids(3))).toMatch(
			/^2 of 3 leads found, .* 1 lead was not found and was skipped, and LeadSquared does not say which\./,
		);
	});
});

describe('values that are not lead IDs', () => {
	const sandbox = createSandbox({ leads: 3 });
	const [A, B] = sandbox.ids(2);
	const runWith = async (leadIds: unknown) =>
		await runOperation({
			sandbox,
			parameters: { columns: ['FirstName'], options: {} },
			perItem: [{ leadIds }],
		});

	it('words in a text with lead IDs are ignored, and a hint lists them', async () => {
		const { items, hints } = await runWith(`Lead ID Name\n${A} Jagdeep\n${B} O'Neil`);
		expect(items.map(({ json }) => json.ProspectID)).toEqual([A, B]);
		expect(hints[0]).toBe(
			"'Lead IDs' also contains 5 words that are not lead IDs and were ignored: Lead, ID, Name, Jagdeep, O'Neil.",
		);
		const one = await runWith(`${A} (new)`);
		expect(one.hints[0]).toMatch(/1 word that is not a lead ID and was ignored: new\.$/);
	});

	it.each<[string, unknown]>([
		['an ID without a digit', `${A} ${B.slice(0, -1)}`],
		['an ID with a wrong letter', `${A} ${B.slice(0, -1)}g`],
		['a part of an ID', `${A} ${B.slice(9)}`],
		['a lead number', `${A} 12345`],
		['an email address', `${A} asha@example.com`],
		['an expression that was not evaluated', `${A} {{ $json.id }}`],
		['a word in a list', [A, 'pending']],
		['words alone', 'Asha Rao'],
	])('%s is an error', async (_, leadIds) => {
		await expect(runWith(leadIds)).rejects.toThrow("'Lead IDs' contains");
	});

	it.each<[unknown, string, string]>([
		['asha@example.com', 'an email address: asha@example.com', 'By Email'],
		[
			['a@example.com', 'b@example.com'],
			'2 email addresses: a@example.com, b@example.com',
			'By Email',
		],
		[`${A}, a@example.com`, 'an email address: a@example.com', 'By Email'],
		['+91 98765 43210', 'a phone number: +91 98765 43210', 'By Phone'],
		[9876543210, 'a phone number: 9876543210', 'By Phone'],
		[`${A}\n+91 98765 43210`, 'a phone number: +91 98765 43210', 'By Phone'],
		['98765 43210\n98765 43211', '2 phone numbers: 98765 43210, 98765 43211', 'By Phone'],
	])('%j: the operation for it is named', async (leadIds, words, mode) => {
		await expect(runWith(leadIds)).rejects.toMatchObject({
			message: `'Lead IDs' contains ${words} [item 0]`,
			description: `Use the operation Get, and set 'Lead' to ${mode}.`,
		});
	});

	it.each([['100234'], ['12345678-1234-1234-1234-12345678901']])(
		'%s is no phone number',
		async (leadIds) => {
			await expect(runWith(leadIds)).rejects.toThrow('a value that is not a lead ID');
		},
	);
});
