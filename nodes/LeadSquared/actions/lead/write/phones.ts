import { isSamePhone } from '../../../api/lookups';
import { ID_COLUMN, isMasked, leadReader } from '../../../api/leads';
import { readMatches, searchLeads } from '../../../api/search';
import { forEachConcurrent } from '../../../fetch/concurrency';
import type { Client } from '../../../transport/client';
import type { Failed } from '../../../transport/outcome';
import { callWithRetry } from '../../../transport/retry';
import type { UnorderedRow } from './rows';

// Numbers that end in these digits may be the same: shorter ones are not compared.
const COMPARED_DIGITS = 8;
const MAX_FOUND = 100;

/**
 * Writes the numbers that rows are found by as LeadSquared has them. LeadSquared does not document how it
 * compares numbers: as texts, `9876543210` would not find the lead with `+91-9876543210`. It takes one call
 * for each number, and one more. Numbers that LeadSquared does not have get one spelling, so that the rows of one number
 * create one lead.
 *
 * @param column the column with the numbers
 * @returns the rows in their order, and the first failure: its number, and those after it, stay as they are
 */
export async function asStored(
	client: Client,
	rows: readonly UnorderedRow[],
	column: string,
): Promise<{ rows: UnorderedRow[]; failure?: Failed }> {
	const byEnding = new Map<string, Set<string>>();
	for (const { searchBy, values } of rows) {
		const number = values.get(column);
		if (searchBy !== column || number === undefined) continue;
		const ending = number.replace(/\D/g, '').slice(-COMPARED_DIGITS);
		const numbers = byEnding.get(ending) ?? new Set();
		byEnding.set(ending, numbers.add(number));
	}
	if (byEnding.size === 0) return { rows: [...rows] };
	const search = async (value: string) => {
		const condition = { column, operator: 'LIKE' as const, value };
		const page = { page: 1, pageSize: MAX_FOUND };
		return await callWithRetry(
			client,
			searchLeads(condition, [ID_COLUMN, column], page),
			readMatches,
		);
	};
	// It is not documented that LIKE treats % as SQL does. If it does, this finds leads.
	const probe = await search('%');
	const takesPatterns = probe.kind === 'ok' && probe.value.rows.length > 0;
	const reader = leadReader([ID_COLUMN, column]);
	let failure: Failed | undefined =
		probe.kind === 'ok' || probe.kind === 'notFound' ? undefined : probe;
	let done = 0;
	const spellings = new Map<string, string>();
	await forEachConcurrent(byEnding, client, async ([ending, numbers]) => {
		const known: string[] = [];
		if (!failure) {
			const outcome = await search(takesPatterns ? anySpellingOf(ending) : ending);
			if (outcome.kind === 'ok') {
				known.push(...outcome.value.rows.map((row) => String(reader.read(row)[column] ?? '')));
				if (known.some(isMasked)) failure ??= MASKED;
			} else if (outcome.kind !== 'notFound') failure ??= outcome;
		}
		for (const number of numbers) {
			const spelling =
				known.find((each) => each === number) ??
				known.find((each) => isSamePhone(each, number)) ??
				number;
			known.push(spelling);
			spellings.set(number, spelling);
		}
		client.report(byEnding, { known: ++done, all: byEnding.size });
	});
	const withSpelling = (row: UnorderedRow): UnorderedRow => {
		const spelling = spellings.get(row.values.get(column) ?? '');
		if (row.searchBy !== column || spelling === undefined) return row;
		return { ...row, values: new Map(row.values).set(column, spelling) };
	};
	return { rows: rows.map(withSpelling), failure };
}

/** The failure of keys whose user may not see the numbers. */
const MASKED: Failed = {
	kind: 'invalidRequest',
	fault: { from: 'leadSquared', message: 'LeadSquared masks the phone numbers' },
};

/** A pattern for numbers with these digits, whatever is between them. */
const anySpellingOf = (digits: string): string => `%${[...digits].join('%')}%`;
