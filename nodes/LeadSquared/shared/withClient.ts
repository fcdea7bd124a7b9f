import { columnRequest, readColumns } from '../api/metadata';
import { apiBaseUrl, readCredentials } from '../transport/account';
import { type Client, type Context, createClient } from '../transport/client';
import { withAccount } from '../transport/limiter/accounts';

const SMALL_CALL = { request: columnRequest, read: readColumns };

/**
 * Opens the way to the account of the node's credential for as long as `use` takes. When the
 * execution is cancelled, and when `use` has ended, its waits and calls end.
 *
 * @throws InvalidInput if the credential's host or keys cannot be used, and whatever n8n throws where it
 * cannot hand out the credential
 */
export async function withClient<T>(
	context: Context,
	use: (client: Client) => Promise<T>,
): Promise<T> {
	const cancel =
		'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
	const stopping = new AbortController();
	const onCancel = () => stopping.abort(cancel?.reason);
	cancel?.addEventListener('abort', onCancel, { once: true });
	try {
		const credentials = readCredentials(await context.getCredentials('leadSquaredApi'));
		const baseUrl = apiBaseUrl(credentials);
		const credentialId = context.getNode().credentials?.leadSquaredApi?.id ?? undefined;
		return await withAccount({ credentials, baseUrl, credentialId }, async (account) => {
			return await use(createClient(context, credentials, baseUrl, account, stopping, SMALL_CALL));
		});
	} finally {
		cancel?.removeEventListener('abort', onCancel);
		stopping.abort();
	}
}
