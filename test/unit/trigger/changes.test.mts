import fc from 'fast-check';
import type { Lead } from '../../../nodes/LeadSquared/api/leads';
import { type Cursor, MAX_DELIVERED, toStored } from '../../../nodes/LeadSquared/trigger/cursor';
import { TIMESTAMP_COLUMNS, timestampsReader } from '../../../nodes/LeadSquared/trigger/events';
import { ChangeTracker, cursorAfter } from '../../../nodes/LeadSquared/trigger/changes';
import { RUNS } from '../../sizes.mts';

const SECOND = 1000;
const NOW = Date.UTC(2026, 0, 1);
const COLUMNS = ['ProspectID', 'ProspectStage', ...TIMESTAMP_COLUMNS];
const timestampsOf = timestampsReader(COLUMNS);

const idAt = (index: number) => `aaaaaaaa-0000-4000-8000-${String(index).padStart(12, '0')}`;
const stamp = (ms: number) => `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')}.000`;

interface Times {
	created?: number;
	modified?: number;
	active?: number;
	stage?: string;
}

/** A lead as an answer holds it; times in ms. */
const leadAt = (
	index: number,
	{ created = 0, modified = created, active = modified, stage }: Times,
): Lead => ({
	ProspectID: idAt(index),
	ProspectStage: stage ?? null,
	CreatedOn: stamp(created),
	ModifiedOn: stamp(modified),
	LeadLastModifiedOn: stamp(active),
});

const cursorAt = (doneUntil: number, changes: Partial<Cursor> = {}): Cursor => ({
	event: 'leadActive',
	account: 'h',
	workflow: 'w',
	columns: 'c',
	countsAll: true,
	doneUntil,
	beganAt: 0,
	delivered: new Map(),
	...changes,
});

/** One poll that finds these leads. */
function poll(
	cursor: Cursor,
	leads: Lead[],
	{
		most = 5000,
		settledBefore,
		columns = 'c',
	}: { most?: number; settledBefore?: number; columns?: string } = {},
) {
	const tracker = new ChangeTracker(cursor, timestampsOf);
	for (const lead of leads) tracker.add(lead);
	const delivery = tracker.next({ max: most, columns, settledBefore });
	return {
		...delivery,
		ids: delivery.records.map(({ ProspectID }) => Number(String(ProspectID).slice(-12))),
	};
}

