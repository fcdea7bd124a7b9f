/** K4: whatever LeadSquared answers, nothing is lost, duplicated or blamed on the wrong thing. */
import { MERGED_BEHIND } from '../../dev/sandbox/account.mts';
import type { Faults } from '../../dev/sandbox/server.mts';
import { getByIds, itemsOf, sorted, testAccount } from './account.mts';
import type { RunResult } from './harness.mts';

const account = testAccount();
const unknownId = (index: number) => `ffffffff-0000-4000-8000-${String(index).padStart(12, '0')}`;
const range = <T,>(count: number, of: (index: number) => T) =>
	Array.from({ length: count }, (_, index) => of(index));

/** The behaviour of an account, and its effect on the leads. */
interface Behaviour {
	faults: Partial<Faults>;
	/** Columns requested in addition to FirstName and Score. */
	columns?: string[];
	/** Another one of its kind is tried with all others. */
	alone?: true;
	/** Leads (by index) that are not there under their own id. */
	gone?: (index: number) => boolean;
	/** Leads (by index) that are not available. */
	failed?: (index: number) => boolean;
}

const nth = (n: number) => (index: number) => (index + 1) % n === 0;
const notFound = (faults: Partial<Faults>, more: Partial<Behaviour> = {}): Behaviour => ({
	faults: { unknownIds: 'not-found', ...faults },
	...more,
});
const badColumn = (faults: Partial<Faults>, more: Partial<Behaviour> = {}): Behaviour => ({
	faults: { badColumns: 'refuse', ...faults },
	columns: ['mx_Old'],
	...more,
});
const alone: Partial<Behaviour> = { alone: true };
const poison = (poisonForm: Faults['poisonForm']): Behaviour => ({
	faults: { poisonEvery: 37, poisonForm },
	failed: nth(37),
});

const BEHAVIOURS: Record<string, Behaviour> = {
	'unknown ids are 500 "Lead not found"': notFound({}),
	'unknown ids are 404 "Lead not found"': notFound({ notFoundStatus: 404 }),
	'unknown ids are 400 "Lead not found"': notFound({ notFoundStatus: 400 }, alone),
	'unknown ids are 200 "Lead not found"': notFound({ notFoundStatus: 200 }, alone),
	'unknown ids are "Lead not found", 400 without a type': notFound({
		notFoundType: '',
		notFoundStatus: 400,
	}),
	...Object.fromEntries(
		([500, 404, 200] as const).map((notFoundStatus) => [
			`unknown ids are "Lead not found", ${notFoundStatus} without a type`,
			notFound({ notFoundType: '', notFoundStatus }, alone),
		]),
	),
	'unknown ids are "Lead not found", and one is named': notFound({ poisonNamesId: true }, alone),
	'unknown ids are "Lead not found" of a type that says nothing': notFound(
		{ notFoundType: 'MXException' },
		alone,
	),
	'ids come in braces and upper case': { faults: { idForm: 'braces', idCase: 'upper' } },
	'ids come in parentheses': { faults: { idForm: 'parentheses' }, ...alone },
	'ids come without hyphens': { faults: { idForm: 'no-hyphens' } },
	'ids come with blanks': { faults: { idForm: 'blanks' }, ...alone },
	'the id is called prospectid': { faults: { idColumn: 'prospectid' } },
	'rows are a LeadPropertyList': { faults: { rows: 'properties' } },
	'rows are a LeadPropertyList with Fields': { faults: { rows: 'properties-fields' }, ...alone },
	'nothing found is 204': { faults: { emptyForm: '204' } },
	'nothing found is []': { faults: { emptyForm: 'bare-list' } },
	'nothing found is "Leads":null': { faults: { emptyForm: 'null' }, ...alone },
	'a success says so, with nulls': { faults: { successEnvelope: 'nulls' }, ...alone },
	'a success says so, with empty texts': { faults: { successEnvelope: 'empty-texts' } },
	'leads were merged': { faults: { mergedEvery: 30 }, gone: nth(30) },
	'most leads do not exist': { faults: { existEvery: 20 }, gone: (index) => !nth(20)(index) },
	'a lead is left out once': { faults: { forgetEvery: 9 } },
	'pages are capped by an error': { faults: { pageCap: 20, pageCapStyle: 'error' } },
	'pages are capped silently': { faults: { pageCap: 20 } },
	'a removed column is rejected by its name': badColumn({}),
	'a removed column is rejected, with 412': badColumn({ badColumnsStatus: 412 }, alone),
	'a removed column is rejected, within a 200': badColumn({ badColumnsStatus: 200 }, alone),
	'a removed column is rejected by the data base': badColumn({ badColumns: 'field-list' }),
	'errors come within a 200': { faults: { errorIn200: true } },
	'the answer echoes Total and CanUpdate': { faults: { extraColumns: ['Total', 'CanUpdate'] } },
	'an id is rejected': poison(500),
	'an id always gets a passing 500': poison('500-no-type'),
	'an id always gets a page': poison('html-200'),
	'RecordCount is text with separators': {
		faults: { recordCount: 'string', thousands: 'indian' },
	},
	'every third call fails temporarily': {
		faults: { transient: { every: 3, kinds: ['503', 'cut-json', 'reset', 'leads-null'] } },
	},
};

