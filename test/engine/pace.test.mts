/** K8: as fast as the account allows, and never held up by what has nothing to do with it. */
import type { SandboxOptions } from '../../dev/sandbox/server.mts';
import { getByIds, testAccount } from './account.mts';

const account = testAccount();
const HOUR = 3600_000;

/** Leads from `first` on, in one input item, in calls of 1,000. */
const run = async (
	count: number,
	first = 0,
	{ options = {}, ...parameters }: { options?: object; columns?: string[] } = {},
	changes: Record<string, string> = {},
) =>
	await account.run({
		input: [{ id: account.sandbox.ids(count, first) }],
		parameters: getByIds({ ...parameters, options: { leadsPerRequest: 1000, ...options } }),
		credentials: changes,
	});

/** The least time that `calls` take at 25 in 5 s, if the last one takes `lastMs`. */
const floorMs = (calls: number, lastMs: number) => 5000 * Math.floor((calls - 1) / 25) + lastMs;

const open = async (options: SandboxOptions = {}) =>
	await account.open({ leads: 70_000, ...options });

describe("n8n's clock that is set during a run holds nothing up and gets nothing refused", () => {
	const SET: Array<[string, number]> = [
		['back by an hour', -HOUR],
		['forward by an hour', HOUR],
	];
	const setAfter = async (ms: number, byMs: number) => {
		await account.time.clock.sleep(ms);
		account.time.setWallClock(Date.now() + byMs);
	};

	it.each(SET)('%s, while calls wait for the limit', async (_, byMs) => {
		const { stats } = await open();
		const set = setAfter(2000, byMs);
		const start = account.time.now();
		const { items } = await run(60_000);
		await set;
		expect(items).toHaveLength(60_000);
		expect(stats).toMatchObject({ calls: 60, refused: 0 });
		expect(account.time.now() - start).toBeLessThan(1.08 * floorMs(60, 300));
	});

	it.each(SET)('%s, in a pause between tries', async (_, byMs) => {
		await open({ faults: { firstCallsFail: 6, outageKind: '503' } });
		const set = setAfter(1500, byMs);
		const start = account.time.now();
		const { items } = await run(1000);
		await set;
		expect(items).toHaveLength(1000);
		expect(account.time.now() - start).toBeLessThan(60_000);
	});

	it.each(SET)('%s, while an answer stalls', async (_, byMs) => {
		const { faults } = await open({ faults: { outageKind: 'stall' } });
		// A host that has never answered would not be waited for.
		await run(1);
		faults.firstCallsFail = 2;
		const set = setAfter(1500, byMs);
		const start = account.time.now();
		const { items } = await run(1000);
		await set;
		expect(items).toHaveLength(1000);
		expect(account.time.now() - start).toBeLessThan(70_000);
	});

	it.each(SET)('%s, between two runs', async (_, byMs) => {
		const { stats } = await open();
		await run(25_000);
		account.time.setWallClock(Date.now() + byMs);
		const start = account.time.now();
		await run(25_000);
		expect(stats).toMatchObject({ calls: 50, refused: 0 });
		expect(account.time.now() - start).toBeLessThan(5800);
	});
});

