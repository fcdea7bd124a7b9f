import { inTurn, Failing } from '../../../nodes/LeadSquared/fetch/concurrency';
import type { Failed } from '../../../nodes/LeadSquared/transport/outcome';

const never = () => false;
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

it('elements are taken in their order, so many at once', async () => {
	const begun: number[] = [];
	let underWay = 0;
	let most = 0;
	await inTurn([1, 2, 3, 4, 5], { atOnce: 2, isOver: never }, async (one) => {
		begun.push(one);
		most = Math.max(most, ++underWay);
		await turn();
		underWay--;
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
	await expect(inTurn([1, 2, 3], { atOnce: 1, isOver: never }, work)).rejects.toThrow('one');
	expect(begun).toEqual([1]);
});

it('once it is over, failures are of no matter', async () => {
	let isOver = false;
	const work = async () => {
		isOver = true;
		throw new Error('stopped');
	};
	await inTurn([1, 2], { atOnce: 1, isOver: () => isOver }, work);
	expect(isOver).toBe(true);
});

const failure = (kind: Failed['kind']): Failed => ({
	kind,
	fault: { from: 'network', message: 'x' },
});

it.each<[Failed['kind'], boolean]>([
	['unauthorized', true],
	['unreachable', true],
	['quotaUsedUp', true],
	['transient', true],
	['invalidRequest', false],
	['notFound', false],
	['tooLarge', false],
])('what every call would come to: %s', (kind, isEverywhere) => {
	const failing = new Failing();
	failing.onFailed(failure(kind), failing.answered);
	expect(failing.everywhere !== undefined).toBe(isEverywhere);
});

it('a call that fails while others are answered fails by itself', () => {
	const failing = new Failing();
	const before = failing.answered;
	failing.onAnswer();
	failing.onFailed(failure('transient'), before);
	expect(failing.everywhere).toBeUndefined();
});
