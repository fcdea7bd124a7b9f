/** As many leads in a call as the account takes, found out in the run, and no second lost. */
import type { Faults, SandboxOptions } from '../../dev/sandbox/server.mts';
import { LEADS } from '../sizes.mts';
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

/** A run whose calls ask 1,000 each, as a measure. */
async function usual(count: number, faults: Partial<Faults>, columns = ONE_COLUMN) {
	await open(faults);
	const options = { leadsPerRequest: 1000 };
	const result = await run(count, { columns, options });
	await open(faults);
	return result;
}

const pause = async () => await account.time.run(account.time.clock.sleep(70_000));

describe('an account that takes more', () => {
	it('10,000: 100,000 ids take some ten calls and one burst, and a second run needs no trial', async () => {
		await open({}, { leads: 100_000 });
		const [first, , second] = [await run(100_000), await pause(), await run(100_000)];
		for (const { calls, refused, elapsedMs } of [first, second]) {
			expect(calls).toBeLessThanOrEqual(13);
			expect(refused).toBe(0);
			expect(elapsedMs).toBeLessThan(2500);
		}
		const { requests } = account.sandbox.stats;
		expect(requests[0]).toMatchObject({ ids: 10_000, pageSize: 10_000 });
		// The first call is awaited in the first run, and not in the second.
		const [a, b] = requests.slice(first.calls);
		expect(requests[1].at - requests[0].at).toBeGreaterThan(299);
		expect(b.at - a.at).toBeLessThan(50);
	});

	it.each<[string, Partial<Faults>, number]>([
		['5,000, larger pages cut without a word', { pageCap: 5000 }, 12],
		['5,000, larger pages refused', { pageCap: 5000, pageCapStyle: 'error' }, 13],
		['5,000, in other words', { pageCap: 5000, pageCapStyle: 'error-larger' }, 13],
		['3,000, the others not read', { idCap: 3000, idCapStyle: 'silent' }, 22],
	])('%s', async (_, faults, most) => {
		await open(faults);
		const { calls, elapsedMs } = await run(60_000);
		expect(calls).toBeLessThanOrEqual(most);
		expect(elapsedMs).toBeLessThan(2000);
	});

	it('is asked 1,000 at a time all the same, where that is set', async () => {
		await open({});
		await run(60_000, { options: { leadsPerRequest: 1000 } });
		await pause();
		await run(60_000);
		expect(account.sandbox.stats.requests.slice(0, 60).map(({ ids }) => ids)).toEqual(
			Array(60).fill(1000),
		);
		expect(account.sandbox.stats.requests[60].ids).toBeGreaterThan(1000);
	});

	it('and then takes no more: what is remembered is forgotten', async () => {
		const { faults } = await open({});
		await run(60_000);
		faults.pageCap = 1000;
		await pause();
		const { calls } = await run(60_000);
		expect(calls).toBeLessThan(75);
		await pause();
		expect((await run(60_000)).calls).toBe(60);
		await pause();
		expect((await run(60_000)).calls).toBe(60);
	});
});

describe('an account that takes no more', () => {
	it.each<[string, Partial<Faults>, number]>([
		['larger pages cut without a word', { pageCap: 1000 }, 0],
		['larger pages refused', { pageCap: 1000, pageCapStyle: 'error' }, 1],
		['in other words', { pageCap: 1000, pageCapStyle: 'error-larger' }, 1],
		['more ids refused, without a number', { idCap: 1000, idCapStyle: 'error' }, 1],
		['larger pages end in a server error', { heavy: { above: 1000, how: '500' } }, 1],
		['larger pages are cut off', { heavy: { above: 1000, how: 'reset' } }, 1],
	])('%s: a call more at most, and none in the next run', async (_, faults, more) => {
		for (const count of LEADS.withoutLargerPages) {
			const measure = await usual(count, faults);
			const first = await run(count);
			expect(first.calls).toBeLessThanOrEqual(measure.calls + more);
			expect(first.refused).toBe(0);
			expect(first.elapsedMs).toBeLessThan(measure.elapsedMs + 600);
			await pause();
			const second = await run(count);
			expect(second.calls).toBe(measure.calls);
			expect(second.elapsedMs).toBeLessThan(measure.elapsedMs + 50);
		}
	});

	it('a trial that is refused costs a window where the calls fill all windows, once', async () => {
		const faults: Partial<Faults> = { pageCap: 1000, pageCapStyle: 'error' };
		const measure = await usual(50_000, faults);
		const first = await run(50_000);
		expect(first.calls).toBe(measure.calls + 1);
		expect(first.elapsedMs).toBeLessThan(measure.elapsedMs + WINDOW_MS + 600);
	});
});

describe('a server that takes longer for more never costs more than a tenth', () => {
	it.each<[string, Partial<Faults>, string[]]>([
		['0.4 ms for each lead and 100 columns', { valueMs: 0.004 }, MANY_COLUMNS],
		['0.08 ms for each lead', { valueMs: 0.04 }, ONE_COLUMN],
		['2 ms for each lead', { valueMs: 1 }, ONE_COLUMN],
		['no answer above 3,000', { heavy: { above: 3000, how: 'timeout' } }, ONE_COLUMN],
		['504 above 3,000', { heavy: { above: 3000, how: '504' } }, ONE_COLUMN],
		['half an answer above 3,000', { heavy: { above: 3000, how: 'stall' } }, ONE_COLUMN],
	])(
		'%s',
		async (_, faults, columns) => {
			for (const count of LEADS.withSlowPages) {
				const measure = await usual(count, faults, columns);
				for (const parameters of [0, 1].map(() => (columns ? { columns } : {}))) {
					const { elapsedMs, refused } = await run(count, parameters);
					expect(elapsedMs).toBeLessThanOrEqual(1.1 * measure.elapsedMs);
					expect(refused).toBe(0);
					await pause();
				}
			}
		},
		60_000,
	);

	it('a trial without an answer holds no run up, and leaves nothing behind', async () => {
		await open({ heavy: { above: 1000, how: 'timeout' } });
		const { elapsedMs } = await run(26_000);
		expect(elapsedMs).toBeLessThan(6000);
		expect(account.time.timers()).toBe(0);
	});
});

describe('what else may be wrong with the first call of a run', () => {
	it('a misspelled column is told, and costs a call', async () => {
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
		['a server that is out for a while', { firstCallsFail: 8, outageKind: '503' }],
		['leads without an id', { idColumn: 'none' }],
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
		expect(items).toHaveLength(ids.length);
		expect(numbers).toHaveLength(ids.length);
	});
});
