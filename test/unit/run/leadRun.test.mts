import { columnsToRequest } from '../../../nodes/LeadSquared/columns/labels';
import { type LeadOptions, needsMetadata } from '../../../nodes/LeadSquared/input/leadSettings';
const OPTIONS: LeadOptions = {
	addLeadUrl: false,
	convertTypes: false,
	includeInputFields: false,
	fieldNames: 'schemaName',
	maxWaitMs: 300_000,
};

it.each<[string, Partial<LeadOptions>, string[], boolean]>([
	['plain', {}, ['FirstName'], false],
	['real types', { convertTypes: true }, ['FirstName'], true],
	['labels', { fieldNames: 'displayName' }, ['FirstName'], true],
	['all columns', {}, ['*'], true],
])('the account’s columns are needed for some wishes only: %s', (_, options, columns, needed) => {
	expect(needsMetadata({ columns, options: { ...OPTIONS, ...options } })).toBe(needed);
});

it('all columns are those of the account, each once', () => {
	const column = (schemaName: string) => ({
		schemaName,
		displayName: schemaName,
		dataType: '',
		isDay: false,
	});
	const account = ['ProspectID', 'mx_A', 'mx_b'].map(column);
	expect(columnsToRequest(['mx_B', '*'], account)).toEqual(['ProspectID', 'mx_B', 'mx_A']);
});
