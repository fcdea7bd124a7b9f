import { isActiveUser, leadUrl, readUser, readUsers } from '../../../nodes/LeadSquared/api/users';

const webAddress = (app: unknown) =>
	readUser({ LSQCommonServiceURLs: { api: 'x', app } })?.webAddress;

it.each([
	['in21.leadsquared.com', 'https://in21.leadsquared.com'],
	[' https://Run.LeadSquared.com/ ', 'https://run.leadsquared.com'],
	['crm.example.org:8443', 'https://crm.example.org:8443'],
	['javascript:alert(1)', undefined],
	['http://run.leadsquared.com', undefined],
	['run.leadsquared.com/path?x=', undefined],
	['user@run.leadsquared.com', undefined],
	['', undefined],
	[null, undefined],
	[5, undefined],
])('the web address out of %j', (app, address) => expect(webAddress(app)).toBe(address));

it.each([{}, { LSQCommonServiceURLs: null }, { LSQCommonServiceURLs: [] }])(
	'an answer without it is an answer: %j',
	(body) => expect(readUser(body)).toEqual({ webAddress: undefined }),
);

it.each([null, [], 'text', undefined])('no answer of this call: %j', (body) =>
	expect(readUser(body)).toBeUndefined(),
);

it('the page of a lead, whatever its id', () => {
	expect(leadUrl('https://a.example', '1&b')).toBe(
		'https://a.example/LeadManagement/LeadDetails?LeadID=1%26b',
	);
});

describe('users', () => {
	it('have their ID first, under any name', () => {
		const rows = [
			{ Role: 'x', ID: 'a' },
			{ id: 'b' },
			null,
			5,
			{ Id: null, UserId: 'c' },
			{ Role: 'no ID' },
		];
		expect(readUsers(rows)).toEqual([
			{ ID: 'a', Role: 'x' },
			{ ID: 'b' },
			{ ID: 'c', UserId: 'c' },
		]);
		expect(Object.keys(readUsers(rows)![0])).toEqual(['ID', 'Role']);
	});

	it.each([null, {}, 'text', 5, { Error: 'x', Users: [] }, [null], [{ Role: 'x' }]])(
		'are not in %j',
		(body) => expect(readUsers(body)).toBeUndefined(),
	);

	it.each([[[]], [{ Status: 'Success', Data: [] }], [{ Users: [] }]])('may be none: %j', (body) =>
		expect(readUsers(body)).toEqual([]),
	);

	it.each([
		[{ StatusCode: '0' }, true],
		[{ StatusCode: 0 }, true],
		[{}, true],
		[{ StatusCode: '1' }, false],
		[{ statusCode: 1 }, false],
	])('are active or not: %j', (status, isActive) =>
		expect(isActiveUser({ ID: 'a', ...status })).toBe(isActive),
	);
});
