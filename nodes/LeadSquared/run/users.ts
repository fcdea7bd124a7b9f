import { readUsers, type User, usersRequest } from '../api/users';
import { readUserId, userById, userFinder, type UserFinder } from '../columns/users';
import { invalidValue } from '../base/invalidInput';
import { readEmail } from '../input/leadKeys';
import type { Client } from '../transport/client';
import { callWithRetry } from '../transport/retry';
import { wordsFor } from './messages';

const MINUTE_MS = 60_000;

/** The users that a finder is for. */
interface FinderOptions {
	/** Whether deactivated users are found, too. */
	withDeactivated?: boolean;
	/** The form of a user that needs no finder, for the advice if the account's users are not known. */
	form?: string;
}

/**
 * Makes a finder of users from the account's list, as an execution with the same keys read it in the last
 * minute, or as it is now. If the keys cannot see the users, it finds IDs only.
 *
 * @throws the cancel signal's reason
 */
export async function fetchUsers(
	client: Client,
	{ withDeactivated, form = FORMS.id.name }: FinderOptions = {},
): Promise<UserFinder> {
	const { clock, account } = client;
	const { memory } = account;
	if (!memory.users || clock.now() - memory.users.readAt >= MINUTE_MS) {
		const outcome = await callWithRetry(client, usersRequest, readUsers);
		if (outcome.kind !== 'ok') {
			const { message } = wordsFor(outcome);
			return userById(`Enter the ${form} of a user. The users are not known: ${message}.`);
		}
		memory.users = { list: outcome.value, readAt: clock.now() };
	}
	const findUser = userFinder(memory.users.list as User[], { withDeactivated });
	return (text) => findUser(readEmail(text) ?? text);
}

/** The forms in which a call takes a user. */
const FORMS = {
	id: { name: 'ID', read: readUserId },
	email: { name: 'email address', read: readEmail },
};

/**
 * Makes the function that finds an owner, who is given by ID, name or email address, and may be missing. It
 * throws InvalidInput for an owner that no user can be. The account's users are read if an owner is not given
 * in the form that the call takes.
 *
 * @param form of the owner that the function returns
 * @throws the cancel signal's reason
 */
export async function ownerReader(
	client: Client,
	owners: string[],
	form: keyof typeof FORMS = 'id',
): Promise<(owner: string) => string> {
	const { name, read } = FORMS[form];
	const isNamed = owners.some((owner) => owner !== '' && read(owner) === undefined);
	const findUser = isNamed ? await fetchUsers(client, { form: name }) : userById('');
	return (owner) => {
		const given = owner && read(owner);
		if (given !== undefined) return given;
		const user = findUser(owner);
		const found = 'advice' in user ? undefined : user[form];
		if (found !== undefined) return found;
		const advice = 'advice' in user ? user.advice : `Enter the ${name} of the user.`;
		throw invalidValue("'Owner'", owner, advice);
	};
}