const LEADS = 120;
const UNKNOWN = range(5, unknownId);

async function get(
	behaviours: Behaviour[],
	{
		leadsPerRequest = 50,
		notFound = 'include',
	}: { leadsPerRequest?: number; notFound?: string } = {},
): Promise<RunResult> {
	const faults = Object.assign({}, ...behaviours.map(({ faults: some }) => some));
	const { sandbox } = account;
	Object.assign(sandbox.faults, faults);
	const ids = [...sandbox.ids(LEADS), ...UNKNOWN];
	return await account.run({
		input: range(5, (item) => ({ id: ids.filter((_, index) => index % 5 === item) })),
		parameters: getByIds({
			columns: ['FirstName', 'Score', ...behaviours.flatMap(({ columns = [] }) => columns)],
			options: { leadsPerRequest, notFound, maxWaitSeconds: 60 },
		}),
		onError: 'continueRegularOutput',
	});
}

/** Every lead once, at its item, in the order asked; null where a column has nothing. */
function expectAll({ items }: RunResult, behaviours: Behaviour[]): void {
	const { sandbox } = account;
	const is = (what: 'gone' | 'failed', index: number) =>
		index < LEADS && behaviours.some((one) => one[what]?.(index));
	const isFailed = (index: number) => is('failed', index) && !is('gone', index);
	const ids = [...sandbox.ids(LEADS), ...UNKNOWN];
	const columns = behaviours.flatMap(({ columns: some = [] }) => some);
	const expected = range(5, (item) =>
		ids.flatMap((ProspectID, index) => {
			if (index % 5 !== item || isFailed(index)) return [];
			const nothing = Object.fromEntries(columns.map((name) => [name, null]));
			if (index >= LEADS || is('gone', index)) {
				return [{ item, ProspectID, found: false, FirstName: null, Score: null, ...nothing }];
			}
			const { FirstName, Score } = sandbox.lead(index, ['FirstName', 'Score'])!;
			return [{ item, ProspectID, found: true, FirstName, Score, ...nothing }];
		}),
	).flat();
	const { good, failed } = sorted(items);
	const got = good.map(({ json, pairedItem }) => ({
		item: (pairedItem as { item: number }).item,
		...json,
		ProspectID: String(json.ProspectID).toLowerCase(),
	}));
	expect(got).toEqual(expected);
	expect(Object.keys(good[0].json)).toEqual([
		'ProspectID',
		'found',
		'FirstName',
		'Score',
		...columns,
	]);
	const failures = failed.map(
		({ json }) => /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(String(json.error))?.[0],
	);
	expect(failures.sort()).toEqual(ids.filter((_, index) => isFailed(index)).sort());
}

describe('each undocumented behaviour alone', () => {
	it.each(Object.entries(BEHAVIOURS))('%s', async (_, behaviour) => {
		await account.open({ leads: LEADS });
		expectAll(await get([behaviour]), [behaviour]);
		expect(account.time.now() - Date.parse('2026-01-01')).toBeLessThan(130_000);
	});
});

// test/simulation/nothingLost.test.mts mixes all the others.
describe('undocumented behaviours in pairs', () => {
	const names = Object.keys(BEHAVIOURS).filter((name) => !BEHAVIOURS[name].alone);
	const overlap = (one: Behaviour, other: Behaviour) =>
		Object.keys(one.faults).some((name) => name in other.faults);
	it.each(['an id always gets a passing 500', 'an id always gets a page'])(
		'%s, with each of the others',
		async (name) => {
			const wrong: string[] = [];
			await account.open({ leads: LEADS });
			for (const other of names) {
				const pair = [BEHAVIOURS[name], BEHAVIOURS[other]];
				if (overlap(pair[0], pair[1])) continue;
				account.sandbox.reset();
				try {
					expectAll(await get(pair), pair);
				} catch (error) {
					wrong.push(`${other}: ${(error as Error).message}`);
				}
			}
			expect(wrong).toEqual([]);
		},
	);
});

