import { forEachConcurrent, SharedFailure } from '../../../nodes/LeadSquared/fetch/concurrency';
import type { Failed } from '../../../nodes/LeadSquared/transport/outcome';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const clientFor = (callsAtOnce: number) => ({ callsAtOnce, isStopped: false });

it('elements are taken in their order, as many at once as the client makes calls', async () => {
	const begun: number[] = [];
	let inFlight = 0;
	let most = 0;
	await forEachConcurrent([1, 2, 3, 4, 5], clientFor(2), async (one) => {
		begun.push(one);
		most = Math.max(most, ++inFlight);
		await turn();
		inFlight--;
	});
	expect(begun).toEqual([1, 2, 3, 4, 5]);
	expect(most).toBe(2);
});

it('the first failure is thrown, and nothing more is begun', async () => {
	const begun: number[] = [];
	const work = async (one: number) => {
		begun.push(one);
		await turn();
		if (one === 1) throw new Error('one');
	};
	await expect(forEachConcurrent([1, 2, 3], clientFor(1), work)).rejects.toThrow('one');
	expect(begun).toEqual([1]);
});

it('failures of a client that is stopped are irrelevant', async () => {
	const client = clientFor(1);
	const begun: number[] = [];
	await forEachConcurrent([1, 2], client, async (one) => {
		begun.push(one);
		client.isStopped = true;
		await Promise.reject<never>(new Error('stopped'));
	});
	expect(begun).toEqual([1]);
});

const failure = (kind: Failed['kind']): Failed => ({
	kind,
	fault: { from: 'network', message: 'x' },
});

it.each<[Failed['kind'], boolean]>([
	['unauthorized', true],
	['unreachable', true],
	['quotaUsedUp', true],
	['transient', false],
	['rateLimited', false],
	['invalidRequest', false],
	['notFound', false],
	['tooLarge', false],
])('every call would meet the same failure: %s, %s', (kind, isShared) => {
	const shared = new SharedFailure();
	shared.onFailed(failure(kind), shared.answered);
	expect(shared.failure !== undefined).toBe(isShared);
});

it('a call that fails while others are answered fails alone', () => {
	const shared = new SharedFailure();
	const before = shared.answered;
	shared.onAnswer();
	shared.onFailed(failure('transient'), before);
	expect(shared.failure).toBeUndefined();
});

it.each<Failed['kind']>(['transient', 'rateLimited'])(
	'the third call in a row without an answer stands for all: %s',
	(kind) => {
		const shared = new SharedFailure();
		const fail = () => {
			shared.onFailed(failure(kind), shared.answered);
			return shared.failure !== undefined;
		};
		expect([fail(), fail()]).toEqual([false, false]);
		shared.onFailed(failure('notFound'), shared.answered);
		expect([fail(), fail(), fail()]).toEqual([false, false, true]);
	},
);

it('keys that were accepted once are right', () => {
	const shared = new SharedFailure();
	shared.onAnswer();
	shared.onFailed(failure('unauthorized'), shared.answered);
	expect(shared.failure).toBeUndefined();
});
