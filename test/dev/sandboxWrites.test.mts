/** Rows that the sandbox accepts, and what its metadata says about columns. */
import type { Faults, Sandbox } from '../../dev/sandbox/server.mts';
import { call, json, open, upTo } from './callSandbox.mts';

const WRITE = 'LeadManagement.svc/Lead/Bulk/CreateOrUpdate';
const METADATA = 'LeadManagement.svc/LeadsMetaData.Get';
const UNKNOWN = '00000000-0000-4000-8000-000000000000';

type Row = Record<string, string | null>;
const toAttributes = (row: Row) =>
	Object.entries(row).map(([Attribute, Value]) => ({ Attribute, Value }));
const write = async (sandbox: Sandbox, ...rows: Row[]) =>
	await json(sandbox, WRITE, rows.map(toAttributes));

/** The exception of one row that is written to an account, or what happened to its lead. */
async function resultOf(sandbox: Sandbox, row: Row): Promise<string> {
	const [result] = await write(sandbox, row);
	if (result.ExceptionType) return `${result.ExceptionType}: ${result.ErrorMessage}`;
	if (result.LeadCreated) return 'created';
	return result.LeadUpdated ? 'updated' : 'unchanged';
}

const INVALID = 'MXInvalidInputException: Invalid SearchBy value provided';

describe('SearchBy', () => {
	const byId = async (faults: Partial<Faults>, more: Row) => {
		const sandbox = open(faults);
		return await resultOf(sandbox, { ProspectID: sandbox.idAt(3), FirstName: 'New', ...more });
	};

	test.each<[Partial<Faults>, string, string]>([
		[{}, 'ProspectId', 'updated'],
		[{}, 'ProspectID', INVALID],
		[{}, 'prospectid', INVALID],
		[{ searchById: 'ProspectID' }, 'ProspectID', 'updated'],
		[{ searchById: 'ProspectID' }, 'ProspectId', INVALID],
		[{ searchById: 'both' }, 'ProspectID', 'updated'],
		[{ searchById: 'none' }, 'ProspectId', INVALID],
	])('%j: the lead ID as %s: %s', async (faults, SearchBy, result) => {
		expect(await byId(faults, { SearchBy })).toBe(result);
	});

	test('a lead ID that no lead has', async () => {
		const row = { ProspectID: UNKNOWN, LastName: 'L', SearchBy: 'ProspectId' };
		const refused = 'MXInvalidEntityReferenceException: Lead not found';
		expect(await resultOf(open(), row)).toBe(refused);
	});

	test.each<[Partial<Faults>, Row, string]>([
		[{}, {}, 'updated'],
		[{}, { __UseUserDefinedGuid__: 'true' }, 'updated'],
		[{ userDefinedGuid: 'required' }, { __UseUserDefinedGuid__: 'true' }, 'updated'],
		[
			{ userDefinedGuid: 'required' },
			{},
			'MXInvalidInputException: __UseUserDefinedGuid__ is mandatory',
		],
		[
			{ userDefinedGuid: 'unknown' },
			{ __UseUserDefinedGuid__: 'true' },
			'MXUnknownAttributeException: Attribute(s) does not exist - __UseUserDefinedGuid__',
		],
	])('%j: a lead ID with %j', async (faults, more, result) => {
		expect(await byId(faults, { ...more, SearchBy: 'ProspectId' })).toBe(result);
	});

	test.each<[Partial<Faults>, string, string]>([
		[{}, 'EmailAddress', 'updated'],
		[{}, 'Phone', 'updated'],
		[{}, 'FirstName', INVALID],
		[{}, 'mx_City', INVALID],
		[{}, 'Nope', INVALID],
		[{ uniqueColumns: ['EmailAddress', 'mx_City'] }, 'mx_City', 'updated'],
		[{ searchByColumns: 'any' }, 'FirstName', 'updated'],
		[{ searchByColumns: 'any' }, 'Nope', INVALID],
		// The address is searched in its place.
		[{ badSearchBy: 'ignored' }, 'Nope', 'updated'],
	])('%j: %s: %s', async (faults, SearchBy, result) => {
		const sandbox = open(faults);
		const { EmailAddress, Phone, FirstName, mx_City } = sandbox.lead(3)!;
		const row = { EmailAddress, Phone, FirstName, mx_City, Company: 'New', SearchBy };
		expect(await resultOf(sandbox, row)).toBe(result);
	});

	test('that has no value is refused', async () => {
		const row = { EmailAddress: '', LastName: 'L', SearchBy: 'EmailAddress' };
		expect(await resultOf(open(), row)).toContain('SearchBy EmailAddress has no value');
	});

	test('refuses the whole call where bad rows do', async () => {
		const rows = [{ LastName: 'L', FirstName: 'A', SearchBy: 'FirstName' }].map(toAttributes);
		const { status, body } = await call(open({ badRows: 'call' }), WRITE, rows);
		expect([status, JSON.parse(body).ExceptionType]).toEqual([500, 'MXInvalidInputException']);
	});
});

