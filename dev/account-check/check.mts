import type { Faults } from '../sandbox/faults.mts';
import type { Limit } from '../sandbox/server.mts';
import { notChecked } from './finding.mts';
import type { Finding, Verdict } from './finding.mts';
import { ACCOUNT_QUESTIONS } from './questions/account.mts';
import { ANSWER_QUESTIONS } from './questions/answers.mts';
import { COLUMN_QUESTIONS } from './questions/columns.mts';
import { ID_QUESTIONS } from './questions/ids.mts';
import { OTHER_QUESTIONS } from './questions/otherCalls.mts';
import { PAGE_QUESTIONS } from './questions/pages.mts';
import { COMMON_COLUMNS, MAX_LEADS } from './questions/question.mts';
import type { Context, Question, Throwaway } from './questions/question.mts';
import { AFTERWARDS, KEY_QUESTIONS } from './questions/refusals.mts';
import { WRITE_QUESTIONS } from './questions/writes.mts';
import { Stopped, createTenant } from './tenant.mts';
import type { Clock, NodeModules, Send } from './tenant.mts';

export type { Verdict };

/** A question, and this tenant's answer. */
export interface Row extends Pick<Question, 'name' | 'assumes' | 'otherwise'>, Finding {}

export interface CheckResult {
	rows: Row[];
	/** The switches that make the sandbox do the same, if there are any. */
	faults: Partial<Faults>;
	/** The rate limit that the tenant has named, if it has. */
	limit?: Limit;
	calls: number;
	/** Its duration. */
	ms: number;
	/** The name of the leads that it wrote, if it was allowed to write. */
	created?: string;
	/** Whether the tenant, or the way to it, did not let the check get through. */
	stopped: boolean;
}

export interface CheckOptions {
	send: Send;
	clock: Clock;
	node: NodeModules;
	/** Ids of the tenant's leads, in lower case, each once; if empty, the check looks for some. */
	leadIds: string[];
	/** Ids of leads that were deleted or merged, in the same form; none by default. */
	deletedIds?: string[];
	/** Whether it may write: two leads of its own; false. */
	mayWrite?: boolean;
	/** Called when a question is asked. */
	onQuestion?: (name: string) => void;
}

const QUESTIONS: Question[] = [
	...ACCOUNT_QUESTIONS,
	...COLUMN_QUESTIONS,
	...ANSWER_QUESTIONS,
	...ID_QUESTIONS,
	...PAGE_QUESTIONS,
	...OTHER_QUESTIONS,
	...WRITE_QUESTIONS,
	...KEY_QUESTIONS,
];

/** Makes the calls one after the other, and compares. It never throws because of a tenant's answer. */
export async function checkAccount(options: CheckOptions): Promise<CheckResult> {
	const { send, clock, node, leadIds, deletedIds = [], mayWrite = false, onQuestion } = options;
	const started = clock.now();
	const tenant = createTenant(send, clock, node);
	const context: Context = {
		tenant,
		clock,
		node,
		known: leadIds.slice(0, MAX_LEADS),
		deleted: deletedIds.slice(0, MAX_LEADS),
		leads: [],
		columns: COMMON_COLUMNS,
		sample: [],
		refusesUnknown: false,
		metadata: [],
		...(mayWrite && { throwaway: throwawayOf(started) }),
	};
	const rows: Row[] = [];
	let stopped: string | undefined;
	for (const question of QUESTIONS) {
		let finding: Finding;
		if (stopped !== undefined) finding = notChecked('the check had to stop');
		else {
			try {
				finding = await ask(question, context, onQuestion);
			} catch (error) {
				if (!(error instanceof Stopped)) throw error;
				stopped = error.message;
				finding = notChecked(`stopped: ${stopped}`);
			}
		}
		rows.push(rowOf(question, finding));
	}
	for (const question of AFTERWARDS) rows.push(rowOf(question, await question.run(context)));
	return {
		rows,
		faults: faultsOf(rows),
		limit: tenant.refusals.find(({ limit }) => limit)?.limit,
		calls: tenant.calls,
		ms: clock.now() - started,
		created: context.throwaway?.name,
		stopped: stopped !== undefined,
	};
}

/** Values that no lead has yet: example.com has no mailboxes, and +1-555 no telephones. */
function throwawayOf(now: number): Throwaway {
	const name = `n8n-check-${now}`;
	return {
		name,
		first: `${name}-1@example.com`,
		second: `${name}-2@example.com`,
		phone: `+1-555${String(now).slice(-7)}`,
	};
}

async function ask(
	question: Question,
	context: Context,
	onQuestion?: (name: string) => void,
): Promise<Finding> {
	const { name, needs = 0, run } = question;
	if (context.leads.length < needs) {
		return notChecked(`it takes ${needs} known leads, ${context.leads.length} were found`);
	}
	onQuestion?.(name);
	const before = context.tenant.misread;
	const finding = await run(context);
	if (context.tenant.misread === before || finding.verdict === 'not checked') return finding;
	const did = `${finding.did}, which the node cannot read`;
	return { ...finding, did, verdict: 'differs: please report' };
}

function rowOf({ name, assumes, otherwise }: Question, finding: Finding): Row {
	return { name, assumes, otherwise, ...finding };
}

function faultsOf(rows: Row[]): Partial<Faults> {
	const faults: Partial<Faults> = Object.assign({}, ...rows.map(({ switches }) => switches));
	// Later questions request more leads, and so find a cap less exactly.
	for (const cap of ['pageCap', 'idCap'] as const) {
		const named = rows.flatMap(({ switches }) => switches?.[cap] ?? []);
		if (named.length > 0) faults[cap] = Math.min(...named);
	}
	// If there is a cap, it explains leads that come only when they are requested again.
	if (faults.pageCap !== undefined || faults.idCap !== undefined) delete faults.forgetful;
	return faults;
}
