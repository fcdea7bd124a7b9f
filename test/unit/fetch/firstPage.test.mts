import { readFirstPage } from '../../../nodes/LeadSquared/fetch/pages';
import type { Outcome } from '../../../nodes/LeadSquared/transport/outcome';
import { fakeClient } from './fakeClient.mts';

/** The call for a list of this many rows, whose pages hold at most `cap` of them. */
function listOf(rows: number, { cap = 1000, counts = 'all' as 'all' | 'page' } = {}) {
	const client = fakeClient(({ size = 0 }): Outcome<unknown> => {
		const page = Array.from({ length: Math.min(rows, size, cap) }, (_, at) => ({ Id: `${at}` }));
		const recordCount = counts === 'all' ? rows : page.length;
		return { kind: 'ok', value: { rows: page, recordCount } };
	});
	return { client, sizes: () => client.requests.map(({ size }) => size) };
}

const call = (pageSize: number) => ({
	request: (_columns: string[], { pageSize: size }: { pageSize: number }) => ({
		method: 'POST' as const,
		path: '/List',
		size,
	}),
	read: () => undefined,
	pageSize,
	sendsAll: true,
});

it.each([
	['a short list needs one call', 24, {}, [25], true],
	['a longer one shows that all rows are counted', 26, {}, [25, 1000], true],
	['a count of the page proves nothing', 300, { cap: 100, counts: 'page' }, [25], false],
	['a page that was cut is not the list', 300, { cap: 100 }, [25, 1000], false],
] as const)('%s', async (_, rows, options, sizes, isWhole) => {
	const list = listOf(rows, options);
	const { client } = list;
	const read = async () => await readFirstPage(client, call(1000), { columns: ['Id'] });
	expect((await client.run(read())).isWhole).toBe(isWhole);
	expect(list.sizes()).toEqual(sizes);
});

it('the account is known from then on', async () => {
	const { client, sizes } = listOf(26);
	const read = async () => await readFirstPage(client, call(1000), { columns: ['Id'] });
	await client.run(read());
	await client.run(read());
	expect(sizes()).toEqual([25, 1000, 1000]);
});

it.each([
	['to the size that LeadSquared names', 8, [20, 8]],
	['by half', undefined, [20, 10, 5]],
])('a page that is too large gets smaller, %s', async (_, cap, sizes) => {
	const fault = { from: 'leadSquared' as const, message: 'too large' };
	const client = fakeClient(
		({ size = 0 }): Outcome<unknown> =>
			size > 8
				? { kind: 'tooLarge', fault, cap }
				: { kind: 'ok', value: { rows: [{ Id: '1' }], recordCount: 1 } },
	);
	const options = { columns: ['Id'], wanted: 20 };
	const list = await client.run(readFirstPage(client, call(1000), options));
	expect(list).toMatchObject({ isWhole: true, leads: [{ Id: '1' }] });
	expect(client.requests.map(({ size }) => size)).toEqual(sizes);
});
