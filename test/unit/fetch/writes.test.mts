import { createOrUpdate } from '../../../nodes/LeadSquared/api/leadWrites';
import type { RowResult } from '../../../nodes/LeadSquared/api/rowResults';
import { type Batch, type Row, Writes } from '../../../nodes/LeadSquared/fetch/writes';
import type { Failed, Outcome } from '../../../nodes/LeadSquared/transport/outcome';

const rowsOf = (count: number): Row[] =>
	Array.from({ length: count }, (_, item) => ({
		item,
		keys: [`${item}`],
		searchBy: 'EmailAddress',
		values: new Map([['EmailAddress', `${item}@example.com`]]),
		triggersAutomations: false,
	}));
const failure = (more: Partial<Failed> = {}): Failed => ({
	kind: 'transient',
	fault: { from: 'leadSquared', message: 'Later' },
	...more,
});

/** Writes rows, one batch at a time; answers come after a second. */
function run(count: number, answer: (batch: Batch) => Outcome<RowResult[]>, maxWaitMs = 300_000) {
	const writes = new Writes(rowsOf(count), {
		call: createOrUpdate,
		maxWaitMs,
		stopAtFailure: false,
	});
	let [now, calls] = [0, 0];
	while (!writes.isDone) {
		const step = writes.next(now);
		if ('ask' in step) {
			calls++;
			now += 1000;
			writes.handle(step.ask, answer(step.ask), now);
		} else now = Math.max(now + 1, step.waitUntil);
	}
	const kinds = [...writes.results.values()].map(({ kind }) => kind);
	return { kinds, calls, now, failure: writes.failure };
}

it('ends after Max Wait of nothing but errors, and not after that time for each batch', () => {
	const { kinds, now, failure: ending } = run(100, () => failure());
	expect(kinds).toHaveLength(100);
	expect(new Set(kinds)).toEqual(new Set(['notKnown', 'failed']));
	expect(ending?.kind).toBe('transient');
	expect(now).toBeLessThan(340_000);
});

it('with a Max Wait of 0, each row has its one try', () => {
	const { kinds, calls } = run(100, () => failure(), 0);
	expect(kinds).toEqual(Array(100).fill('notKnown'));
	expect(calls).toBe(4);
});

it('an answer that is not understood, identical for the third time, ends it if nothing else came', () => {
	const { kinds, calls } = run(100, () => failure({ notUnderstood: true, isRepeated: true }));
	expect(calls).toBe(1);
	expect(kinds.filter((kind) => kind === 'notKnown')).toHaveLength(25);
	expect(kinds.filter((kind) => kind === 'failed')).toHaveLength(75);
});

it('rows may be written if the host was given up while it was silent', () => {
	const silent = failure({ kind: 'unreachable', wasTransient: true });
	const { kinds } = run(100, () => silent);
	expect(kinds.filter((kind) => kind === 'notKnown')).toHaveLength(25);
	expect(kinds.filter((kind) => kind === 'failed')).toHaveLength(75);
	expect(new Set(run(100, () => failure({ kind: 'unreachable' })).kinds)).toEqual(
		new Set(['failed']),
	);
});