const hintsOf = ({ hints }: RunResult) => hints.map(({ message }) => message);
const warningsOf = ({ hints }: RunResult) =>
	hints.filter(({ type }) => type === 'warning').map(({ message }) => message);

describe.each([
	['500', {}],
	['404', { notFoundStatus: 404 }],
	['200', { notFoundStatus: 200 }],
	['400 without a type', { notFoundStatus: 400, notFoundType: '' }],
] as const)('"Lead not found" as %s is as the option says', (_, faults) => {
	const ask = async (ids: (known: string[]) => string[], option: string) => {
		await account.open({ leads: 10, faults: { unknownIds: 'not-found', ...faults } });
		return await account.run({
			input: ids(account.sandbox.ids(10)).map((id) => ({ id })),
			parameters: getByIds({ options: { notFound: option } }),
			onError: option === 'error' ? 'continueErrorOutput' : undefined,
		});
	};
	const some = (known: string[]) => [known[0], UNKNOWN[0], known[1]];

	it('skip: some leads, one lead or all leads are missing', async () => {
		const among = await ask(some, 'skip');
		expect(itemsOf(among.items)).toEqual([0, 2]);
		expect(hintsOf(among)).toEqual([
			expect.stringContaining(`1 lead was not found and was skipped: ${UNKNOWN[0]}`),
		]);
		for (const none of [
			await ask(() => UNKNOWN.slice(0, 1), 'skip'),
			await ask(() => UNKNOWN, 'skip'),
		]) {
			expect(none.error).toBeUndefined();
			expect(none.items).toEqual([]);
			expect(hintsOf(none)).toHaveLength(1);
		}
	});

	it('include: missing leads are items in their places', async () => {
		const among = await ask(some, 'include');
		expect(among.items.map(({ json }) => json.found)).toEqual([true, false, true]);
		const none = await ask(() => UNKNOWN, 'include');
		expect(none.items.map(({ json }) => [json.ProspectID, json.found])).toEqual(
			UNKNOWN.map((id) => [id, false]),
		);
	});

	it('error: missing leads are error items', async () => {
		const { items, errorItems } = await ask(some, 'error');
		expect(itemsOf(items)).toEqual([0, 2]);
		expect(errorItems.map(({ json }) => json.error)).toEqual([
			`LeadSquared has no lead with the ID ${UNKNOWN[0]} [item 1]`,
		]);
	});
});

describe('leads that were merged into others', () => {
	it('are reported with both counts and the IDs that were returned instead', async () => {
		const sandbox = await account.open({ leads: 100, faults: { mergedEvery: 50 } });
		const result = await account.run({
			input: sandbox.ids(100).map((id) => ({ id })),
			parameters: getByIds(),
		});
		expect(result.items).toHaveLength(98);
		const survivors = [49, 99].map((at) => sandbox.idAt(at + MERGED_BEHIND)).join(', ');
		expect(hintsOf(result)).toEqual([
			expect.stringContaining(
				`left out 2 of the lead IDs, and sent 2 unrequested leads: ${survivors}`,
			),
			expect.stringContaining('2 leads were not found and were skipped'),
		]);
	});

	it('are not reported if the remaining lead was also requested, and is returned once', async () => {
		const sandbox = await account.open({ leads: 100, faults: { mergedEvery: 50 } });
		const result = await account.run({
			input: [{ id: [sandbox.idAt(49), sandbox.idAt(49 + MERGED_BEHIND)] }],
			parameters: getByIds({ options: { notFound: 'include' } }),
		});
		expect(result.items.map(({ json }) => json.found)).toEqual([false, true]);
		expect(warningsOf(result)).toEqual([]);
	});

	it('unrequested leads are ignored silently if no lead is missing', async () => {
		const sandbox = await account.open({ leads: 100, faults: { foreignRows: 5 } });
		const result = await account.run({
			input: sandbox.ids(20).map((id) => ({ id })),
			parameters: getByIds(),
		});
		expect(result.items).toHaveLength(20);
		expect(warningsOf(result)).toEqual([]);
	});
});

