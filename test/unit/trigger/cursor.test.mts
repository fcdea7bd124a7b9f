import type { IPollFunctions } from 'n8n-workflow';
import {
	type Cursor,
	cursorStore,
	digestOf,
	fromStored,
	MAX_DELIVERED,
	toStored,
} from '../../../nodes/LeadSquared/trigger/cursor';

const AT = Date.UTC(2026, 0, 1, 12, 0, 0, 123);

const cursor = (changes: Partial<Cursor> = {}): Cursor => ({
	event: 'leadUpdated',
	account: 'api-in21.leadsquared.com ab12',
	workflow: 'w1',
	columns: '1abc',
	countsAll: true,
	doneUntil: AT,
	beganAt: AT,
	delivered: new Map([
		[digestOf('a'), { at: AT + 5, content: 7 }],
		[digestOf('b'), { at: AT, content: 0 }],
	]),
	...changes,
});

it.each([
	['all', cursor()],
	['no lead given', cursor({ delivered: new Map() })],
	['a walk', cursor({ walk: { until: AT + 9, place: 7, last: ['a', 'b'], pageSize: 200 } })],
])('comes back as it was stored, with %s', (_, one) => {
	expect(fromStored(JSON.parse(JSON.stringify(toStored(one))))).toEqual(one);
});

it('is read from workflows that were saved with it', () => {
	expect(
		fromStored({
			event: 'leadUpdated',
			account: 'api-in21.leadsquared.com ab12',
			workflow: 'w1',
			columns: '1abc',
			countsAll: true,
			doneTo: '2026-01-01T12:00:00.123Z',
			given: 'ypeBEsobvcr6wjGzAZt5bdaAAAAABz4j6BYAOVlKM4lPZQGbeW3WewAAAAA=',
			walk: { until: '2026-01-01T13:00:00.000Z', place: 7, last: ['a'], pageSize: 200 },
		}),
	).toEqual(
		cursor({ walk: { until: Date.UTC(2026, 0, 1, 13), place: 7, last: ['a'], pageSize: 200 } }),
	);
});

it.each([
	[{}, cursor()],
	[{ event: 'leadCreated' as const }, 'the event was changed'],
	[{ account: 'api-in21.leadsquared.com cd34' }, 'the credential is now for another account'],
	[{ workflow: 'w2' }, 'its stored position belongs to another workflow'],
])('is kept for one event, account and workflow: %j', (changes, expected) => {
	const data = { node: { __dataChanged: false }, global: {} };
	const context = {
		getNode: () => ({ id: 'a1' }),
		getWorkflow: () => ({ id: 'w1' }),
		getWorkflowStaticData: (type: 'node' | 'global') => data[type],
	} as unknown as IPollFunctions;
	const store = cursorStore(context);
	expect(store.read(cursor(changes))).toBe('it has no position yet');
	store.write(cursor(), false);
	expect(cursorStore(context).read(cursor(changes))).toEqual(expected);
});

it('takes less than 64 kB, however much has been given', () => {
	const delivered = new Map(
		Array.from({ length: MAX_DELIVERED }, (_, index) => [
			digestOf(String(index)),
			{ at: AT, content: 2 ** 32 - 1 },
		]),
	);
	expect(delivered.size).toBe(MAX_DELIVERED);
	const last = Array.from({ length: 32 }, () => 'aaaaaaaa-0000-4000-8000-000000000000');
	const walk = { until: AT, place: 100_000, last, pageSize: 5000 };
	expect(JSON.stringify(toStored(cursor({ delivered, walk }))).length).toBeLessThan(64_000);
});

it.each([
	undefined,
	null,
	'x',
	{},
	{ ...toStored(cursor()), event: 'leadDeleted' },
	{ ...toStored(cursor()), event: 'toString' },
	{ ...toStored(cursor()), doneTo: 'soon' },
	{ ...toStored(cursor()), given: 7 },
	{ ...toStored(cursor()), account: undefined },
	{ ...toStored(cursor()), workflow: undefined },
])('is none if it is %j', (stored) => expect(fromStored(stored)).toBeUndefined());

it('ignores parts that cannot be read', () => {
	expect(fromStored({ ...toStored(cursor()), walk: 'x', given: 'AAAA' })).toEqual(
		cursor({ delivered: new Map() }),
	);
});
