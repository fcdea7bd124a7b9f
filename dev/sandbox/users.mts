import { draw } from './random.mts';
import { getVocabulary } from './vocabulary.mts';

/** The first users of the account own its leads. */
export const OWNERS = 40;

/** A user of the account, such as the owner of a lead. */
export interface User {
	id: string;
	firstName: string;
	lastName: string;
	email: string;
	role: string;
	isActive: boolean;
	phone: string;
	groups: string[];
	teamId: string;
	/** The number of the manager; the first user has none. */
	manager?: number;
}

const ROLES = ['Sales_User', 'Sales_User', 'Marketing_User', 'Sales_User', 'Sales_Manager'];
const GROUPS = ['Admissions', 'Inside Sales', 'North', 'South'];
const TEAMS = 3;

/** The first and last name of a user, each as JSON text without its quotes. */
export function nameOfUser(at: number): [first: string, last: string] {
	const [{ firstNames, lastNames }] = getVocabulary().people;
	const turn = Math.floor(at / firstNames.length);
	return [firstNames[at % firstNames.length], lastNames[(at + turn) % lastNames.length]];
}

/** The email address of a user. */
export function emailOfUser(at: number): string {
	return `owner${at + 1}@example.com`;
}

/** The user with a number, counted from 0. */
export function userAt(at: number, seed: number, userId: (at: number) => string): User {
	const [firstName, lastName] = nameOfUser(at).map((name) => JSON.parse(`"${name}"`) as string);
	const drawn = draw(seed ^ 0x05e, at);
	return {
		id: userId(at),
		firstName,
		lastName,
		email: emailOfUser(at),
		role: at === 0 ? 'Administrator' : ROLES[at % ROLES.length],
		// Users leave, but their leads stay.
		isActive: at % 8 !== 7,
		phone: `+91-80${10_000_000 + (drawn % 90_000_000)}`,
		groups: GROUPS.filter((_, group) => (drawn >>> (8 + group)) % 3 === 0),
		teamId: userId(-1 - (at % TEAMS)),
		...(at > 0 && { manager: Math.floor((at - 1) / 8) }),
	};
}
