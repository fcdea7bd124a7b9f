import type { ILoadOptionsFunctions } from 'n8n-workflow';
import { connect } from '../run/run';
import type { Client } from '../transport/client';

/** The user waits: an early message is better than a long wait. */
const MAX_WAIT_MS = 20_000;

/**
 * Connects to the account for the calls of one of the editor's lists.
 *
 * @throws InvalidInput if the credential cannot be used, and n8n's error if it cannot provide it
 */
export async function withClient<T>(
	context: ILoadOptionsFunctions,
	use: (client: Client) => Promise<T>,
): Promise<T> {
	const { client, close } = await connect(context, { maxWaitMs: MAX_WAIT_MS });
	try {
		return await use(client);
	} finally {
		close();
	}
}