describe('unique values', () => {
	const clash = (sandbox: Sandbox): Row => ({
		EmailAddress: sandbox.lead(3)!.EmailAddress,
		Phone: sandbox.lead(4)!.Phone,
		LastName: 'Clash',
		SearchBy: 'EmailAddress',
	});

	test('of another lead are refused in the result of their row; nothing of it is written', async () => {
		const sandbox = open();
		const before = sandbox.lead(3);
		const refused = 'MXDuplicateEntryException: A Lead with same Phone Number already exists.';
		expect(await resultOf(sandbox, clash(sandbox))).toBe(refused);
		expect(sandbox.lead(3)).toEqual(before);
		const byPhone = { ...clash(sandbox), SearchBy: 'Phone' };
		expect(await resultOf(sandbox, byPhone)).toBe(
			'MXDuplicateEntryException: A Lead with same Email already exists.',
		);
		const own = { Phone: sandbox.lead(4)!.Phone, LastName: 'Own', SearchBy: 'Phone' };
		expect(await resultOf(sandbox, own)).toBe('updated');
	});

	test('or refuse the whole call before anything is written', async () => {
		const sandbox = open({ duplicates: 'call' });
		const good = { EmailAddress: 'a@example.com', LastName: 'L', SearchBy: 'EmailAddress' };
		const body = [good, clash(sandbox)].map(toAttributes);
		expect((await call(sandbox, WRITE, body)).status).toBe(500);
		expect(sandbox.history).toEqual([]);
	});

	test.each<[Partial<Faults>, string, string]>([
		[{}, '98765 43210', 'created'],
		[{ phoneComparison: 'normalised' }, '98765 43210', 'updated'],
		[{ phoneComparison: 'normalised' }, '+919876543210', 'updated'],
		[{}, '+91-9876543210', 'updated'],
	])('%j: the number %s is %s', async (faults, Phone, result) => {
		const sandbox = open(faults);
		sandbox.touch(5, { Phone: '+91-9876543210' });
		expect(await resultOf(sandbox, { Phone, LastName: 'L', SearchBy: 'Phone' })).toBe(result);
	});
});

