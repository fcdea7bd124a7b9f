import type { IExecuteFunctions } from 'n8n-workflow';
import type { Progress } from '../retrieval/types';
import type { Clock } from '../transport/clock';
import { count } from './inWords';

const INTERVAL_MS = 3000;

/**
 * Makes a function to call after every answer. While a run lasts it tells the log, and the browser
 * of a person who runs the workflow by hand, how far it is: a line every few seconds at the most.
 *
 * @param unit what is counted, such as `lead IDs`
 */
export function progressReporter(
	context: Pick<IExecuteFunctions, 'logger' | 'getNode'> &
		Partial<Pick<IExecuteFunctions, 'sendMessageToUI'>>,
	clock: Clock,
	unit: string,
): (progress: Progress) => void {
	const beganAt = clock.now();
	let next = beganAt + INTERVAL_MS;
	return ({ known, all }) => {
		if (clock.now() < next) return;
		next = clock.now() + INTERVAL_MS;
		const message = `LeadSquared: ${howFar({ known, all }, unit, clock.now() - beganAt)}`;
		context.logger.info(message, { node: context.getNode().name });
		context.sendMessageToUI?.(message);
	};
}

function howFar({ known, all }: Progress, unit: string, elapsedMs: number): string {
	if (!Number.isFinite(all) || all === 0) return `${count(known)} ${unit} so far`;
	const share = `${Math.floor((100 * known) / all)} %`;
	const left = known > 0 && known < all ? timeLeft(elapsedMs, known / all) : '';
	return `${count(known)} of ${count(all)} ${unit} (${share}${left})`;
}

/** What is left if it goes on as fast as it went so far. */
function timeLeft(elapsedMs: number, done: number): string {
	const seconds = Math.ceil((elapsedMs * (1 - done)) / done / 1000);
	if (seconds < 90) return `, about ${seconds} s left`;
	const minutes = Math.round(seconds / 60);
	return minutes < 90
		? `, about ${minutes} min left`
		: `, about ${Math.round(minutes / 60)} h left`;
}

/** Makes functions that report parts of a whole, each by its number, as the sum of all so far. */
export function summing(
	report: (sum: Progress) => void,
): (part: number) => (progress: Progress) => void {
	const parts: Progress[] = [];
	return (part) => (progress) => {
		parts[part] = progress;
		const sum = { known: 0, all: 0 };
		// Parts that have not begun have no place yet.
		parts.forEach(({ known, all }) => {
			sum.known += known;
			sum.all += all;
		});
		report(sum);
	};
}
