import { faker as fakerIn } from '@faker-js/faker/locale/en_IN';
import { faker as fakerDe } from '@faker-js/faker/locale/de';
import { faker as fakerEn } from '@faker-js/faker/locale/en';

import { COLUMNS } from './metadata.mts';
import type { Column } from './metadata.mts';
import { draw, gather, happens, scatter } from './random.mts';

/** A lead as the API gives it: values are strings or null (section 7). */
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

/** A lead's value in a column, as JSON text. */
type Values = (index: number) => string;

/**
 * Made-up leads, computed from the seed and their index whenever they are asked for. The indices
 * 0 to size-1 are ordinary leads; -3 to -1 are the three of the API page.
 */
export interface Population {
	readonly size: number;
	idAt(index: number): string;
	/**
	 * The index of a lead id in lower case; undefined if it is not below `bound` (the size).
	 */
	indexOf(id: string, bound?: number): number | undefined;
	/** The values of a column of an ordinary lead, by its schema name; undefined if unknown. */
	values(schemaName: string): Values | undefined;
}

/** @param size the number of ordinary leads, up to a million and more @param seed any integer */
export function createPopulation(size: number, seed: number): Population {
	const key = scatter(seed ^ 0x1ead);
	const idAt = (index: number) => (index < 0 ? DOCUMENTED[index + 3].id : leadId(index, key));
	const documented = new Map(DOCUMENTED.map(({ id }, at) => [id, at - 3]));
	const indexOf = (id: string, bound = size) => {
		const index = gather(parseInt(id.slice(0, 8), 16)) ^ key;
		if (index >= 0 && index < bound && leadId(index, key) === id) return index;
		return documented.get(id);
	};
	const columns = columnValues(seed, idAt);
	return { size, idAt, indexOf, values: (schemaName) => columns.get(schemaName) };
}

const BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function hex16(value: number): string {
	return BYTES[(value >>> 8) & 255] + BYTES[value & 255];
}

/** The index, scattered, is the first eight digits of the id; the others follow from these. */
function leadId(index: number, key: number): string {
	const head = scatter(index ^ key);
	const middle = draw(key, head);
	const tail = draw(key + 1, head);
	const last = draw(key + 2, head);
	const version = 0x4000 | (middle & 0xfff);
	const variant = 0x8000 | (middle >>> 18);
	return `${hex16(head >>> 16)}${hex16(head)}-${hex16(last)}-${hex16(version)}-${hex16(variant)}-${hex16(last >>> 16)}${hex16(tail >>> 16)}${hex16(tail)}`;
}

const POOL = 500;

let vocabulary: ReturnType<typeof drawVocabulary> | undefined;

/**
 * Words to build leads from, drawn once: faker is far too slow to be asked for each lead, or for
 * each of the many sandboxes of a test. The seed of a population decides what it takes of them.
 */
function drawVocabulary() {
	for (const faker of [fakerIn, fakerDe, fakerEn]) faker.seed(1);
	// JSON text without its quotes, so that words can be joined and stay escaped.
	const pool = (word: (faker: typeof fakerEn) => string) =>
		Array.from({ length: POOL }, (_, at) =>
			JSON.stringify(word([fakerIn, fakerIn, fakerEn, fakerDe][at % 4])).slice(1, -1),
		);
	const firstNames = pool((faker) => faker.person.firstName());
	const lastNames = pool((faker) => faker.person.lastName());
	return {
		firstNames,
		lastNames,
		/** Each name as it stands in an address. */
		plain: new Map([...firstNames, ...lastNames].map((name) => [name, plain(name)])),
		jobs: pool((faker) => faker.person.jobTitle()),
		companies: pool((faker) => faker.company.name()),
		cities: pool((faker) => faker.location.city()),
		states: pool((faker) => faker.location.state()),
		countries: pool((faker) => faker.location.country()),
		streets: pool((faker) => faker.location.street()),
		words: pool((faker) => faker.word.words({ count: { min: 1, max: 3 } })),
		// People type anything into a text area: line ends, quotes, commas, other scripts.
		remarks: pool(
			(faker) =>
				`${faker.lorem.sentence()}\n"${faker.word.noun()}", नमस्ते – ${faker.internet.emoji()}`,
		),
	};
}

/** ASCII letters only, for addresses. */
function plain(json: string): string {
	return (JSON.parse(quoted(json)) as string)
		.normalize('NFKD')
		.replace(/[^A-Za-z0-9]/g, '')
		.toLowerCase();
}

const DAY = 86_400_000;
const EPOCH = Date.UTC(2018, 0, 1);

/** `YYYY-MM-DD HH:MM:SS.000`, in UTC (section 7). */
function dateTime(ms: number): string {
	const iso = new Date(ms).toISOString();
	return `${iso.slice(0, 10)} ${iso.slice(11, 19)}.000`;
}

function quoted(text: string | number): string {
	return `"${text}"`;
}