describe('what is new', () => {
	it('is what was active since, and comes once, oldest first', () => {
		const leads = [30, 10, 20].map((at, index) => leadAt(index, { active: NOW + at * SECOND }));
		const first = poll(cursorAt(NOW), [leadAt(9, { active: NOW - SECOND }), ...leads]);
		expect(first.ids).toEqual([1, 2, 0]);
		expect(first.waiting).toBe(0);
		expect(poll(first.cursor, leads).ids).toEqual([]);
		const again = leadAt(1, { active: NOW + 40 * SECOND });
		expect(poll(first.cursor, [...leads, again]).ids).toEqual([1]);
	});

	it('is not what an older answer shows', () => {
		const later = leadAt(1, { active: NOW + 40 * SECOND });
		const earlier = leadAt(1, { active: NOW + 10 * SECOND });
		const first = poll(cursorAt(NOW), [later, earlier]);
		expect(first.records).toEqual([later]);
		expect(poll(first.cursor, [earlier]).ids).toEqual([]);
		expect(poll(first.cursor, [earlier, later]).ids).toEqual([]);
	});

	it('is recognized by values within the same second, if the columns are the same as before', () => {
		const one = leadAt(1, { active: NOW, stage: 'a' });
		const other = leadAt(1, { active: NOW, stage: 'b' });
		const first = poll(cursorAt(NOW), [one]);
		expect(poll(first.cursor, [other]).ids).toEqual([1]);
		expect(poll(first.cursor, [other], { columns: 'other' }).ids).toEqual([]);
		const { cursor } = poll(first.cursor, [other]);
		expect(poll(cursor, [other]).ids).toEqual([]);
	});

	it('is not what an activity does to the values of a lead that was updated', () => {
		const cursor = cursorAt(NOW, { event: 'leadUpdated' });
		const scored = (lead: Lead, Score: string): Lead => ({ ...lead, Score });
		const first = poll(cursor, [scored(leadAt(1, { modified: NOW, stage: 'a' }), '1')]);
		const active = leadAt(1, { modified: NOW, active: NOW + SECOND, stage: 'a' });
		expect(first.ids).toEqual([1]);
		expect(poll(first.cursor, [scored(active, '2')]).ids).toEqual([]);
		// But another change within the second of the first one is recognized by its values.
		expect(poll(first.cursor, [{ ...active, ProspectStage: 'b' }]).ids).toEqual([1]);
	});

	it('is a lead once, if it goes by its creation', () => {
		const cursor = cursorAt(NOW, { event: 'leadCreated' });
		const first = poll(cursor, [leadAt(1, { created: NOW, stage: 'a' })]);
		expect(poll(first.cursor, [leadAt(1, { created: NOW, stage: 'b' })]).ids).toEqual([]);
		const changed = leadAt(1, { created: NOW, modified: NOW + SECOND });
		expect(poll(first.cursor, [changed]).ids).toEqual([]);
		expect(first.ids).toEqual([1]);
	});

	it('is no lead without any time, which is counted', () => {
		const tracker = new ChangeTracker(cursorAt(NOW), timestampsOf);
		tracker.add({ ProspectID: idAt(1) });
		expect(tracker).toMatchObject({ withTime: 0, withoutTime: 1 });
		expect(tracker.next({ max: 10, columns: 'c' }).records).toEqual([]);
	});

	it('goes by the next time that is certain if one is left out', () => {
		const { LeadLastModifiedOn: _, ...lead } = leadAt(1, { created: NOW, modified: NOW + SECOND });
		expect(poll(cursorAt(NOW), [lead]).ids).toEqual([1]);
		expect(timestampsOf({ CreatedOn: stamp(NOW) })).toEqual({
			created: NOW,
			modified: NOW,
			active: NOW,
		});
	});

	it('is two leads without an id, if they differ', () => {
		const withoutId = (stage: string) => ({
			...leadAt(1, { active: NOW, stage }),
			ProspectID: null,
		});
		const first = poll(cursorAt(NOW), [withoutId('a'), withoutId('b'), withoutId('a')]);
		expect(first.records).toHaveLength(2);
		expect(poll(first.cursor, [withoutId('a'), withoutId('b')]).records).toEqual([]);
	});
});

describe('what is remembered', () => {
	const burst = Array.from({ length: 12_000 }, (_, index) => leadAt(index, { active: NOW }));

	it('is limited to a number of leads; the others wait until a position is enough to know them', () => {
		const first = poll(cursorAt(NOW), burst, { most: 20_000 });
		expect(first.records).toHaveLength(MAX_DELIVERED);
		expect(first).toMatchObject({ waiting: 12_000 - MAX_DELIVERED, waitingSince: NOW });
		expect(JSON.stringify(toStored(first.cursor)).length).toBeLessThan(64_000);
		const second = poll(first.cursor, burst, { most: 20_000 });
		expect(second.records).toEqual([]);
		const third = poll(second.cursor, burst, { most: 20_000, settledBefore: NOW + SECOND });
		expect(third.records).toHaveLength(12_000 - MAX_DELIVERED);
		expect(new Set([...first.ids, ...third.ids]).size).toBe(12_000);
		expect(third.cursor).toMatchObject({ doneUntil: NOW + SECOND, delivered: new Map() });
	});

	it('is what was delivered of a second that has more than a poll may deliver', () => {
		let cursor = cursorAt(NOW);
		const came: number[] = [];
		const second = burst.slice(0, 2000);
		for (let polls = 0; polls < 2; polls++) {
			const { ids, cursor: next } = poll(cursor, second, {
				most: 1000,
				settledBefore: NOW + SECOND,
			});
			came.push(...ids);
			cursor = next;
		}
		expect(new Set(came).size).toBe(2000);
		expect(cursor).toMatchObject({ doneUntil: NOW + SECOND, delivered: new Map() });
	});

	it('never goes back', () => {
		const { cursor } = poll(cursorAt(NOW), [], { settledBefore: NOW + 60 * SECOND });
		expect(cursor.doneUntil).toBe(NOW + 60 * SECOND);
		expect(poll(cursor, [], { settledBefore: NOW }).cursor.doneUntil).toBe(NOW + 60 * SECOND);
		expect(poll(cursor, []).cursor.doneUntil).toBe(NOW + 60 * SECOND);
	});
});

