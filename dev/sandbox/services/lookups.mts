import { lookUp } from '../account.mts';
import type { Account } from '../account.mts';
import { jsonAnswer } from '../answers.mts';
import { LISTED_NAMES } from '../metadata.mts';
import { rowWriter } from '../rows.mts';
import { existingLeads } from './found.mts';
import { lowerCased } from './lists.mts';
import { mandatory } from './request.mts';
import type { Served, Service } from './service.mts';

/** Columns that lookups return in addition to those in the metadata. */
const JOINED = ['CreatedByName', 'ModifiedByName', 'CanUpdate'];
const STANDARD_NAMES = LISTED_NAMES.filter((name) => !name.startsWith('mx_'));

/** Leads, flat and with about all they have (operations (d)). */
function answerFlat(found: number[], account: Account): Served {
	const { wholeAnswers, nobodyForm } = account.faults;
	if (found.length === 0 && nobodyForm === 'blank') return { answer: jsonAnswer(''), rows: 0 };
	const columns = wholeAnswers ? LISTED_NAMES : STANDARD_NAMES;
	const writeRow = rowWriter(columns, found.length, account, {
		form: 'flat',
		echoes: JOINED,
		isLookUp: true,
	});
	return { answer: jsonAnswer(`[${found.map(writeRow).join(',')}]`), rows: found.length };
}

/** Get a Lead by Id: https://apidocs.leadsquared.com/get-lead-by-id/ */
export const byId: Service<{ id: string }> = {
	name: 'Leads.GetById',
	method: 'GET',
	read({ query }) {
		const id = lowerCased(query).get('id');
		return id ? { id } : mandatory('id');
	},
	answer({ id }, account) {
		const index = lookUp(id.toLowerCase(), account);
		return answerFlat(index === undefined ? [] : [index], account);
	},
};

/**
 * Get a Lead by Email Id: https://apidocs.leadsquared.com/get-a-lead-by-email-id/. Another name of
 * the parameter returns an empty list.
 */
export const byEmail: Service<{ email: string }> = {
	name: 'Leads.GetByEmailaddress',
	method: 'GET',
	read: ({ query }) => ({ email: lowerCased(query).get('emailaddress') ?? '' }),
	answer({ email }, account) {
		const wanted = email.trim().toLowerCase();
		const found = valuesToLeads('EmailAddress', (value) => value.toLowerCase(), account);
		return answerFlat(found.get(wanted) ?? [], account);
	},
};

/** The leads that have a value in a column, by it. */
export function valuesToLeads(
	column: string,
	keyOf: (value: string) => string,
	account: Account,
): Map<string, number[]> {
	return account.remembered(`leads by ${column}`, () => {
		const leads = new Map<string, number[]>();
		const values = account.changes.values(column, account.faults)!;
		for (const index of existingLeads(account)) {
			const value = JSON.parse(values(index)) as string | null;
			if (value === null) continue;
			const key = keyOf(value);
			const others = leads.get(key);
			if (others) others.push(index);
			else leads.set(key, [index]);
		}
		return leads;
	});
}

/** Get a Lead by Phone Number: of Phone and Mobile only. */
export const byPhone: Service<{ phone: string }> = {
	name: 'RetrieveLeadByPhoneNumber',
	method: 'GET',
	read({ query }) {
		const phone = lowerCased(query).get('phone');
		return phone ? { phone } : mandatory('phone');
	},
	answer({ phone }, account) {
		const { faults, changes } = account;
		const found = new Set(
			['Phone', 'Mobile'].flatMap((column) => {
				const byNumber = valuesToLeads(column, nationalNumber, account);
				const values = changes.values(column, faults)!;
				return (byNumber.get(nationalNumber(phone)) ?? []).filter((index) =>
					isNumber(phone, JSON.parse(values(index)) as string, faults.phoneForms),
				);
			}),
		);
		const name = faults.phoneMatches === 'latest-modified' ? 'ModifiedOn' : 'LeadLastModifiedOn';
		const latest = [...found].sort(
			(a, b) => changes.moment(name, b, faults) - changes.moment(name, a, faults),
		);
		return answerFlat(faults.phoneMatches === 'all' ? latest : latest.slice(0, 1), account);
	},
};

function digitsOf(number: string): string {
	return number.replace(/\D/g, '');
}

/** The digits that tell numbers apart, whether the country is named or not. */
export function nationalNumber(number: string): string {
	return digitsOf(number).slice(-10);
}

function isNumber(asked: string, stored: string, forms: 'digits' | 'stored' | 'any'): boolean {
	switch (forms) {
		case 'stored':
			return asked === stored;
		case 'digits': {
			if (!/^\+?\d+$/.test(asked)) return false;
			const hasCountry = asked.startsWith('+') || digitsOf(asked).length > 10;
			return hasCountry
				? digitsOf(asked) === digitsOf(stored)
				: digitsOf(asked) === stored.replace(/^\+\d+-/, '');
		}
		case 'any':
			return digitsOf(stored).endsWith(digitsOf(asked));
	}
}

const SEARCHED = [
	'FirstName',
	'LastName',
	'EmailAddress',
	'Phone',
	'Mobile',
	'Company',
	'mx_City',
	'mx_Country',
];

/** Quick search: what contains the words, in any of a few columns, or in the whole name. */
export const quickSearch: Service<{ key: string }> = {
	name: 'Leads.GetByQuickSearch',
	method: 'GET',
	read({ query }) {
		const key = lowerCased(query).get('key');
		return key ? { key } : mandatory('key');
	},
	answer({ key }, account) {
		const { changes, faults } = account;
		const wanted = key.trim().toLowerCase();
		const columns = SEARCHED.map((name) => changes.values(name, faults)!);
		const [first, last] = columns;
		const text = (json: string) => String(JSON.parse(json) ?? '').toLowerCase();
		const found: number[] = [];
		for (const index of existingLeads(account)) {
			if (found.length >= faults.quickSearchCap) break;
			const isFound =
				columns.some((values) => text(values(index)).includes(wanted)) ||
				`${text(first(index))} ${text(last(index))}`.includes(wanted);
			if (isFound) found.push(index);
		}
		return answerFlat(found, account);
	},
};
