import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { isActiveUser, namesOfUser, readUsers, type User, usersRequest } from '../api/users';
import { readTaskTypes, taskTypesRequest } from '../api/tasks';
import { apiError } from '../run/messages';
import type { ApiRequest } from '../transport/client';
import { callWithRetry } from '../transport/retry';
import { withClient } from './connection';

interface Choice {
	name: string;
	value: string;
}

/**
 * Finds active users by a part of their names or email addresses.
 *
 * @throws NodeApiError or NodeOperationError if LeadSquared does not answer
 */
export async function searchUsers(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	return await search(this, filter, usersRequest, (body) =>
		readUsers(body)
			?.filter(isActiveUser)
			.map((user) => ({ name: describe(user), value: user.ID })),
	);
}

function describe(user: User): string {
	const { first, last, email } = namesOfUser(user);
	const name = `${first} ${last}`.trim();
	return name && email ? `${name} (${email})` : name || email || user.ID;
}

/**
 * Finds types of tasks by a part of their names. A type is chosen by its name, which Create takes.
 *
 * @throws NodeApiError or NodeOperationError if LeadSquared does not answer
 */
export async function searchTaskTypes(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	return await search(this, filter, taskTypesRequest, (body) =>
		readTaskTypes(body)?.map(({ name }) => ({ name, value: name })),
	);
}

/** Finds entries of a list that LeadSquared sends in one answer. */
async function search(
	context: ILoadOptionsFunctions,
	filter: string,
	request: ApiRequest,
	read: (body: unknown) => Choice[] | undefined,
): Promise<INodeListSearchResult> {
	const outcome = await withClient(
		context,
		async (client) => await callWithRetry(client, request, read),
	);
	if (outcome.kind !== 'ok') throw apiError(context.getNode(), outcome);
	const text = filter.trim().toLowerCase();
	return {
		results: outcome.value
			.filter(({ name }) => name.toLowerCase().includes(text))
			.sort((a, b) => a.name.localeCompare(b.name, 'en')),
	};
}
