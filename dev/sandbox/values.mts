import type { Moment } from './changes.mts';
import { COLUMNS, isDay } from './metadata.mts';
import type { Column } from './metadata.mts';
import { draw, happens } from './random.mts';
import { emailOfUser, nameOfUser } from './users.mts';
import { TEXTS, getVocabulary } from './vocabulary.mts';

/** A lead's value in a column, as JSON text. */
export type Values = (index: number) => string;

export interface Origin {
	seed: number;
	idAt(index: number): string;
	/** Ids of the users that leads belong to. */
	owners: readonly string[];
	/** The documented leads of the API page. */
	documentedLead(index: number): Record<string, string | null> | undefined;
}

const DAY = 86_400_000;
const EPOCH = Date.UTC(2018, 0, 1);
/** The first leads have a value in every column, because people see them first. */
const COMPLETE = 10;

// Taken before a test makes it virtual, and slower by far.
const RealDate = Date;

/** `YYYY-MM-DD HH:MM:SS.000`, in UTC (section 7). */
export function dateTime(ms: number): string {
	const iso = new RealDate(ms).toISOString();
	return `${iso.slice(0, 10)} ${iso.slice(11, 19)}.000`;
}

function quoted(text: string | number): string {
	return `"${text}"`;
}

export interface Lives {
	/** The values of all columns, by schema name. */
	values: Map<string, Values>;
	/** Moments of a lead, in ms, with fractions of seconds that the values do not show. */
	moments: Record<Moment, (index: number) => number>;
}

