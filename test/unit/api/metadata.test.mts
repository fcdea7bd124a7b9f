import fc from 'fast-check';
import { type Column, columnsRequest, readColumns } from '../../../nodes/LeadSquared/api/metadata';

const column = (schemaName: string, displayName = schemaName, dataType = 'Text'): Column => ({
	schemaName,
	displayName,
	dataType,
	isDay: false,
});

it('asks for all columns without their values', () => {
	expect(columnsRequest({ withChoices: false })).toEqual({
		method: 'GET',
		path: '/LeadManagement.svc/LeadsMetaData.Get',
		qs: { excludeOptionSets: 1 },
	});
});

describe('metadata', () => {
	it('returns schema name, label and type of each column, in the order of the answer', () => {
		const body = [
			{ SchemaName: 'Phone', DisplayName: 'Phone Number', DataType: 'Phone', IsMandatory: false },
			{ SchemaName: 'mx_City', DisplayName: ' City ', DataType: 'Text' },
		];
		expect(readColumns(body)).toEqual([
			column('Phone', 'Phone Number', 'Phone'),
			column('mx_City', 'City', 'Text'),
		]);
	});

	it.each([
		[{ AllowAutoUpdateToOptions: true }, true],
		[{ RenderTypeTextValue: 'DropdownWithOthers' }, true],
		[{ RenderTypeTextValue: 'Dropdown', AllowAutoUpdateToOptions: false }, undefined],
	])('%j: whether a drop-down takes other values', (more, takesOthers) => {
		const [read] = readColumns([{ SchemaName: 'Source', Options: [{ Value: 'Web' }], ...more }])!;
		expect(read.choices).toEqual(['Web']);
		expect(read.takesOtherValues).toBe(takesOthers);
	});

	it('is read out of an envelope too', () => {
		const body = { Status: 'Success', Message: [{ SchemaName: 'Phone' }] };
		expect(readColumns(body)).toEqual([column('Phone', 'Phone', '')]);
	});

	it('that is empty means that these keys see no columns', () => {
		expect(readColumns([])).toEqual([]);
	});

	it.each([
		['absent', {}],
		['null', { DisplayName: null }],
		['empty', { DisplayName: '' }],
		['blank', { DisplayName: '  ' }],
	])('a column whose label is %s is shown by its schema name', (_, label) => {
		expect(readColumns([{ SchemaName: 'mx_City', ...label }])).toEqual([
			column('mx_City', 'mx_City', ''),
		]);
	});

	it('entries that are not columns are skipped', () => {
		const body = [null, 5, 'Phone', {}, { SchemaName: null }, { SchemaName: 'Phone' }];
		expect(readColumns(body)).toEqual([column('Phone', 'Phone', '')]);
	});

	it.each([
		['nothing', undefined],
		['null', null],
		['text', 'Phone'],
		['an object', { SchemaName: 'Phone' }],
	])('%s is not metadata', (_, body) => {
		expect(readColumns(body)).toBeUndefined();
	});

	it('no JSON value makes it throw', () => {
		fc.assert(fc.property(fc.jsonValue(), (body) => void readColumns(body)));
	});
});

it('if a column comes twice, in any case, the first one is used', () => {
	const body = [{ SchemaName: 'Phone', DisplayName: 'A' }, { SchemaName: 'PHONE' }];
	expect(readColumns(body)).toEqual([column('Phone', 'A', '')]);
});

it.each<[string, string, unknown, boolean]>([
	['Date', 'no word of how it is shown', undefined, true],
	['date', 'no word of how it is shown', null, true],
	['DateTime', 'no word of how it is shown', undefined, false],
	['Text', 'no word of how it is shown', undefined, false],
	['Date', 'a date', 'Date', true],
	['DateTime', 'a date', 'DATE', true],
	['Date', 'a date and a time', 'DateTime', false],
	['DateTime', 'a date and a time', 'Date and Time', false],
	['Date', 'a text', 'TextBox', true],
	['Text', 'a time', 'Time', false],
	['Date', 'a number', 8, true],
])('a column of the type %s with %s (%j) holds days: %s', (DataType, _, shown, isDay) => {
	const body = [{ SchemaName: 'x', DataType: ` ${DataType} `, RenderTypeTextValue: shown }];
	expect(readColumns(body)).toEqual([{ ...column('x', 'x', DataType), isDay }]);
});
