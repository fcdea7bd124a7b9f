import type { ApiRequest } from '../transport/client';
import { listIn, readRows } from './rows';

/**
 * Requests the user of the keys and the addresses of the account:
 * https://apidocs.leadsquared.com/user-authentication/
 */
export const userRequest: ApiRequest = {
	method: 'GET',
	path: '/Authentication.svc/UserByAccessKey.Get',
};

/** The user of the keys. */
interface KeysUser {
	/** The account's web address, such as `https://in21.leadsquared.com`. */
	webAddress?: string;
}

/** Reads an answer; returns undefined if the body is not an answer of this call. */
export function readUser(body: unknown): KeysUser | undefined {
	if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
	const { LSQCommonServiceURLs: urls } = body as { LSQCommonServiceURLs?: unknown };
	const { app } = Object(urls) as { app?: unknown };
	return { webAddress: typeof app === 'string' ? readWebAddress(app) : undefined };
}

// A host, as public code reads it (https://github.com/chatwoot/chatwoot), or the whole address.
const HOST = /^(?:https:\/\/)?((?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?)\/*$/i;

function readWebAddress(app: string): string | undefined {
	const host = HOST.exec(app.trim())?.[1];
	return host && `https://${host.toLowerCase()}`;
}

/** The page of a lead in LeadSquared. */
export function leadUrl(webAddress: string, id: string): string {
	return `${webAddress}/LeadManagement/LeadDetails?LeadID=${encodeURIComponent(id)}`;
}

/** Get Users: all users in one answer, 3,380 for one account (public code). */
export const usersRequest: ApiRequest = {
	method: 'GET',
	path: '/UserManagement.svc/Users.Get',
};

/** A user as LeadSquared sends it, with its ID first. */
export type User = Record<string, unknown> & { ID: string };

/** Whether a user can work in LeadSquared: StatusCode "0" (a generated OpenAPI description). */
export const isActiveUser = (user: User): boolean => Number(valueOf(user, 'StatusCode') ?? 0) === 0;

/** The first and last name of a user, and the email address; each may be empty. */
export function namesOfUser(user: User): { first: string; last: string; email: string } {
	const [first, last, email] = ['FirstName', 'LastName', 'EmailAddress'].map((field) => {
		const value = valueOf(user, field);
		return typeof value === 'string' ? value.trim() : '';
	});
	return { first, last, email };
}

/**
 * Reads the users of an answer; returns undefined if the body is not an answer of this call, such as a
 * list of rows without an ID.
 */
export function readUsers(body: unknown): User[] | undefined {
	return readRows(listIn(body), (row) => {
		const id = valueOf(row, 'ID') ?? valueOf(row, 'UserId');
		if (typeof id !== 'string' || id === '') return undefined;
		const others = Object.entries(row).filter(([name]) => !/^id$/i.test(name));
		return { ID: id, ...Object.fromEntries(others) };
	});
}

/** The value of a field, whatever the case of its name. */
function valueOf(row: object, name: string): unknown {
	const isNamed = ([each]: [string, unknown]) => each.toLowerCase() === name.toLowerCase();
	return Object.entries(row).find(isNamed)?.[1];
}
