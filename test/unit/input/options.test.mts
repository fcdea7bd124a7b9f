import fc from 'fast-check';
import { InvalidInput } from '../../../nodes/LeadSquared/base/invalidInput';
import {
	passthrough,
	numberIn,
	oneOf,
	readOptions,
	yesNo,
} from '../../../nodes/LeadSquared/input/readers';

const READERS = {
	notFound: oneOf<'skip' | 'include' | 'error'>(
		'When a Lead Is Not Found',
		{ skip: 'Skip', include: 'Include', error: 'Throw Error' },
		'skip',
	),
	fieldNames: oneOf<'schemaName' | 'displayName'>(
		'Field Names',
		{ schemaName: 'Schema Name', displayName: 'Display Name' },
		'schemaName',
	),
	convertTypes: yesNo('Convert Types'),
	leadsPerRequest: numberIn('Leads per Request', { min: 1, max: 10_000, whole: true }, 1000),
	maxWaitSeconds: numberIn('Max Wait (Seconds)', { min: 0 }, 300),
};
const DEFAULTS = {
	notFound: 'skip',
	fieldNames: 'schemaName',
	convertTypes: false,
	leadsPerRequest: 1000,
	maxWaitSeconds: 300,
};

const NOTHING = [
	null,
	undefined,
	'',
	' ',
	'\n',
	'\u200b',
	'undefined',
	' NULL\n',
	'\ufeffnull',
	'N/A',
	'#N/A',
];

it.each(NOTHING)('%j sets no option, as a whole and for each', (nothing) => {
	expect(readOptions(nothing, READERS)).toEqual(DEFAULTS);
	const each = Object.fromEntries(Object.keys(READERS).map((name) => [name, nothing]));
	expect(readOptions(each, READERS)).toEqual(DEFAULTS);
});

it.each<[string, unknown, unknown]>([
	['notFound', 'Include', 'include'],
	['notFound', ' error\n', 'error'],
	['notFound', 'Throw Error', 'error'],
	['notFound', ['include'], 'include'],
	['fieldNames', 'DISPLAYNAME', 'displayName'],
	['fieldNames', 'Display Name\u200b', 'displayName'],
	['fieldNames', 'display_name', 'displayName'],
	...['true', 'TRUE ', '1', 1, 'yes', 'on', true].map((on): [string, unknown, unknown] => [
		'convertTypes',
		on,
		true,
	]),
	...['false', '0', 0, 'no', 'false\n', 'off', false].map((off): [string, unknown, unknown] => [
		'convertTypes',
		off,
		false,
	]),
	['leadsPerRequest', '500', 500],
	['leadsPerRequest', ' 10000 ', 10_000],
	['maxWaitSeconds', 0, 0],
	['maxWaitSeconds', '0.5', 0.5],
])('%s: %j means %j', (name, value, expected) => {
	expect(readOptions({ [name]: value }, READERS)).toEqual({
		...DEFAULTS,
		[name]: expected,
	});
});

it.each<[string, unknown, string, string]>([
	['notFound', 'maybe', '\'When a Lead Is Not Found\' cannot be "maybe"', 'Skip (skip)'],
	['fieldNames', 'Display', "'Field Names'", 'Display Name (displayName)'],
	['notFound', 5, "'When a Lead Is Not Found' cannot be 5", 'Include'],
	['convertTypes', 'maybe', "'Convert Types'", 'true or false'],
	['convertTypes', {}, "'Convert Types'", 'true or false'],
	['leadsPerRequest', '1,000', '\'Leads per Request\' cannot be "1,000"', 'from 1 to 10000'],
	...['many', 0, 10_001, 1.5, NaN, Infinity, '1e3', '0x10', true, [], [1, 2]].map(
		(value): [string, unknown, string, string] => [
			'leadsPerRequest',
			value,
			"'Leads per Request'",
			'a whole number from 1 to 10000',
		],
	),
	['maxWaitSeconds', '5 min', '\'Max Wait (Seconds)\' cannot be "5 min"', 'a number of 0 or more'],
	...[
		'none',
		'nothing',
		'NaN',
		'-',
		'?',
		'""',
		'#REF!',
		'null null',
		['skip', 'error'],
		{},
		[],
	].map((value): [string, unknown, string, string] => [
		'notFound',
		value,
		"'When a Lead Is Not Found' cannot be",
		'Skip (skip) or Include (include) or Throw Error (error)',
	]),
	...['NaN', 'none', '-', '1 000', '5m', '٥'].map((value): [string, unknown, string, string] => [
		'maxWaitSeconds',
		value,
		"'Max Wait (Seconds)'",
		'a number of 0 or more',
	]),
	['fieldNames', 'Dis\u200bplay', 'cannot be "DisU+200Bplay"', 'Schema Name'],
	['maxWaitSeconds', -1, "'Max Wait (Seconds)'", 'a number of 0 or more'],
])('%s cannot be %j: the error names it, and what it may be', (name, value, message, mayBe) => {
	const read = () => readOptions({ [name]: value }, READERS);
	expect(read).toThrow(expect.objectContaining({ message: expect.stringContaining(message) }));
	expect(read).toThrow(expect.objectContaining({ description: expect.stringContaining(mayBe) }));
});

