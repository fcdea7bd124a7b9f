import { isNth } from './account.mts';
import type { Faults } from './faults.mts';
import { COLUMNS, LEAD_TYPE } from './metadata.mts';
import { defaultsOfNewLead } from './newLead.mts';
import type { Population } from './population.mts';
import type { Values } from './values.mts';
import { dateTime } from './values.mts';

export type Moment = 'CreatedOn' | 'ModifiedOn' | 'LeadLastModifiedOn';

/** When a change was made, and when answers show it; ms. */
export interface ChangeTimes {
	/** Its timestamp. */
	stamp: number;
	/** By the clock of the sandbox. */
	showsAt: number;
}

/** The current state of a lead. */
interface Change extends Partial<Record<Moment, number>> {
	/** As JSON text. */
	values: Map<string, string>;
}

/** Something that answers do not show yet. */
interface Hidden {
	index: number;
	showsAt: number;
	apply: () => void;
}

/** The changes of leads since the sandbox began; unchanged leads are not stored. */
export interface Changes {
	/** Goes up with each change that shows. */
	readonly version: number;
	/** A moment of a lead, in ms, with the part of a second that its value does not show. */
	moment(name: Moment, index: number, faults: Faults): number;
	/** The values of a column as they are shown; undefined if the account does not have it. */
	values(schemaName: string, faults: Faults): Values | undefined;
	/** Whether a lead has been created, and no answer shows it yet. */
	isHidden(index: number): boolean;
	/**
	 * A lead changes.
	 * @param values new ones; without any it is an activity, which moves LeadLastModifiedOn alone
	 */
	touch(index: number, times: ChangeTimes, values?: Record<string, string | null>): void;
	/** A lead is created, with these values and LeadSquared's defaults. @returns its index */
	create(times: ChangeTimes, values: Record<string, string | null>): number;
	/** From now on answers show what they are to show by then. */
	showUntil(now: number): void;
	reset(): void;
}

const MOMENTS: readonly string[] = ['CreatedOn', 'ModifiedOn', 'LeadLastModifiedOn'];
/** Each lead has its own, new ones too. */
const OWN: readonly string[] = ['ProspectID', 'ProspectAutoId', LEAD_TYPE];

const TYPES = new Map(COLUMNS.map(({ schemaName, dataType }) => [schemaName, dataType]));

/** A written value as answers show it: in the form that all values of its column have. */
export function shownAs(schemaName: string, value: string | null): string | null {
	switch (TYPES.get(schemaName)) {
		case 'Boolean':
			return value && value.replace(/^true$/i, '1').replace(/^false$/i, '0');
		case 'Date':
		case 'DateTime':
			return value && value.replace(/^[\d-]+$/, '$& 00:00:00').replace(/:\d\d$/, '$&.000');
		default:
			return value;
	}
}

/** The types of leads, as long as no write has changed them; new leads are of the first type. */
function typesOf({ secondTypeEvery }: Faults, size: number): Values {
	return (index) => (index < size && isNth(index, secondTypeEvery) ? '"OT_1"' : '"OT_0"');
}

export function createChanges(population: Population): Changes {
	const { size } = population;
	const defaults = defaultsOfNewLead(population.userId);
	const changed = new Map<number, Change>();
	const created = new Set<number>();
	/** In the order in which they happened. */
	let hidden: Hidden[] = [];
	/** Whose leads they are of. */
	let waiting = new Set<number>();
	/** When the first of them shows. */
	let nextShows = Infinity;
	let shownUntil = -Infinity;
	let version = 0;

	function changeOf(index: number): Change {
		const change = changed.get(index) ?? { values: new Map() };
		changed.set(index, change);
		return change;
	}

	function happen(index: number, showsAt: number, apply: () => void): void {
		if (showsAt <= shownUntil && !waiting.has(index)) {
			version++;
			apply();
			return;
		}
		hidden.push({ index, showsAt, apply });
		waiting.add(index);
		nextShows = Math.min(nextShows, showsAt);
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
			const values =
				schemaName === LEAD_TYPE ? typesOf(faults, size) : population.values(schemaName);
			if (!values || changed.size === 0) return values;
			const initial = defaults.get(schemaName) ?? 'null';
			const isMadeUp = (index: number) =>
				index < size || index >= population.size || OWN.includes(schemaName);
			return (index) =>
				changed.get(index)?.values.get(schemaName) ?? (isMadeUp(index) ? values(index) : initial);
		},
		isHidden: (index) => created.has(index),
		touch(index, { stamp, showsAt }, values) {
			happen(index, showsAt, () => {
				const change = changeOf(index);
				change.LeadLastModifiedOn = stamp;
				if (!values) return;
				change.ModifiedOn = stamp;
				for (const [name, value] of Object.entries(values)) {
					change.values.set(name, JSON.stringify(shownAs(name, value)));
				}
			});
		},
		create({ stamp, showsAt }, values) {
			const index = population.size++;
			created.add(index);
			happen(index, showsAt, () => {
				created.delete(index);
				const change = changeOf(index);
				Object.assign(change, {
					CreatedOn: stamp,
					ModifiedOn: stamp,
					LeadLastModifiedOn: stamp,
				});
				for (const [name, value] of Object.entries(values)) {
					change.values.set(name, JSON.stringify(shownAs(name, value)));
				}
			});
			return index;
		},
		showUntil(now) {
			shownUntil = Math.max(shownUntil, now);
			if (nextShows > shownUntil) return;
			version++;
			// A change comes with all that happened to its lead before.
			const upTo = new Map<number, number>();
			for (const [place, { index, showsAt }] of hidden.entries()) {
				if (showsAt <= shownUntil) upTo.set(index, place);
			}
			const shows = ({ index }: Hidden, place: number) => place <= (upTo.get(index) ?? -1);
			hidden.filter(shows).forEach(({ apply }) => apply());
			hidden = hidden.filter((each, place) => !shows(each, place));
			waiting = new Set(hidden.map(({ index }) => index));
			nextShows = hidden.reduce((first, { showsAt }) => Math.min(first, showsAt), Infinity);
		},
		reset() {
			version++;
			changed.clear();
			created.clear();
			hidden = [];
			waiting.clear();
			nextShows = Infinity;
			population.size = size;
		},
	};
	return changes;
}
