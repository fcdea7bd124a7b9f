import type { INodeExecutionData } from 'n8n-workflow';
import { addActivities, type NewActivity } from '../../../api/activityWrites';
import { ID_COLUMN } from '../../../api/leads';
import { activityTypes } from '../../../columns/recordTypes';
import { runEngine } from '../../../fetch/engine';
import { mayBeWritten, type RowStatus, Writes } from '../../../fetch/writes';
import { nodeOf } from '../../../input/node';
import { inputErrors, type ItemError, unusableInput } from '../../../run/itemErrors';
import { itemsInPlace } from '../../../run/items';
import { apiError, asNodeError } from '../../../run/messages';
import { addHint, reportRun } from '../../../run/report';
import { canceled, type Run } from '../../../run/run';
import { fetchUsers, ownerReader } from '../../../run/users';
import type { Client } from '../../../transport/client';
import type { Operation } from '../../operation';
import { created, errorOf, ignoredHint } from './messages';
import { type Job, properties, readJobs } from './parameters';
import { type ActivityRow, knownTypes, makeRow, namesUsers } from './rows';

export const create: Operation = {
	value: 'create',
	name: 'Create',
	action: 'Create an activity',
	description: 'Add an activity, such as a phone call, to a lead',
	properties,
	execute,
};

/** The result fields of an item that failed. */
const FAILED = { ActivityId: null, [ID_COLUMN]: null, status: 'failed' };

/**
 * Adds an activity for each input item: parameters → rows → calls of 25 → the result of each row.
 *
 * @throws NodeOperationError for input that cannot be used, before any call that writes, and NodeApiError for
 * an activity that is not created, if the node stops at a failure; otherwise these become error items
 */
async function execute(run: Run): Promise<INodeExecutionData[]> {
	const { context } = run;
	run.writes(FAILED);
	const node = nodeOf(context);
	const { jobs: all, isAutomatic } = readJobs(run);
	if (all.length === 0) return [];
	const errors = inputErrors(run, all);
	const jobs = all.filter(({ fault }) => !fault);

	const client = await run.open(all[0].maxWaitMs, 'activities');
	const beganAt = client.clock.now();
	const fetched = await fetchTypes(client, jobs);
	if (fetched.kind !== 'ok') throw apiError(node, fetched);
	const types = knownTypes(fetched.value);
	const ignored = new Set<string>();
	const reader = {
		types,
		isAutomatic,
		zone: context.getTimezone(),
		ignored,
		findUser: namesUsers(jobs, types) ? await fetchUsers(client) : undefined,
		findOwner: await ownerReader(
			{ client, context },
			jobs.map(({ item, values }) => ({ item, owner: values.ownerEmail })),
			'email',
		),
	};
	const rows: ActivityRow[] = [];
	for (const job of jobs) {
		try {
			rows.push(makeRow(job, reader));
		} catch (fault) {
			errors.push({ item: job.item, error: asNodeError(node, fault, job.item) });
		}
	}
	if (errors.length > 0 && run.stopAtFailure) throw unusableInput(context, errors, true);

	const { maxWaitMs, stopAtFailure } = client;
	const writes = new Writes<NewActivity>(rows, { call: addActivities, maxWaitMs, stopAtFailure });
	try {
		await runEngine(writes, client, {
			toRequest: ({ contents, ...options }) => addActivities.request(contents, options),
			read: (body, { contents }) => addActivities.read(body, contents),
		});
	} catch (error) {
		if (!context.getExecutionCancelSignal()?.aborted) throw asNodeError(node, error);
		throw canceled(context, created([...writes.results.values()]));
	}

	const results = [...writes.results];
	const statuses = results.map(([, status]) => status);
	if (ignored.size > 0) addHint(context, ignoredHint(ignored), 'warning');
	const seconds = (client.clock.now() - beganAt) / 1000;
	const failed = results.find(([, { kind }]) => kind !== 'written');
	const notWritten = statuses.filter(({ kind }) => kind !== 'written').length;
	reportRun(context, client.account, created(statuses), {
		seconds,
		failed: errors.length + notWritten,
	});
	if (failed && stopAtFailure) {
		const error = errorOf(node, ...failed);
		error.description = `${error.description ?? ''} ${created(statuses)} before the error.`.trim();
		throw statuses.some(mayBeWritten) ? run.final(error) : error;
	}
	return toItems(run, results, errors);
}

/** The types of the account. A type that an earlier execution did not see may be new. */
async function fetchTypes(client: Client, jobs: Job[]) {
	const types = await activityTypes(client);
	const isKnown = ({ values }: Job) =>
		types.kind !== 'ok' || types.value.some(({ code }) => code === values.activityType);
	return jobs.every(isKnown) ? types : await activityTypes(client, 0);
}

function toItems(
	run: Run,
	results: Array<[ActivityRow, RowStatus]>,
	errors: ItemError[],
): INodeExecutionData[] {
	const node = nodeOf(run.context);
	const items = new Map(errors.map(({ item, error }) => [item, run.errorItem(item, error)]));
	for (const [row, status] of results) {
		const { item, lead } = row;
		const leadId = lead.by === ID_COLUMN ? lead.value : null;
		items.set(
			item,
			status.kind === 'written'
				? run.writtenItem(item, {
						ActivityId: status.id ?? null,
						[ID_COLUMN]: leadId,
						status: 'created',
					})
				: run.errorItem(item, errorOf(node, row, status)),
		);
	}
	return itemsInPlace(run.context, items);
}
