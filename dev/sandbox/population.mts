import { draw, gather, scatter } from './random.mts';
import type { Moment } from './changes.mts';
import { OWNERS } from './users.mts';
import { createLives } from './values.mts';
import type { Values } from './values.mts';

/** A lead as the API returns it: values are strings or null (section 7). */
export type Lead = Record<string, string | null>;

/**
 * The three leads of the API page. Their answer has no id and no owner, although the page's request
 * asks for both, so these leads have none.
 */
export const DOCUMENTED: ReadonlyArray<{ id: string; lead: Lead }> = [
	{
		id: '0acb9356-bcd1-4128-b63a-97f52cb8cc3c',
		lead: {
			CreatedOn: '2018-03-06 06:55:46.000',
			ModifiedOn: '2018-09-18 11:27:52.000',
			CompanyType: '5003',
			EmailAddress: null,
			FirstName: 'Ringo',
			LastName: 'Starr',
			ProspectStage: 'Opportunity',
		},
	},
	{
		id: '3aee22bd-8419-422a-8242-c510df9af021',
		lead: {
			CreatedOn: '2017-12-06 06:39:17.000',
			ModifiedOn: '2018-07-27 09:20:50.000',
			CompanyType: null,
			EmailAddress: 'john@example.com',
			FirstName: 'John',
			LastName: 'Lennon',
			ProspectStage: 'Prospect',
		},
	},
	{
		id: '6ba78830-bd39-435f-8687-460b677f3fb4',
		lead: {
			CreatedOn: '2017-12-06 06:27:04.000',
			ModifiedOn: '2018-04-17 10:46:26.000',
			CompanyType: null,
			EmailAddress: null,
			FirstName: 'Paul',
			LastName: 'McCartney',
			ProspectStage: 'Prospect',
		},
	},
];

/**
 * Made-up leads, computed from the seed and their index when they are needed. The indices
 * 0 to size-1 are ordinary leads; -3 to -1 are the three of the API page.
 */
export interface Population {
	/** It grows if leads are created. */
	size: number;
	/** The size before any lead was created. */
	readonly initialSize: number;
	idAt(index: number): string;
	/**
	 * The index of a lead id in lower case; undefined if it is not below `bound` (the size).
	 */
	indexOf(id: string, bound?: number): number | undefined;
	/** The values of a column, by its schema name; undefined if unknown. */
	values(schemaName: string): Values | undefined;
	/** An initial moment of a lead, in ms. */
	moment(name: Moment, index: number): number;
	/** The ID of a user, by number. */
	userId(at: number): string;
}

/** @param size the number of ordinary leads, up to a million and more @param seed any integer */
export function createPopulation(size: number, seed: number): Population {
	const key = scatter(seed ^ 0x1ead);
	const idAt = (index: number) => (index < 0 ? DOCUMENTED[index + 3].id : guid(index, key));
	const documented = new Map(DOCUMENTED.map(({ id }, at) => [id, at - 3]));
	const indexOf = (id: string, bound = population.size) => {
		const index = gather(parseInt(id.slice(0, 8), 16)) ^ key;
		if (index >= 0 && index < bound && guid(index, key) === id) return index;
		return documented.get(id);
	};
	const userId = (at: number) => guid(at, scatter(seed ^ 0x0e3));
	const owners = Array.from({ length: OWNERS }, (_, at) => userId(at));
	const documentedLead = (index: number) => (index < 0 ? DOCUMENTED[index + 3].lead : undefined);
	const { values, moments } = createLives({ seed, idAt, owners, documentedLead });
	const population: Population = {
		size,
		initialSize: size,
		idAt,
		indexOf,
		values: (schemaName) => values.get(schemaName),
		moment: (name, index) => moments[name](index),
		userId,
	};
	return population;
}

const BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function hex16(value: number): string {
	return BYTES[(value >>> 8) & 255] + BYTES[value & 255];
}

/** The scattered index forms the first eight digits of the id; the others follow from these. */
export function guid(index: number, key: number): string {
	const head = scatter(index ^ key);
	const middle = draw(key, head);
	const tail = draw(key + 1, head);
	const last = draw(key + 2, head);
	const version = 0x4000 | (middle & 0xfff);
	const variant = 0x8000 | (middle >>> 18);
	return `${hex16(head >>> 16)}${hex16(head)}-${hex16(last)}-${hex16(version)}-${hex16(variant)}-${hex16(last >>> 16)}${hex16(tail >>> 16)}${hex16(tail)}`;
}