function columnValues(seed: number, idAt: (index: number) => string): Map<string, Values> {
	const words = (vocabulary ??= drawVocabulary());
	const numbers = new Map(COLUMNS.map(({ schemaName }, at) => [schemaName, at]));
	const salt = (name: string) => draw(seed, numbers.get(name)!);
	const pick = (name: string, pool: readonly string[]) => {
		const own = salt(name);
		return (index: number) => pool[draw(own, index) % pool.length];
	};

	const firstName = pick('FirstName', words.firstNames);
	const lastName = pick('LastName', words.lastNames);
	const email = (index: number) =>
		`${words.plain.get(firstName(index))}.${words.plain.get(lastName(index))}.${index + 1}@example.com`;
	const digits = salt('Phone');
	const phone = (index: number) => `+91-${7_000_000_000 + (draw(digits, index) % 2_999_999_999)}`;
	const createdSalt = salt('CreatedOn');
	const created = (index: number) => EPOCH + (draw(createdSalt, index) % (6 * 365 * 86_400)) * 1000;
	const modified = (index: number) =>
		created(index) + (draw(createdSalt + 1, index) % (500 * 86_400)) * 1000;
	const ownerSalt = salt('OwnerId');
	const owner = (index: number) => draw(ownerSalt, index) % 40;
	const ownerName = (index: number) =>
		`${words.firstNames[owner(index)]} ${words.lastNames[owner(index)]}`;
	const ownerIds = Array.from({ length: 40 }, (_, at) => leadId(at, scatter(seed ^ 0x0e3)));

	// Columns that belong together, or that are never null. The others follow from their type.
	const own: Record<string, Values> = {
		ProspectID: (index) => quoted(idAt(index)),
		ProspectAutoId: (index) => quoted(index + 1001),
		FirstName: (index) => quoted(firstName(index)),
		LastName: (index) => quoted(lastName(index)),
		EmailAddress: (index) => quoted(email(index)),
		Phone: (index) => quoted(phone(index)),
		CreatedOn: (index) => quoted(dateTime(created(index))),
		ModifiedOn: (index) => quoted(dateTime(modified(index))),
		LeadLastModifiedOn: (index) => quoted(dateTime(modified(index))),
		OwnerId: (index) => quoted(ownerIds[owner(index)]),
		OwnerIdName: (index) => quoted(ownerName(index)),
		OwnerIdEmailAddress: (index) => quoted(`owner${owner(index) + 1}@example.com`),
		CreatedBy: (index) => quoted(ownerIds[owner(index)]),
		CreatedByName: (index) => quoted(ownerName(index)),
		ModifiedBy: (index) => quoted(ownerIds[owner(index)]),
		ModifiedByName: (index) => quoted(ownerName(index)),
		IsLead: () => '"1"',
		Latitude: (index) => quoted(((draw(salt('Latitude'), index) % 18_000) / 100 - 90).toFixed(6)),
		Longitude: (index) =>
			quoted(((draw(salt('Longitude'), index) % 36_000) / 100 - 180).toFixed(6)),
		mx_Zip: (index) => quoted(100_000 + (draw(salt('mx_Zip'), index) % 900_000)),
	};
	const pools: Record<string, readonly string[]> = {
		Company: words.companies,
		RelatedCompanyIdName: words.companies,
		JobTitle: words.jobs,
		TimeZone: ['Asia/Kolkata', 'Europe/Berlin', 'America/New_York'],
		Notes: words.remarks,
		mx_Street1: words.streets,
		mx_City: words.cities,
		mx_Billing_City: words.cities,
		mx_State: words.states,
		mx_Country: words.countries,
	};

	const general = (column: Column): Values => {
		const name = column.schemaName;
		const drawn = salt(name);
		const text = pick(
			name,
			pools[name] ?? (column.rendering === 'TextArea' ? words.remarks : words.words),
		);
		const some = (value: (number: number, index: number) => string): Values => {
			const absent = drawn + 1;
			return (index) =>
				happens(0.25, draw(absent, index)) ? 'null' : quoted(value(draw(drawn, index), index));
		};
		switch (column.dataType) {
			case 'Number':
				return some((number) =>
					number % 3 === 0 ? `${(number % 100_000) / 100}` : `${(number % 2000) - 100}`,
				);
			case 'Email':
				return some((number) => `contact${number % 100_000}@example.org`);
			case 'Phone':
				return some((number) => `+91-${7_000_000_000 + (number % 2_999_999_999)}`);
			case 'Website':
				return some((number) => `https://www.example.com/${number.toString(36)}`);
			case 'Date':
			case 'DateTime': {
				const unit = column.dataType === 'Date' && !column.rendering ? DAY : 1000;
				return some((number) => dateTime(EPOCH + (number % ((8 * 365 * DAY) / unit)) * unit));
			}
			case 'Time':
				return some((number) => new Date((number % 86_400) * 1000).toISOString().slice(11, 19));
			case 'Select':
				return some((number) => column.options![number % column.options!.length]);
			case 'Boolean':
				return (index) => (draw(drawn, index) & 1 ? '"1"' : '"0"');
			case 'Text':
				return some((_, index) => text(index));
		}
	};

	return new Map(
		COLUMNS.map((column) => [column.schemaName, own[column.schemaName] ?? general(column)]),
	);
}
