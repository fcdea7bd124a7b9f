import type { Activity } from './activities.mts';
import type { Changes } from './changes.mts';
import type { Faults } from './faults.mts';
import type { Population } from './population.mts';
import type { Records } from './records.mts';

/** The state that an account answers from. */
export interface Account {
	population: Population;
	/** The changes of its leads since. */
	changes: Changes;
	faults: Faults;
	seed: number;
	/** The indices of the leads that have been left out once ({@link Faults.forgetful} and others). */
	forgotten: Set<number>;
	/** The number of the call, from 1. */
	call: number;
	/** When the call came. */
	now: number;
	/**
	 * A lead gets new values, or has an activity.
	 * @param automations whether those of the account run
	 */
	touch(index: number, values?: Record<string, string | null>, automations?: boolean): void;
	/** A lead is created. @returns its index */
	create(values: Record<string, string | null>, automations: boolean): number;
	/** Records other than leads that calls have written. */
	readonly records: Readonly<Records>;
	/** The changes of stage since, as activities; oldest first. */
	stageChanges: readonly Activity[];
	/** When activities were last edited, by their IDs ({@link Faults.editsPerCall}). */
	edits: ReadonlyMap<string, number>;
	/** Adds a record. */
	add<Kind extends keyof Records>(kind: Kind, record: Records[Kind][number]): void;
	/** The time that is written to new records, by LeadSquared's clock. */
	stamp: number;
	/** When answers show new activities, by the sandbox's clock. */
	showsAt: number;
	/** The number of this call among those that write, from 1. */
	writes(): number;
	/** Computed values by key, valid until leads or switches change. */
	remembered<T>(key: string, compute: () => T): T;
}

/** Leads that others were merged into are this many indices behind these. */
export const MERGED_BEHIND = 0x4000_0000;

/**
 * The index of the lead that is found under an id, in lower case. The lead that another has been
 * merged into stands {@link MERGED_BEHIND} it.
 */
export function lookUp(id: string, { changes, population, faults }: Account): number | undefined {
	const { size } = population;
	const { existEvery, mergedEvery, mergedIds } = faults;
	const isMerged = (index: number) =>
		isNth(index, mergedEvery) ||
		(mergedIds.length > 0 && mergedIds.includes(population.idAt(index)));
	const index = population.indexOf(id);
	if (index === undefined) {
		if (mergedEvery === null && mergedIds.length === 0) return undefined;
		const behind = population.indexOf(id, MERGED_BEHIND + size);
		if (behind === undefined || behind < MERGED_BEHIND) return undefined;
		return isMerged(behind - MERGED_BEHIND) ? behind : undefined;
	}
	if (index < 0) return index;
	if (changes.isHidden(index)) return undefined;
	if (existEvery !== null && !isNth(index, existEvery)) return undefined;
	return isMerged(index) ? MERGED_BEHIND + index : index;
}

export function isNth(index: number, every: number | null): boolean {
	return every !== null && index >= 0 && (index + 1) % every === 0;
}
