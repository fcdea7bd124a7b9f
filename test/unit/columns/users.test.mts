import { userFinder } from '../../../nodes/LeadSquared/columns/users';

const id = (at: number) => `0acb9356-bcd1-4128-b63a-97f52cb8cc3${at}`;
const user = (
	at: number,
	FirstName: unknown,
	LastName: unknown,
	EmailAddress: unknown,
	status = 0,
) => ({
	ID: id(at),
	FirstName,
	LastName,
	EmailAddress,
	StatusCode: status,
});
const USERS = [
	user(0, 'Asha', 'Rao', 'asha@example.com'),
	user(1, 'Ravi', 'Jain', 'ravi@example.com'),
	user(2, 'ravi', ' Jain', 'jain@example.com'),
	user(3, 'Mira', 'Das', 'mira@example.com', 1),
	user(4, 'Asha', 'Rao', 'old@example.com', 1),
	user(5, 'Jose\u0301', null, null),
];
const advice = (text: string) => userFinder(USERS)(text) as { advice: string };

it.each([
	[' asha  RAO', id(0)],
	['Asha\u00a0Rao', id(0)],
	['Ravi@Example.com', id(1)],
	['jain@example.com', id(2)],
	['Jos\u00e9', id(5)],
	[`{${id(3)}}`, id(3)],
])('%j is one user', (text, found) => expect(userFinder(USERS)(text)).toMatchObject({ id: found }));

it('a user has the address that the account knows', () => {
	expect(userFinder(USERS)('Asha Rao')).toEqual({ id: id(0), email: 'asha@example.com' });
	expect(userFinder(USERS)(id(1))).toEqual({ id: id(1), email: 'ravi@example.com' });
	expect(userFinder(USERS)(id(5))).toEqual({ id: id(5) });
	expect(userFinder(USERS)(id(9))).toEqual({ id: id(9) });
});

it('a name that several users have is refused, with the addresses to choose from', () => {
	expect(advice('Ravi Jain').advice).toBe(
		`2 users have this name or email address. Enter the email address or the ID of one: ravi@example.com (${id(1)}), jain@example.com (${id(2)}).`,
	);
});

it('a deactivated user is refused, unless old ones are wanted too', () => {
	expect(advice('Mira Das').advice).toBe('This user is deactivated. Enter another one.');
	const findAny = userFinder(USERS, { withDeactivated: true });
	expect(findAny('Mira Das')).toEqual({ id: id(3), email: 'mira@example.com' });
	expect(findAny('Asha Rao')).toEqual({ advice: expect.stringMatching(/^2 users have this/) });
});

it.each(['', 'Nemo', 'null'])('%j is no user', (text) => {
	expect(advice(text).advice).toMatch(/^No user has this name or email address. Enter the ID, /);
});

it('a misspelled name gets a suggestion', () => {
	expect(advice('Asha Roa').advice).toContain('Did you mean Asha Rao?');
});
