import type { Lead } from '../../../api/lead';
import {
	byEmail,
	byPhone,
	type Found,
	isSamePhone,
	nameOfLead,
	phoneForms,
	quickSearch,
	readFound,
} from '../../../api/lookups';
import { firstFew } from '../../../shared/inWords';
import type { ApiRequest, Client } from '../../../transport/client';
import { InvalidInput } from '../../../transport/invalidInput';
import type { Failed } from '../../../transport/outcome';
import { withRetry } from '../../../transport/retry';
import type { Key } from './parameters';

/** What a look-up came to: a lead as LeadSquared sent it, nobody, or why that is not known. */
export type LookedUp =
	| { row: Lead }
	| { nobody: true }
	| { failure: Failed }
	| { fault: InvalidInput };

/**
 * Looks a lead up by what is not its id.
 *
 * @throws the cancel signal's reason if the execution is cancelled
 */
export async function lookUp(
	client: Client,
	{ by, text }: Key,
	maxWaitMs: number,
): Promise<LookedUp> {
	const call = async (request: ApiRequest) =>
		await withRetry(
			async () => await client.call(request, readFound, maxWaitMs),
			{ maxWaitMs, mayRepeat: true },
			client.clock,
			client.signal,
		);
	const find = async (request: ApiRequest) => {
		for (let blank = 1; ; blank++) {
			const outcome = await call(request);
			const isBlank = outcome.kind === 'ok' && outcome.value.isBlank;
			if (!isBlank || blank === TIMES_BLANK) return outcome;
		}
	};
	const forms = by === 'phone' ? phoneForms(text) : [text];
	for (const form of forms) {
		const outcome = await find(REQUESTS[by](form));
		if (outcome.kind === 'notFound') continue;
		if (outcome.kind !== 'ok') return { failure: outcome };
		const rows = fitting(outcome.value, by, text);
		if (by === 'words' && rows.length > 1) return { fault: severalLeads(text, rows) };
		if (rows.length > 0) return { row: rows[0] };
	}
	return { nobody: true };
}

// A blank answer is how LeadSquared may say that there is nobody, or a fault.
const TIMES_BLANK = 3;

const REQUESTS: Record<Key['by'], (text: string) => ApiRequest> = {
	id: quickSearch,
	email: byEmail,
	phone: byPhone,
	words: quickSearch,
};

/** Those that have what was asked for; of numbers, as the shorter forms may be somebody else's. */
function fitting({ rows }: Found, by: Key['by'], text: string): Lead[] {
	const valuesOf = (row: Lead, names: string[]) =>
		Object.entries(row)
			.filter(([name]) => names.includes(name.toLowerCase()))
			.map(([, value]) => value);
	if (by === 'phone') {
		return rows.filter((row) => {
			const numbers = valuesOf(row, ['phone', 'mobile']).filter((value) => value !== null);
			return numbers.length === 0 || numbers.some((number) => isSamePhone(number, text));
		});
	}
	if (by !== 'email' || rows.length < 2) return rows;
	const isSame = (value: unknown) => String(value).toLowerCase() === text.toLowerCase();
	const same = rows.filter((row) => valuesOf(row, ['emailaddress']).some(isSame));
	return same.length > 0 ? same : rows;
}

function severalLeads(text: string, rows: Lead[]): InvalidInput {
	const names = rows.map(nameOfLead);
	return new InvalidInput(
		`Several leads fit '${text.slice(0, 60)}'`,
		`They are ${firstFew(names, '; ')}. Give the lead ID, the email address or the phone number of the one you mean.`,
	);
}
