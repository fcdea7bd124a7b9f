import type { IExecuteFunctions } from 'n8n-workflow';
import type { Progress } from '../retrieval/types';
import type { Clock } from '../transport/clock';

const INTERVAL_MS = 3000;

/**
 * Makes a function to call after every answer. While a run lasts it tells the log, and the browser
 * of a person who runs the workflow by hand, how far it is: a line every few seconds at the most.
 */
export function progressReporter(
	context: IExecuteFunctions,
	clock: Clock,
): (progress: Progress) => void {
	let next = clock.now() + INTERVAL_MS;
	return ({ known, all }) => {
		if (clock.now() < next) return;
		next = clock.now() + INTERVAL_MS;
		const message = `LeadSquared: ${known.toLocaleString('en-US')} of ${all.toLocaleString('en-US')} lead IDs (${Math.floor((100 * known) / all)} %)`;
		context.logger.info(message, { node: context.getNode().name });
		context.sendMessageToUI(message);
	};
}
