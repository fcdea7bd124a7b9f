import { NodeOperationError } from 'n8n-workflow';
import { apiBaseUrl, type LeadSquaredCredentials } from '../transport/account';
import { type Client, type Context, createClient } from '../transport/client';
import { withAccount } from '../transport/limiter/accounts';
import { asNodeError } from './errors';

/**
 * Opens the way to the account of the node's credential for as long as `use` takes.
 *
 * @throws NodeOperationError if the credential's host cannot be used, or the execution is cancelled
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
		const credentials = await context.getCredentials<
			LeadSquaredCredentials & Record<string, string>
		>('leadSquaredApi');
		const baseUrl = apiBaseUrl(credentials);
		const credentialId = context.getNode().credentials?.leadSquaredApi?.id ?? undefined;
		return await withAccount({ credentials, baseUrl, credentialId }, async (account) => {
			return await use(createClient(context, credentials, baseUrl, account, stopping));
		});
	} catch (error) {
		// n8n tells a cancelled execution from a failed one by this word.
		if (cancel?.aborted)
			throw new NodeOperationError(context.getNode(), 'The execution was canceled');
		throw asNodeError(context.getNode(), error);
	} finally {
		cancel?.removeEventListener('abort', onCancel);
		stopping.abort();
	}
}
