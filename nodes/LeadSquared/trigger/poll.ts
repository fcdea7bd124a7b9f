import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { asNodeError } from '../run/messages';
import { clock } from '../base/clock';
import { progressReporter } from '../run/report';
import { connect } from '../run/run';
import { newLeads } from './newLeads';
import { readParameters } from './parameters';
import { SAMPLE_MAX_WAIT_MS, sampleLeads } from './sample';
import { inTurns, type Polled } from './turns';

// What n8n gives a poll since 2.39, where it does not say; before, nothing ended one.
const USUAL_BUDGET_MS = 300_000;

/**
 * Polls: n8n calls it at the trigger's poll times, at its activation, and for 'Fetch Test Event'.
 *
 * @returns the leads that the event has happened to since the last poll, null for none
 * @throws NodeApiError or NodeOperationError
 */
export async function poll(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	try {
		const items =
			context.getMode() === 'manual'
				? await sample(context)
				: await inTurns(context, async () => await pollInTime(context));
		return items && [items];
	} catch (error) {
		throw asNodeError(context.getNode(), error);
	}
}

async function sample(context: IPollFunctions): Promise<INodeExecutionData[]> {
	const request = readParameters(context);
	const maxWaitMs = Math.min(request.options.maxWaitMs, SAMPLE_MAX_WAIT_MS);
	const { client, close } = await connect(context, { maxWaitMs });
	try {
		return await sampleLeads(context, client, request);
	} finally {
		close();
	}
}

/** Stops a poll at n8n's time limit. n8n discards anything returned later. */
async function pollInTime(context: IPollFunctions): Promise<Polled> {
	const request = readParameters(context);
	const budgetMs = context.getPollBudgetMs?.() ?? USUAL_BUDGET_MS;
	const report = progressReporter(context, clock, 'active leads');
	const { client, close } = await connect(context, {
		maxWaitMs: Math.min(request.options.maxWaitMs, budgetMs / 2),
		onProgress: (progress) => progress.known > 0 && report(progress),
	});
	// When the poll ends before, the timer's rejection is ignored.
	clock.sleep(budgetMs, client.signal).then(client.stop, () => {});
	try {
		return await newLeads({ context, client, request });
	} finally {
		close();
	}
}
