import { draw, happens } from './random.mts';
import { ACTIVITY_SWITCHES } from './switches/activities.mts';
import type { ActivityFaults } from './switches/activities.mts';
import { CALL_SWITCHES } from './switches/calls.mts';
import type { CallFaults } from './switches/calls.mts';
import { COLUMN_SWITCHES } from './switches/columns.mts';
import type { ColumnFaults } from './switches/columns.mts';
import { FOUND_SWITCHES } from './switches/found.mts';
import type { FoundFaults } from './switches/found.mts';
import { PEOPLE_SWITCHES } from './switches/people.mts';
import type { PeopleFaults } from './switches/people.mts';
import { RATE_SWITCHES } from './switches/rate.mts';
import type { RateFaults } from './switches/rate.mts';
import { REFUSED_SWITCHES } from './switches/refused.mts';
import type { RefusedFaults } from './switches/refused.mts';
import type { Switch, Switches } from './switches/switch.mts';
import { TIME_SWITCHES } from './switches/time.mts';
import type { TimeFaults } from './switches/time.mts';
import { WAY_SWITCHES } from './switches/way.mts';
import type { WayFaults } from './switches/way.mts';
import { WRITTEN_SWITCHES } from './switches/written.mts';
import type { WrittenFaults } from './switches/written.mts';
import { WRITE_SWITCHES } from './switches/writes.mts';
import type { WriteFaults } from './switches/writes.mts';
import { TROUBLES } from './troubles.mts';
import type { Trouble } from './troubles.mts';

export { TROUBLES };
export type { Trouble };

/** Deviations from the default behaviour. Explained, with sources, in {@link SWITCHES}. */
export interface Faults
	extends ActivityFaults,
		CallFaults,
		ColumnFaults,
		FoundFaults,
		PeopleFaults,
		RefusedFaults,
		WrittenFaults,
		RateFaults,
		TimeFaults,
		WayFaults,
		WriteFaults {}

const GROUPS: Record<string, Partial<Switches<Faults>>> = {
	'Which leads, and how many': FOUND_SWITCHES,
	'What is refused, and in which words': REFUSED_SWITCHES,
	'How columns, rows and bodies are written': WRITTEN_SWITCHES,
	'Which columns may be written, and how some are read': COLUMN_SWITCHES,
	'Other calls than ByIds': CALL_SWITCHES,
	'Activities, opportunities and tasks': ACTIVITY_SWITCHES,
	'Notes and users': PEOPLE_SWITCHES,
	'Calls that write': WRITE_SWITCHES,
	'Its clock, and when changes show up': TIME_SWITCHES,
	'The rate limit': RATE_SWITCHES,
	'On the way, and who stands between': WAY_SWITCHES,
};

/** Every switch: its default, what it does, the values it takes, its source. */
export const SWITCHES = Object.assign({}, ...Object.values(GROUPS)) as Switches<Faults>;

const NAMES = Object.keys(SWITCHES) as Array<keyof Faults>;

/** All switches as they are by default, with the given ones changed. */
export function createFaults(changes: Partial<Faults> = {}): Faults {
	const defaults = Object.fromEntries(NAMES.map((name) => [name, SWITCHES[name].default]));
	return { ...(defaults as unknown as Faults), ...checkFaults(changes) };
}

/** The switches that differ from their defaults. */
export function changesOf(faults: Faults): Partial<Faults> {
	const isDefault = (name: keyof Faults) =>
		JSON.stringify(faults[name]) === JSON.stringify(SWITCHES[name].default);
	return Object.fromEntries(
		NAMES.filter((name) => !isDefault(name)).map((name) => [name, faults[name]]),
	);
}

/** @throws Error that names the switch, if there is no such switch or its value is not allowed. */
export function checkFaults(changes: object): Partial<Faults> {
	for (const [name, value] of Object.entries(changes)) {
		if (!Object.hasOwn(SWITCHES, name)) throw new Error(`There is no switch ${name}`);
		const { allows, about } = SWITCHES[name as keyof Faults] as Switch<unknown>;
		const allowed = typeof allows === 'function' ? allows(value) : allows.includes(value);
		if (!allowed) {
			throw new Error(`${name} cannot be ${JSON.stringify(value)}: ${valuesOf(name) || about}`);
		}
	}
	return changes;
}

/** A switch as written on the command line, `name=value`; lists with commas, objects as JSON. */
export function parseFault(text: string): Partial<Faults> {
	const [name, value] = text.split(/=(.*)/s);
	return checkFaults({ [name]: parseValue(name, value ?? 'true') });
}

function parseValue(name: string, text: string): unknown {
	if (!Object.hasOwn(SWITCHES, name)) return text;
	const { default: fallback, allows } = SWITCHES[name as keyof Faults] as Switch<unknown>;
	if (Array.isArray(fallback)) return text.split(',').filter(Boolean);
	const isAllowed = (value: unknown) =>
		typeof allows === 'function' ? allows(value) : allows.includes(value);
	if (text === 'null' && isAllowed(null)) return null;
	// Kinds of trouble, and other words, may look like numbers.
	if (isAllowed(text)) return text;
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

/** The list of switches, to print. */
export function listSwitches(): string {
	const groups = Object.entries(GROUPS).map(
		([title, switches]) => `${title}\n${Object.keys(switches).map(describeSwitch).join('\n')}`,
	);
	const troubles = Object.entries(TROUBLES).map(([kind, about]) => `  ${kind}: ${about}`);
	return `Switches\n\n${groups.join('\n\n')}\n\nKinds of trouble\n${troubles.join('\n')}`;
}

function describeSwitch(name: string): string {
	const { default: fallback, about, source } = SWITCHES[name as keyof Faults];
	const values = [valuesOf(name), `default ${JSON.stringify(fallback)}`].filter(Boolean);
	return `  ${name}: ${about}\n      ${values.join('; ')}\n      from: ${source}`;
}

function valuesOf(name: string): string {
	const { allows } = SWITCHES[name as keyof Faults];
	return typeof allows === 'function' ? '' : `one of ${allows.join(', ')}`;
}

/** The trouble of the n-th call (from 1), if any; it only depends on the seed and n. */
export function transientTrouble(faults: Faults, seed: number, call: number): Trouble | undefined {
	if (!faults.transient) return undefined;
	const { rate, every, kinds } = faults.transient;
	if (rate === undefined) {
		return call % every! === 0 ? kinds[(call / every! - 1) % kinds.length] : undefined;
	}
	if (!happens(rate, draw(seed ^ 0x7a2, call))) return undefined;
	return kinds[draw(seed ^ 0x7a3, call) % kinds.length];
}