it.each(['{"convertTypes": true}', "{ 'convertTypes': 'yes' }", ' {"convertTypes":1} '])(
	'all at once as text: %s',
	(text) => {
		expect(readOptions(text, READERS)).toEqual({ ...DEFAULTS, convertTypes: true });
	},
);

it.each(['convert', 5, true, [1], '[1, 2]', '[object Object]', 'none', '{convertTypes', '"on"'])(
	'%j is not a collection, and is refused by name',
	(value) => {
		expect(() => readOptions(value, READERS)).toThrow("'Options'");
	},
);

it('circular objects and invalid JSON are rejected like any other value', () => {
	const own: Record<string, unknown> = {};
	own.self = own;
	for (const value of [own, 5n, Symbol('on')]) {
		expect(() => readOptions({ leadsPerRequest: value }, READERS)).toThrow("'Leads per Request'");
	}
});

it('names are matched exactly, and inherited properties are not options', () => {
	const given = JSON.parse('{"ConvertTypes": true, "__proto__": {"convertTypes": true}}');
	expect(readOptions(given, READERS)).toEqual(DEFAULTS);
	expect(readOptions({}, { toString: yesNo('To String') }).toString).toBe(false);
});

it('options of a newer version are ignored', () => {
	expect(readOptions({ newThing: 5 }, READERS)).toEqual(DEFAULTS);
});

it('any value is either read as an allowed one or an error that names the option', () => {
	fc.assert(
		fc.property(fc.constantFrom(...Object.keys(READERS)), fc.anything(), (name, value) => {
			try {
				const read = readOptions({ [name]: value }, READERS) as Record<string, unknown>;
				expect(typeof read[name]).toBe(typeof DEFAULTS[name as 'notFound']);
			} catch (error) {
				expect((error as Error).message).toContain(READERS[name as 'notFound'].label);
			}
		}),
	);
});

describe('the value shown in the error of an option', () => {
	const own: Record<string, unknown> = {};
	own.self = own;
	it.each<[string, unknown, string]>([
		['a word', 'maybe', '"maybe"'],
		['sixty characters of a longer one', 'x'.repeat(61), `"${'x'.repeat(59)}…`],
		['all of one of fifty-eight', 'x'.repeat(58), `"${'x'.repeat(58)}"`],
		['an object', { a: 1 }, '{"a":1}'],
		['a list', [1, 2], '[1,2]'],
		['what holds itself', own, 'an object'],
		['a number that JSON has not', 7n, '7'],
		['sixty characters of an object', { a: 'x'.repeat(60) }, `{"a":"${'x'.repeat(54)}…`],
	])('%s', (_, value, shown) => {
		const { message } = thrownBy(() => readOptions({ notFound: value }, READERS));
		expect(message).toBe(`The option 'When a Lead Is Not Found' cannot be ${shown}`);
	});
});

it.each<[string, unknown]>([
	['convertTypes', 'true x'],
	['convertTypes', 'not true'],
	['convertTypes', 'no2'],
	['convertTypes', '10'],
	['convertTypes', { on: true }],
	['leadsPerRequest', '1.2.3'],
	['leadsPerRequest', '--1'],
	['leadsPerRequest', 'x1'],
	['leadsPerRequest', '1x'],
	['leadsPerRequest', { valueOf: () => 1 }],
	['notFound', 'skipped'],
	['fieldNames', 'x display name'],
])('%s cannot be %j', (name, value) => {
	expect(() => readOptions({ [name]: value }, READERS)).toThrow(InvalidInput);
});

it.each<[unknown, number]>([
	['+5', 5],
	['0.125', 0.125],
	['12.5', 12.5],
])('a number may be %j', (value, expected) => {
	expect(readOptions({ maxWaitSeconds: value }, READERS).maxWaitSeconds).toBe(expected);
});

it('an option that the operation reads itself is passed through', () => {
	const readers = { x: passthrough('X') };
	expect(passthrough('X')).toMatchObject({ label: 'X', mayBe: '' });
	expect(readOptions({ x: [1, 2] }, readers)).toEqual({ x: [1, 2] });
	expect(readOptions({}, readers)).toEqual({ x: undefined });
});

it.each([7, true, 'x', [{}], () => {}])('a collection of options is not %p', (value) => {
	const { message, description } = thrownBy(() => readOptions(value, READERS));
	expect(message).toBe("'Options' is not a collection of options");
	expect(description).toMatch(/return an object such as/);
});

function thrownBy(read: () => unknown): InvalidInput {
	try {
		read();
	} catch (error) {
		return error as InvalidInput;
	}
	throw new Error('It did not throw');
}