/** People, with matching details. */
export function createLives({ seed, idAt, owners, documentedLead }: Origin): Lives {
	const { people, plain, remarks } = getVocabulary();
	const numbers = new Map(COLUMNS.map(({ schemaName }, at) => [schemaName, at]));
	const salt = (name: string) => draw(seed, numbers.get(name)!);
	const from = (name: string) => {
		const own = salt(name);
		return <T,>(pool: readonly T[], index: number) => pool[draw(own, index) % pool.length];
	};
	const pick = (name: string, pool: readonly string[]) => {
		const own = salt(name);
		return (index: number) => pool[draw(own, index) % pool.length];
	};
	/** At most nine digits, which fit in 32 bits. */
	const digits = (pattern: string, drawn: number) => {
		let rest = drawn;
		return pattern.replace(/x/g, () => {
			const digit = rest % 10;
			rest = Math.floor(rest / 10);
			return String(digit);
		});
	};

	const peopleOf = from('mx_Country');
	const of = (index: number) => peopleOf(people, index);
	const [firstNameOf, lastNameOf, companyOf, streetOf, placeOf] = [
		'FirstName',
		'LastName',
		'Company',
		'mx_Street1',
		'mx_City',
	].map(from);
	const firstName = (index: number) =>
		documentedLead(index)?.FirstName ?? firstNameOf(of(index).firstNames, index);
	const lastName = (index: number) =>
		documentedLead(index)?.LastName ?? lastNameOf(of(index).lastNames, index);
	const spelled = (index: number) =>
		index < 0
			? [firstName(index), lastName(index)].map((name) => name.toLowerCase())
			: [plain(firstName(index)), plain(lastName(index))];
	const email = (index: number) =>
		documentedLead(index)?.EmailAddress ??
		`${spelled(index).join('.')}.${index < 0 ? 1000 + index : index + 1}@example.com`;
	const company = (index: number) => companyOf(of(index).companies, index);
	const place = (index: number) => placeOf(of(index).country.places, index);
	const near = (name: string, degrees: (index: number) => number) => {
		const own = salt(name);
		return (index: number) => (degrees(index) + (draw(own, index) % 2000) / 20_000).toFixed(6);
	};
	const phone = (name: string) => {
		const own = salt(name);
		return (index: number) => digits(of(index).country.phone, draw(own, index));
	};
	const createdSalt = salt('CreatedOn');
	const created = (index: number) => {
		const documented = documentedLead(index)?.CreatedOn;
		if (documented) return Date.parse(`${documented.replace(' ', 'T')}Z`);
		return EPOCH + (draw(createdSalt, index) % (6 * 365 * 86_400)) * 1000;
	};
	const modified = (index: number) => {
		const documented = documentedLead(index)?.ModifiedOn;
		if (documented) return Date.parse(`${documented.replace(' ', 'T')}Z`);
		const drawn = draw(createdSalt + 1, index);
		return created(index) + (drawn % (500 * 86_400)) * 1000 + (drawn % 1000);
	};
	/** An activity, such as an e-mail opened, moves this alone. */
	const lastModified = (index: number) => {
		const drawn = draw(createdSalt + 2, index);
		const isActive = index >= 0 && happens(0.15, drawn);
		return modified(index) + (isActive ? (drawn % (60 * 86_400)) * 1000 : 0);
	};
	/** A moment in the life of a lead; `least` and `most` are fractions of the time it has existed. */
	const during = (name: string, least = 0, most = 1) => {
		const own = salt(name);
		return (index: number) => {
			const share = least + (most - least) * (draw(own, index) / 2 ** 32);
			const life = modified(index) - created(index);
			return dateTime(created(index) + Math.floor((life * share) / 1000) * 1000);
		};
	};
	const ownerSalt = salt('OwnerId');
	const owner = (index: number) => draw(ownerSalt, index) % owners.length;
	const ownerName = (index: number) => nameOfUser(owner(index)).join(' ');
	const between = (name: string, least: number, most: number, decimals = 0) => {
		const own = salt(name);
		const unit = 10 ** decimals;
		return (index: number) =>
			String((least * unit + (draw(own, index) % ((most - least) * unit + 1))) / unit);
	};
	const inShare = (name: string, share: number) => {
		const own = salt(name);
		return (index: number) => (happens(share, draw(own, index)) ? '1' : '0');
	};

	// Columns that every lead has a value in.
	const always: Record<string, Values> = {
		ProspectID: idAt,
		ProspectAutoId: (index) => String(index + 1001),
		FirstName: firstName,
		LastName: lastName,
		EmailAddress: email,
		Phone: phone('Phone'),
		CreatedOn: (index) => dateTime(created(index)),
		ModifiedOn: (index) => dateTime(modified(index)),
		LeadLastModifiedOn: (index) => dateTime(lastModified(index)),
		OwnerId: (index) => owners[owner(index)],
		OwnerIdName: ownerName,
		OwnerIdEmailAddress: (index) => emailOfUser(owner(index)),
		CreatedBy: (index) => owners[owner(index)],
		CreatedByName: ownerName,
		ModifiedBy: (index) => owners[owner(index)],
		ModifiedByName: ownerName,
		IsLead: () => '1',
		DoNotEmail: inShare('DoNotEmail', 0.1),
		DoNotCall: inShare('DoNotCall', 0.1),
		DoNotTrack: inShare('DoNotTrack', 0.02),
		IsStarredLead: inShare('IsStarredLead', 0.1),
		IsTaggedLead: inShare('IsTaggedLead', 0.2),
		Latitude: near('Latitude', (index) => place(index).latitude),
		Longitude: near('Longitude', (index) => place(index).longitude),
		mx_Zip: (index) => digits(place(index).zip, draw(salt('mx_Zip'), index)),
	};

	// Columns that some leads have a value in.
	const referrer = pick('SourceReferrer', TEXTS.SourceReferrer);
	const sometimes: Record<string, Values> = {
		Mobile: phone('Mobile'),
		Company: company,
		RelatedCompanyIdName: company,
		Website: (index) => `https://www.example.com/${plainCompany(index)}`,
		SkypeId: (index) => `live:${spelled(index).join('.')}`,
		TwitterId: (index) => `@${spelled(index).join('_')}`,
		LinkedInId: (index) => `https://www.example.com/in/${spelled(index).join('-')}`,
		FacebookId: (index) => `https://www.example.com/people/${spelled(index).join('.')}`,
		PhotoUrl: (index) => `https://www.example.com/photos/${index + 1001}.jpg`,
		TimeZone: (index) => of(index).country.timeZone,
		SourceReferrer: referrer,
		SourceReferrerURL: (index) => `https://www.${referrer(index)}/`,
		// The blocks that are kept for documentation.
		SourceIPAddress: (index) =>
			`${['192.0.2', '198.51.100', '203.0.113'][draw(salt('SourceIPAddress'), index) % 3]}.${1 + (draw(seed, index) % 254)}`,
		Notes: pick('Notes', remarks),
		StatusCode: between('StatusCode', 0, 4),
		StatusReason: between('StatusReason', 1, 12),
		Score: between('Score', -10, 290),
		EngagementScore: between('EngagementScore', 0, 100),
		QualityScore01: between('QualityScore01', 0, 10, 1),
		Revenue: between('Revenue', 500, 90_000, 2),
		LeadAge: (index) => String(Math.floor((modified(index) - created(index)) / DAY)),
		TotalVisits: between('TotalVisits', 1, 60),
		PageViewsPerVisit: between('PageViewsPerVisit', 1, 9, 2),
		AvgTimePerVisit: between('AvgTimePerVisit', 5, 900),
		LeadConversionDate: during('LeadConversionDate', 0.5),
		FirstLandingPageSubmissionDate: during('FirstLandingPageSubmissionDate', 0, 0.1),
		LastVisitDate: during('LastVisitDate', 0.7),
		LastOptInEmailSentDate: during('LastOptInEmailSentDate'),
		ProspectActivityDate_Max: during('ProspectActivityDate_Max', 0.9),
		ProspectActivityDate_Min: during('ProspectActivityDate_Min', 0, 0.05),
		mx_Street1: (index) => {
			const { streets, name } = of(index).country;
			const number = 1 + (draw(salt('mx_Street2'), index) % 180);
			const street = streetOf(streets, index);
			return name === 'Germany' ? `${street} ${number}` : `${number} ${street}`;
		},
		mx_City: (index) => place(index).city,
		mx_State: (index) => place(index).state,
		mx_Country: (index) => of(index).country.name,
		mx_Billing_City: (index) => place(index).city,
		// Born from 1955 to 1999: adults when the first leads were created.
		mx_Date_of_Birth: (index) =>
			dateTime(Date.UTC(1955, 0, 1) + (draw(salt('mx_Date_of_Birth'), index) % 16_436) * DAY),
		mx_Preferred_Time: officeHours('mx_Preferred_Time'),
		'mx_Docs~mx_CustomObject_1': between('mx_Docs~mx_CustomObject_1', 100_000, 999_999),
	};

	function plainCompany(index: number): string {
		return plain(company(index));
	}

	/** A quarter of an hour from nine to half past seven. */
	function officeHours(name: string): Values {
		const own = salt(name);
		return (index) => {
			const minutes = 9 * 60 + 15 * (draw(own, index) % 43);
			return new Date(minutes * 60_000).toISOString().slice(11, 19);
		};
	}

	/** Defaults by the type of a column and by its name. */
	const general = ({
		schemaName: name,
		dataType,
		rendering,
		options,
		...column
	}: Column): Values => {
		const own = salt(name);
		switch (dataType) {
			case 'Number':
				return between(name, 1000, 250_000, 2);
			case 'Email':
				return (index) => `contact${draw(own, index) % 100_000}@example.org`;
			case 'Phone':
				return phone(name);
			case 'Website':
				return (index) => `https://www.example.com/${(draw(own, index) % 100_000).toString(36)}`;
			case 'Date':
			case 'DateTime': {
				const isOfDays = isDay({ schemaName: name, dataType, rendering, ...column });
				const unit = isOfDays ? DAY : 1000;
				const span = 3 * 365 * DAY;
				return (index) => {
					const start = created(index) - (created(index) % DAY);
					return dateTime(start + (draw(own, index) % (span / unit)) * unit);
				};
			}
			case 'Time':
				return officeHours(name);
			case 'Select': {
				if (rendering !== 'MultiselectDropdown') return pick(name, options!);
				const first = (index: number) => draw(own, index) % options!.length;
				return (index) =>
					options!
						.filter((_, at) => at === first(index) || draw(own + at, index) % 2 === 0)
						.join(';');
			}
			case 'Boolean':
				return inShare(name, 0.5);
			case 'Text': {
				if (rendering === 'TextArea') return pick(name, remarks);
				if (TEXTS[name]) return pick(name, TEXTS[name]);
				const prefix = name.replace(/^mx_/, '').slice(0, 3).toUpperCase();
				return (index) => `${prefix}-${100_000 + (draw(own, index) % 900_000)}`;
			}
		}
	};

	/** Null for a quarter of the leads. */
	const some = (name: string, value: Values): Values => {
		const absent = salt(name) + 1;
		return (index) =>
			index >= COMPLETE && happens(0.25, draw(absent, index)) ? 'null' : quoted(value(index));
	};

	const all = new Map(
		COLUMNS.map((column) => {
			const { schemaName: name } = column;
			const fixed = always[name];
			const value = fixed ?? sometimes[name] ?? general(column);
			const isAlways = fixed !== undefined || column.dataType === 'Boolean';
			const values: Values = isAlways ? (index) => quoted(value(index)) : some(name, value);
			return [name, documented(name, values)];
		}),
	);
	const moments = { CreatedOn: created, ModifiedOn: modified, LeadLastModifiedOn: lastModified };
	return { values: all, moments };

	/** The leads of the API page have their documented values, unless these are null. */
	function documented(name: string, values: Values): Values {
		return (index) => {
			const value = index < 0 ? documentedLead(index)?.[name] : undefined;
			return value ? JSON.stringify(value) : values(index);
		};
	}
}
