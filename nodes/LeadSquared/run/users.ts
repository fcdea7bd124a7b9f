import type { IExecuteFunctions } from 'n8n-workflow';
import { readUsers, type User, usersRequest } from '../api/users';
import { readUserId, userById, userFinder, type UserFinder } from '../columns/users';
import { InvalidInput, invalidValue } from '../base/invalidInput';
import { readEmail } from '../input/leadKeys';
import { nodeOf } from '../input/node';
import type { Client } from '../transport/client';
import type { Outcome } from '../transport/outcome';
import { callWithRetry } from '../transport/retry';
import { apiError, wordsFor } from './messages';

const MINUTE_MS = 60_000;

/**
 * Makes a finder of the account's users. If the keys cannot see the users, it finds IDs only.
 *
 * @param options withDeactivated: whether deactivated users are found, too
 * @throws the cancel signal's reason
 */
export async function fetchUsers(
	client: Client,
	{ withDeactivated }: { withDeactivated?: boolean } = {},
): Promise<UserFinder> {
	const users = await readAccountUsers(client);
	if (users.kind === 'ok') return finderIn(users.value, { withDeactivated });
	const { message } = wordsFor(users);
	return userById(`Enter the ID of a user. The users are not known: ${message}.`);
}

/** The account's users, as an execution with the same keys read them in the last minute, or as they are now. */
async function readAccountUsers(client: Client): Promise<Outcome<User[]>> {
	const { clock, account } = client;
	const { memory } = account;
	if (!memory.users || clock.now() - memory.users.readAt >= MINUTE_MS) {
		const outcome = await callWithRetry(client, usersRequest, readUsers);
		if (outcome.kind !== 'ok') return outcome;
		memory.users = { list: outcome.value, readAt: clock.now() };
	}
	return { kind: 'ok', value: memory.users.list as User[] };
}

function finderIn(users: User[], options?: { withDeactivated?: boolean }): UserFinder {
	const findUser = userFinder(users, options);
	return (text) => findUser(readEmail(text) ?? text);
}

/** The forms in which a call takes a user. */
const FORMS = {
	id: { name: 'ID', read: readUserId },
	email: { name: 'email address', read: readEmail },
};

const NO_USERS_SEEN = new InvalidInput(
	'These keys cannot see any users',
	"Check the permissions of their user in LeadSquared, or use the keys of another user. The users of the account are needed to find 'Owner'.",
);

/** The owner of an input item, which may be empty. */
interface Asked {
	item: number;
	owner: string;
}

/**
 * Makes the function that finds an owner, who is given by ID, name or email address, and may be missing. It
 * throws InvalidInput for an owner that no user can be. The account's users are read if an owner is not given
 * in the form that the call takes. If LeadSquared does not return them, the function throws the cause for these
 * owners.
 *
 * @param form of the owner that the function returns
 * @throws NodeApiError or InvalidInput if LeadSquared does not return the users and the node stops at a failure,
 * and the cancel signal's reason
 */
export async function ownerReader(
	{ client, context }: { client: Client; context: IExecuteFunctions },
	asked: Asked[],
	form: keyof typeof FORMS = 'id',
): Promise<(asked: Asked) => string> {
	const { name, read } = FORMS[form];
	const first = asked.find(({ owner }) => owner !== '' && read(owner) === undefined);
	const users = first && (await readAccountUsers(client));
	const usersFault = (itemIndex: number): Error | undefined => {
		if (!users) return undefined;
		if (users.kind === 'ok') return users.value.length === 0 ? NO_USERS_SEEN : undefined;
		const error = apiError(nodeOf(context), users, 'request', { itemIndex });
		error.description = `${error.description} The users of the account are needed to find 'Owner'. They are not needed if it is the ${name} of a user.`;
		return error;
	};
	const fault = first && client.stopAtFailure ? usersFault(first.item) : undefined;
	if (fault) throw fault;
	const findUser = users?.kind === 'ok' ? finderIn(users.value) : userById('');
	return ({ item, owner }) => {
		const given = owner && read(owner);
		if (given !== undefined) return given;
		const ownFault = usersFault(item);
		if (ownFault) throw ownFault;
		const user = findUser(owner);
		const found = 'advice' in user ? undefined : user[form];
		if (found !== undefined) return found;
		const advice = 'advice' in user ? user.advice : `Enter the ${name} of the user.`;
		throw invalidValue("'Owner'", owner, advice);
	};
}
