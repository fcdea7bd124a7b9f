import { faker as fakerIn } from '@faker-js/faker/locale/en_IN';
import { faker as fakerDe } from '@faker-js/faker/locale/de';
import { faker as fakerEn } from '@faker-js/faker/locale/en';

/** A country that leads live in. */
export interface Country {
	name: string;
	timeZone: string;
	/** Country code, and the digits after it: an x is any digit. */
	phone: string;
	streets: readonly string[];
	places: ReadonlyArray<Place>;
}

export interface Place {
	city: string;
	state: string;
	/** An x is any digit. */
	zip: string;
	latitude: number;
	longitude: number;
}

const place = (
	city: string,
	state: string,
	zip: string,
	latitude: number,
	longitude: number,
): Place => ({
	city,
	state,
	zip,
	latitude,
	longitude,
});

const INDIA: Country = {
	name: 'India',
	timeZone: '+05:30',
	phone: '+91-98xxxxxxxx',
	streets: [
		'Church Street',
		'Gandhi Nagar',
		'Lake View Layout',
		'Link Road',
		'MG Road',
		'Nehru Nagar',
		'Station Road',
		'Temple Street',
	],
	places: [
		place('Bengaluru', 'Karnataka', '5600xx', 12.97, 77.59),
		place('Mysuru', 'Karnataka', '5700xx', 12.3, 76.64),
		place('Hyderabad', 'Telangana', '5000xx', 17.39, 78.49),
		place('Chennai', 'Tamil Nadu', '6000xx', 13.08, 80.27),
		place('Coimbatore', 'Tamil Nadu', '6410xx', 11.02, 76.96),
		place('Mumbai', 'Maharashtra', '4000xx', 19.08, 72.88),
		place('Pune', 'Maharashtra', '4110xx', 18.52, 73.86),
		place('Ahmedabad', 'Gujarat', '3800xx', 23.02, 72.57),
		place('Jaipur', 'Rajasthan', '3020xx', 26.91, 75.79),
		place('Kochi', 'Kerala', '6820xx', 9.93, 76.27),
		place('Kolkata', 'West Bengal', '7000xx', 22.57, 88.36),
		place('Lucknow', 'Uttar Pradesh', '2260xx', 26.85, 80.95),
	],
};

const UNITED_STATES: Country = {
	name: 'United States',
	timeZone: '-05:00',
	// 555 is the exchange that films use.
	phone: '+1-20x555xxxx',
	streets: ['Elm Street', 'Main Street', 'Maple Avenue', 'Oak Avenue', 'Washington Street'],
	places: [
		place('New York', 'New York', '100xx', 40.71, -74.01),
		place('Boston', 'Massachusetts', '021xx', 42.36, -71.06),
		place('Atlanta', 'Georgia', '303xx', 33.75, -84.39),
		place('Charlotte', 'North Carolina', '282xx', 35.23, -80.84),
	],
};

const GERMANY: Country = {
	name: 'Germany',
	timeZone: '+01:00',
	phone: '+49-151xxxxxxx',
	streets: ['Bahnhofstraße', 'Gartenstraße', 'Hauptstraße', 'Lindenweg', 'Schulstraße'],
	places: [
		place('Berlin', 'Berlin', '10xxx', 52.52, 13.41),
		place('München', 'Bayern', '80xxx', 48.14, 11.58),
		place('Köln', 'Nordrhein-Westfalen', '50xxx', 50.94, 6.96),
		place('Lübeck', 'Schleswig-Holstein', '235xx', 53.87, 10.69),
	],
};

/** A country, its usual names, and its companies. */
export interface People {
	country: Country;
	firstNames: readonly string[];
	lastNames: readonly string[];
	companies: readonly string[];
}

export interface Vocabulary {
	/** Every fourth lead is in the United States, every fourth in Germany, the others in India. */
	people: readonly [People, People, People, People];
	/** A name as part of an address. */
	plain(name: string): string;
	remarks: readonly string[];
}

const POOL = 300;

let vocabulary: Vocabulary | undefined;

/**
 * Words to build leads from, drawn once: faker is far too slow to be called for each lead, or for each
 * of the many sandboxes of a test. The seed of a population selects from them. All are JSON text
 * without quotes, so that joined words stay escaped.
 */
