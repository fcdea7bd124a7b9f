import fc from 'fast-check';
import { flatRow, leadReader, type Lead } from '../../../nodes/LeadSquared/api/leads';

const ID = '0acb9356-bcd1-4128-b63a-97f52cb8cc3c';
const COLUMNS = ['ProspectID', 'FirstName', 'mx_City'];

/** As text, since toEqual does not see the order of members. */
const text = (lead: Lead) => JSON.stringify(lead);

describe('a row is brought into its form', () => {
	it.each<[string, Lead, Lead]>([
		[
			'as it is, if it has it',
			{ ProspectID: ID, FirstName: 'Ringo', mx_City: null },
			{ ProspectID: ID, FirstName: 'Ringo', mx_City: null },
		],
		[
			'the id first, the columns as asked',
			{ mx_City: 'Pune', FirstName: 'Ringo', ProspectID: ID },
			{ ProspectID: ID, FirstName: 'Ringo', mx_City: 'Pune' },
		],
		[
			'all under the spelling that was asked',
			{ prospectId: ID, MX_CITY: 'Pune', firstname: 'Ringo' },
			{ ProspectID: ID, FirstName: 'Ringo', mx_City: 'Pune' },
		],
		[
			'null for what did not come',
			{ mx_City: 'Pune', ProspectID: ID },
			{ ProspectID: ID, FirstName: null, mx_City: 'Pune' },
		],
		['null for an id that did not come', {}, { ProspectID: null, FirstName: null, mx_City: null }],
		[
			'unrequested columns last, in the order they came',
			{ LeadType: 'OT_0', mx_City: 'Pune', Extra: '1', ProspectID: ID, FirstName: 'Ringo' },
			{ ProspectID: ID, FirstName: 'Ringo', mx_City: 'Pune', LeadType: 'OT_0', Extra: '1' },
		],
		[
			'but not what LeadSquared echoes of the query',
			{ ProspectID: ID, FirstName: 'Ringo', mx_City: 'Pune', Total: '5', CanUpdate: 'true' },
			{ ProspectID: ID, FirstName: 'Ringo', mx_City: 'Pune' },
		],
	])('%s', (_, row, expected) => {
		expect(text(leadReader(COLUMNS).read(row))).toBe(text(expected));
	});

	it.each([`{${ID.toUpperCase()}}`, ` ${ID.toUpperCase()} `, ID.replaceAll('-', '').toUpperCase()])(
		'an id written as %s is a GUID as usual',
		(written) => {
			const row = { ProspectID: written, FirstName: 'Ringo', mx_City: null };
			expect(leadReader(COLUMNS).read(row).ProspectID).toBe(ID.toUpperCase());
		},
	);

	it('echoed members are kept if they were requested', () => {
		expect(leadReader(['ProspectID', 'Total']).read({ ProspectID: ID, Total: '5' }).Total).toBe(
			'5',
		);
	});

	it('every requested column is there once, and every value is kept', () => {
		const names = fc.shuffledSubarray(['ProspectID', 'firstname', 'MX_City', 'Other', '__proto__']);
		fc.assert(
			fc.property(names, (some) => {
				const row = Object.fromEntries(some.map((name, index) => [name, `${index}`]));
				const lead = leadReader(COLUMNS).read(row);
				expect(Object.keys(lead).slice(0, 3)).toEqual(COLUMNS);
				const values = Object.values(lead).filter((value) => value !== null);
				expect(values.sort()).toEqual(some.map((_, index) => `${index}`).sort());
			}),
		);
	});
});

it('the reader knows which columns no row had', () => {
	const reader = leadReader(COLUMNS);
	reader.read({ prospectid: ID, FIRSTNAME: null });
	expect(reader.absentColumns).toEqual(['mx_City']);
	reader.read({ ProspectID: ID, FirstName: 'Ringo', mx_City: null });
	expect(reader.absentColumns).toEqual([]);
});

describe('a row as a list of properties', () => {
	it('is flattened, with the fields next to the list', () => {
		const LeadPropertyList = [
			{ Attribute: 'ProspectID', Value: ID, Fields: null },
			{ Attribute: 'FirstName', Value: null },
			{ Attribute: 'mx_City' },
			null,
			{ Value: 'x' },
		];
		expect(flatRow({ LeadPropertyList, LeadType: 'OT_1' })).toEqual({
			ProspectID: ID,
			FirstName: null,
			mx_City: null,
			LeadType: 'OT_1',
		});
	});

	it('that is not a row is kept', () => {
		const row = { LeadPropertyList: 'text' };
		expect(flatRow(row)).toBe(row);
	});
});
