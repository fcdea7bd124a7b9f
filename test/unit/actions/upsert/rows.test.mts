import { rowMaker } from '../../../../nodes/LeadSquared/actions/lead/upsert/rows';

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
	const {
		searchBy,
		values: written,
		keys,
	} = row({
		item: 0,
		values: values as never,
		fields: Object.keys(values),
		options: {
			dateFormat: 'iso',
			emptyValues: clears ? 'clear' : 'keep',
			triggerAutomations: false,
			withoutMatch: 'create',
			maxWaitSeconds: 300,
		},
	});
	return { searchBy, written: Object.fromEntries(written), keys: [...keys].sort() };
}

it('a lead ID finds a lead, and is never written', () => {
	expect(made({ ProspectID: ID, EmailAddress: 'a@b.c' })).toEqual({
		searchBy: 'EmailAddress',
		written: { EmailAddress: 'a@b.c' },
		keys: ['EmailAddress a@b.c', `ProspectID ${ID}`],
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
	const [one, other] = ['+91-98765 43210', '9876543210'].map((Phone) => made({ Phone }).keys);
	expect(one).toEqual(other);
});
