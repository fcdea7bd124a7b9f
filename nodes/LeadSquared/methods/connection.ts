import type { ILoadOptionsFunctions } from 'n8n-workflow';
import { connect } from '../run/run';
import type { Client } from '../transport/client';

/** A person waits: an early message is better than a long wait. */
const MAX_WAIT_MS = 20_000;

/**
 * Makes the calls of one of the editor's lists.
 *
 * @throws InvalidInput if the credential cannot be used, and whatever n8n throws where it cannot hand it out
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
