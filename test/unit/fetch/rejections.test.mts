import { FRESH, type Chunk } from '../../../nodes/LeadSquared/fetch/pending';
import {
	type Consequence,
	Diagnosis,
	nextQuestion,
} from '../../../nodes/LeadSquared/fetch/rejections';
import type { Failed } from '../../../nodes/LeadSquared/transport/outcome';

const rejection: Failed = {
	kind: 'invalidRequest',
	fault: { from: 'leadSquared', message: 'No good' },
};
const chunkOf = (ids: string[]): Chunk => ({ ids, why: FRESH });
const several = { chunk: chunkOf(['a', 'b']), wasAlone: false };
const alone = { chunk: chunkOf(['a']), wasAlone: true };

describe('the next question', () => {
	const unknown = { columnsAccepted: false, idColumnAccepted: false, lastIdAsked: false };
	const idColumn = { ...unknown, idColumnAccepted: true };

	it.each([
		['nothing was accepted', unknown, [several], { ask: 'lastIdAlone', of: 0 }],
		['nothing was accepted', unknown, [alone, several], { ask: 'lastIdAlone', of: 1 }],
		['another id was no better', { ...unknown, lastIdAsked: true }, [several], 'requestIsAtFault'],
		['nothing was accepted, of one id', unknown, [alone], 'requestIsAtFault'],
		[
			'an unknown id is accepted without columns',
			idColumn,
			[several, alone],
			{ ask: 'idColumnOnly', of: 1 },
		],
		['an unknown id is accepted without columns', idColumn, [several], 'isolate'],
	])('if %s', (_, facts, waiting, question) => {
		expect(nextQuestion(facts, waiting)).toEqual(question);
	});
});

/** Runs a diagnosis against a server; `accepts` says what it accepts. */
function diagnose(ids: string[], accepts: (chunk: Chunk) => boolean) {
	const diagnosis = new Diagnosis();
	const queue: Chunk[] = [chunkOf(ids)];
	const failed: string[] = [];
	let calls = 0;
	const follow = (step: Consequence) => {
		queue.unshift(...(step.ask ?? []));
		failed.push(...(step.failed?.ids ?? []));
	};
	while (!diagnosis.verdict) {
		const chunk = queue.shift();
		if (chunk) {
			if (++calls > 500) throw new Error('It never ends');
			follow(accepts(chunk) ? diagnosis.onAccepted(chunk) : diagnosis.onRejected(chunk, rejection));
		} else if (diagnosis.isPending) follow(diagnosis.inquire());
		else break;
	}
	return { verdict: diagnosis.verdict?.scope, failed: failed.sort(), calls };
}

const IDS = Array.from({ length: 64 }, (_, at) => `id ${at}`);

it.each([0, 1, 31, 63])('one id at fault, at place %i, is found', (place) => {
	const { failed, verdict, calls } = diagnose(IDS, ({ ids }) => !ids.includes(IDS[place]));
	expect([failed, verdict]).toEqual([[IDS[place]], undefined]);
	expect(calls).toBeLessThan(20);
});

it.each([1, 2, 3, 64])('each of %i ids is at fault, if each is', (count) => {
	const ids = IDS.slice(0, count);
	const { failed, verdict } = diagnose(ids, (chunk) => !chunk.ids.some((id) => ids.includes(id)));
	expect([failed, verdict]).toEqual([[...ids].sort(), undefined]);
});

it.each([1, 2, 64])(
	'the columns are at fault with %i ids, if nothing is accepted with them',
	(count) => {
		const { verdict, calls } = diagnose(IDS.slice(0, count), ({ why }) => why.kind === 'probe');
		expect(verdict).toBe('columns');
		expect(calls).toBeLessThanOrEqual(4);
	},
);

it.each([1, 2, 64])(
	'the request is at fault with %i ids, if nothing at all is accepted',
	(count) => {
		const { verdict, calls } = diagnose(IDS.slice(0, count), () => false);
		expect(verdict).toBe('request');
		expect(calls).toBeLessThanOrEqual(4);
	},
);

describe('a server that also rejects ids that no lead has', () => {
	const knows = ({ ids }: Chunk) => ids.every((id) => IDS.includes(id));

	it.each([0, 1, 31, 63])('does not hide the id at fault, at place %i', (place) => {
		const { failed, verdict, calls } = diagnose(
			IDS,
			(chunk) => knows(chunk) && !chunk.ids.includes(IDS[place]),
		);
		expect([failed, verdict]).toEqual([[IDS[place]], undefined]);
		expect(calls).toBeLessThan(20);
	});

	it.each([1, 2, 64])(
		'lets the request be at fault, since nothing it was asked was accepted: %i ids',
		(count) => {
			const withColumns = ({ why }: Chunk) => why.kind !== 'probe';
			const { failed, verdict, calls } = diagnose(
				IDS.slice(0, count),
				(chunk) => knows(chunk) && !withColumns(chunk),
			);
			expect([failed, verdict]).toEqual([[], 'request']);
			expect(calls).toBeLessThanOrEqual(4);
		},
	);
});

describe('chunks that are rejected meanwhile', () => {
	/** Rejects chunks one after the other, before any question is answered. */
	function rejected(...chunks: string[][]) {
		const diagnosis = new Diagnosis();
		const asked = chunks.flatMap((ids) => diagnosis.onRejected(chunkOf(ids), rejection).ask ?? []);
		return { diagnosis, asked };
	}

	it('wait for the answers to the questions of the first one', () => {
		const { diagnosis, asked } = rejected(['a', 'b'], ['c', 'd'], ['e']);
		expect(asked.filter(({ why }) => why.kind !== 'probe').map(({ ids }) => ids)).toEqual([['a']]);
		expect(diagnosis.isPending).toBe(true);
		expect(diagnosis.takeAll().map(({ ids }) => ids)).toEqual([['b'], ['c', 'd'], ['e']]);
		expect(diagnosis.isPending).toBe(false);
	});

	it('are split once a request with the columns is accepted', () => {
		const { diagnosis } = rejected(['a', 'b'], ['c', 'd'], ['e']);
		const { ask, failed } = diagnosis.onAccepted(chunkOf(['a']));
		expect(ask!.map(({ ids }) => ids).sort()).toEqual([['b'], ['c'], ['d']]);
		expect(failed).toEqual({ ids: ['e'], failure: rejection });
		expect(diagnosis.isPending).toBe(false);
	});

	it('are all requested again if a verdict turns out to be wrong', () => {
		const { diagnosis } = rejected(['a']);
		diagnosis.inquire();
		expect(diagnosis.verdict?.scope).toBe('request');
		diagnosis.onAccepted(chunkOf(['z']));
		expect(diagnosis.verdict).toBeUndefined();
	});
});

it('an id that is rejected with and without the columns is at fault on its own, and clears them', () => {
	const diagnosis = new Diagnosis();
	const { ask } = diagnosis.onRejected(chunkOf(['a']), rejection);
	diagnosis.onAccepted(ask![0]);
	const question = diagnosis.inquire().ask![0];
	expect(question).toMatchObject({ ids: ['a'], why: { of: 'rejectedId' } });
	expect(diagnosis.onRejected(question, rejection).failed!.ids).toEqual(['a']);
	expect(diagnosis.verdict).toBeUndefined();
	// From now on, chunks with several ids are simply split.
	const next = diagnosis.onRejected(chunkOf(['b', 'c']), rejection);
	expect(next.ask!.map(({ ids }) => ids)).toEqual([['b'], ['c']]);
});
