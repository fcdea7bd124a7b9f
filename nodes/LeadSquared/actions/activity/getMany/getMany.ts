import type { INodeExecutionData } from 'n8n-workflow';
import { ACTIVITY_COLUMNS } from '../../../api/activities';
import type { ActivityType } from '../../../api/activityTypes';
import type { Lead, LeadValue } from '../../../api/leads';
import { count, plural } from '../../../base/text';
import { activityShape } from '../../../columns/activityShape';
import { activityTypes } from '../../../columns/recordTypes';
import type { ReadList } from '../../../fetch/pages';
import type { LeadKey } from '../../../input/leadKeys';
import { nodeOf } from '../../../input/node';
import { inputErrors } from '../../../run/itemErrors';
import { fieldsOfErrorItem, withErrorItems } from '../../../run/items';
import { LeadItems } from '../../../run/leadItems';
import { leadIdReader } from '../../../run/leadIds';
import { apiError, metadataError } from '../../../run/messages';
import { makeQueries } from '../../../run/queries';
import {
	addHint,
	columnHints,
	columnsNotReturned,
	maskedHint,
	reportRun,
} from '../../../run/report';
import type { Run } from '../../../run/run';
import type { Client } from '../../../transport/client';
import type { Outcome } from '../../../transport/outcome';
import type { Operation } from '../../operation';
import { type Resolve, resolveAll } from '../../resolve';
import { joinLeads } from './leads';
import { type Filter, properties, readRequests, type Request } from './parameters';
import { readFiltered } from './reading';

export const getMany: Operation = {
	value: 'getMany',
	name: 'Get Many',
	action: 'Get many activities',
	description: 'Get the activities of a lead, or the activities of a type that changed in a period',
	properties,
	execute,
};

/**
 * Gets the activities that the input items ask for: parameters → types → activities → leads → items.
 *
 * @throws NodeOperationError for input that cannot be used, before any call, and NodeApiError for what
 * LeadSquared does not return, if the node stops at a failure; otherwise these become error items
 */
async function execute(run: Run): Promise<INodeExecutionData[]> {
	const { context } = run;
	const node = nodeOf(context);
	const requests = readRequests(context);
	if (requests.length === 0) return [];
	const errors = inputErrors(run, requests);
	const client = await run.open(requests[0].maxWaitMs, 'activities');
	const beganAt = client.clock.now();

	const known = await typesFor(client, requests);
	const types = known?.kind === 'ok' ? known.value : undefined;
	const hasTypes = (request: Request) => types !== undefined || !needsTypes(request);
	if (known && known.kind !== 'ok') {
		for (const request of requests) {
			const { item, fault } = request;
			if (!fault && !hasTypes(request))
				errors.push({ item, error: metadataError(node, known, item) });
		}
	}
	if (errors.length > 0 && run.stopAtFailure) throw errors[0].error;

	const jobs = requests
		.filter((request) => !request.fault && hasTypes(request))
		.map(({ filter, ...job }) => ({ ...job, values: filter }));
	const resolved = await resolveAll(context, client, jobs, resolveFilter);
	errors.push(...inputErrors(run, resolved));
	const { answers, failures } = await makeQueries(
		client,
		resolved.filter(({ fault }) => !fault),
		({ values, wanted }) => [values, wanted],
		{
			read: async (patient, { values, wanted }) =>
				asOutcome(await readFiltered(patient, values, wanted)),
			sizeOf: countOf,
		},
	);
	for (const { item, failure } of failures) {
		errors.push({ item, error: apiError(node, failure, 'request', { itemIndex: item }) });
	}

	const answered = requests.flatMap((request) => {
		const list = answers.get(request.item);
		return list ? [{ request, list, activities: [...list.leads, ...list.unidentified] }] : [];
	});
	const leads = await joinLeads(
		client,
		node,
		client.isStopped ? [] : answered.filter(({ request }) => request.leadColumns.length > 0),
	);
	errors.push(...leads.errors);

	const output = new LeadItems(context, { mayRepeat: false });
	const failedItems = new Set(errors.map(({ item }) => item));
	for (const { request, activities } of answered) {
		if (failedItems.has(request.item)) continue;
		const { options, leadColumns } = request;
		const shape = activityShape(options, needsTypes(request) ? types : undefined);
		const withLead = (activity: Lead): Lead => ({
			...shape(activity),
			// The only value that is a record of its own.
			...(leadColumns.length > 0 && { Lead: leads.of(request, activity) as unknown as LeadValue }),
		});
		const form = {
			addLeadUrl: false,
			includeInputFields: options.includeInputFields,
			columns: ACTIVITY_COLUMNS,
			shape: withLead,
		};
		for (const activity of activities) output.addLead(request.item, form, activity);
	}

	const seconds = (client.clock.now() - beganAt) / 1000;
	reportRun(context, client.account, plural(output.leads, 'activity'), {
		seconds,
		failed: errors.length,
	});
	if (errors.length > 0 && run.stopAtFailure) throw errors[0].error;
	const hints = [
		...new Set(answered.flatMap((each) => answerHints(each, types))),
		...columnHints(columnsNotReturned(leads.fetched)),
		...(output.masked.size > 0 ? [maskedHint([...output.masked])] : []),
	];
	for (const hint of hints) addHint(context, hint, 'warning');
	return withErrorItems(context, output.items, errors, (item) =>
		fieldsOfErrorItem(context, item, requests[item].options.includeInputFields),
	);
}

const resolveFilter: Resolve<Filter<LeadKey>, Filter> = async (run, jobs) => {
	const keyOf = ({ item, values }: (typeof jobs)[0]) => ({
		item,
		key: values.by === 'lead' ? values.lead : null,
	});
	const findLead = await leadIdReader(run, jobs.map(keyOf));
	return (job) =>
		job.values.by === 'type' ? job.values : { ...job.values, lead: findLead(keyOf(job)) };
};

/** Whether an input item needs the account's activity types. */
const needsTypes = ({ options }: Pick<Request, 'options'>): boolean =>
	options.convertTypes || options.fieldNames === 'displayName';

async function typesFor(
	client: Client,
	requests: Request[],
): Promise<Outcome<ActivityType[]> | undefined> {
	const inNeed = requests.find((request) => !request.fault && needsTypes(request));
	if (!inNeed) return undefined;
	return await activityTypes(client.with({ maxWaitMs: inNeed.maxWaitMs }));
}

const asOutcome = (list: ReadList): Outcome<ReadList> =>
	list.failure ?? { kind: 'ok', value: list };

const countOf = ({ leads, unidentified }: ReadList): number => leads.length + unidentified.length;

/** Hints about an answer. */
function answerHints(
	{ request: { filter, wanted = Infinity }, list }: { request: Request; list: ReadList },
	types: ActivityType[] | undefined,
): string[] {
	const found = countOf(list);
	const { type } = filter;
	const hints: string[] = [];
	if (found === 0 && types && type !== undefined && !types.some(({ code }) => code === type)) {
		hints.push(
			`No activity was found, and the account's list of activity types has none with the code ${type}. Check the code.`,
		);
	}
	if (!list.isWhole && found < wanted) {
		hints.push(
			`Activities changed too quickly while they were read; some may be missing. ${count(found)} were returned.`,
		);
	}
	return hints;
}