describe('the number of calls', () => {
	it.each([1, 5, 100])(
		'of 100,000 ids 100 exist, and %i of these are left out once',
		async (count) => {
			const sandbox = await account.open({
				leads: 100_000,
				latencyMs: 100,
				faults: { existEvery: 1000 },
			});
			sandbox.faults.forgetIds = range(count, (index) => sandbox.idAt(1000 * (index + 1) - 1));
			const { items } = await account.run({
				input: [{ id: sandbox.ids(100_000) }],
				parameters: getByIds(),
			});
			expect(items).toHaveLength(100);
			expect(sandbox.stats.calls).toBeLessThanOrEqual(300);
		},
	);

	const WORDINGS = ['error', 'error-larger'] as const;
	it.each(
		(['comma', 'point', 'space', 'indian'] as const).flatMap((thousands) =>
			WORDINGS.map((pageCapStyle) => ({ thousands, pageCapStyle })),
		),
	)('a cap is read whole: %o', async (faults) => {
		const sandbox = await account.open({ faults: { pageCap: 1000, ...faults } });
		const { items } = await account.run({
			input: [{ id: sandbox.ids(3000) }],
			parameters: getByIds({ options: { leadsPerRequest: 3000 } }),
		});
		expect(items).toHaveLength(3000);
		expect(sandbox.stats.calls).toBe(4);
	});

	it.each(['comma', 'point', 'space', 'indian'] as const)(
		'a limit is read whole: %s',
		async (thousands) => {
			const sandbox = await account.open({
				limit: { calls: 2, seconds: 5 },
				faults: { thousands, namedLimit: { calls: 1000, seconds: 5 } },
			});
			const result = await account.run({
				input: [{ id: sandbox.ids(3000) }],
				parameters: getByIds({ options: { leadsPerRequest: 300 } }),
			});
			expect(result.items).toHaveLength(3000);
			expect(warningsOf(result)).toEqual([
				expect.stringContaining('The account allows 1000 calls in 5 seconds'),
			]);
		},
	);
});

describe('a column that was removed', () => {
	const ask = async (faults: Partial<Faults>, columns: string[], options = {}) => {
		const sandbox = await account.open({ faults });
		return await account.run({
			input: sandbox.ids(3).map((id) => ({ id })),
			parameters: getByIds({ columns, options }),
		});
	};
	const FORMS: Array<Partial<Faults>> = [
		{ badColumns: 'refuse' },
		{ badColumns: 'refuse', badColumnsStatus: 412 },
		{ badColumns: 'refuse', errorIn200: true },
		{ badColumns: 'field-list' },
		{ badColumns: 'field-list', badColumnsStatus: 400 },
	];

	it.each(FORMS)('is null in every lead, and named in a hint: %o', async (faults) => {
		const columns = ['mx_Old', 'FirstName', 'mx_Older', 'Score'];
		const result = await ask(faults, columns);
		expect(result.error).toBeUndefined();
		for (const { json } of result.items) {
			expect(Object.keys(json)).toEqual(['ProspectID', ...columns]);
			expect([json.mx_Old, json.mx_Older]).toEqual([null, null]);
			expect(json.FirstName).toEqual(expect.any(String));
		}
		expect(result.items).toHaveLength(3);
		expect(warningsOf(result)).toEqual([
			expect.stringMatching(/does not know the columns (mx_Old, mx_Older|mx_Older, mx_Old),/),
		]);
	});

	it('is reported in the same way if LeadSquared omits it silently', async () => {
		const result = await ask({}, ['mx_Old', 'FirstName']);
		expect(result.items.map(({ json }) => json.mx_Old)).toEqual([null, null, null]);
		expect(warningsOf(result)).toEqual([expect.stringContaining('for any lead: mx_Old.')]);
	});

	it.each(FORMS)('is reported also where nothing else was chosen: %o', async (faults) => {
		const result = await ask(faults, ['mx_Old']);
		expect(result.items.map(({ json }) => json.mx_Old)).toEqual([null, null, null]);
		expect(warningsOf(result)).toEqual([
			expect.stringContaining('does not know the column mx_Old,'),
		]);
	});

	it.each(FORMS)('whose name has words of limits in it is no limit: %o', async (faults) => {
		for (const name of ['mx_Daily_Limit', 'mx_Too_Many_Requests', 'mx_Lead_not_found']) {
			const result = await ask(faults, ['FirstName', name]);
			expect(result.error).toBeUndefined();
			expect(warningsOf(result)).toEqual([expect.stringContaining(`the column ${name},`)]);
		}
	});

	it.each(FORMS)(
		'is the columns\u2019 fault where it is named by its label: %o',
		async (faults) => {
			for (const name of ['mx_Daily_Limit', 'mx_Lead_Not_Found', 'mx_Rate_Limit_Exceeded']) {
				const { error, hints } = await ask({ ...faults, badColumnsNamed: 'label' }, [
					'FirstName',
					name,
				]);
				const messages = `${error?.message} ${hints.map(({ message }) => message).join()}`;
				expect(messages).toMatch(/the chosen columns|does not know the column/);
			}
		},
	);
});

