import fc from 'fast-check';
import { findLeadIds } from '../../../../nodes/LeadSquared/input/leadIds/findLeadIds';

const A = '0acb9356-bcd1-4128-b63a-97f52cb8cc3c';

it('no value makes it throw, every ID that it finds is valid, and text without IDs has none', () => {
	const value = fc.oneof(
		fc.anything({
			withMap: true,
			withSet: true,
			withNullPrototype: true,
			withBigInt: true,
			withDate: true,
		}),
		fc.jsonValue(),
		fc.string({ unit: 'binary' }),
		fc.json(),
		fc
			.array(
				fc.constantFrom(
					'{',
					'}',
					'"',
					':',
					'[',
					']',
					'<b>',
					'\\u',
					'%7',
					'&#',
					'[object ',
					A,
					'-',
					'Lead ID',
					'\uffff',
				),
			)
			.map((parts) => parts.join('')),
	);
	fc.assert(
		fc.property(value, (one) => {
			const { ids, leftOver } = findLeadIds(one);
			for (const found of ids) expect(found).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i);
			for (const text of leftOver) expect(text).toMatch(/[\p{L}\p{N}\p{M}{]/u);
		}),
		{ numRuns: 1000 },
	);
	fc.assert(
		fc.property(fc.string({ unit: 'binary', maxLength: 31 }), (text) => {
			expect(findLeadIds(text).ids).toEqual([]);
		}),
	);
});

describe('absurd input takes linear time', () => {
	const LENGTH = 100_000;
	it.each([
		'a',
		'0',
		'0acb9356-',
		'0acb9356 ',
		'-',
		'{',
		'{}',
		'{{a}}',
		'{a:',
		'{a:b}',
		'{a b:c}',
		`Lead ID,x\n${A},`,
		'Lead ID|',
		'0acb9356 bcd1 ',
		'[',
		'"',
		"'",
		'\\',
		'\\u',
		'<',
		'<a ',
		'<!--',
		'\u200b',
		'0\u200b',
		' ',
		'\n',
		'https://',
		'https://a',
		'www.',
		'a.',
		'/',
		'/a',
		'%',
		'%25',
		'%7B',
		'&',
		'&a',
		'&#',
		'lead ',
		'Lead ID\n',
		'lead-',
		'1. ',
		'[object ',
		'`',
		'a: ',
		'a=1&',
		'#',
		'!',
		'😀',
		`x${A} `,
		`OwnerId: ${A} `,
		'https://a,',
	])('%j, again and again', (part) => {
		const text = part.repeat(LENGTH / part.length);
		const start = performance.now();
		findLeadIds(text);
		findLeadIds(`lead${text}x`);
		expect(performance.now() - start).toBeLessThan(3000);
	});
});
