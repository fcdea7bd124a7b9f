import type { INode, NodeError } from 'n8n-workflow';
import { apiError, inputError } from '../../../shared/errors';
import { count } from '../../../shared/inWords';
import { InvalidInput } from '../../../transport/invalidInput';
import type { Failed } from '../../../transport/outcome';
import type { Answers, Query } from './queries';

/** What to tell of a query that failed. */
export function queryError(
	node: INode,
	{ requests: [{ filter }] }: Query,
	failure: Failed,
	options: { itemIndex: number; fetched?: number },
): NodeError {
	if (filter.by === 'list' && failure.kind === 'notFound') {
		const fault = new InvalidInput(
			`LeadSquared has no list with the ID ${filter.list}`,
			"The list was deleted, belongs to another account, or the user of the keys may not see it. Choose one under 'List'.",
		);
		return inputError(node, fault, options.itemIndex);
	}
	return apiError(node, failure, 'request', options);
}

/** What in queries that were answered needs a person. One hint each. */
export function hintsOf(answers: Answers): string[] {
	const queries = [...answers];
	const hints: string[] = [];
	const [repeated] = queries.filter(([{ requests }]) => requests.length > 1);
	if (repeated && queries.length === 1 && repeated[1].leads.length > 0) {
		const times = count(repeated[0].requests.length);
		hints.push(
			`${times} input items each ask for the same leads, so each lead comes ${times} times. To get each once, turn on 'Execute Once' in the Settings tab of the node.`,
		);
	}
	const withoutId = queries.reduce((sum, [, list]) => sum + list.withoutId.length, 0);
	if (withoutId > 0) {
		hints.push(
			`LeadSquared sent ${count(withoutId)} ${withoutId === 1 ? 'lead' : 'leads'} without ProspectID. They are in the output as they came, after the others of the same input item.`,
		);
	}
	for (const [{ requests }, list] of queries) {
		const { leads, count: counted = 0, failure, isWhole } = list;
		const found = leads.length + list.withoutId.length;
		const isEnough = found >= (requests[0].wanted ?? Infinity);
		if (failure || isEnough || (isWhole && found >= counted)) continue;
		hints.push(
			isWhole
				? `LeadSquared counts ${count(counted)} leads, and gave ${count(found)}, however often it was asked. Some may be missing.`
				: `So much changed while the leads were read, or their order, that some may be missing. ${count(found)} came.`,
		);
	}
	return hints;
}