describe('columns', () => {
	test('say what they are', async () => {
		const all: Array<Record<string, unknown>> = await json(open(), METADATA);
		const namesWith = (key: string, value: unknown = true) =>
			all.filter((column) => column[key] === value).map(({ SchemaName }) => SchemaName);
		expect(namesWith('IsUnique')).toEqual(['EmailAddress', 'Phone', 'Mobile']);
		expect(namesWith('IsLeadIdentifier')).toEqual([
			'FirstName',
			'LastName',
			'EmailAddress',
			'Phone',
			'Mobile',
		]);
		expect(namesWith('IsMandatory')).toEqual([]);
		expect(namesWith('IsReadOnly')).toEqual(['ProspectAutoId']);
		expect(namesWith('IsDerived')).toContain('LeadAge');
		expect(namesWith('LockAfterCreate', 2)).toEqual(['ProspectID', 'Notes']);
		expect(namesWith('AllowAutoUpdateToOptions')).toEqual(['mx_Batch']);
		expect(namesWith('RenderTypeTextValue', 'DropdownWithOthers')).toEqual(['Source']);
		expect(namesWith('RenderTypeTextValue', 'MultiselectDropdown')).toEqual(['mx_Interests']);
		const zones = all.find(({ SchemaName }) => SchemaName === 'TimeZone')!;
		expect(JSON.parse(zones.OptionSet_backup as string)).toContainEqual({
			Value: '-12:00',
			Text: expect.stringContaining('Date Line'),
		});
	});

	test.each([['ProspectAutoId'], ['LeadAge']])('%s cannot be written', async (name) => {
		const row = {
			EmailAddress: 'a@example.com',
			LastName: 'L',
			[name]: '7',
			SearchBy: 'EmailAddress',
		};
		expect(await resultOf(open(), row)).toBe(`MXInvalidEntityException: ${name} is locked`);
	});

	test('Notes are only taken by a new lead', async () => {
		const sandbox = open();
		const row = (Notes: string) => ({
			EmailAddress: 'a@example.com',
			LastName: 'L',
			Notes,
			SearchBy: 'EmailAddress',
		});
		expect(await resultOf(sandbox, row('First'))).toBe('created');
		expect(await resultOf(sandbox, row('First'))).toBe('unchanged');
		expect(await resultOf(sandbox, row('Second'))).toBe(
			'MXInvalidEntityException: Notes is locked',
		);
	});

	test('a new lead needs a name, an address or a number, and what is mandatory', async () => {
		const sandbox = open();
		const missing = "MXInvalidDataTypeException: You're missing lead details.";
		expect(await resultOf(sandbox, { Mobile: '+91-9000000001', SearchBy: 'Mobile' })).toBe(missing);
		const row = { EmailAddress: 'a@example.com', SearchBy: 'EmailAddress' };
		expect(await resultOf(sandbox, row)).toBe('created');
		const strict = open({ mandatoryColumns: ['LastName'] });
		const refused = 'MXMandatoryFieldMissingException: LastName is mandatory';
		expect(await resultOf(strict, row)).toBe(refused);
		const [{ IsMandatory }] = await json(strict, `${METADATA}?schemaName=LastName`);
		expect(IsMandatory).toBe(true);
	});

	test('a drop-down that grows has the values that were written; another has not', async () => {
		const sandbox = open();
		const row = {
			EmailAddress: 'a@example.com',
			LastName: 'L',
			mx_Batch: '2027',
			Grade: 'E',
			SearchBy: 'EmailAddress',
		};
		await write(sandbox, row, { ...row, FirstName: 'Again' });
		const optionsOf = async (name: string) =>
			(await json(sandbox, `${METADATA}?schemaName=${name}`))[0].Options.map(
				({ Value }: { Value: string }) => Value,
			);
		expect(await optionsOf('mx_Batch')).toEqual(['2024', '2025', '2026', '2027']);
		expect(await optionsOf('Grade')).toEqual(['A', 'B', 'C', 'D']);
		// Stored all the same (operations (e)).
		expect(sandbox.lead(300, ['Grade'])).toEqual({ Grade: 'E' });
	});

	test('a multi-select column joins its values with semicolons', () => {
		const sandbox = open();
		const values = upTo(50).map((index) => sandbox.lead(index, ['mx_Interests'])!.mx_Interests);
		expect(values).toContainEqual(expect.stringMatching(/^\w+(;\w+)+$/));
	});
});

