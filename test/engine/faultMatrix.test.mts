import { readFileSync, writeFileSync } from 'node:fs';
import { noteAnswer } from '../../nodes/LeadSquared/transport/client';
import { createSandbox, type Sandbox, type SandboxOptions } from '../../dev/sandbox/server.mts';
import { isThorough } from '../sizes.mts';
import { ROWS, type Row } from './faultMatrix.mts';
import { runNode, virtualTime, type VirtualTime } from './harness.mts';

const LEADS = 3000;
const DOCS = 'docs/behaviour.md';

let time: VirtualTime;
let sandbox: Sandbox;
beforeEach(() => (time = virtualTime()));
afterEach(async () => {
	await sandbox.close();
	time.restore();
});

const unknownId = (index: number) => `ffffffff-0000-4000-8000-${String(index).padStart(12, '0')}`;

/** Inputs to try each row with: the leads, and the calls without trouble. */
const USUAL = { leads: LEADS, limit: { calls: 25, seconds: 5 }, leadsPerRequest: 1000 };
// Enough for larger pages to be tried: more calls than the limit lets out at once.
const AUTOMATIC = {
	leads: 12_000,
	limit: { calls: 4, seconds: 1 },
	leadsPerRequest: undefined,
};

// A host that has answered once is believed to be LeadSquared, and ports come again.
const usedUrls = new Set<string>();

async function openSandbox(options: SandboxOptions): Promise<string> {
	sandbox = createSandbox({ ...options, clock: time.clock });
	const url = await sandbox.listen();
	if (!usedUrls.has(url)) {
		usedUrls.add(url);
		return url;
	}
	await sandbox.close();
	return await openSandbox(options);
}

async function run(
	{ faults, options, unknown = 0, badColumns = [], leadsPerRequest: own }: Row,
	{ leads, limit, leadsPerRequest }: typeof USUAL | typeof AUTOMATIC,
) {
	const url = await openSandbox({ leads, limit, latencyMs: 300, faults, ...options });
	// A host that has never answered is not waited for as long as these calls take.
	if (faults?.heavy?.how === 'timeout') noteAnswer(`${url}/v2`, { kind: 'ok', value: undefined });
	const unknownIds = Array.from({ length: unknown }, (_, index) => unknownId(index));
	const known = unknown === LEADS ? [] : sandbox.ids(leads);
	// Some in the middle of a call, others between two of them.
	const asked = [...known.slice(0, 998), ...unknownIds, ...known.slice(998)];
	const result = await runNode({
		url,
		credentials: {
			accessKey: sandbox.accessKey,
			secretKey: sandbox.secretKey,
			rateLimitCalls: limit.calls,
			rateLimitSeconds: limit.seconds,
		},
		parameters: {
			leadIds: '={{ $json.ids }}',
			columns: ['FirstName', 'Score', ...badColumns],
			options: {
				notFound: 'include',
				maxWaitSeconds: 600,
				...(leadsPerRequest && { leadsPerRequest: own ?? leadsPerRequest }),
			},
		},
		input: [{ ids: asked }],
		onError: 'continueRegularOutput',
		// As a schedule runs it. By hand, a misspelled column costs one more, for "Did you mean …?".
		mode: 'trigger',
	});
	const got = new Map<string, number>();
	const missing = new Set<string>();
	const errors: string[] = [];
	for (const { json } of result.items) {
		const id = String(json.ProspectID ?? json.prospectid).toLowerCase();
		if (json.error) errors.push(String(json.error));
		else if (json.found === false) missing.add(id);
		else got.set(id, (got.get(id) ?? 0) + 1);
	}
	const usual = Math.ceil((known.length + unknown) / 1000);
	return { ...result, known, unknownIds, got, missing, errors, usual };
}

/** @returns how many calls it took more than without trouble, and how many were refused for rate */
async function expectNothingLost(
	row: Row,
	job: typeof USUAL | typeof AUTOMATIC,
): Promise<{ extra: number; refused: number }> {
	const { items, known, unknownIds, got, missing, errors, usual } = await run(row, job);
	if (row.error) {
		expect(errors).toEqual([expect.stringMatching(row.error)]);
	} else if (row.nameless) {
		const names = (list: unknown[]) => list.map(String).sort();
		expect(names(items.map(({ json }) => json.FirstName))).toEqual(
			names(known.map((id) => sandbox.lead(id, ['FirstName'])!.FirstName)),
		);
	} else {
		const failed = known.filter((_id, index) => row.failed?.(index));
		const refused = row.faults?.unknownIds === 'refuse' ? unknownIds : [];
		const gone = known.filter((_id, index) => row.gone?.(index));
		const wanted = known.filter((_id, index) => !row.failed?.(index) && !row.gone?.(index));
		expect([...got.keys()]).toEqual(wanted);
		expect([...got.values()].every((count) => count === 1)).toBe(true);
		expect([...missing]).toEqual(refused.length > 0 ? [] : [...gone, ...unknownIds]);
		expect(errors).toHaveLength(failed.length + refused.length);
		for (const id of [...failed, ...refused]) expect(errors.join()).toContain(id);
		expect(items).toHaveLength(known.length + unknownIds.length);
	}
	return { extra: sandbox.stats.calls - usual, refused: sandbox.stats.refused };
}

describe('whatever a server does, nothing is lost or duplicated', () => {
	it.each(ROWS.map((row) => [row.behaviour, row] as const))('%s', async (_, row) => {
		const { extra } = await expectNothingLost(row, USUAL);
		expect(extra).toBeLessThanOrEqual(row.extraCalls);
	});
});

describe('nor where calls ask as many leads as the account takes', () => {
	// A trial may be lost, and four times as many leads are four times as much trouble.
	const more = (extraCalls: number) => 1 + (extraCalls * AUTOMATIC.leads) / LEADS;

	const rows = isThorough ? ROWS : ROWS.filter(({ faults = {} }) => faults.pageCap || faults.idCap);

	it.each(rows.map((row) => [row.behaviour, row] as const))('%s', async (_, row) => {
		const { extra, refused } = await expectNothingLost(row, AUTOMATIC);
		// Refusals depend on the limit, which is another one here.
		expect(extra - refused).toBeLessThanOrEqual(more(row.extraCalls));
	});
});

it(`stands in ${DOCS} as it is tested`, () => {
	sandbox = createSandbox();
	const table = [
		'| what the server does | what comes out | leads lost | leads duplicated | extra calls, at most |',
		'| --- | --- | --- | --- | --- |',
		...ROWS.map(({ behaviour, expected, error, extraCalls }) => {
			const words = expected ?? (error ? `an error: “${error.source}”` : 'every lead');
			return `| ${behaviour} | ${words} | 0 | 0 | ${extraCalls} |`;
		}),
	].join('\n');
	const [start, end] = ['<!-- fault matrix -->\n', '\n<!-- end of fault matrix -->'];
	const text = readFileSync(DOCS, 'utf8');
	const [before, rest] = text.split(start);
	const [inDocs, after] = rest.split(end);
	if (process.env.UPDATE_DOCS) writeFileSync(DOCS, before + start + table + end + after);
	else expect(inDocs).toBe(table);
});