describe('columns by their labels', () => {
	const ask = async (
		columns: unknown,
		{
			faults = {},
			options = {},
			...rest
		}: object & {
			faults?: Partial<Faults>;
			options?: object;
			onError?: 'continueErrorOutput';
			mode?: 'trigger';
		} = {},
	) => {
		const sandbox = await account.open({ faults });
		return await account.run({
			input: sandbox.ids(3).map((id) => ({ id })),
			parameters: getByIds({ columns, options }),
			...rest,
		});
	};
	const keysOf = ({ items }: RunResult) => [
		...new Set(items.map(({ json }) => Object.keys(json).join())),
	];

	it.each([
		[['First Name', 'lead stage', 'mx_City']],
		[['FirstName', ' LEAD  STAGE ', 'City (mx_City)']],
		['First Name, ProspectStage, City (mx_City)'],
	])('come as their columns: %j', async (columns) => {
		const result = await ask(columns);
		expect(result.error).toBeUndefined();
		expect(keysOf(result)).toEqual(['ProspectID,FirstName,ProspectStage,mx_City']);
		expect(account.sandbox.stats.calls).toBe(2);
	});

	it('are also read in Additional Columns, and each column is requested once', async () => {
		const result = await ask(['FirstName'], {
			options: { additionalColumns: 'first name; Owner Name; Lead Number' },
		});
		expect(keysOf(result)).toEqual(['ProspectID,FirstName,OwnerIdName,ProspectAutoId']);
	});

	it('of many items are read once, and the items are asked for together', async () => {
		const sandbox = await account.open({ leads: 3000 });
		const input = sandbox.ids(3000).map((id) => ({ id }));
		const options = { additionalColumns: 'Lead Number' };
		const result = await account.run({
			input,
			parameters: getByIds({ columns: ['First Name'], options }),
		});
		expect(keysOf(result)).toEqual(['ProspectID,FirstName,ProspectAutoId']);
		expect(sandbox.stats.calls).toBe(1 + 3);
		const own = await account.run({
			input: input.map((json, at) => ({
				...json,
				columns: at % 2 ? ['First Name'] : ['Last Name', 'FirstName'],
			})),
			parameters: getByIds({ columns: '={{ $json.columns }}' }),
		});
		expect(keysOf(own).sort()).toEqual(['ProspectID,FirstName', 'ProspectID,LastName,FirstName']);
		// The account's columns are known from the first run.
		expect(sandbox.stats.calls).toBe(1 + 3 + 4);
	});

	it('schema names need no extra call', async () => {
		await ask(['FirstName', 'ownerIdName', 'mx_City', 'mx_Not_There'], { mode: 'trigger' });
		expect(account.sandbox.stats.calls).toBe(1);
	});

	it('shared by several columns are reported with their schema names before any lead is requested', async () => {
		const { error } = await ask(['City']);
		expect(error?.message).toBe('Several columns have the label City [item 0]');
		expect(error?.description).toContain('mx_City or mx_Billing_City');
		expect(account.sandbox.stats.calls).toBe(1);
	});

	it('under Continue only that item fails', async () => {
		const sandbox = await account.open();
		const { items, errorItems } = await account.run({
			input: sandbox.ids(3).map((id, at) => ({ id, columns: at === 1 ? 'City' : 'First Name' })),
			parameters: getByIds({ columns: '={{ $json.columns }}' }),
			onError: 'continueErrorOutput',
		});
		expect(itemsOf(items)).toEqual([0, 2]);
		expect(itemsOf(errorItems)).toEqual([1]);
	});

	it('are sent unchanged if the account does not list its columns', async () => {
		const result = await ask(['FirstName', 'Lead Stage'], {
			faults: { access: 'no-permission', accessOf: 'metadata' },
		});
		expect(result.error).toBeUndefined();
		expect(keysOf(result)).toEqual(['ProspectID,FirstName,Lead Stage']);
	});

	it('a misspelled one does not hide the error that ends a run', async () => {
		const sandbox = await account.open({ faults: { poisonForm: 500 } });
		sandbox.faults.poisonIds = [sandbox.idAt(1)];
		const { error } = await account.run({
			input: sandbox.ids(3).map((id) => ({ id })),
			parameters: getByIds({ columns: ['FirstName', 'mx_Citty'] }),
		});
		expect(error?.message).toContain(`does not accept the lead ID ${sandbox.idAt(1)}`);
	});

	it.each([{}, { badColumns: 'refuse' as const }])(
		'a misspelled one gets a question, where a person looks: %j',
		async (faults) => {
			const asked = await ask(['FirstName', 'mx_Citty'], { faults });
			expect(warningsOf(asked)).toEqual([expect.stringContaining('Did you mean mx_City (City)?')]);
			const alone = await ask(['FirstName', 'mx_Citty'], { faults, mode: 'trigger' });
			expect(warningsOf(alone)).toEqual([expect.not.stringContaining('Did you mean')]);
		},
	);
});

