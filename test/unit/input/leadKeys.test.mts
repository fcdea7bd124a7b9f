import {
	hasLostDigits,
	keyKind,
	readEmail,
	readPhone,
} from '../../../nodes/LeadSquared/input/leadKeys';

it.each([
	['0acb9356-bcd1-4128-b63a-97f52cb8cc3c', 'id'],
	['https://in21.leadsquared.com/LeadDetails?LeadID=0acb9356-bcd1-4128-b63a-97f52cb8cc3c', 'id'],
	['ann@example.com', 'email'],
	['Ann Lee <ann@example.com>', 'email'],
	['mailto:ann@example.com', 'email'],
	['+91-9876543210', 'phone'],
	['+123 456', 'phone'],
	['(0987) 654-3210', 'phone'],
	['9.87654321E9', 'phone'],
	['tel:9876543210', 'phone'],
	// A lead number, a damaged lead ID, names and others.
	['1234567', undefined],
	['12345678-1234-1234-1234-12345678901', undefined],
	['Ann Lee', undefined],
	['ann@', undefined],
	['ann@example.com, bob@example.com', undefined],
	['2026-05-01', undefined],
	['', undefined],
])('%j is %s', (text, kind) => expect(keyKind(text)).toBe(kind));

it.each([
	'ann@example.com',
	' ann@example.com\u00a0',
	'\u200bann@example.com',
	'ann@example.com\u200b',
	'\ufeffann@exa\u00admple.com',
	'\u202aann@example.com\u202c',
	'ann@example.com.',
	'ann@example.com;',
	'"ann@example.com",',
	"'ann@example.com",
	'\u201cann@example.com\u201d',
	'<ann@example.com>',
	'[ann@example.com]',
	'Ann Lee <ann@example.com>',
	'"Lee, Ann" <ann@example.com>,',
	'Ann Lee <mailto:ann@example.com>\u200b',
	'mailto:ann@example.com',
	'MAILTO: ann@example.com?subject=Hello',
	'ann\uff20example.com',
	'ann@example.com!',
	'ann@example.com\u3002',
	'{ann@example.com}',
	'\u00abann@example.com\u00bb',
])('%j is one address', (text) => expect(readEmail(text)).toBe('ann@example.com'));

it.each([
	'',
	'ann',
	'ann@',
	'@example.com',
	'ann@example@com',
	'ann @example.com',
	'ann@example.com|',
	'ann@example.com*',
	'ann@example.com, bob@example.com',
	'ann@example.com;bob@example.com',
	'Ann <ann@example.com> Bob <bob@example.com>',
])('%j is not one address', (text) => expect(readEmail(text)).toBeUndefined());

it.each([
	['+91 98765 43210', '+91 98765 43210'],
	['\u202a+91-9876543210\u202c', '+91-9876543210'],
	['+91\u00a098765\u200b43210', '+91 9876543210'],
	["'+919876543210", '+919876543210'],
	['tel:+91-9876543210', '+91-9876543210'],
	['Tel. 09876543210', '09876543210'],
	['tel:+919876543210;ext=12', '+919876543210'],
	['+91 98765 43210 ext 12', '+91 98765 43210'],
	['+91 98765 43210 Extn. 12', '+91 98765 43210'],
	['(098) 7654-3210 x12', '(098) 7654-3210'],
	['9876543210 #4', '9876543210'],
	['\uff19\uff18\uff17\uff16\uff15\uff14\uff13\uff12\uff11\uff10', '9876543210'],
	['919876543210.0', '919876543210'],
	['919876543210.00', '919876543210'],
	['+919876543210.0', '+919876543210'],
	['(+91) 98765 43210', '(+91) 98765 43210'],
	['+91 98765 43210 (ext 12)', '+91 98765 43210'],
	['919,876,543,210', '919876543210'],
	['9.198765432101E+12', '9198765432101'],
	['9,198765432101e12', '9198765432101'],
	['9.1987654321E11', '919876543210'],
	['100', '100'],
])('%j is the number %s', (text, number) => expect(readPhone(text)).toBe(number));

it.each([
	'',
	'Ann',
	'12',
	'9876543210 9876543211',
	'9876543210/9876543211',
	'a9876543210b',
	'1-2-2026 10h',
])('%j is not one number', (text) => {
	expect(readPhone(text)).toBeUndefined();
	expect(hasLostDigits(text)).toBe(false);
});

it.each(['9.19877E+11', '9.2E+11', '9E11', '9,19877E+11', '9.19876543E+11', '9.198765433E+11'])(
	'%j has lost digits',
	(text) => {
		expect(readPhone(text)).toBeUndefined();
		expect(hasLostDigits(text)).toBe(true);
	},
);
