import { canonicalId, LEAD_ID } from '../api/leadId';
import { isActiveUser, namesOfUser, type User } from '../api/users';
import { firstFew, withoutInvisible } from '../base/text';
import { closest } from './labels';

/** A user who was found. The address is missing if the account's users are not known, or do not include the ID. */
interface FoundUser {
	id: string;
	email?: string;
}

/** Finds the user that a text names, or the advice if no user can be meant. */
export type UserFinder = (text: string) => FoundUser | { advice: string };

/** Reads the ID of a user, which is a GUID as a lead's is; undefined for any other text. */
export function readUserId(text: string): string | undefined {
	const id = canonicalId(text);
	return LEAD_ID.test(id) ? id : undefined;
}

/** Makes a finder for IDs only. @param advice for any other text */
export const userById =
	(advice: string): UserFinder =>
	(text) => {
		const id = readUserId(text);
		return id === undefined ? { advice } : { id };
	};

const ADVICE = 'Enter the ID, name or email address of a user. User > Get Many returns the users.';

/**
 * Makes a finder for IDs, names and email addresses.
 *
 * @param options withDeactivated: whether the users may be deactivated, such as those who created leads
 */
export function userFinder(users: readonly User[], { withDeactivated = false } = {}): UserFinder {
	const byKey = new Map<string, User[]>();
	const byId = new Map<string, FoundUser>();
	for (const user of users) {
		const { first, last, email } = namesOfUser(user);
		const id = canonicalId(user.ID);
		byId.set(id, { id, ...(email && { email }) });
		const keys = [`${first} ${last}`, `${last} ${first}`, email].map(normalize);
		for (const key of new Set(keys)) {
			if (key !== '') byKey.set(key, [...(byKey.get(key) ?? []), user]);
		}
	}
	return (text) => {
		const id = readUserId(text);
		if (id !== undefined) return byId.get(id) ?? { id };
		const found = byKey.get(normalize(text)) ?? [];
		const usable = withDeactivated ? found : found.filter(isActiveUser);
		if (usable.length === 1) return byId.get(canonicalId(usable[0].ID))!;
		if (usable.length > 1) return { advice: whichOf(usable) };
		if (found.length > 0) return { advice: 'This user is deactivated. Enter another one.' };
		const meant = closest(text, [...byKey.keys()], (key) => [key]);
		const question = meant === undefined ? '' : `Did you mean ${describe(byKey.get(meant)![0])}? `;
		return { advice: `No user has this name or email address. ${question}${ADVICE}` };
	};
}

function whichOf(users: User[]): string {
	const each = users.map((user) => `${namesOfUser(user).email || 'no address'} (${user.ID})`);
	return `${users.length} users have this name or email address. Enter the email address or the ID of one: ${firstFew(each)}.`;
}

function describe(user: User): string {
	const { first, last, email } = namesOfUser(user);
	return `${first} ${last}`.trim() || email;
}

const normalize = (text: string): string =>
	withoutInvisible(text)
		.normalize('NFC')
		.trim()
		.replace(/[\s,]+/g, ' ')
		.toLowerCase();
