import { rowMaker, withKeys } from '../../../../nodes/LeadSquared/actions/lead/write/rows';

const ID = '0acb9356-bcd1-4128-b63a-97f52cb8cc3c';
const FIELDS = ['ProspectID', 'EmailAddress', 'FirstName', 'Phone'].map((schemaName) => ({
	schemaName,
	displayName: schemaName,
	dataType: 'Text',
	isDay: false,
	isUnique: false,
}));

function made(values: Record<string, unknown>, { match = 'EmailAddress', clears = false } = {}) {
	const { row } = rowMaker({ isAutomatic: true, match }, FIELDS, 'UTC');
	const made = row({
		item: 0,
		values: values as never,
		fields: Object.keys(values),
		options: {
			dateFormat: 'iso',
			emptyValues: clears ? 'clear' : 'keep',
			overwrite: 'all',
			overwriteFirstMatch: false,
			preview: false,
			secondMatch: '',
			triggerAutomations: false,
			withoutMatch: 'create',
			maxWaitSeconds: 300,
		},
	});
	const [{ searchBy, values: written, keys }] = withKeys([made]);
	return { searchBy, written: Object.fromEntries(written), keys };
}

it('a lead ID finds its lead, whatever the column to match on is', () => {
	expect(made({ ProspectID: ID, EmailAddress: 'a@b.c' })).toEqual({
		searchBy: 'ProspectID',
		written: { ProspectID: ID, EmailAddress: 'a@b.c' },
		keys: [`ProspectID ${ID}`],
	});
	const byId = { ProspectID: ID, FirstName: 'A' };
	for (const blank of ['', null, 'N/A']) {
		expect(made({ ...byId, EmailAddress: blank })).toMatchObject({
			searchBy: 'ProspectID',
			written: byId,
		});
	}
	expect(made({ ...byId, EmailAddress: 'a@b.c' }, { match: 'ProspectID' })).toMatchObject({
		searchBy: 'ProspectID',
		written: { ...byId, EmailAddress: 'a@b.c' },
	});
});

it.each([ID, ` {${ID.toUpperCase()}} `, `https://in21.leadsquared.com/LeadDetails?LeadID=${ID}`])(
	'a lead ID is read from %s',
	(ProspectID) => {
		const { written, keys } = made({ ProspectID, FirstName: 'A' });
		expect(String(written.ProspectID).toLowerCase()).toBe(ID);
		expect(keys).toEqual([`ProspectID ${ID}`]);
	},
);

it('what leads are found by is never cleared', () => {
	const clears = { clears: true };
	const nothing = { EmailAddress: null, ProspectID: '', Phone: ' ', FirstName: 'A' };
	expect(made(nothing, clears)).toMatchObject({ written: { Phone: '', FirstName: 'A' } });
	expect(made(nothing, { ...clears, match: 'Phone' })).toMatchObject({
		written: { EmailAddress: '', FirstName: 'A' },
	});
});

it('numbers that are spelled in another way are those of one lead', () => {
	const [one, other] = ['+91-98765 43210', '9876543210'].map(
		(Phone) => made({ Phone }, { match: 'Phone' }).keys,
	);
	expect(one).toEqual(other);
});

it('rows may be the same lead only by the columns that leads are found by', () => {
	const row = (item: number, searchBy: string | undefined, values: Record<string, string>) => ({
		item,
		searchBy,
		values: new Map(Object.entries(values)),
		triggersAutomations: false,
	});
	const Phone = '9876543210';
	const first = row(0, 'EmailAddress', { EmailAddress: 'A@b.c', Phone });
	const second = row(1, 'EmailAddress', { EmailAddress: 'd@e.f', Phone });
	const keysOf = (...rows: Array<ReturnType<typeof row>>) => withKeys(rows).map(({ keys }) => keys);
	expect(keysOf(first, second)).toEqual([['EmailAddress a@b.c'], ['EmailAddress d@e.f']]);
	expect(keysOf(first, row(1, 'Phone', { Phone }))[0]).toEqual([
		'EmailAddress a@b.c',
		`number ${Phone}`,
	]);
	expect(keysOf(first, row(1, undefined, { FirstName: 'A' }))[0]).toHaveLength(2);
});
