import type { IDataObject, INodeExecutionData, NodeError } from 'n8n-workflow';
import { plural } from '../base/text';
import { forEachConcurrent, SharedFailure } from '../fetch/concurrency';
import { nodeOf } from '../input/node';
import { readItems, type Readers, type Values } from '../input/parameters';
import { apiError, withData } from '../run/messages';
import { reportRun } from '../run/report';
import { inputErrors } from '../run/itemErrors';
import { itemsInPlace } from '../run/items';
import type { Run } from '../run/run';
import type { ApiRequest } from '../transport/client';
import { mayBeExecuted } from '../transport/outcome';
import { callWithRetry } from '../transport/retry';
import type { Operation } from './operation';
import { WRITE_OPTIONS } from './properties';
import { type Resolve, resolveAll } from './resolve';

/** An operation that makes one call for each input item. */
interface PerItem<R extends Readers, O extends Readers, Answer, V>
	extends Omit<Operation, 'execute'> {
	/** The readers of the parameters, by their names. */
	parameters: R;
	/** The readers of the operation's own options. */
	options?: O;
	/** Turns the values into those for the request, if that takes the account or the workflow. */
	resolve?: Resolve<Values<R & O>, V>;
	request(values: V): ApiRequest;
	/** Reads a response; undefined if it is not a response of this call. */
	read(body: unknown): Answer | undefined;
	/** Set by an operation that writes. Its options are `writeOptions`, and its items include the input fields. */
	writes?: true;
	/** Whether it is harmless to make the call twice. */
	isRepeatable: boolean | ((values: V) => boolean);
	/** The output item. */
	item(answer: Answer, values: V): IDataObject;
	/** The words for the receipt, such as `note` and `created`. */
	unit: string;
	done: string;
}

/**
 * Makes the operation. It reads the parameters of all items, makes their calls, several at once, and
 * returns one item for each. Before the first of these calls, it reports input that cannot be used. It
 * follows On Error, and repeats a call that may have been executed only if that is harmless.
 */
export function perItem<
	R extends Readers,
	Answer,
	O extends Readers = object & Readers,
	V = Values<R & O>,
>(spec: PerItem<R, O, Answer, V>): Operation {
	const { value, name, action, description, properties } = spec;
	const execute = async (run: Run) => await runPerItem(run, spec);
	return { value, name, action, description, properties, execute };
}

async function runPerItem<R extends Readers, O extends Readers, Answer, V>(
	run: Run,
	spec: PerItem<R, O, Answer, V>,
): Promise<INodeExecutionData[]> {
	const { context } = run;
	if (spec.writes) run.writes();
	const options = spec.writes ? { ...spec.options, ...WRITE_OPTIONS } : spec.options;
	const jobs = readItems(context, spec.parameters, options as O | undefined);
	if (jobs.length === 0) return [];
	const errors = inputErrors(run, jobs);

	const client = await run.open(jobs[0].maxWaitMs, 'items');
	const beganAt = client.clock.now();
	const readable = jobs.filter(({ fault }) => !fault);
	const resolved = await resolveAll(context, client, readable, spec.resolve);
	errors.push(...inputErrors(run, resolved));
	const items = new Map(errors.map(({ item, error }) => [item, run.errorItem(item, error)]));
	// Whether an endpoint exists and the keys may use it says nothing about others.
	const endpoints = new Map<string, SharedFailure>();
	let failed: { item: number; error: NodeError } | undefined;
	let done = 0;
	let mustNotRepeat = false;
	const usable = resolved.filter(({ fault }) => !fault);
	await forEachConcurrent(usable, client, async ({ item, values, maxWaitMs }) => {
		const mayRepeat =
			typeof spec.isRepeatable === 'function' ? spec.isRepeatable(values) : spec.isRepeatable;
		const request = spec.request(values);
		const [endpoint] = request.path.split('?');
		const shared = endpoints.get(endpoint) ?? new SharedFailure();
		endpoints.set(endpoint, shared);
		const { answered, failure: known } = shared;
		const outcome =
			known ?? (await callWithRetry(client.with({ maxWaitMs }), request, spec.read, mayRepeat));
		if (outcome.kind === 'ok') {
			shared.onAnswer();
			done++;
			mustNotRepeat ||= !mayRepeat;
			const json = spec.item(outcome.value, values);
			items.set(item, spec.writes ? run.writtenItem(item, json) : { json, pairedItem: { item } });
		} else {
			shared.onFailed(outcome, answered);
			const mayBeDone = !known && !mayRepeat && mayBeExecuted(outcome);
			const error = apiError(nodeOf(context), outcome, 'request', {
				itemIndex: item,
				isRetried: !mayBeDone,
			});
			mustNotRepeat ||= mayBeDone;
			if (mayBeDone) addAdvice(withData(error, outcome, false), MAY_BE_DONE);
			failed ??= { item, error };
			items.set(item, run.errorItem(item, error));
			// Calls in flight may be executed anyway: their results count.
			if (client.stopAtFailure) client.stop('finish');
		}
		client.report(jobs, { known: items.size, all: jobs.length });
	});

	const seconds = (client.clock.now() - beganAt) / 1000;
	// If the node stops, the remaining items have not failed.
	const notDone = items.size - done;
	const receipt = `${plural(done, spec.unit)} ${spec.done}`;
	reportRun(context, client.account, receipt, { seconds, failed: notDone });
	if (failed && client.stopAtFailure) {
		addAdvice(failed.error, `${receipt} before the error.`);
		throw mustNotRepeat ? run.final(failed.error) : failed.error;
	}
	return itemsInPlace(context, items);
}

const MAY_BE_DONE =
	'LeadSquared may have executed the call: check there before you run this item again.';

function addAdvice(error: NodeError, advice: string): void {
	error.description = [error.description, advice].filter(Boolean).join(' ');
}
