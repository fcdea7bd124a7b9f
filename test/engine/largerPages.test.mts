/** As many leads in a call as the account takes, found during the run without losing a second. */
import type { Faults, SandboxOptions } from '../../dev/sandbox/server.mts';
import { getByIds, testAccount } from './account.mts';

const account = testAccount();
const MANY_COLUMNS = Array.from({ length: 99 }, (_, at) => `mx_Custom_${at + 1}`);
const ONE_COLUMN = ['FirstName'];
const WINDOW_MS = 5100;

const open = async (faults: Partial<Faults>, more: SandboxOptions = {}) =>
	await account.open({ leads: 60_000, faults, ...more });

/** Runs the node; the calls are those of this run. */
async function run(count: number, parameters: object = {}) {
	const { stats } = account.sandbox;
	const before = { calls: stats.calls, refused: stats.refused };
	const result = await account.run({
		input: [{ id: account.sandbox.ids(count) }],
		parameters: getByIds(parameters),
		// As a schedule runs it: no call for hints.
		mode: 'trigger',
	});
	const { items, elapsedMs } = result;
	expect(items.map(({ json }) => json.ProspectID)).toEqual(account.sandbox.ids(count));
	const calls = stats.calls - before.calls;
	return { ...result, calls, refused: stats.refused - before.refused, elapsedMs };
}

/** The calls of a run with 1,000 in each, and how long it takes, as a measure. */
async function usual(count: number, faults: Partial<Faults>, columns = ONE_COLUMN) {
	await open(faults);
	const { calls, elapsedMs } = await run(count, { columns, options: { leadsPerRequest: 1000 } });
	await open(faults);
	return { calls, elapsedMs };
}
/** That of 26,000 IDs, on an account that is as quick as it is. */
const USUAL = { calls: 26, elapsedMs: 5400 };

const pause = async () => await account.time.run(account.time.clock.sleep(70_000));

describe('an account that takes 10,000', () => {
	it('40,000 IDs take at most 12 calls and 3 s in the first run, and the second needs no trial', async () => {
		await open({});
		const first = await run(40_000);
		await pause();
		const second = await run(40_000);
		for (const { calls, refused, elapsedMs } of [first, second]) {
			expect(calls).toBeLessThanOrEqual(12);
			expect(refused).toBe(0);
			expect(elapsedMs).toBeLessThan(3000);
		}
		// The trial is awaited in the first run, and there is none in the second.
		const { requests } = account.sandbox.stats;
		expect(requests[0]).toMatchObject({ ids: 8000, pageSize: 8000 });
		expect(requests[1].at - requests[0].at).toBeGreaterThan(299);
		const [a, b] = requests.slice(first.calls);
		expect(b.at - a.at).toBeLessThan(50);
	});

	it('100,000 IDs take at most 20 calls and one burst', async () => {
		await open({}, { leads: 100_000 });
		const { calls, elapsedMs } = await run(100_000);
		expect(calls).toBeLessThanOrEqual(20);
		expect(elapsedMs).toBeLessThan(3000);
	});

	it('is still sent 1,000 IDs per call if the user sets that', async () => {
		await open({});
		await run(30_000, { options: { leadsPerRequest: 1000 } });
		expect(account.sandbox.stats.requests.map(({ ids }) => ids)).toEqual(
			Array<number>(30).fill(1000),
		);
	});

	it('and later lowers its limit: the remembered size is corrected', async () => {
		const { faults } = await open({});
		await run(60_000);
		faults.pageCap = 1000;
		await pause();
		expect((await run(60_000)).calls).toBeLessThan(75);
		await pause();
		expect((await run(60_000)).calls).toBe(60);
	});
});

it('26,000 IDs with 1,000 per call are the baseline', async () => {
	expect(await usual(26_000, {})).toEqual(USUAL);
});

