import {
	isRelated,
	nameOfUserIn,
	RELATED_COLUMNS,
	STANDARD_COLUMNS,
	withRelated,
} from '../../../nodes/LeadSquared/api/standardColumns';
import { displayNames } from '../../../nodes/LeadSquared/shared/columns';
import { DEFAULT_COLUMNS } from '../../../nodes/LeadSquared/actions/lead/getByIds/parameters';

const names = STANDARD_COLUMNS.map(({ schemaName }) => schemaName);

it('the columns that a new node has are among the standard ones', () => {
	expect(names).toEqual(expect.arrayContaining(DEFAULT_COLUMNS));
});

it('each has a label of its own', () => {
	const all = withRelated(STANDARD_COLUMNS);
	expect(new Set(displayNames(all).values()).size).toBe(all.length);
});

it('columns of related records are added where the account does not list them, in whatever case', () => {
	const listed = { schemaName: 'owneridname', displayName: 'X', dataType: '', isDay: false };
	const all = withRelated([listed]);
	expect(all[0]).toBe(listed);
	expect(all).toHaveLength(RELATED_COLUMNS.length);
	expect(all.filter(({ schemaName }) => /^owneridname$/i.test(schemaName))).toEqual([listed]);
});

it('ids of users are told from names', () => {
	expect(['OWNERID', 'CreatedBy', 'ModifiedBy', 'Phone'].map(nameOfUserIn)).toEqual([
		'OwnerIdName',
		'CreatedByName',
		'ModifiedByName',
		undefined,
	]);
	expect(['OwnerIdName', 'OwnerId'].map(isRelated)).toEqual([true, false]);
});