export function getVocabulary(): Vocabulary {
	return (vocabulary ??= drawVocabulary());
}

function drawVocabulary(): Vocabulary {
	const peopleOf = (faker: typeof fakerEn, country: Country): People => {
		faker.seed(1);
		const pool = (word: () => string) =>
			Array.from({ length: POOL }, () => JSON.stringify(word()).slice(1, -1));
		return {
			country,
			firstNames: pool(() => faker.person.firstName()),
			lastNames: pool(() => faker.person.lastName()),
			companies: pool(() => faker.company.name()),
		};
	};
	const india = peopleOf(fakerIn, INDIA);
	const unitedStates = peopleOf(fakerEn, UNITED_STATES);
	const germany = peopleOf(fakerDe, GERMANY);
	const people = [india, unitedStates, india, germany] as const;
	const spelled = new Map(
		people
			.flatMap(({ firstNames, lastNames, companies }) => [firstNames, lastNames, companies].flat())
			.map((name) => [name, plainly(name)]),
	);
	return { people, plain: (name) => spelled.get(name)!, remarks: drawRemarks() };
}

/** ASCII letters and digits only, for addresses. */
function plainly(json: string): string {
	return (JSON.parse(`"${json}"`) as string)
		.replaceAll('ß', 'ss')
		.normalize('NFKD')
		.replace(/[^A-Za-z0-9]/g, '')
		.toLowerCase();
}

/** People type anything into a text area: line ends, quotes, commas, other scripts, emoji. */
function drawRemarks(): string[] {
	const first = [
		'Called on Monday, asked to be called back after 6 pm.',
		'Met at the open day, wants to see the brochure first.',
		'Compares us with two others; price matters.',
		'Prefers WhatsApp, does not pick up unknown numbers.',
		'Was a customer some years ago, came back through a friend.',
		'Decides together with the family, next week.',
	];
	const then = ['Send the fee structure', 'Thinks about it', 'Needs an invoice', 'Very interested'];
	const last = ['नमस्ते', 'vielen Dank', 'धन्यवाद', 'merci'];
	const signs = ['👍', '🙏', '📞', '😀', '✅'];
	return first.flatMap((one, at) =>
		then.map((two, step) =>
			JSON.stringify(
				`${one}\n"${two}", ${last[(at + step) % last.length]} – ${signs[(at + 2 * step) % signs.length]}`,
			).slice(1, -1),
		),
	);
}

/** The words of text columns that do not depend on the person. */
export const TEXTS: Readonly<Record<string, readonly string[]>> = {
	CompanyType: [
		'Private Limited',
		'Public Limited',
		'Partnership',
		'Proprietorship',
		'Non-Profit',
		'Government',
	],
	JobTitle: [
		'Account Manager',
		'Architect',
		'Chartered Accountant',
		'Chief Executive Officer',
		'Civil Engineer',
		'Consultant',
		'Data Analyst',
		'Doctor',
		'Finance Manager',
		'Founder',
		'HR Manager',
		'Marketing Manager',
		'Operations Head',
		'Product Manager',
		'Sales Director',
		'School Principal',
		'Software Engineer',
		'Teacher',
	],
	SourceCampaign: [
		'Admissions 2023',
		'Brand Search',
		'Diwali Offer',
		'Monthly Newsletter',
		'Open Day',
		'Referral Programme',
		'Summer Webinar',
	],
	SourceMedium: ['cpc', 'email', 'organic', 'referral', 'social'],
	SourceContent: ['Header banner', 'Text ad A', 'Text ad B', 'Footer link', 'Video'],
	SourceReferrer: ['google.com', 'bing.com', 'facebook.com', 'linkedin.com', 'youtube.com'],
	ConversionKeyword: [
		'best mba college',
		'car insurance renewal',
		'evening courses near me',
		'home loan interest rate',
		'used cars',
	],
	MailingPreferences: ['Newsletter', 'Product Updates', 'Events', 'Newsletter, Events'],
	ProspectActivityName_Max: [
		'Email Link Clicked',
		'Email Opened',
		'Form Submitted on Website',
		'Inbound Phone Call Activity',
		'Outbound Phone Call Activity',
		'Page Visited on Website',
	],
	mx_Street2: ['1st Floor', '2nd Floor', '3rd Floor', 'Block B', 'Flat 4', 'Rear building'],
};