describe('values in answers', () => {
	const byIds = async (sandbox: Sandbox, columns: string, ids = sandbox.ids(5)) =>
		await json(sandbox, 'LeadManagement.svc/Leads/Retrieve/ByIds', {
			SearchParameters: { LeadIds: ids },
			Columns: { Include_CSV: columns },
		});

	test('are masked except for their last two characters, in all calls or in lookups only', async () => {
		const sandbox = open({ maskedColumns: ['Phone'] });
		const { Phone } = sandbox.lead(0)!;
		const mask = `${'x'.repeat(Phone!.length - 2)}${Phone!.slice(-2)}`;
		const lookUp = `LeadManagement.svc/Leads.GetById?id=${sandbox.idAt(0)}`;
		expect((await byIds(sandbox, 'Phone')).Leads[0].Phone).toBe(mask);
		expect((await json(sandbox, lookUp))[0].Phone).toBe(mask);
		sandbox.faults.maskedIn = 'lookups';
		expect((await byIds(sandbox, 'Phone')).Leads[0].Phone).toBe(Phone);
		expect((await json(sandbox, lookUp))[0].Phone).toBe(mask);
	});

	test('of text areas have a token for a line break, and rows may hold it', async () => {
		const sandbox = open();
		const row = { Phone: sandbox.lead(0)!.Phone, SearchBy: 'Phone' };
		await write(sandbox, { ...row, mx_Loan_Remarks: 'one{mxnewline}two\nthree' });
		expect(sandbox.lead(0, ['mx_Loan_Remarks'])).toEqual({ mx_Loan_Remarks: 'one\ntwo\nthree' });
		const remarks = async () => (await byIds(sandbox, 'mx_Loan_Remarks')).Leads[0].mx_Loan_Remarks;
		expect(await remarks()).toBe('one{mxnewline}two{mxnewline}three');
		sandbox.faults.lineBreaks = 'plain';
		expect(await remarks()).toBe('one\ntwo\nthree');
	});
});

describe('object types', () => {
	const MODIFIED = 'LeadManagement.svc/Leads.RecentlyModified';
	const SEARCH = 'LeadManagement.svc/Leads.Get';
	const whole = { FromDate: '2000-01-01', ToDate: '2030-01-01' };
	const type = (Value: string) => ({ Attribute: 'LeadType', Value });

	test('calls return the first type, or the one they ask for', async () => {
		const sandbox = open({ secondTypeEvery: 3 });
		const count = async (more = {}) =>
			(await json(sandbox, MODIFIED, { Parameter: whole, ...more })).RecordCount;
		expect([await count(), await count(type('OT_1'))]).toEqual([200, 100]);
		expect(await json(sandbox, SEARCH, { Parameter: {} })).toHaveLength(200);
		expect(await json(sandbox, SEARCH, { Parameter: {}, ...type('OT_1') })).toHaveLength(100);
		const byIds = async () =>
			await json(sandbox, 'LeadManagement.svc/Leads/Retrieve/ByIds', {
				SearchParameters: { LeadIds: sandbox.ids(6) },
				Columns: { Include_CSV: 'ProspectID,LeadType' },
			});
		expect((await byIds()).Leads.map(({ LeadType }: Row) => LeadType)).toEqual([
			'OT_0',
			'OT_0',
			'OT_1',
			'OT_0',
			'OT_0',
			'OT_1',
		]);
		sandbox.faults.typesByIds = 'OT_0';
		expect((await byIds()).Leads).toHaveLength(4);
	});

	test('a lead changes its type once; accounts without types do not know the column', async () => {
		const sandbox = open({ secondTypeEvery: 3 });
		const row = (LeadType: string) => ({
			Phone: sandbox.lead(0)!.Phone,
			LeadType,
			SearchBy: 'Phone',
		});
		expect(await resultOf(sandbox, row('OT_1'))).toBe('updated');
		expect(await resultOf(sandbox, row('OT_0'))).toBe(
			'MXInvalidEntityException: LeadType is locked',
		);
		const [{ Options }] = await json(sandbox, `${METADATA}?schemaName=LeadType`);
		expect(Options).toEqual([{ Value: 'OT_0' }, { Value: 'OT_1' }]);
		expect(await resultOf(open(), row('OT_1'))).toContain('MXUnknownAttributeException');
		expect(await json(open(), `${METADATA}?schemaName=LeadType`)).toEqual([]);
	});
});

test('bulk writes have a limit of 5 in 5 seconds', async () => {
	const sandbox = open();
	const row = { Phone: sandbox.lead(0)!.Phone, SearchBy: 'Phone' };
	for (const at of upTo(5)) await write(sandbox, { ...row, FirstName: `${at}` });
	const { status, body } = await call(sandbox, WRITE, [toAttributes(row)]);
	expect([status, JSON.parse(body).ExceptionMessage]).toEqual([
		429,
		'API calls exceeded the limit of 5 in 5 second(s)',
	]);
});
