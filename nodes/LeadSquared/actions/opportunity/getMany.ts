import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
	OPPORTUNITIES_PER_PAGE,
	opportunitiesOfLead,
	readOpportunitiesOfLead,
} from '../../api/opportunities';
import { count } from '../../base/text';
import { type ListOptions, readFirstPage, readList, type ReadList } from '../../fetch/pages';
import {
	type LeadRequest,
	makeRequests,
	optionsProperty,
	readLeadSettings,
} from '../../input/leadSettings';
import { leadId, readRequired, required } from '../../input/parameters';
import { itemParameter } from '../../input/readers';
import { LeadRun } from '../../run/leadRun';
import { apiError } from '../../run/messages';
import { makeQueries } from '../../run/queries';
import { columnsNotReturned } from '../../run/report';
import type { Run } from '../../run/run';
import type { Client } from '../../transport/client';
import type { Operation } from '../operation';
import { lead, limit, limitReader, returnAll, returnAllReader } from '../properties';
import { OPPORTUNITIES, typeOf } from './kind';
import { columns, opportunityType, SETTINGS } from './properties';

export const getMany: Operation = {
	value: 'getMany',
	name: 'Get Many',
	action: 'Get many opportunities',
	description: 'Get the opportunities of a lead',
	properties: [lead, opportunityType, returnAll, limit, columns, optionsProperty()],
	execute,
};

/** The query of one input item. */
interface Request extends LeadRequest {
	lead: string;
	/** The maximum number of opportunities; undefined for all. */
	wanted?: number;
}

/**
 * Gets the opportunities of a lead for each input item.
 *
 * @throws NodeOperationError for input that cannot be used, before any call, and NodeApiError for what
 * LeadSquared does not return, if the node stops at a failure; otherwise these become error items
 */
async function execute(execution: Run): Promise<INodeExecutionData[]> {
	const requests = readRequests(execution.context);
	if (requests.length === 0) return [];
	const run = await LeadRun.open(execution, requests, 'opportunities', { kind: OPPORTUNITIES });
	const queries = run.requests.map(({ item, lead: of, wanted, settings }) => ({
		item,
		of,
		type: typeOf(settings),
		options: { columns: run.formOf({ item, settings }).columns, wanted },
		maxWaitMs: settings.values.options.maxWaitMs,
	}));
	const { answers, failures } = await makeQueries(
		run.client,
		queries,
		({ of, type, options }) => [of, type, options],
		{
			read: async (client, { of, type, options }) => {
				const list = await readOfLead(client, of, type, options);
				return list.failure ?? { kind: 'ok', value: list };
			},
			sizeOf: countOf,
		},
	);

	const node = run.context.getNode();
	const unit = OPPORTUNITIES.unit;
	const lists = [...new Set(answers.values())];
	const fetched = lists.reduce((sum, list) => sum + countOf(list), 0);
	const [failed] = failures;
	const output = await run.output({
		leads: fetched,
		key: 'lead',
		stopping:
			failed &&
			apiError(node, failed.failure, 'request', { itemIndex: failed.item, fetched, unit }),
		columns: columnsNotReturned(lists),
		hints: incompleteHints(
			run.requests.flatMap(({ item, wanted }) => {
				const list = answers.get(item);
				return list ? [{ list, wanted }] : [];
			}),
		),
		mayRepeat: true,
	});
	for (const { item, failure } of failures) {
		output.addError(item, apiError(node, failure, 'request', { itemIndex: item, unit }));
	}
	for (const request of run.requests) {
		const list = answers.get(request.item);
		if (!list) continue;
		for (const each of [...list.leads, ...list.unidentified]) {
			output.addLead(request.item, run.formOf(request), each);
		}
	}
	return run.finish(output);
}

function readRequests(context: IExecuteFunctions): Request[] {
	const reader = required(leadId(lead.displayName));
	const leadAt = itemParameter(context, 'lead', (given) => readRequired(given, reader) as string);
	const isAllAt = itemParameter(context, 'returnAll', (given) =>
		Boolean(readRequired(given, returnAllReader)),
	);
	const limitAt = itemParameter(context, 'limit', (given) =>
		Number(readRequired(given, limitReader)),
	);
	const settings = readLeadSettings(context, {}, SETTINGS);
	const nothing: { lead: string; wanted?: number } = { lead: '' };
	return makeRequests(settings, nothing, (item) => ({
		lead: leadAt(item),
		...(!isAllAt(item) && { wanted: limitAt(item) }),
	}));
}

async function readOfLead(
	client: Client,
	of: string,
	type: number,
	options: ListOptions,
): Promise<ReadList> {
	const call = {
		request: opportunitiesOfLead.bind(undefined, of, type),
		read: readOpportunitiesOfLead,
		pageSize: OPPORTUNITIES_PER_PAGE,
	};
	const first = await readFirstPage(client, call, options);
	const isEnough = first.isWhole || first.leads.length === options.wanted;
	// A rejected column is no reason to stop: the list is read without it.
	const isFinal = first.failure && first.failure.kind !== 'invalidRequest';
	return isFinal || isEnough ? first : await readList(client, call, options);
}

const countOf = ({ leads, unidentified }: ReadList): number => leads.length + unidentified.length;

/** @param lists each with the wanted number of opportunities, if that is limited */
function incompleteHints(lists: Array<{ list: ReadList; wanted?: number }>): string[] {
	const incomplete = lists.filter(
		({ list, wanted = Infinity }) => !list.isWhole && countOf(list) < wanted,
	);
	if (incomplete.length === 0) return [];
	const found = incomplete.reduce((sum, { list }) => sum + countOf(list), 0);
	return [
		`Opportunities changed too quickly while they were read; some may be missing. ${count(found)} were returned.`,
	];
}
