import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { asNodeError } from '../run/messages';
import { withClient } from '../run/run';
import type { Client } from '../transport/client';
import { newLeads } from './newLeads';
import { readParameters } from './parameters';
import { sampleLeads } from './sample';
import { inTurns, type Polled } from './turns';

// What n8n gives a poll since 2.39, where it does not say; before, nothing ended one.
const USUAL_BUDGET_MS = 300_000;

/**
 * What n8n calls at the trigger's poll times, at its activation, and for 'Fetch Test Event'.
 *
 * @returns the leads that the event has happened to since the last poll, null for none
 * @throws NodeApiError or NodeOperationError
 */
export async function poll(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	try {
		const items =
			context.getMode() === 'manual'
				? await withClient(
						context,
						async (client) => await sampleLeads(context, client, readParameters(context)),
					)
				: await inTurns(context, async () => await pollInTime(context));
		return items && [items];
	} catch (error) {
		throw asNodeError(context.getNode(), error);
	}
}

/** Ends a poll when the time is over that n8n gives it: then n8n would drop what it comes to. */
async function pollInTime(context: IPollFunctions): Promise<Polled> {
	const request = readParameters(context);
	const budgetMs = context.getPollBudgetMs?.() ?? USUAL_BUDGET_MS;
	return await withClient(context, async (client) => {
		let isLate = false;
		onTimeOver(client, budgetMs, () => (isLate = true));
		const maxWaitMs = Math.min(request.options.maxWaitMs, budgetMs / 2);
		return await newLeads({ context, client, request, maxWaitMs, isLate: () => isLate });
	});
}

function onTimeOver({ clock, signal, stop }: Client, ms: number, then: () => void): void {
	const isOver = clock.sleep(ms, signal).then(() => {
		then();
		stop();
	});
	// The poll has ended before.
	isOver.catch(() => {});
}
