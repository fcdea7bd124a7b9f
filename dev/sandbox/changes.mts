import type { Faults } from './faults.mts';
import type { Population } from './population.mts';
import type { Values } from './values.mts';
import { dateTime } from './values.mts';

export type Moment = 'CreatedOn' | 'ModifiedOn' | 'LeadLastModifiedOn';

/** What a lead has become. */
interface Change extends Partial<Record<Moment, number>> {
	/** As JSON text. */
	values: Map<string, string>;
}

/** What has become of the leads since the sandbox began; nothing is stored of the others. */
export interface Changes {
	/** Goes up with each change. */
	readonly version: number;
	/** A moment of a lead, in ms, with the part of a second that its value does not show. */
	moment(name: Moment, index: number, faults: Faults): number;
	/** The values of a column as they are now; undefined if the account does not have it. */
	values(schemaName: string, faults: Faults): Values | undefined;
	/**
	 * A lead changes.
	 * @param values new ones; without any it is an activity, which moves LeadLastModifiedOn alone
	 */
	touch(index: number, now: number, values?: Record<string, string | null>): void;
	/** Leads are created. @returns the index of the first of them */
	create(count: number, now: number): number;
	reset(): void;
}

const MOMENTS: readonly string[] = ['CreatedOn', 'ModifiedOn', 'LeadLastModifiedOn'];

export function createChanges(population: Population): Changes {
	const { size } = population;
	const changed = new Map<number, Change>();
	let version = 0;

	function changeOf(index: number): Change {
		const change = changed.get(index) ?? { values: new Map() };
		changed.set(index, change);
		return change;
	}

	const changes: Changes = {
		get version() {
			return version;
		},
		moment(name, index, { burst }) {
			const change = changed.get(index)?.[name];
			if (change !== undefined) return change;
			const own = population.moment(name, index);
			if (burst === null || index < 0 || index >= burst.leads) return own;
			return (
				Date.parse(`${burst.at.replace(' ', 'T')}Z`) +
				(population.moment('ModifiedOn', index) % 1000)
			);
		},
		values(schemaName, faults) {
			if (MOMENTS.includes(schemaName)) {
				const name = schemaName as Moment;
				return (index) => `"${dateTime(changes.moment(name, index, faults))}"`;
			}
			const values = population.values(schemaName);
			if (!values || changed.size === 0) return values;
			return (index) => changed.get(index)?.values.get(schemaName) ?? values(index);
		},
		touch(index, now, values) {
			version++;
			const change = changeOf(index);
			change.LeadLastModifiedOn = now;
			if (!values) return;
			change.ModifiedOn = now;
			for (const [name, value] of Object.entries(values)) {
				change.values.set(name, JSON.stringify(value));
			}
		},
		create(count, now) {
			version++;
			const first = population.size;
			population.size += count;
			for (let index = first; index < population.size; index++) {
				Object.assign(changeOf(index), {
					CreatedOn: now,
					ModifiedOn: now,
					LeadLastModifiedOn: now,
				});
			}
			return first;
		},
		reset() {
			version++;
			changed.clear();
			population.size = size;
		},
	};
	return changes;
}
