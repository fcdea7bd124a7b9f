import { type Growth, LargerPages } from '../../../nodes/LeadSquared/fetch/largerPages';
import { type Chunk, type LeadsRequest, newChunk } from '../../../nodes/LeadSquared/fetch/types';
import type { Failed } from '../../../nodes/LeadSquared/transport/outcome';

const LIMIT = { calls: 25, seconds: 5 };
const range = (count: number) => Array.from({ length: count }, (_, at) => `${at}`);
const trialOf = (count: number): LeadsRequest => ({
	ids: range(count),
	columns: ['ProspectID'],
	pageSize: count,
	page: 1,
});
const costOf = (leads: number, msPerLead: number, charactersPerLead = 500) => ({
	ms: msPerLead * leads,
	characters: charactersPerLead * leads,
});
const failed = (more: Partial<Failed> = {}): Failed => ({
	kind: 'tooLarge',
	fault: { from: 'leadSquared', message: 'No' },
	...more,
});

type Memory = Growth['memory'];

function pagesFor(
	ids: number,
	{ memory = {}, limits = [LIMIT], columns = 10, most = 10_000 } = {} as Partial<Growth> & {
		columns?: number;
	},
) {
	const larger = new LargerPages(1000, { most, limits, memory }, { ids, columns });
	return { larger, memory };
}

/** How many ids the first trial of a job asks; 0 for none. */
const firstTrial = (ids: number, options: Parameters<typeof pagesFor>[1] = {}) =>
	pagesFor(ids, options).larger.trialOf(newChunk(range(ids)));

/** Larger pages after a trial that was sent at 0. */
function afterTrial(ids: number, options: Parameters<typeof pagesFor>[1] = {}) {
	const { larger, memory } = pagesFor(ids, options);
	const trial = trialOf(larger.trialOf(newChunk(range(ids))));
	larger.onTrialSent(trial, 0);
	return { larger, memory, trial };
}

describe('a trial', () => {
	it.each([
		[1, 0],
		[25_000, 0],
		[25_001, 5000],
		[30_500, 6000],
		[49_999, 9000],
		[50_000, 10_000],
		[1_000_000, 10_000],
	])('of %i ids asks %i', (ids, expected) => {
		expect(firstTrial(ids)).toBe(expected);
	});

	it('asks no more than an answer may hold: columns count', () => {
		const trials = [10, 20, 50, 66, 67, 400].map((columns) => firstTrial(100_000, { columns }));
		expect(trials).toEqual([10_000, 6000, 2000, 2000, 0, 0]);
	});

	it('is made where any of several limits makes the run wait', () => {
		const slow = { calls: 30, seconds: 60 };
		expect(firstTrial(28_000, { limits: [{ calls: 40, seconds: 5 }] })).toBe(0);
		expect(firstTrial(31_000, { limits: [{ calls: 40, seconds: 5 }, slow] })).toBe(6000);
	});

	it('is not made where calls are to be of one size', () => {
		const larger = new LargerPages(1000, undefined, { ids: 100_000, columns: 10 });
		expect(larger.trialOf(newChunk(range(100_000)))).toBe(0);
		expect(larger.sizeFor(100_000)).toBe(1000);
		expect(larger.isLarger(newChunk(range(5000)))).toBe(false);
	});

	it.each<[string, Partial<Chunk>]>([
		['have failed', { faults: 1 }],
		['were left out', { timesLeftOut: 1 }],
		['belong to one input item', { item: 2 }],
	])('is not made of ids that %s', (_, more) => {
		const { larger } = pagesFor(100_000);
		expect(larger.trialOf({ ...newChunk(range(50_000)), ...more })).toBe(0);
		expect(larger.trialOf(newChunk(range(9999)))).toBe(0);
		expect(larger.trialOf(newChunk(range(10_000)))).toBe(10_000);
	});

	it('is waited for as long as a tenth of the time that slots take, and no second one meanwhile', () => {
		for (const [ids, ms] of [
			[26_000, 500],
			[51_000, 1000],
			[100_000, 1500],
		]) {
			const { larger } = afterTrial(ids);
			expect(larger.awaitedUntil).toBe(ms);
			expect(larger.trialOf(newChunk(range(50_000)))).toBe(0);
			larger.onTime(ms - 1);
			expect(larger.awaitedUntil).toBe(ms);
			larger.onTime(ms);
			expect(larger.awaitedUntil).toBeUndefined();
		}
	});
});

