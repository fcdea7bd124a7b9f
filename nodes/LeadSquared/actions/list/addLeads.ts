import type { INode, INodeExecutionData, NodeError } from 'n8n-workflow';
import { idKey } from '../../api/leadId';
import { ID_COLUMN } from '../../api/leads';
import { InvalidInput } from '../../base/invalidInput';
import { count, plural } from '../../base/text';
import { type Addition, addToLists, type ListAddition } from '../../fetch/additions';
import { nodeOf } from '../../input/node';
import { leadIds as leadIdsReader, readItems, recordId, required } from '../../input/parameters';
import { combineErrors, inputErrors, type ItemError } from '../../run/itemErrors';
import { itemsInPlace } from '../../run/items';
import { apiError, inputError, quote, withData } from '../../run/messages';
import { reportRun } from '../../run/report';
import type { Run } from '../../run/run';
import type { Operation } from '../operation';
import { WRITE_OPTIONS, writeOptions } from '../properties';
import { leadIds, listId } from './properties';

export const addLeads: Operation = {
	value: 'addLeads',
	name: 'Add Leads',
	action: 'Add leads to a list',
	description: 'Add any number of leads to a static list',
	properties: [listId, leadIds, writeOptions()],
	execute,
};

const PARAMETERS = {
	listId: required(recordId(listId.displayName)),
	leadIds: required(leadIdsReader(leadIds.displayName)),
};

/**
 * Adds the leads of all input items to their lists: parameters → lists → items, one for each lead of an input
 * item.
 *
 * @throws NodeOperationError for input that cannot be used, before any call, and NodeError for leads that were
 * not added, if the node stops at a failure; otherwise these become error items
 */
async function execute(run: Run): Promise<INodeExecutionData[]> {
	const { context } = run;
	run.writes();
	const jobs = readItems(context, PARAMETERS, WRITE_OPTIONS);
	if (jobs.length === 0) return [];
	const faults = new Map(inputErrors(run, jobs).map(({ item, error }) => [item, error]));

	const client = await run.open(jobs[0].maxWaitMs, 'leads');
	const beganAt = client.clock.now();
	const lists = new Map<string, ListAddition>();
	const listOf = ({ values, maxWaitMs }: (typeof jobs)[0]): ListAddition => {
		const key = `${idKey(values.listId)} ${maxWaitMs}`;
		const list = lists.get(key) ?? newAddition(values.listId, maxWaitMs);
		lists.set(key, list);
		return list;
	};
	for (const job of jobs.filter(({ item }) => !faults.has(item))) {
		for (const id of job.values.leadIds) listOf(job).leadIds.set(idKey(id), id);
	}
	await addToLists(client, [...lists.values()]);

	const errors: ItemError[] = [];
	const output: INodeExecutionData[] = [];
	const addError = (item: number, error: NodeError) => {
		errors.push({ item, error });
		output.push(run.errorItem(item, error));
	};
	for (const job of jobs) {
		const { item, values } = job;
		const fault = faults.get(item);
		if (fault) addError(item, fault);
		for (const id of fault ? [] : values.leadIds) {
			const result = listOf(job).results.get(idKey(id));
			// The node has stopped before this lead.
			if (!result) continue;
			const error = additionError(nodeOf(context), result, { id, item });
			const json = { [ID_COLUMN]: id, ListId: values.listId, status: result.kind };
			if (error) addError(item, error);
			else output.push(run.writtenItem(item, json));
		}
	}

	const seconds = (client.clock.now() - beganAt) / 1000;
	const receipt = receiptOf([...lists.values()]);
	reportRun(context, client.account, receipt, { seconds, failed: errors.length });
	if (errors.length > 0 && client.stopAtFailure) {
		throw combineErrors(context, errors, notConfirmed, `${receipt} before the error.`);
	}
	return itemsInPlace(context, new Map(output.entries()));
}

const newAddition = (list: string, maxWaitMs: number) => ({
	listId: list,
	leadIds: new Map<string, string>(),
	maxWaitMs,
	results: new Map<string, Addition>(),
	added: 0,
});

/** The error for a lead that is not in the list, or may not be; undefined for one that is. */
function additionError(
	node: INode,
	result: Addition,
	{ id, item }: { id: string; item: number },
): NodeError | undefined {
	switch (result.kind) {
		case 'failed': {
			const { failure, isOwn } = result;
			const options = { itemIndex: item, ...(isOwn && { ids: [id] }) };
			return apiError(node, failure, isOwn ? 'id' : 'request', options);
		}
		case 'leftOut': {
			const fault = new InvalidInput(
				`LeadSquared did not add the lead ${id} to the list`,
				'Check the lead ID. The lead may have been deleted or merged, or the user of the keys may not see it.',
			);
			return inputError(node, fault, item);
		}
		case 'notKnown': {
			const { failure } = result;
			const because = failure ? `${quote(failure)} ` : '';
			const fault = new InvalidInput(
				`It is not known whether the lead ${id} is in the list`,
				`LeadSquared added fewer leads than were sent, and did not return the members of the list. ${because}Run this item again: a lead that is in the list is not added twice.`,
			);
			const error = inputError(node, fault, item);
			return failure ? withData(error, failure) : error;
		}
		default:
			return undefined;
	}
}

const notConfirmed = (leads: number): string =>
	`LeadSquared did not confirm that ${count(leads)} leads are in the list`;

function receiptOf(lists: ListAddition[]): string {
	const added = lists.reduce((sum, list) => sum + list.added, 0);
	const members = lists
		.flatMap(({ results }) => [...results.values()])
		.filter(({ kind }) => kind === 'added' || kind === 'inList').length;
	const others = members > added ? `, ${count(members - added)} already in the list` : '';
	return `${plural(added, 'lead')} added${others}`;
}
