import type { Client } from '../transport/client';

/**
 * n8n's clock may be so far behind LeadSquared's. A stamp that is later is not believed: time would go
 * by it, and whatever is stamped rightly would count as done. It is less than what a wrong time zone or
 * a wrong summer time make.
 */
const MOST_AHEAD_MS = 45 * 60_000;
// Two clocks do not run alike for ever. No change within so long, and it does not matter any more.
const MOST_ELAPSED_MS = 3600_000;

type Clocks = Pick<Client, 'account' | 'clock'>;

/**
 * What LeadSquared's clock showed at least, in ms since 1970. It may be minutes off n8n's, and the two
 * are never compared: its stamps are what it showed, and time has passed since they came.
 *
 * @param at ms of our clock
 * @returns undefined as long as no stamp has come
 */
export function serverTimeAt(at: number, { account }: Pick<Clocks, 'account'>): number | undefined {
	const known = account.memory.serverTime;
	return known && known.atLeast + Math.min(at - known.at, MOST_ELAPSED_MS);
}

/** Whether LeadSquared's clock may have shown this by now. */
export const isBelievable = (stamp: number, { clock }: Pick<Clocks, 'clock'>): boolean =>
	stamp <= clock.wallNow() + MOST_AHEAD_MS;

/** Takes note of a stamp that has come, in ms since 1970. */
export function noteStamp(stamp: number | undefined, { account, clock }: Clocks): void {
	if (stamp === undefined || !isBelievable(stamp, { clock })) return;
	const at = clock.now();
	if (stamp > (serverTimeAt(at, { account }) ?? -Infinity)) {
		account.memory.serverTime = { atLeast: stamp, at };
	}
}