describe('what a trial brought', () => {
	it('is what a page holds, and is remembered', () => {
		const { larger, memory, trial } = afterTrial(100_000);
		larger.onTrialBrought(trial, 10_000, costOf(10_000, 0.02), 500);
		expect(larger.awaitedUntil).toBeUndefined();
		expect(memory.pages).toEqual({
			leads: 10_000,
			tried: 10_000,
			perLead: { columns: 10, ms: 0.02, characters: 500 },
		});
		expect(larger.sizeFor(90_000)).toBeGreaterThan(8000);
		const later = pagesFor(100_000, { memory }).larger;
		expect(later.trialOf(newChunk(range(100_000)))).toBe(0);
		expect(later.sizeFor(100_000)).toBeGreaterThan(8000);
	});

	it.each([
		[1000, 1000],
		[5000, 5000],
		[9990, 9990],
	])('may be %i of 10,000: then calls ask %i at most, and it is not tried again', (leads, most) => {
		const { larger, memory, trial } = afterTrial(100_000);
		larger.onTrialBrought(trial, leads, costOf(leads, 0.02), 500);
		expect(larger.sizeFor(90_000)).toBeLessThanOrEqual(most);
		expect(larger.sizeFor(90_000)).toBeGreaterThan(0.8 * most);
		expect(firstTrial(200_000, { memory })).toBe(0);
	});

	it('says nothing if it is less than usual: the ids may be wrong', () => {
		const { larger, memory, trial } = afterTrial(100_000);
		larger.onTrialBrought(trial, 400, costOf(400, 0.05), 500);
		expect(memory.pages).toBeUndefined();
		expect(larger.sizeFor(90_000)).toBe(1000);
	});

	it('leaves room for a larger one where the job is much larger', () => {
		const { memory, larger, trial } = afterTrial(26_000);
		larger.onTrialBrought(trial, 5000, costOf(5000, 0.05), 300);
		expect(firstTrial(26_000, { memory })).toBe(0);
		expect(firstTrial(100_000, { memory })).toBe(10_000);
	});

	it('is not lowered by a smaller one later', () => {
		const memory: Memory = { pages: { leads: 6000, tried: 6000 } };
		const { larger } = pagesFor(100_000, { memory });
		larger.onTrialBrought(trialOf(10_000), 5000, costOf(5000, 0.05), 300);
		expect(memory.pages).toMatchObject({ leads: 6000 });
	});
});

describe('how many ids calls ask', () => {
	const known = (leads: number, ms: number, more: object = {}): Memory => ({
		pages: {
			leads,
			tried: leads,
			perLead: { columns: 10, ms, characters: 500, ...more },
		},
	});
	const sizeFor = (ids: number, memory: Memory, columns = 10) =>
		pagesFor(ids, { memory, columns }).larger.sizeFor(ids);

	it.each([0, 1, 1000])('it is the usual size for %i ids', (ids) => {
		expect(sizeFor(ids, known(10_000, 0.02))).toBe(1000);
	});

	it('a job that fits one burst takes no longer for it', () => {
		for (const ids of [1000, 10_000, 25_000]) {
			expect(sizeFor(ids, known(10_000, 0.5))).toBeLessThan(1500);
		}
	});

	it('quick pages are as large as they may be; slow ones come side by side', () => {
		const sizes = [0.005, 0.02, 0.1, 0.3, 1, 3].map((ms) => sizeFor(100_000, known(10_000, ms)));
		expect(sizes[0]).toBe(10_000);
		expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
		expect(sizes.at(-1)).toBeLessThan(3400);
		expect(sizes.every((size) => size >= 1000)).toBe(true);
	});

	it('answers stay below 8 MB and 10 s, whatever is known', () => {
		expect(sizeFor(1_000_000, known(10_000, 0.02, { characters: 4000 }))).toBeLessThanOrEqual(2000);
		expect(sizeFor(1_000_000, known(10_000, 2))).toBeLessThanOrEqual(5000);
	});

	it('more columns than those known cost as much more', () => {
		expect(sizeFor(100_000, known(10_000, 0.02), 20)).toBeLessThanOrEqual(8000);
		expect(sizeFor(100_000, known(10_000, 0.02), 50)).toBeLessThanOrEqual(3200);
		expect(sizeFor(100_000, known(10_000, 0.005), 5)).toBe(10_000);
	});

	it('it is the usual size where a page holds no more, or nothing is known of its cost', () => {
		expect(sizeFor(100_000, known(1000, 0.02))).toBe(1000);
		expect(sizeFor(100_000, { pages: { leads: 10_000, tried: 10_000 } })).toBe(1000);
	});

	it('calls under way ask no more than three quarters of a burst of usual ones', () => {
		expect(pagesFor(100_000).larger.mostUnderWay).toBe(18_750);
	});
});

