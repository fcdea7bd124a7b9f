import { readUsers, type User, usersRequest } from '../api/users';
import { readUserId, userById, userFinder, type UserFinder } from '../columns/users';
import { invalidValue } from '../base/invalidInput';
import type { Client } from '../transport/client';
import { callWithRetry } from '../transport/retry';
import { wordsFor } from './messages';

const MINUTE_MS = 60_000;

/**
 * Makes a finder of users from the account's list, as an execution with the same keys read it in the last
 * minute, or as it is now. If the keys cannot see the users, it finds IDs only.
 *
 * @param options withDeactivated: whether deactivated users are found, too
 * @throws the cancel signal's reason
 */
export async function fetchUsers(
	client: Client,
	options?: { withDeactivated: boolean },
): Promise<UserFinder> {
	const { clock, account } = client;
	const { memory } = account;
	const known = memory.users;
	if (known && clock.now() - known.readAt < MINUTE_MS) {
		return userFinder(known.list as User[], options);
	}
	const outcome = await callWithRetry(client, usersRequest, readUsers);
	if (outcome.kind !== 'ok') {
		const { message } = wordsFor(outcome);
		return userById(`Enter the ID of a user. The users are not known: ${message}.`);
	}
	memory.users = { list: outcome.value, readAt: clock.now() };
	return userFinder(outcome.value, options);
}

/**
 * Makes the function that finds the ID of an owner, who is given by ID, name or email address, and may be
 * missing. It throws InvalidInput for an owner that no user can be. The account's users are read if an
 * owner is not given by ID.
 *
 * @throws the cancel signal's reason
 */
export async function ownerReader(
	client: Client,
	owners: string[],
): Promise<(owner: string) => string> {
	const isNamed = owners.some((owner) => owner !== '' && readUserId(owner) === undefined);
	const findUser = isNamed ? await fetchUsers(client) : userById('');
	return (owner) => {
		if (owner === '') return '';
		const found = findUser(owner);
		if ('id' in found) return found.id;
		throw invalidValue("'Owner'", owner, found.advice);
	};
}
