import type { ApiRequest } from '../transport/client';
import { withoutEnvelope } from '../transport/outcome';
import { flatRow, type Lead } from './leads';
import { readLeadsPage } from './leads';

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

/** Leads whose name, address, number, company, city or country contains a text; some ten at the most. */
export const quickSearch = (text: string): ApiRequest => ({
	method: 'GET',
	path: '/LeadManagement.svc/Leads.GetByQuickSearch',
	qs: { key: text },
});

/** What a look-up found. */
export interface Found {
	rows: Lead[];
	/** The answer had no body: that may be how LeadSquared says that there is nobody, or a fault. */
	isEmpty: boolean;
}

/** The leads of an answer of a look-up, or undefined if the body is no such answer. */
export function readFound(body: unknown): Found | undefined {
	if (body === null) return { rows: [], isEmpty: true };
	const answer = withoutEnvelope(body);
	if (Array.isArray(answer)) {
		const rows = answer.filter((row) => typeof row === 'object' && row !== null);
		return { rows: (rows as object[]).map(flatRow), isEmpty: false };
	}
	if (typeof answer === 'object' && answer !== null && 'ProspectID' in answer) {
		return { rows: [answer as Lead], isEmpty: false };
	}
	const page = readLeadsPage(answer);
	return page && { rows: page.rows, isEmpty: false };
}

/** A look-up that finds nobody, to see how LeadSquared says so. */
export const notFoundProbe: ApiRequest = byEmail('nobody-has-this-address@example.invalid');

/** The ways in which a phone number may be written. */
export type PhoneForm = 'given' | 'plain' | 'digits' | 'plus' | 'stored' | 'national';

/**
 * The forms in which a phone number may be found: as it is given, without what is laid between its
 * digits ("no spaces or hyphens"), without and with a plus, as LeadSquared stores it (`+91-…`), and
 * without the country.
 *
 * @returns each once, the likeliest first
 */
export function phoneForms(phone: string): Map<PhoneForm, string> {
	const given = phone.trim();
	const plain = given.replace(/^00(?=[1-9])/, '+').replace(/[^\d+]/g, '');
	const digits = plain.replace(/\D/g, '');
	// Ten digits are a number without its country in India and North America, where LeadSquared is used most.
	const national = digits.slice(-10);
	const country = digits.slice(0, -10);
	const all: Array<[PhoneForm, string]> = [
		['given', given],
		['plain', plain],
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

/** Whether two phone numbers may be the same: one of them may lack the country. */
export function isSamePhone(one: unknown, other: unknown): boolean {
	const [a, b] = [one, other].map((number) =>
		String(number ?? '')
			.replace(/\D/g, '')
			.replace(/^0+/, ''),
	);
	const [short, long] = a.length < b.length ? [a, b] : [b, a];
	return short === long ? short !== '' : short !== '' && short.length <= 10 && long.endsWith(short);
}

/** A lead in a few words, for people to tell it from others. */
export function nameOfLead({ FirstName, LastName, ...row }: Lead): string {
	const name = [FirstName, LastName].filter(Boolean).join(' ');
	const more = row.EmailAddress ?? row.Phone ?? row.Mobile ?? row.Company;
	return [name, more].filter(Boolean).join(', ') || String(row.ProspectID);
}
