import { object, text } from '../../../nodes/LeadSquared/input/parameters';
import { readParameter } from '../../../nodes/LeadSquared/input/readers';

const NOTE = text('Note');
const BODY = object('Body');
// A family, joined by U+200D; a Malayalam letter that ends in U+200D.
const JOINED = '👨\u200d👩\u200d👧 ന്\u200d';

it('text and JSON for LeadSquared keep invisible characters', () => {
	expect(readParameter(` ${JOINED}\n`, NOTE)).toBe(` ${JOINED}\n`);
	expect(readParameter(`{"Note":"${JOINED}"}`, BODY)).toEqual({ Note: JOINED });
});

it('a list of one is a list if an object is read', () => {
	const list = [{ Attribute: 'FirstName', Value: 'Ann' }];
	expect(readParameter(list, BODY)).toBe(list);
	expect(readParameter(JSON.stringify(list), BODY)).toEqual(list);
});

it('a list of one text is that text', () => {
	expect(readParameter(['Hello'], NOTE)).toBe('Hello');
	expect(readParameter([null], NOTE)).toBe('');
	expect(() => readParameter(['a', 'b'], NOTE)).toThrow("'Note' cannot be");
});

it.each([null, undefined, '', ' \u200b\n', 'null', 'N/A'])('%j is not content', (nothing) => {
	expect(readParameter(nothing, NOTE)).toBe('');
	expect(readParameter(nothing, BODY)).toBeUndefined();
});

it.each([
	['/X.Get?id=1&accessKey=u$r0123456789&secretKey=abcdef', /"\/X\.Get\?id=1&accessKey…$/],
	[{ SecretKey: 'u$r0123456789' }, /\{"SecretKey…$/],
])('the error for %j shows no key', (given, message) => {
	const reader = { ...NOTE, read: () => undefined };
	expect(() => readParameter(given, reader)).toThrow(message);
});
