import { readFileSync, writeFileSync } from 'node:fs';
import { itemsOf, sorted, testAccount } from './account.mts';
import { WRITE_ROWS, type WriteRow } from './writeMatrix.mts';

const DOCS = 'docs/writing-safely.md';
const ROWS = 100;
const LOCKED_AT = [7, 40, 41];
const account = testAccount();

/** Whose lead a row is, and whether it is there before. */
function leadOf(at: number): string {
	if (at < 30) return account.sandbox.lead(at, ['EmailAddress'])!.EmailAddress!;
	if (at < 80) return `new${30 + ((at - 30) % 30)}@example.com`;
	return 'one@example.com';
}

async function expectNothingLost({
	faults,
	options,
	errors = 0,
	error,
}: WriteRow): Promise<number> {
	const sandbox = await account.open({ leads: 50, latencyMs: [20, 400], ...options });
	const input = Array.from({ length: ROWS }, (_, at) => ({
		EmailAddress: leadOf(at),
		mx_Street2: `row ${at}`,
		...(LOCKED_AT.includes(at) && { mx_State: 'Goa' }),
	}));
	Object.assign(sandbox.faults, faults);
	const { items } = await account.run({
		parameters: {
			resource: 'lead',
			operation: 'upsert',
			fields: { mappingMode: 'autoMapInputData', value: null, matchingColumns: ['EmailAddress'] },
			options: { maxWaitSeconds: 600 },
		} as never,
		input,
		onError: 'continueRegularOutput',
		mode: 'trigger',
	});
	expect(itemsOf(items)).toEqual(input.map((_, item) => item));
	const { failed, good } = sorted(items);
	const calls = sandbox.stats.byPath['/v2/LeadManagement.svc/Lead/Bulk/CreateOrUpdate'] ?? 0;
	const written = sandbox.history.map(({ id, values }) => ({
		id,
		at: Number(String(values!.mx_Street2).replace('row ', '')),
	}));
	if (error) {
		for (const { json } of failed) expect(`${json.error} ${json.message}`).toMatch(error);
		expect(failed).toHaveLength(ROWS);
		expect(written).toEqual([]);
		return calls;
	}
	expect(failed).toHaveLength(errors);
	if (errors > 0) expect(itemsOf(failed)).toEqual(LOCKED_AT);
	// What is claimed was written, in the order of the rows, and nothing else was.
	const claimed = itemsOf(good);
	expect(new Set(written.map(({ at }) => at))).toEqual(new Set(claimed));
	const ids = new Map(
		good.map(({ json, pairedItem }) => [(pairedItem as { item: number }).item, json.ProspectID]),
	);
	for (const { id, at } of written) expect(ids.get(at)).toBe(id);
	const byLead = Map.groupBy(written, ({ id }) => id);
	for (const order of byLead.values()) {
		const places = order.map(({ at }) => at);
		expect(places).toEqual([...places].sort((one, other) => one - other));
	}
	// No lead is two.
	expect(byLead.size).toBe(new Set(claimed.map(leadOf)).size);
	return calls;
}

describe('whatever a server does, no row is lost, duplicated or claimed', () => {
	it.each(WRITE_ROWS.map((row) => [row.behaviour, row] as const))('%s', async (_, row) => {
		const calls = await expectNothingLost(row);
		// 100 rows in 25s; those of one lead go one after the other. One more call is refused: it shows which
		// of the two limits for bulk writes the account has.
		expect(calls - 24).toBeLessThanOrEqual(row.extraCalls);
	});
});

it(`stands in ${DOCS} as it is tested`, () => {
	const table = [
		'| what the server does | what comes out | rows lost | duplicated | claimed | extra calls, at most |',
		'| --- | --- | --- | --- | --- | --- |',
		...WRITE_ROWS.map(({ behaviour, errors, error, extraCalls }) => {
			const out = error
				? 'an error for each row; nothing is written'
				: errors
					? `every row but ${errors}, which are errors`
					: 'every row';
			return `| ${behaviour} | ${out} | 0 | 0 | 0 | ${extraCalls} |`;
		}),
	].join('\n');
	const [start, end] = ['<!-- write matrix -->\n', '\n<!-- end of write matrix -->'];
	const [before, rest] = readFileSync(DOCS, 'utf8').split(start);
	const [inDocs, after] = rest.split(end);
	if (process.env.UPDATE_DOCS) writeFileSync(DOCS, before + start + table + end + after);
	else expect(inDocs).toBe(table);
});
