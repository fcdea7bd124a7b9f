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
import type { LeadKey } from '../../input/leadKeys';
import { nodeOf } from '../../input/node';
import { leadKey, readRequired, required } from '../../input/parameters';
import { itemParameter } from '../../input/readers';
import { inputErrors } from '../../run/itemErrors';
import { LeadRun } from '../../run/leadRun';
import { apiError } from '../../run/messages';
import { makeQueries } from '../../run/queries';
import { columnsNotReturned } from '../../run/report';
import type { Run } from '../../run/run';
import type { Client } from '../../transport/client';
import type { Operation } from '../operation';
import { lead, limit, limitReader, returnAll, returnAllReader } from '../properties';
import { resolveAll, resolveLead } from '../resolve';
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
	lead: LeadKey | null;
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
	const jobs = run.requests.map(({ item, lead: of, wanted, settings }) => ({
		item,
		values: { lead: of },
		type: typeOf(settings),
		options: { columns: run.formOf({ item, settings }).columns, wanted },
		maxWaitMs: settings.values.options.maxWaitMs,
	}));
	const resolved = await resolveAll(run.context, run.client, jobs, resolveLead);
	const unusable = inputErrors(execution, resolved);
	const queries = resolved.filter(({ fault }) => !fault);
	const { answers, failures } = await makeQueries(
		run.client,
		queries,
		({ values, type, options }) => [values, type, options],
		{
			read: async (client, { values, type, options }) => {
				const list = await readOfLead(client, values.lead, type, options);
				return list.failure ?? { kind: 'ok', value: list };
			},
			sizeOf: countOf,
		},
	);

	const node = nodeOf(run.context);
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
	for (const { item, error } of unusable) output.addError(item, error);
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
	const reader = required(leadKey(lead.displayName));
	const leadAt = itemParameter(context, 'lead', (given) => readRequired(given, reader) as LeadKey);
	const isAllAt = itemParameter(context, 'returnAll', (given) =>
		Boolean(readRequired(given, returnAllReader)),
	);
	const limitAt = itemParameter(context, 'limit', (given) =>
		Number(readRequired(given, limitReader)),
	);
	const settings = readLeadSettings(context, {}, SETTINGS);
	const nothing: { lead: LeadKey | null; wanted?: number } = { lead: null };
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
