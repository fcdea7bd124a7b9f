import fc from 'fast-check';
import { idKey } from '../../../nodes/LeadSquared/api/leadId';
import { parseIds } from '../../../nodes/LeadSquared/shared/leadIds';

const A = '0acb9356-bcd1-4128-b63a-97f52cb8cc3c';
const B = '1bdc0467-cde2-4239-a74b-a8063dc9dd4d';
const C = '2ced1578-def3-434a-b85c-b9174edaee5e';

describe('lead ids are read from', () => {
	it.each<[string, unknown]>([
		['commas', `${A},${B},${C}`],
		['semicolons', `${A};${B};${C}`],
		['blanks', `${A} ${B}  ${C}`],
		['lines of any system', `${A}\n${B}\r\n${C}\n`],
		['tabs, as copied from a spreadsheet', `${A}\t${B}\t${C}`],
		['a mixture, with separators at both ends', ` ,;${A} , ${B}\n;\t${C}, `],
		['quotes, as in CSV', `"${A}","${B}",'${C}'`],
		['braces, as databases print them', `{${A}},({${B}}) {${C}}`],
		['a JSON array in text', JSON.stringify([A, B, C])],
		['JSON objects in text', JSON.stringify([{ ProspectID: A }, { ProspectID: B }, C])],
		['one JSON object in text', ` {"ProspectID": ["${A}", "${B}", "${C}"]}`],
		['a JSON array that was cut off', `["${A}", "${B}", "${C}"`],
		['a list that looks like JSON but is not', `[${A}, ${B}, ${C}]`],
		['an array', [A, B, C]],
		['an array of texts with several each', [`${A},${B}`, C]],
		['arrays in an array', [[A], [[B], [C]]]],
		['objects with ProspectID', [{ ProspectID: A, FirstName: 'Ringo' }, { ProspectID: B }, C]],
		['objects that spell it otherwise', [{ ProspectId: A }, { prospectid: B }, { PROSPECTID: C }]],
		['values that are absent in between', [A, null, B, undefined, '', { ProspectID: null }, C]],
	])('%s', (_, value) => {
		expect(parseIds(value)).toEqual({ ids: [A, B, C], malformed: [] });
	});
});

it.each<[string, unknown]>([
	['nothing', undefined],
	['null', null],
	['empty text', ''],
	['separators alone', ' ,;\n\t'],
	['quotes and brackets alone', `"" '' [] {}`],
	['an empty array', []],
	['an empty JSON array in text', '[]'],
])('there is no id, and nothing malformed, in %s', (_, value) => {
	expect(parseIds(value)).toEqual({ ids: [], malformed: [] });
});

it('an id given twice, in whatever case, comes once, as spelled first', () => {
	const value = [A.toUpperCase(), B, A, B.toUpperCase()];
	expect(parseIds(value).ids).toEqual([A.toUpperCase(), B]);
});

it('two spellings of an id have the same key, two ids do not', () => {
	expect(idKey(A.toUpperCase())).toBe(idKey(A));
	expect(idKey(A)).not.toBe(idKey(B));
});

describe('what is no id is named, and the ids beside it are kept', () => {
	it.each<[string, unknown, string[]]>([
		['a name', `${A}, Ringo`, ['Ringo']],
		['a number', [A, 1016], ['1016']],
		['zero and false, which are values too', [0, A, false], ['0', 'false']],
		['an e-mail address', `"ringo@example.com";${A}`, ['ringo@example.com']],
		['an id without hyphens', [A.replaceAll('-', ''), A], [A.replaceAll('-', '')]],
		['an id with a digit too few', [A, A.slice(0, -1)], [A.slice(0, -1)]],
		['an id with a digit too many', [A, `${A}0`], [`${A}0`]],
		['an id with a letter before it', [A, `x${A}`], [`x${A}`]],
		['an id with a letter that is no digit', [A, A.replace('0', 'g')], [A.replace('0', 'g')]],
		['hyphens at other places', [A, `0acb-${A.slice(5)}`], [`0acb-${A.slice(5)}`]],
		['an object without ProspectID', [{ FirstName: 'Ringo' }, A], ['{"FirstName":"Ringo"}']],
		['quotes and braces within a word, as they came', [A, `O'Neil a]b`], [`O'Neil`, 'a]b']],
		['several, in their order', `x ${A} y`, ['x', 'y']],
	])('%s', (_, value, malformed) => {
		expect(parseIds(value)).toEqual({ ids: [A], malformed });
	});
});

describe('whatever the ids', () => {
	const id = fc.uuid({ version: [1, 2, 3, 4, 5] });
	const anyCase = fc
		.tuple(id, fc.boolean())
		.map(([text, upper]) => (upper ? text.toUpperCase() : text));
	const separator = fc
		.array(fc.constantFrom(',', ';', ' ', '\n', '\r\n', '\t', ' , '), {
			minLength: 1,
			maxLength: 4,
		})
		.map((parts) => parts.join(''));

	it('text gives them in order, each once, whatever stands between them', () => {
		const text = fc.array(fc.tuple(anyCase, separator));
		fc.assert(
			fc.property(text, (pairs) => {
				const distinct = new Map<string, string>();
				for (const [one] of pairs) {
					if (!distinct.has(one.toLowerCase())) distinct.set(one.toLowerCase(), one);
				}
				expect(parseIds(pairs.flat().join(''))).toEqual({
					ids: [...distinct.values()],
					malformed: [],
				});
			}),
		);
	});

	it('what was read reads the same again: as an array, as JSON, as lines, as objects', () => {
		fc.assert(
			fc.property(fc.uniqueArray(id), (ids) => {
				const expected = { ids, malformed: [] };
				expect(parseIds(ids)).toEqual(expected);
				expect(parseIds(JSON.stringify(ids))).toEqual(expected);
				expect(parseIds(ids.join('\n'))).toEqual(expected);
				expect(parseIds(ids.map((ProspectID) => ({ ProspectID })))).toEqual(expected);
			}),
		);
	});

	it('no JSON value and no text makes it throw, and all that it calls an id is one', () => {
		fc.assert(
			fc.property(fc.oneof(fc.jsonValue(), fc.string(), fc.json()), (value) => {
				for (const one of parseIds(value).ids)
					expect(one).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i);
			}),
		);
	});
});
