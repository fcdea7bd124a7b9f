import type { Results } from '../../../nodes/LeadSquared/fetch/results';
import { LeadItems } from '../../../nodes/LeadSquared/run/leadItems';
import { emitById, type IdRequest } from '../../../nodes/LeadSquared/run/leadsById';
import { idRequest, openRun } from '../idRequests.mts';

const [A, B, C] = [0, 1, 2].map((at) => `aaaaaaaa-0000-4000-8000-00000000000${at}`);

/** The missing leads of requests, each emitted with its results, or with the only ones there are. */
function missingOf(requests: IdRequest[], ...results: Array<Partial<Results>>) {
	const run = openRun();
	const output = new LeadItems(run.context, { mayRepeat: true });
	const fetched = results.map((each) => ({
		leads: new Map(),
		notFetched: new Map(),
		unidentified: new Map(),
		absentColumns: [],
		unknownColumns: [],
		unasked: new Set<string>(),
		distinctIds: 0,
		...each,
	}));
	for (const [at, request] of requests.entries()) {
		const came = fetched[at] ?? fetched[0];
		if (request.ids.length > 0) emitById(run, request, came, output);
		else output.addBlank(request.item, run.formOf(request), 'No ID');
	}
	return output.missing;
}
const notFound = (...ids: string[]) => ({
	notFetched: new Map(ids.map((id) => [id, { kind: 'notFound' as const }])),
});

it('counts a lead that is not found for every input item that asks for it', () => {
	const requests = [[A, B], [A], [B.toUpperCase()], []].map((ids, item) => idRequest(item, ids));
	const results = {
		...notFound(B),
		leads: new Map([[A, { ProspectID: A }]]),
		unidentified: new Map([[1, { leads: [{ ProspectID: null }], ids: ['c', 'd'] }]]),
	};
	expect(missingOf(requests, results)).toEqual({
		notFound: 3,
		skipped: 3,
		skippedNames: [B],
		blank: ['item 3'],
	});
});

it('names what was skipped once, as it was spelled first', () => {
	const requests = [B.toUpperCase(), B, C].map((id, item) => idRequest(item, [id]));
	expect(missingOf(requests, notFound(B, C))).toMatchObject({
		skipped: 3,
		skippedNames: [B.toUpperCase(), C],
	});
});

it.each(['include', 'error'] as const)('skips nothing under %s', (wish) => {
	const form = { notFound: wish };
	const requests = [idRequest(0, [B], form), idRequest(1, [], form)];
	expect(missingOf(requests, notFound(B))).toEqual({
		notFound: 1,
		skipped: 0,
		skippedNames: [],
		blank: [],
	});
});

it('skips a lead for one input item that another one wants an item of', () => {
	const requests = [idRequest(0, [B], { notFound: 'include' }), idRequest(1, [B.toUpperCase()])];
	expect(missingOf(requests, notFound(B))).toMatchObject({
		notFound: 2,
		skipped: 1,
		skippedNames: [B.toUpperCase()],
	});
});

it('if leads are sent without an ID, it is not known which are missing', () => {
	const unidentified = new Map([[0, { leads: [{ ProspectID: null }], ids: [A, B, C] }]]);
	const missing = { notFound: 2, skipped: 2, skippedNames: [], blank: [] };
	expect(missingOf([idRequest(0, [A, B, C])], { unidentified })).toEqual(missing);
	const asError = [idRequest(0, [A, B, C], { notFound: 'error' })];
	expect(missingOf(asError, { unidentified })).toEqual({ ...missing, skipped: 0 });
});

it('does not take what failed for not found', () => {
	const failure = { kind: 'transient', fault: { from: 'network', message: 'x' } } as const;
	const notFetched = new Map([[B, { kind: 'failed' as const, scope: 'id' as const, failure }]]);
	expect(missingOf([idRequest(0, [B])], { notFetched })).toMatchObject({
		notFound: 0,
		skipped: 0,
	});
});

describe('leads that come several times', () => {
	const openItems = (mayRepeat: boolean) => {
		const run = openRun();
		const form = run.formOf(idRequest(0, [A]));
		const output = new LeadItems(run.context, { mayRepeat });
		for (const id of [A, B, A]) output.addLead(0, form, { ProspectID: id });
		return output;
	};

	it('are counted, and the different ones', () => {
		expect(openItems(true)).toMatchObject({ leads: 3, different: 2 });
	});

	it('are not looked for if none can', () => {
		expect(openItems(false)).toMatchObject({ leads: 3, different: undefined });
	});
});
