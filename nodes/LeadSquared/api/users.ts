import type { ApiRequest } from '../transport/client';

/**
 * Asks whose the keys are, and where the account is:
 * https://apidocs.leadsquared.com/user-authentication/
 */
export const userRequest: ApiRequest = {
	method: 'GET',
	path: '/Authentication.svc/UserByAccessKey.Get',
};

/** What an answer tells of the user of the keys. */
export interface KeysUser {
	/** Where people open the account in their browser, such as `https://in21.leadsquared.com`. */
	webAddress?: string;
}

/** Reads an answer; undefined if the body is no answer of this call. */
export function readUser(body: unknown): KeysUser | undefined {
	if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
	const { LSQCommonServiceURLs: urls } = body as { LSQCommonServiceURLs?: unknown };
	const { app } = Object(urls) as { app?: unknown };
	return { webAddress: typeof app === 'string' ? toWebAddress(app) : undefined };
}

// A host, as public code takes it (https://github.com/chatwoot/chatwoot), or the whole address.
const HOST = /^(?:https:\/\/)?((?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?)\/*$/i;

function toWebAddress(app: string): string | undefined {
	const host = HOST.exec(app.trim())?.[1];
	return host && `https://${host.toLowerCase()}`;
}

/** The page of a lead in LeadSquared. */
export function leadUrl(webAddress: string, id: string): string {
	return `${webAddress}/LeadManagement/LeadDetails?LeadID=${encodeURIComponent(id)}`;
}
