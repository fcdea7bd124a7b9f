import { readColumns } from '../../../nodes/LeadSquared/api/metadata';
import { canMatch } from '../../../nodes/LeadSquared/api/standardColumns';

const EMAIL = { SchemaName: 'EmailAddress', DisplayName: 'Email', DataType: 'Email' };

it('reads choices, lengths and identifiers, whatever is missing or odd', () => {
	const fields = readColumns([
		{ ...EMAIL, MaxLength: '200', IsUnique: true },
		{ SchemaName: 'mx_A', DataType: 'Select', Options: [{ Value: 'a' }, { Value: 'b' }] },
		{ SchemaName: 'mx_B', DataType: 'Select', Options: [], IsUnique: '1', MaxLength: 50 },
		{ SchemaName: 'mx_C', Options: [null, {}, { Value: 7 }, 'x'], MaxLength: 'none' },
		{ SchemaName: 'mx_D', Options: 'a,b', IsUnique: null, MaxLength: 0 },
	])!;
	const details = fields.map(({ choices, maxLength, isUnique = false }) => [
		choices,
		maxLength,
		isUnique,
	]);
	expect(details).toEqual([
		[undefined, 200, true],
		[['a', 'b'], undefined, false],
		[undefined, 50, true],
		[undefined, undefined, false],
		[undefined, undefined, false],
	]);
	expect(fields.map(canMatch)).toEqual([true, false, true, false, false]);
});

it.each([undefined, null, '', {}, { Status: 'Error' }])('%j is not a list of columns', (body) =>
	expect(readColumns(body)).toBeUndefined(),
);
