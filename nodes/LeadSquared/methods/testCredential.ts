import type {
	ICredentialDataDecryptedObject,
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';
import { readColumns } from '../api/metadata';
import { adviceFor } from '../shared/errors';
import { apiBaseUrl, type LeadSquaredCredentials } from '../transport/account';
import { clock } from '../transport/clock';
import { withAccount } from '../transport/limiter/accounts';
import { classify, classifyNetworkFault, type Outcome } from '../transport/outcome';
import { withoutKeys } from '../transport/redact';

const PATH = '/LeadManagement.svc/LeadsMetaData.Get';

/**
 * Asks the chosen host for the metadata of one column. LeadSquared's own call for testing keys,
 * UserByAccessKey.Get, also succeeds on the host of a wrong region; this one does not.
 *
 * It is a function because n8n's declarative test shows the HTTP status text only, not what
 * LeadSquared says, such as the right host for the keys.
 */
export async function testCredential(
	this: ICredentialTestFunctions,
	{ id, data }: ICredentialsDecrypted<ICredentialDataDecryptedObject>,
): Promise<INodeCredentialTestResult> {
	const credentials = data as unknown as LeadSquaredCredentials;
	try {
		const outcome = await askForOneColumn(this, credentials, id);
		if (outcome.kind === 'ok') return { status: 'OK', message: 'Connection successful!' };
		return { status: 'Error', message: adviceFor(outcome) };
	} catch (error) {
		return { status: 'Error', message: (error as Error).message };
	}
}

async function askForOneColumn(
	{ helpers }: ICredentialTestFunctions,
	credentials: LeadSquaredCredentials,
	credentialId: string,
): Promise<Outcome<unknown>> {
	const baseUrl = apiBaseUrl(credentials);
	return await withAccount({ credentials, baseUrl, credentialId }, async (account) => {
		const slot = await account.slot({ kind: PATH });
		const outcome = await send(helpers, credentials, baseUrl);
		if (outcome.kind === 'refused') slot.refused(outcome);
		else if (outcome.kind === 'ok') slot.answered();
		else slot.failed();
		return withoutKeys(outcome, credentials);
	});
}

async function send(
	helpers: ICredentialTestFunctions['helpers'],
	credentials: LeadSquaredCredentials,
	baseUrl: string,
): Promise<Outcome<unknown>> {
	try {
		// The one way to the network that n8n gives a credential test.
		const response = (await helpers.request({
			uri: `${baseUrl}${PATH}`,
			qs: { schemaName: 'ProspectID' },
			headers: {
				Accept: 'application/json',
				'x-LSQ-AccessKey': credentials.accessKey.trim(),
				'x-LSQ-SecretKey': credentials.secretKey.trim(),
			},
			resolveWithFullResponse: true,
			simple: false,
			followRedirect: false,
			timeout: 20_000,
		})) as { statusCode: number; headers: Record<string, unknown>; body: unknown };
		const { statusCode: status, headers, body } = response;
		const text = typeof body === 'string' ? body : JSON.stringify(body ?? '');
		return classify({ status, headers, body: text }, readColumns, clock.wallNow());
	} catch (error) {
		const { cause, code, message } = error as {
			cause?: { code?: string };
			code?: string;
			message: string;
		};
		return classifyNetworkFault(String(cause?.code ?? code ?? ''), message);
	}
}
