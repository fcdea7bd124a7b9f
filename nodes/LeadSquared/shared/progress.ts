import type { IExecuteFunctions } from 'n8n-workflow';
import type { Group } from '../actions/lead/getByIds/inputs';
import type { Clock } from '../transport/clock';

const INTERVAL_MS = 3000;

/**
 * Makes a function to call after every answer. While a run lasts it tells the log, and the browser
 * of a person who runs the workflow by hand, how far it is: a line every few seconds at the most.
 */
export function progressReporter(
	context: IExecuteFunctions,
	clock: Pick<Clock, 'now'>,
	groups: Group[],
): () => void {
	let next = clock.now() + INTERVAL_MS;
	return () => {
		if (clock.now() < next) return;
		next = clock.now() + INTERVAL_MS;
		let [known, all] = [0, 0];
		for (const { retrieval } of groups) {
			known += retrieval.progress.known;
			all += retrieval.progress.all;
		}
		const message = `LeadSquared: ${known.toLocaleString('en-US')} of ${all.toLocaleString('en-US')} lead IDs (${Math.floor((100 * known) / all)} %)`;
		context.logger.info(message, { node: context.getNode().name });
		context.sendMessageToUI(message);
	};
}
