import type { AccountMemory } from '../../../nodes/LeadSquared/transport/limiter/accounts';
import type { Client } from '../../../nodes/LeadSquared/transport/client';
import { noteTimestamp, serverTimeAt } from '../../../nodes/LeadSquared/trigger/changes';

const WALL = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;

function clocks() {
	const memory: AccountMemory = { counts: new Map() };
	const time = { ours: 5000, wall: WALL };
	const client = {
		account: { memory },
		clock: { now: () => time.ours, wallNow: () => time.wall },
	} as unknown as Client;
	return { time, client, at: (ms: number) => serverTimeAt(ms, client) };
}

it('is not known until a stamp has come', () => {
	const { client, at } = clocks();
	expect(at(5000)).toBeUndefined();
	noteTimestamp(undefined, client);
	expect(at(5000)).toBeUndefined();
});

it('is the time of a stamp, and continues, also before it', () => {
	const { client, at } = clocks();
	noteTimestamp(WALL, client);
	expect(at(5000)).toBe(WALL);
	expect(at(5000 + MINUTE)).toBe(WALL + MINUTE);
	expect(at(4000)).toBe(WALL - 1000);
});

it('is what is known best: a later stamp counts only if it says more', () => {
	const { client, time, at } = clocks();
	noteTimestamp(WALL, client);
	time.ours += MINUTE;
	noteTimestamp(WALL + MINUTE / 2, client);
	expect(at(time.ours)).toBe(WALL + MINUTE);
	noteTimestamp(WALL + 2 * MINUTE, client);
	expect(at(time.ours)).toBe(WALL + 2 * MINUTE);
});

it('does not continue for ever without another one', () => {
	const { client, at } = clocks();
	noteTimestamp(WALL, client);
	expect(at(5000 + 100 * 60 * MINUTE)).toBe(WALL + 60 * MINUTE);
});

it('believes a clock that is ten minutes ahead, and no stamp of tomorrow', () => {
	const { client, at } = clocks();
	noteTimestamp(WALL + 60 * MINUTE, client);
	expect(at(5000)).toBeUndefined();
	noteTimestamp(WALL + 10 * MINUTE, client);
	expect(at(5000)).toBe(WALL + 10 * MINUTE);
});