describe('a trial that comes to nothing', () => {
	it('is not made again, not in later runs either', () => {
		const { larger, memory, trial } = afterTrial(100_000);
		larger.onTrialFailed(trial, failed(), 300);
		expect(larger.awaitedUntil).toBeUndefined();
		expect(larger.trialOf(newChunk(range(90_000)))).toBe(0);
		expect(memory.pages).toEqual({ leads: 1000, tried: 10_000 });
		expect(firstTrial(500_000, { memory })).toBe(0);
	});

	it('says nothing of its size if a usual call fails as well', () => {
		const { larger, memory, trial } = afterTrial(100_000);
		larger.onTrialFailed(trial, failed({ kind: 'transient' }), 300);
		larger.onUsualFailed();
		expect(memory.pages).toBeUndefined();
		expect(larger.trialOf(newChunk(range(90_000)))).toBe(0);
	});

	it('is followed by one of the size that it was told', () => {
		const { larger, trial } = afterTrial(100_000);
		larger.onTrialFailed(trial, failed({ cap: 5000 }), 300);
		const next = trialOf(larger.trialOf(newChunk(range(90_000))));
		expect(next.ids).toHaveLength(5000);
		larger.onTrialSent(next, 300);
		expect(larger.awaitedUntil).toBe(1800);
	});

	it.each([1, 999, 1000, 1999, 10_000, 99_999])('but not if that is %i', (cap) => {
		const { larger, trial } = afterTrial(100_000);
		larger.onTrialFailed(trial, failed({ cap }), 300);
		expect(larger.trialOf(newChunk(range(90_000)))).toBe(0);
	});

	it.each<[string, (larger: LargerPages, trial: LeadsRequest) => void]>([
		['late', (larger) => larger.onTime(1500)],
		[
			'timed out',
			(larger, trial) =>
				larger.onTrialFailed(trial, failed({ kind: 'transient', timedOut: true }), 1500),
		],
	])('for being %s is followed by a smaller one, which is not waited for', (_, fail) => {
		const { larger, memory, trial } = afterTrial(100_000);
		fail(larger, trial);
		expect(memory.pages).toEqual({ leads: 1000, tried: 10_000 });
		const next = trialOf(larger.trialOf(newChunk(range(90_000))));
		expect(next.ids).toHaveLength(2000);
		larger.onTrialSent(next, 1500);
		expect(larger.awaitedUntil).toBe(1500);
		larger.onTrialBrought(next, 2000, costOf(2000, 0.1), 1800);
		expect(memory.pages).toMatchObject({ leads: 2000, tried: 10_000 });
		// The first one may still come, and bring more.
		larger.onTrialBrought(trial, 10_000, costOf(10_000, 0.4), 4000);
		expect(memory.pages).toMatchObject({ leads: 10_000, tried: 10_000 });
	});

	it('teaches nothing more once it is late', () => {
		const { larger, memory, trial } = afterTrial(100_000);
		larger.onTime(1500);
		larger.onTrialSent(trialOf(2000), 1500);
		larger.onTrialFailed(trial, failed({ cap: 5000 }), 2000);
		larger.onUsualFailed();
		expect(memory.pages).toEqual({ leads: 1000, tried: 10_000 });
	});

	it('for something else is made once more', () => {
		const { larger, memory, trial } = afterTrial(100_000);
		larger.onTrialUndecided(trial);
		expect(larger.awaitedUntil).toBeUndefined();
		expect(larger.trialOf(newChunk(range(90_000)))).toBe(10_000);
		expect(memory.pages).toBeUndefined();
	});
});

it('what is remembered is forgotten when it proves wrong', () => {
	const memory: Memory = { pages: { leads: 10_000, tried: 10_000 } };
	pagesFor(100_000, { memory }).larger.onWrong();
	expect(memory.pages).toBeUndefined();
	expect(firstTrial(100_000, { memory })).toBe(10_000);
});

it('a chunk asks more than usual, unless it is read page by page or asked for a diagnosis', () => {
	const { larger } = pagesFor(100_000);
	const chunk = newChunk(range(1001));
	expect(larger.isLarger(chunk)).toBe(true);
	expect(larger.isLarger(newChunk(range(1000)))).toBe(false);
	expect(larger.isLarger({ ...chunk, diagnosis: 'idColumnOnly' })).toBe(false);
	expect(larger.isLarger({ ...chunk, pages: { next: 2, leads: [], lastContent: '' } })).toBe(false);
});
