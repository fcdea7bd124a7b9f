/** Every way of writing leads, whatever the server does: second matches, Only Empty, Create, Update, previews. */
import type { Faults } from '../../dev/sandbox/server.mts';
import { itemsOf, sorted, testAccount } from './account.mts';

const account = testAccount();
const ROWS = 60;
/** Every row writes another value here, to show which were executed. */
const MARK = 'mx_Street2';
const NO_ONE = 'no.one@example.com';

/** A way of writing, and what its 60 rows are. */
interface Way {
	operation: 'upsert' | 'create' | 'update';
	options?: object;
	row: (at: number) => { EmailAddress: string; Phone?: string; Company?: string };
	/** The index of the lead that a row is written to, if it exists; null for a new one, undefined for none. */
	leadOf: (at: number) => number | null | undefined;
	/** Whether a row may be reported as not known, because it is not sent twice. */
	mayBeOpen?: boolean;
}

const emailOf = (index: number) => account.sandbox.lead(index, ['EmailAddress'])!.EmailAddress!;
const phoneOf = (index: number) => `+91-98765${43_210 + index}`;
const newAddress = (at: number) => `new${at}@example.com`;

const WAYS: Record<string, Way> = {
	'a second column to match on': {
		operation: 'upsert',
		options: { secondMatch: 'Phone' },
		row: (at) => ({ EmailAddress: newAddress(at), Phone: phoneOf(at % 3 ? at : 100 + at) }),
		leadOf: (at) => (at % 3 ? at : null),
	},
	'Only Empty': {
		operation: 'upsert',
		options: { overwrite: 'onlyEmpty' },
		row: (at) => ({ EmailAddress: at % 2 ? emailOf(at) : newAddress(at), Company: 'Other' }),
		leadOf: (at) => (at % 2 ? at : null),
	},
	Update: {
		operation: 'update',
		row: (at) => ({ EmailAddress: at % 10 ? emailOf(at % 30) : NO_ONE }),
		leadOf: (at) => (at % 10 ? at % 30 : undefined),
	},
	Create: {
		operation: 'create',
		row: (at) => ({ EmailAddress: at % 10 ? newAddress(at) : emailOf(at) }),
		leadOf: (at) => (at % 10 ? null : undefined),
		mayBeOpen: true,
	},
};

const FAULTS: Array<Partial<Faults>> = [
	{},
	{ lostResults: 3 },
	{ resultOrder: 'shuffled' },
	{ duplicates: 'call' },
	{ inOperator: 'refused' },
	{ transient: { every: 2, kinds: ['reset'] } },
	{ transient: { every: 2, kinds: ['503'] } },
	{ transient: { every: 2, kinds: ['cut-json'] } },
	{ between: 'firewall-200', betweenEvery: 3 },
	{ writeBreaks: { every: 2, rows: 3, kind: 'reset' } },
	{ bulkLimit: { calls: 1, seconds: 5 } },
];

async function open(faults: Partial<Faults>) {
	const unique = { uniqueColumns: ['EmailAddress', 'Phone'] };
	const sandbox = await account.open({ leads: 100, latencyMs: [20, 400] });
	for (let index = 0; index < 100; index++) {
		sandbox.touch(index, { Phone: phoneOf(index), Company: 'Own', [MARK]: null });
	}
	Object.assign(sandbox.faults, unique, faults);
	return { sandbox, before: sandbox.history.length };
}

const run = async ({ operation, options = {}, row }: Way, more: object = {}) =>
	await account.run({
		parameters: {
			resource: 'lead',
			operation,
			fields: { mappingMode: 'autoMapInputData', value: null, matchingColumns: ['EmailAddress'] },
			options: { maxWaitSeconds: 600, ...options, ...more },
		} as never,
		input: Array.from({ length: ROWS }, (_, at) => ({ ...row(at), [MARK]: `row ${at}` })),
		onError: 'continueRegularOutput',
		mode: 'trigger',
	});

const cases = Object.entries(WAYS).flatMap(([name, way]) =>
	FAULTS.map((faults) => [name, JSON.stringify(faults), way, faults] as const),
);

it.each(cases)('%s: no row is lost, doubled or claimed with %s', async (_, __, way, faults) => {
	const { sandbox, before } = await open(faults);
	const { items } = await run(way);
	expect(itemsOf(items)).toEqual(Array.from({ length: ROWS }, (_row, at) => at));
	const { failed, good } = sorted(items);
	const open_ = failed.filter(({ json }) => String(json.error).startsWith('It is not known'));
	if (!way.mayBeOpen) expect(open_).toEqual([]);
	const rejected = failed.filter((item) => !open_.includes(item));
	const none = Array.from({ length: ROWS }, (_row, at) => at).filter(
		(at) => way.leadOf(at) === undefined,
	);
	const openRows = itemsOf(open_);
	expect(itemsOf(rejected)).toEqual(none.filter((at) => !openRows.includes(at)));

	const written = sandbox.history.slice(before).flatMap(({ id, values }) => {
		const mark = values?.[MARK];
		return mark ? [{ id, at: Number(mark.replace('row ', '')) }] : [];
	});
	// What is claimed was written, to the right lead, and nothing else was.
	const known = new Set(itemsOf(good));
	expect(new Set(written.map(({ at }) => at).filter((at) => !openRows.includes(at)))).toEqual(
		known,
	);
	for (const { id, at } of written) {
		const lead = way.leadOf(at);
		expect(lead).toBeDefined();
		if (lead !== null) expect(id).toBe(sandbox.idAt(lead!));
	}
	const idsOf = Map.groupBy(written, ({ at }) => at);
	for (const writes of idsOf.values()) expect(new Set(writes.map(({ id }) => id)).size).toBe(1);
	if (way.operation === 'create') expect(idsOf.size).toBe(written.length);
	// Existing leads keep what is theirs.
	for (let index = 0; index < 100; index++) {
		const lead = sandbox.lead(index, ['EmailAddress', 'Company', 'Phone'])!;
		expect(lead).toMatchObject({ Company: 'Own', Phone: phoneOf(index) });
		expect(lead.EmailAddress).not.toMatch(/^new/);
	}
});

it.each(cases)('%s: a preview writes nothing with %s', async (_, __, way, faults) => {
	const { sandbox, before } = await open(faults);
	const { items } = await run(way, { preview: true });
	expect(sandbox.history).toHaveLength(before);
	const would = Array.from({ length: ROWS }, (_row, at) => {
		const lead = way.leadOf(at);
		return lead === undefined ? 'fail' : lead === null ? 'create' : 'update';
	});
	expect(items.map(({ json }) => json.would)).toEqual(would);
});
