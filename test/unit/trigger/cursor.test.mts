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
	host: 'api-in21.leadsquared.com',
	columns: '1abc',
	countsAll: true,
	doneUntil: AT,
	after: { at: AT + 1, id: digestOf('a') },
	delivered: new Map([
		[digestOf('a'), { at: AT + 5, content: 7 }],
		[digestOf('b'), { at: AT, content: 0 }],
	]),
	...changes,
});

it.each([
	['all', cursor()],
	['no position and no delivered leads', cursor({ after: undefined, delivered: new Map() })],
])('comes back as it was stored, with %s', (_, one) => {
	expect(fromStored(JSON.parse(JSON.stringify(toStored(one))))).toEqual(one);
});

it('is read from workflows that version 0.1 saved', () => {
	expect(
		fromStored({
			event: 'leadUpdated',
			host: 'api-in21.leadsquared.com',
			columns: '1abc',
			countsAll: true,
			doneTo: '2026-01-01T12:00:00.123Z',
			after: { at: '2026-01-01T12:00:00.124Z', id: 'ypeBEsobvcr6wjGz' },
			given: 'ypeBEsobvcr6wjGzAZt5bdaAAAAABz4j6BYAOVlKM4lPZQGbeW3WewAAAAA=',
		}),
	).toEqual(cursor());
});

it.each([
	[{}, cursor()],
	[{ event: 'leadCreated' as const }, undefined],
	[{ host: 'api.leadsquared.com' }, undefined],
])('is kept for one event and one host: %j', (changes, expected) => {
	const data = { node: { __dataChanged: false }, global: {} };
	const store = cursorStore({
		getNode: () => ({ id: 'a1' }),
		getWorkflowStaticData: (type: 'node' | 'global') => data[type],
	} as unknown as IPollFunctions);
	store.write(cursor());
	const { event, host } = cursor(changes);
	expect(store.read({ event, host })).toEqual(expected);
});

it('takes less than 64 kB, however much has been given', () => {
	const delivered = new Map(
		Array.from({ length: MAX_DELIVERED }, (_, index) => [
			digestOf(String(index)),
			{ at: AT, content: 2 ** 32 - 1 },
		]),
	);
	expect(delivered.size).toBe(MAX_DELIVERED);
	expect(JSON.stringify(toStored(cursor({ delivered }))).length).toBeLessThan(64_000);
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
	{ ...toStored(cursor()), host: undefined },
])('is none if it is %j', (stored) => expect(fromStored(stored)).toBeUndefined());

it('ignores the parts that cannot be read', () => {
	expect(fromStored({ ...toStored(cursor()), after: 'x', given: 'AAAA' })).toEqual(
		cursor({ after: undefined, delivered: new Map() }),
	);
});
