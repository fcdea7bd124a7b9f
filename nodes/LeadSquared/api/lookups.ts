import type { ApiRequest } from '../transport/client';
import { withoutEnvelope } from '../transport/outcome';
import { flatRow, ID_COLUMN, isLead, type Lead, readLeadsPage } from './leads';
import { readRows } from './rows';
import { searchLeads } from './search';

/** Get a Lead by Email Id: https://apidocs.leadsquared.com/get-a-lead-by-email-id/ */
export const byEmail = (email: string): ApiRequest => ({
	method: 'GET',
	path: '/LeadManagement.svc/Leads.GetByEmailaddress',
	qs: { emailaddress: email },
});

/** Get a Lead by Phone Number, of `Phone` and `Mobile`: https://apidocs.leadsquared.com/retrieve-lead-by-phone-number/ */
export const byPhone = (phone: string): ApiRequest => ({
	method: 'GET',
	path: '/LeadManagement.svc/RetrieveLeadByPhoneNumber',
	qs: { phone },
});

/** The column with the number that LeadSquared gives each lead. */
export const LEAD_NUMBER = 'ProspectAutoId';

/** Finds the lead with a number, in this column only. */
export const byNumber = (number: string): ApiRequest =>
	searchLeads({ column: LEAD_NUMBER, operator: '=', value: number }, [ID_COLUMN, LEAD_NUMBER], {
		page: 1,
		pageSize: 2,
	});

/** A quick search with as many leads may have left others out. */
export const QUICK_SEARCH_FULL = 10;

/** Finds about ten leads whose name, address, number, company, city or country contains a text. */
export const quickSearch = (text: string): ApiRequest => ({
	method: 'GET',
	path: '/LeadManagement.svc/Leads.GetByQuickSearch',
	qs: { key: text },
});

/** The result of a lookup. */
export interface Found {
	rows: Lead[];
	/** Whether the answer had no body. That can mean "not found" or an error. */
	isEmpty: boolean;
}

/** Reads the leads of a lookup's answer; returns undefined if the body is not such an answer. */
export function readFound(body: unknown): Found | undefined {
	if (body === null) return { rows: [], isEmpty: true };
	const answer = withoutEnvelope(body);
	if (Array.isArray(answer)) {
		const rows = readRows(answer, flatRow);
		return rows && { rows, isEmpty: false };
	}
	if (isLead(answer)) return { rows: [flatRow(answer)], isEmpty: false };
	const page = readLeadsPage(answer);
	return page && { rows: page.rows, isEmpty: false };
}

/** A lookup that finds no lead, to learn how LeadSquared reports that. */
export const notFoundProbe: ApiRequest = byEmail('no-lead-has-this-address@example.invalid');

/** The ways to write a phone number. */
export type PhoneForm = 'given' | 'plain' | 'digits' | 'plus' | 'stored' | 'national';

/**
 * Lists the forms in which LeadSquared may know a phone number: as given, without separators ("no spaces
 * or hyphens"), without and with a plus, as LeadSquared stores it (`+91-…`), and without the country.
 *
 * @returns each form once, the likeliest first
 */
export function phoneForms(phone: string): Map<PhoneForm, string> {
	const given = phone.trim();
	const stripped = given.replace(/^00(?=[1-9])/, '+').replace(/[^\d+]/g, '');
	const digits = stripped.replace(/\D/g, '');
	// Ten digits are a number without its country in India and North America, where LeadSquared is used most.
	const national = digits.slice(-10);
	const country = digits.slice(0, -10);
	const all: Array<[PhoneForm, string]> = [
		['given', given],
		['plain', stripped],
		['digits', digits],
		['plus', `+${digits}`],
		['stored', `+${country}-${national}`],
		['national', national],
	];
	const forms = new Map<PhoneForm, string>();
	for (const [name, form] of country === '' ? all.slice(0, 3) : all) {
		if (/\d/.test(form) && ![...forms.values()].includes(form)) forms.set(name, form);
	}
	return forms;
}

/** Whether a lead has a name: all these words are words of its first and last name, in any order. */
export function isNamed({ FirstName, LastName }: Lead, name: string): boolean {
	const wordsOf = (text: string) =>
		text
			.toLowerCase()
			.split(/[\s,]+/)
			.filter(Boolean);
	const own = wordsOf(`${FirstName ?? ''} ${LastName ?? ''}`);
	return wordsOf(name).every((word) => own.includes(word));
}

/** The numbers of digits of a number that may lack the code of its country. */
const NATIONAL = { min: 8, max: 10 };
const MAX_COUNTRY_CODE = 3;

/** Whether two phone numbers are the same: one of them may lack the code of the country. */
export function isSamePhone(first: unknown, second: unknown): boolean {
	const [a, b] = [first, second].map((number) =>
		String(number ?? '')
			.replace(/\D/g, '')
			.replace(/^0+/, ''),
	);
	const [short, long] = a.length < b.length ? [a, b] : [b, a];
	if (short === long) return short !== '';
	const { length } = short;
	const isNational = length >= NATIONAL.min && length <= NATIONAL.max;
	return isNational && long.length - length <= MAX_COUNTRY_CODE && long.endsWith(short);
}

/** Describes a lead in a few words, so that people can distinguish it from others. */
export function nameOfLead({ FirstName, LastName, ...row }: Lead): string {
	const name = [FirstName, LastName].filter(Boolean).join(' ');
	const more = row.EmailAddress ?? row.Phone ?? row.Mobile ?? row.Company;
	return [name, more].filter(Boolean).join(', ') || String(row.ProspectID);
}