it('a column that the user may not see is a permission, and LeadSquared\u2019s words name it', async () => {
	const sandbox = await account.open({ faults: { deniedColumns: ['Phone'] } });
	const { error } = await account.run({
		input: [{ id: sandbox.idAt(0) }],
		parameters: getByIds({ columns: ['FirstName', 'Phone'] }),
	});
	expect(error?.message).toBe('The user of the keys lacks a permission in LeadSquared');
	expect(error?.description).toContain('permission to view these fields: Phone');
});

describe('IDs that always get an error that is transient for others', () => {
	it.each([
		[1, '500-no-type'],
		[5, '500-no-type'],
		[1, '502-html'],
		[5, 'empty-200'],
		[5, 'cut-json'],
		[5, 'reset'],
	] as const)(
		'%i that get %s: the others come as soon as without, and these are reported separately',
		async (count, poisonForm) => {
			const sandbox = await account.open({ leads: 1000, faults: { poisonForm } });
			const places = range(count, (index) => 137 * (index + 1));
			sandbox.faults.poisonIds = places.map((index) => sandbox.idAt(index));
			const began = account.time.now();
			const { items, elapsedMs } = await account.run({
				input: sandbox.ids(1000).map((id) => ({ id })),
				parameters: getByIds({ options: { maxWaitSeconds: 60 } }),
				onError: 'continueRegularOutput',
			});
			const { failed, good } = sorted(items);
			expect(good).toHaveLength(1000 - count);
			expect(itemsOf(failed)).toEqual(places);
			for (const [index, { json }] of failed.entries()) {
				expect(json.error).toContain(sandbox.idAt(places[index]));
			}
			// Of single ids, what is asked after that are those at fault.
			const lastOfSeveral = sandbox.stats.requests.filter(({ ids = 1 }) => ids > 1).at(-1)!;
			expect(lastOfSeveral.at - began).toBeLessThan(45_000);
			// The patience with those alone, and not one after the other.
			expect(elapsedMs).toBeLessThan(120_000);
		},
	);
});

describe('leads without ids, each at its item', () => {
	it.each<[string, Partial<Faults>]>([
		['the second page is rejected', { laterPages: 'refused' }],
		['the second page is too large', { laterPages: 'too-large' }],
		['the second page is rejected, the pages capped', { laterPages: 'refused', pageCap: 20 }],
		['the second page is too large, the pages capped', { laterPages: 'too-large', pageCap: 20 }],
		['every page holds all', { paging: 'ignored' }],
		['pages are capped by an error', { pageCap: 20, pageCapStyle: 'error' }],
		['a part of each page is forgotten once', { forgetful: 0.2 }],
	])('%s', async (_, faults) => {
		const sandbox = await account.open({ faults: { idColumn: 'none', ...faults } });
		const ids = sandbox.ids(100);
		const { items, elapsedMs } = await account.run({
			input: [{ id: ids.slice(0, 60) }, { id: ids.slice(60) }],
			parameters: getByIds({ columns: ['ProspectAutoId'], options: { notFound: 'include' } }),
			onError: 'continueRegularOutput',
		});
		const messageOf = (item: number) =>
			items
				.filter(({ pairedItem }) => (pairedItem as { item: number }).item === item)
				.map(({ json }) => json.ProspectAutoId)
				.sort();
		const wanted = (some: string[]) => some.map((id) => sandbox.lead(id)!.ProspectAutoId).sort();
		expect([messageOf(0), messageOf(1)]).toEqual([wanted(ids.slice(0, 60)), wanted(ids.slice(60))]);
		expect(elapsedMs).toBeLessThan(60_000);
		expect(sandbox.stats.calls).toBeLessThan(60);
	});
});