describe('an account that takes fewer than the trial requests', () => {
	it.each<[string, Partial<Faults>, number]>([
		['5,000, larger pages cut without notice', { pageCap: 5000 }, 12],
		['5,000, larger pages refused', { pageCap: 5000, pageCapStyle: 'error' }, 13],
		['5,000, in other words', { pageCap: 5000, pageCapStyle: 'error-larger' }, 13],
		['3,000, the others not read', { idCap: 3000, idCapStyle: 'silent' }, 22],
	])('%s', async (_, faults, most) => {
		await open(faults);
		const { calls, elapsedMs } = await run(60_000);
		expect(calls).toBeLessThanOrEqual(most);
		expect(elapsedMs).toBeLessThan(2000);
	});

	it.each<[string, Partial<Faults>, number]>([
		['1,000, larger pages cut without notice', { pageCap: 1000 }, 0],
		['1,000, larger pages refused', { pageCap: 1000, pageCapStyle: 'error' }, 1],
		['1,000, in other words', { pageCap: 1000, pageCapStyle: 'error-larger' }, 1],
		['1,000 IDs, without a number', { idCap: 1000, idCapStyle: 'error' }, 1],
		['1,000, else a server error', { heavy: { above: 1000, how: '500' } }, 1],
		['1,000, else a broken connection', { heavy: { above: 1000, how: 'reset' } }, 1],
	])('%s: at most one call and one latency more', async (_, faults, more) => {
		await open(faults);
		const { calls, refused, elapsedMs } = await run(26_000);
		expect(calls).toBeLessThanOrEqual(USUAL.calls + more);
		expect(refused).toBe(0);
		expect(elapsedMs).toBeLessThan(USUAL.elapsedMs + 350);
	});

	it.each<[string, Partial<Faults>]>([
		['cut', { pageCap: 1000 }],
		['refused', { pageCap: 1000, pageCapStyle: 'error' }],
	])('the second run needs no trial: %s', async (_, faults) => {
		await open(faults);
		await run(26_000);
		await pause();
		const { calls, elapsedMs } = await run(26_000);
		expect(calls).toBe(USUAL.calls);
		expect(elapsedMs).toBeLessThan(USUAL.elapsedMs + 50);
	});

	it('where the calls fill all windows, the call of a refused trial costs one, once', async () => {
		const faults: Partial<Faults> = { pageCap: 1000, pageCapStyle: 'error' };
		const measure = await usual(50_000, faults);
		const first = await run(50_000);
		expect(first.calls).toBe(measure.calls + 1);
		expect(first.elapsedMs).toBeLessThan(measure.elapsedMs + WINDOW_MS + 350);
	});
});

describe('a server that takes longer for more takes at most 1.3 times as long as with pages of 1,000', () => {
	it.each<[string, Partial<Faults>, string[]]>([
		['0.4 ms for each lead and 100 columns', { valueMs: 0.004 }, MANY_COLUMNS],
		['0.4 ms for each lead', { valueMs: 0.2 }, ONE_COLUMN],
		['2 ms for each lead', { valueMs: 1 }, ONE_COLUMN],
		['no answer above 3,000', { heavy: { above: 3000, how: 'timeout' } }, ONE_COLUMN],
		['half an answer above 3,000', { heavy: { above: 3000, how: 'stall' } }, ONE_COLUMN],
	])('%s', async (_, faults, columns) => {
		const measure = await usual(26_000, faults, columns);
		for (const parameters of [{ columns }, { columns }]) {
			const { elapsedMs, refused } = await run(26_000, parameters);
			expect(elapsedMs).toBeLessThanOrEqual(1.3 * measure.elapsedMs);
			expect(refused).toBe(0);
			await pause();
		}
	});

	it('0.2 ms for each lead: a trial that is only just in time', async () => {
		const measure = await usual(60_000, { valueMs: 0.1 });
		const { elapsedMs } = await run(60_000, { columns: ONE_COLUMN });
		expect(elapsedMs).toBeLessThanOrEqual(1.3 * measure.elapsedMs);
	});

	it('a trial without an answer leaves nothing behind', async () => {
		await open({ heavy: { above: 1000, how: 'timeout' } });
		const { elapsedMs } = await run(26_000);
		expect(elapsedMs).toBeLessThan(7000);
		expect(account.time.timers()).toBe(0);
	});
});

describe('other problems with the first call of a run', () => {
	it('a misspelled column is reported, and costs a call', async () => {
		const { stats } = await open({ badColumns: 'refuse' });
		const { hints } = await account.run({
			input: [{ id: account.sandbox.ids(60_000) }],
			parameters: getByIds({ columns: ['FirstName', 'mx_Bogus'] }),
			mode: 'trigger',
		});
		expect(hints.map(({ message }) => message).join()).toContain('mx_Bogus');
		expect(stats.calls).toBeLessThan(10);
	});

	it.each<[string, Partial<Faults>]>([
		['an id that is refused', { poisonEvery: 5000, poisonForm: 400 }],
		['a first call that fails', { firstCallsFail: 1, outageKind: '503' }],
		['a server that is out for a while', { firstCallsFail: 8, outageKind: '503' }],
		['leads without an id', { idColumn: 'none' }],
		['half of the leads gone', { existEvery: 2 }],
		['answers that forget leads', { forgetful: 0.05 }],
	])('%s: nothing is lost, nothing comes twice', async (_, faults) => {
		await open(faults, { leads: 30_000 });
		const ids = account.sandbox.ids(30_000);
		const { items } = await account.run({
			input: [{ id: ids }],
			parameters: getByIds({ columns: ['ProspectAutoId'], options: { notFound: 'include' } }),
			onError: 'continueRegularOutput',
			mode: 'trigger',
		});
		const numbers = items.map(({ json }) => json.ProspectAutoId).filter(Boolean);
		expect(new Set(numbers).size).toBe(numbers.length);
		expect(items).toHaveLength(faults.idColumn === 'none' ? numbers.length : ids.length);
		const isThere = (_id: string, at: number) => {
			if (faults.existEvery) return (at + 1) % faults.existEvery === 0;
			return !faults.poisonEvery || (at + 1) % faults.poisonEvery !== 0;
		};
		expect(numbers).toHaveLength(ids.filter(isThere).length);
	});
});