describe('at first', () => {
	const key = { event: 'leadActive' as const, account: 'h', workflow: 'w', columns: 'c' };
	const all = { isBelievable: () => true, otherwise: 0 };

	it('ignores a lead with an implausible stamp, and does not return it either', () => {
		const isBelievable = (time: number) => time <= NOW;
		const leads = [leadAt(1, { active: NOW }), leadAt(2, { active: NOW + 3600 * SECOND })];
		const cursor = cursorAfter(leads, key, timestampsOf, { isBelievable, otherwise: 0 });
		expect(cursor.doneUntil).toBe(NOW);
		expect(poll(cursor, [...leads, leadAt(3, { active: NOW + SECOND })]).ids).toEqual([3]);
		const alone = cursorAfter(leads.slice(1), key, timestampsOf, { isBelievable, otherwise: 7 });
		expect(alone.doneUntil).toBe(7);
		expect(poll(alone, leads).ids).toEqual([1]);
	});

	it('all that has come is done, and what shares its last second is remembered', () => {
		const leads = [leadAt(1, { active: NOW - 5 * SECOND }), leadAt(2, { active: NOW })];
		const cursor = cursorAfter(leads, key, timestampsOf, all);
		expect(cursor.doneUntil).toBe(NOW);
		const late = leadAt(3, { active: NOW - SECOND });
		expect(poll(cursor, [...leads, late, leadAt(4, { active: NOW })]).ids).toEqual([4]);
	});

	it('starts at the given time if there are no leads', () => {
		expect(cursorAfter([], key, timestampsOf, { ...all, otherwise: 7 })).toMatchObject({
			doneUntil: 7,
			delivered: new Map(),
		});
	});

	it('begins a second later if that second has more leads than can be remembered', () => {
		const leads = Array.from({ length: MAX_DELIVERED + 1 }, (_, index) =>
			leadAt(index, { active: NOW }),
		);
		const cursor = cursorAfter(leads, key, timestampsOf, all);
		expect(cursor).toMatchObject({ doneUntil: NOW + SECOND, delivered: new Map() });
	});
});

/** Leads that change while they are read, in pages of some order, by polls that may give few of them. */
it('returns every change once, whatever moves while it is read', () => {
	const lead = fc.nat(30);
	const reading = fc.array(
		fc.record({
			/** Where in the list the next change falls: how many leads have been read by then. */
			after: fc.nat(30),
			lead,
		}),
		{ maxLength: 12 },
	);
	const polls = fc.array(
		fc.record({
			before: fc.array(lead, { maxLength: 20 }),
			reading,
			seconds: fc.constantFrom(0, 1, 60, 400),
			order: fc.constantFrom(1, 7, 11),
			isServerTimeKnown: fc.boolean(),
		}),
		{ minLength: 1, maxLength: 12 },
	);
	fc.assert(
		fc.property(polls, fc.constantFrom(1, 2, 3, 100), (script, most) => {
			let now = NOW;
			const leads = new Map<number, Lead>();
			const came: string[] = [];
			const nameOf = (each: Lead) => `${String(each.ProspectID)} ${String(each.ProspectStage)}`;
			let version = 0;
			const change = (index: number) => {
				now += 10;
				leads.set(index, leadAt(index, { active: now, stage: String(++version) }));
			};
			let cursor = cursorAt(NOW);
			const run = (
				reads: Array<{ after: number; lead: number }>,
				order: number,
				settled: boolean,
			) => {
				const began = now;
				const tracker = new ChangeTracker(cursor, timestampsOf);
				for (let read = 0; read < 31; read++) {
					for (const each of reads) if (each.after === read) change(each.lead);
					const next = leads.get((read * order) % 31);
					if (next) tracker.add(next);
				}
				const poll = tracker.next({
					max: most,
					columns: 'c',
					settledBefore: settled ? began - 180 * SECOND : undefined,
				});
				came.push(...poll.records.map(nameOf));
				cursor = poll.cursor;
				return poll;
			};
			for (const { before, reading: reads, seconds, order, isServerTimeKnown } of script) {
				before.forEach(change);
				now += seconds * SECOND;
				run(reads, order, isServerTimeKnown);
			}
			now += 1000 * SECOND;
			for (let more = 0; more < 100; more++) run([], 1, true);
			expect(came.filter((name, at) => came.indexOf(name) !== at)).toEqual([]);
			expect([...leads.values()].map(nameOf).filter((name) => !came.includes(name))).toEqual([]);
		}),
		{ numRuns: RUNS.movingLeads },
	);
});
