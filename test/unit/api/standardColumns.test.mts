import { COLUMNS } from '../../../dev/sandbox/metadata.mts';
import {
	DEFAULT_COLUMNS,
	IDENTIFIERS,
	isDocumented,
	isReadOnly,
	isRelated,
	MAPPED_COLUMNS,
	nameOfUserIn,
	RELATED_COLUMNS,
	STANDARD_COLUMNS,
	withRelated,
} from '../../../nodes/LeadSquared/api/standardColumns';
import { displayNames } from '../../../nodes/LeadSquared/columns/labels';

const names = STANDARD_COLUMNS.map(({ schemaName }) => schemaName);

it('the columns that a new node has are among the standard ones', () => {
	expect(names).toEqual(expect.arrayContaining(DEFAULT_COLUMNS));
	expect(names).toEqual(expect.arrayContaining(MAPPED_COLUMNS));
	expect(['ProspectID', ...names]).toEqual(expect.arrayContaining(IDENTIFIERS));
});

it('a new node and a new mapper have them in this order', () => {
	const chosen = ['FirstName', 'LastName', 'EmailAddress', 'Phone', 'ProspectStage'];
	expect(DEFAULT_COLUMNS).toEqual(chosen);
	const mapped = 'EmailAddress FirstName LastName Phone Company ProspectStage Source';
	expect(MAPPED_COLUMNS).toEqual(mapped.split(' '));
});

it('what LeadSquared sets, and what belongs to another record, cannot be written', () => {
	const set = ['createdon', 'SCORE', 'ProspectActivityId_Min', 'OwnerIdName', 'LeadAge'];
	expect(set.filter(isReadOnly)).toEqual(set);
	expect([...MAPPED_COLUMNS, ...IDENTIFIERS, 'OwnerId', 'mx_Region'].filter(isReadOnly)).toEqual(
		[],
	);
});

it('they are, with labels and types, as the account of the sandbox has them', () => {
	expect(names).toHaveLength(36);
	for (const { schemaName, displayName, dataType, isDay } of [
		...STANDARD_COLUMNS,
		...RELATED_COLUMNS,
	]) {
		const here = { schemaName, displayName, dataType };
		expect(COLUMNS).toContainEqual(expect.objectContaining(here));
		expect(isDay).toBe(false);
	}
});

it('these and the lead id are documented, in any case', () => {
	const documented = ['prospectid', ...names, ...RELATED_COLUMNS.map((one) => one.schemaName)];
	expect(documented.map((name) => name.toUpperCase()).filter(isDocumented)).toHaveLength(41);
	expect(['', 'mx_Region', 'First Name'].filter(isDocumented)).toEqual([]);
});

it('each has a label of its own', () => {
	const all = withRelated(STANDARD_COLUMNS);
	expect(new Set(displayNames(all).values()).size).toBe(all.length);
});

it('columns of related records are added if the account does not list them, in any case', () => {
	const listed = { schemaName: 'owneridname', displayName: 'X', dataType: '', isDay: false };
	const all = withRelated([listed]);
	expect(all[0]).toBe(listed);
	expect(all).toHaveLength(RELATED_COLUMNS.length);
	expect(all.filter(({ schemaName }) => /^owneridname$/i.test(schemaName))).toEqual([listed]);
});

it('ids of users are distinguished from names', () => {
	expect(['OWNERID', 'CreatedBy', 'ModifiedBy', 'Phone'].map(nameOfUserIn)).toEqual([
		'OwnerIdName',
		'CreatedByName',
		'ModifiedByName',
		undefined,
	]);
	const related = ['OwnerIdName', 'OWNERIDEMAILADDRESS', 'CreatedByName', 'ModifiedByName'];
	expect(RELATED_COLUMNS).toHaveLength(related.length);
	expect([...related, 'OwnerId'].map(isRelated)).toEqual([true, true, true, true, false]);
});