describe('quick calls and slow pages at the same time', () => {
	const SLOW = { faults: { pageMs: 2000 } };

	it.each([
		['Convert Types', { options: { convertTypes: true } }],
		['Display Name', { options: { fieldNames: 'displayName' } }],
	])('pages of 2.3 s and one quick look at the columns: %s', async (_, parameters) => {
		const { stats } = await open(SLOW);
		const { items, elapsedMs } = await run(60_000, 0, parameters);
		expect(items).toHaveLength(60_000);
		expect(stats).toMatchObject({ calls: 61, refused: 0 });
		expect(elapsedMs).toBeLessThan(1.1 * floorMs(61, 2300));
	});

	it.each([
		['before', 0],
		['during', 3000],
	])('another workflow that looks up one lead %s', async (_, afterMs) => {
		const { stats, faults } = await open();
		faults.pageMs = 0;
		await run(1);
		faults.pageMs = 2000;
		const other = account.time.clock.sleep(afterMs).then(async () => await run(1, 65_000));
		const [{ items, elapsedMs }] = await account.time.run(Promise.all([run(60_000), other]));
		expect(items).toHaveLength(60_000);
		expect(stats).toMatchObject({ calls: 62, refused: 0 });
		expect(elapsedMs).toBeLessThan(1.1 * floorMs(62, 2300));
	});

	it('an open list of columns takes a call, no more', async () => {
		const { stats } = await open(SLOW);
		const look = account.time.clock.sleep(2000).then(async () => await account.picker());
		const [{ items, elapsedMs }] = await account.time.run(Promise.all([run(60_000), look]));
		expect(items).toHaveLength(60_000);
		expect(stats).toMatchObject({ calls: 61, refused: 0 });
		expect(elapsedMs).toBeLessThan(1.1 * floorMs(61, 2300));
	});

	// n8n makes this call, without the limiter.
	it('a test of the credential costs a run no more than a refused call', async () => {
		const { stats } = await open(SLOW);
		const look = account.time.clock.sleep(2000).then(async () => await account.test());
		const [{ items, elapsedMs }] = await account.time.run(Promise.all([run(60_000), look]));
		expect(items).toHaveLength(60_000);
		expect(stats.refused).toBeLessThanOrEqual(1);
		expect(elapsedMs).toBeLessThan(1.1 * floorMs(61, 2300));
	});
});

describe('an account that allows less than the credential says', () => {
	const warningsOf = ({ hints }: Awaited<ReturnType<typeof run>>) =>
		hints.filter(({ type }) => type === 'warning').map(({ message }) => message);
	const LESS = { limit: { calls: 10, seconds: 5 } };

	it.each([
		['', {}],
		[', without numbers', { refusalNumbers: false }],
		[', where refused calls count too', { refusedCallsCount: true }],
		[', where they count, without numbers', { refusedCallsCount: true, refusalNumbers: false }],
		[', with Retry-After', { refusalRetryAfter: 'seconds' as const }],
		[', within a 200', { refusalForm: 200 as const }],
	])('is not run into again and again%s', async (_, faults) => {
		const { stats } = await open({ ...LESS, faults });
		const { items, elapsedMs } = await run(60_000);
		expect(items).toHaveLength(60_000);
		expect(stats.refused).toBeLessThan(40);
		// 60 calls at 10 in 5 s take 25 s.
		expect(elapsedMs).toBeLessThan(45_000);
	});

	it.each([
		['with numbers', {}, /allows 10 calls in 5 seconds, but/],
		['without numbers', { refusalNumbers: false }, /rejected calls and did not say how many/],
	])(
		'is reported in the run whose calls were refused, and in no other: %s',
		async (_, faults, words) => {
			await open({ ...LESS, faults });
			const later = account.time.clock.sleep(12_000).then(async () => await run(1, 65_000));
			const [refused, calm] = await account.time.run(Promise.all([run(60_000), later]));
			expect(warningsOf(refused)).toEqual([expect.stringMatching(words)]);
			expect(warningsOf(calm)).toEqual([]);
			expect(warningsOf(await run(1, 66_000))).toEqual([]);
		},
	);

	it('may have two limits, and keeps both', async () => {
		const { stats } = await open({ faults: { secondLimit: { calls: 60, seconds: 60 } } });
		const { items, elapsedMs } = await run(70_000, 0, { options: { leadsPerRequest: 500 } });
		expect(items).toHaveLength(70_000);
		// 140 calls at 60 in a minute.
		expect(elapsedMs).toBeLessThan(135_000);
		expect(stats.refused).toBeLessThan(30);
	});
});

it('a run that was cancelled leaves no timers, and the next one its pace', async () => {
	const { stats } = await open();
	const { run: execution } = await account.run({
		input: [{ id: account.sandbox.ids(60_000) }],
		parameters: getByIds({ options: { leadsPerRequest: 1000 } }),
		cancelAfterMs: 1000,
	});
	expect(execution.status).toBe('canceled');
	expect(account.time.timers()).toBe(0);
	const { items, elapsedMs } = await run(25_000);
	expect(items).toHaveLength(25_000);
	expect(elapsedMs).toBeLessThan(6000);
	expect(stats.refused).toBe(0);
});
