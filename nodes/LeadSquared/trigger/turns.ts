import type { INodeExecutionData, IPollFunctions, NodeError } from 'n8n-workflow';

/** What a poll came to: items, or what it failed with and may succeed without the next time. */
export type Polled = { items: INodeExecutionData[] } | { passing: NodeError };

// By workflow and node.
const underWay = new Set<string>();
const failing = new Set<string>();

/**
 * Polls, unless the poll before is still under way: n8n starts one at its time whether or not, and
 * two that begin at the same cursor would both give the same leads. What fails in passing is no error
 * if the next poll makes it good.
 *
 * @returns null if there is nothing to give
 * @throws what `poll` throws, and what failed in passing if the poll before failed as well
 */
export async function inTurns(
	context: IPollFunctions,
	poll: () => Promise<Polled>,
): Promise<INodeExecutionData[] | null> {
	const { id, name } = context.getNode();
	const key = `${context.getWorkflow().id} ${id}`;
	if (underWay.has(key)) {
		context.logger.debug('LeadSquared: the poll before is still under way', { node: name });
		return null;
	}
	underWay.add(key);
	try {
		const polled = await poll();
		if (!('passing' in polled)) {
			failing.delete(key);
			return polled.items.length > 0 ? polled.items : null;
		}
		if (failing.has(key)) throw polled.passing;
		failing.add(key);
		context.logger.warn(
			`LeadSquared: ${polled.passing.message}. No lead is lost: the next poll tries again`,
			{ node: name },
		);
		return null;
	} finally {
		underWay.delete(key);
	}
}
