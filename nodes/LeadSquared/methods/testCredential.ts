import type {
	ICredentialDataDecryptedObject,
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';
import { columnRequest, readColumns } from '../api/metadata';
import { describeFailure } from '../run/messages';
import {
	apiBaseUrl,
	keyParts,
	type LeadSquaredCredentials,
	readCredentials,
} from '../transport/credentials';
import { clock, withinTime } from '../base/clock';
import { borrowAccount } from '../transport/limiter/accounts';
import { classify, classifyNetworkFault, type Outcome, asHostFault } from '../transport/outcome';
import { redactor } from '../transport/credentials';
import { noteAnswer } from '../transport/client';

// The user waits. It also ends an answer that comes byte by byte.
const TIMEOUT_MS = 15_000;

/**
 * Requests the metadata of one column from the chosen host. LeadSquared's own call for testing keys,
 * UserByAccessKey.Get, also succeeds on the host of a wrong region; this one does not.
 *
 * It is a function because n8n's declarative test shows only the HTTP status text, and not LeadSquared's
 * message, such as the right host for the keys.
 */
export async function testCredential(
	this: ICredentialTestFunctions,
	{ id, data }: ICredentialsDecrypted<ICredentialDataDecryptedObject>,
): Promise<INodeCredentialTestResult> {
	try {
		const credentials = readCredentials(data ?? {});
		const outcome = await askForOneColumn(this, credentials, id);
		if (outcome.kind === 'ok') return readResult(outcome.value);
		// According to one public client, an account accepts keys in the query only.
		if (outcome.kind === 'unauthorized' && credentials.keysIn !== 'query') {
			const inQuery = await askForOneColumn(this, { ...credentials, keysIn: 'query' }, id);
			if (inQuery.kind === 'ok') return { status: 'Error', message: KEYS_IN_QUERY };
		}
		return { status: 'Error', message: describeFailure(outcome) };
	} catch (error) {
		const { message, description } = error as Error & { description?: string };
		return { status: 'Error', message: [message, description].filter(Boolean).join('. ') };
	}
}

const KEYS_IN_QUERY =
	"The keys are valid, but this account accepts them in the query only: set 'Send Keys In' to Query.";

function readResult(columns: unknown[]): INodeCredentialTestResult {
	return columns.length > 0
		? { status: 'OK', message: 'Connection successful!' }
		: {
				status: 'Error',
				message:
					'The keys are valid, but they cannot see any lead columns. Check the permissions of their user in LeadSquared, or use the keys of another user.',
			};
}

async function askForOneColumn(
	{ helpers }: ICredentialTestFunctions,
	credentials: LeadSquaredCredentials,
	credentialId: string,
): Promise<Outcome<unknown[]>> {
	const baseUrl = apiBaseUrl(credentials);
	const { account, release } = borrowAccount({ credentials, baseUrl, credentialId });
	try {
		const slot = await account.slot({ kind: columnRequest.path });
		const outcome = await send(helpers, credentials, baseUrl);
		if (outcome.kind === 'rateLimited') slot.onRefused(outcome);
		else if (outcome.kind === 'ok') slot.onSuccess();
		else slot.onError();
		// The user waits for the result, so this one call decides.
		return noteAnswer(baseUrl, outcome) ? outcome : asHostFault(outcome);
	} finally {
		release();
	}
}

async function send(
	helpers: ICredentialTestFunctions['helpers'],
	credentials: LeadSquaredCredentials,
	baseUrl: string,
): Promise<Outcome<unknown[]>> {
	const redact = redactor(credentials);
	const { headers: keyHeaders, qs } = keyParts(credentials);
	try {
		// n8n gives a credential test no other access to the network.
		const asked = helpers.request({
			uri: `${baseUrl}${columnRequest.path}`,
			qs: { ...columnRequest.qs, ...qs },
			headers: { Accept: 'application/json', ...keyHeaders },
			resolveWithFullResponse: true,
			simple: false,
			followRedirect: false,
			timeout: TIMEOUT_MS,
		}) as Promise<{ statusCode: number; headers: Record<string, unknown>; body: unknown }>;
		const { statusCode: status, headers, body } = await withinTime(asked, TIMEOUT_MS, clock);
		const text = typeof body === 'string' ? body : body ? JSON.stringify(body) : '';
		return classify({ status, headers, body: text }, readColumns, clock.wallNow(), redact);
	} catch (error) {
		const { cause, code, message } = error as {
			cause?: { code?: string };
			code?: string;
			message: string;
		};
		return classifyNetworkFault(String(cause?.code ?? code ?? ''), message, redact);
	}
}
