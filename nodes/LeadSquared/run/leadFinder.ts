import { ID_COLUMN, isMasked, type Lead } from '../api/leads';
import { idKey } from '../api/leadId';
import {
	byEmail,
	byNumber,
	notFoundProbe,
	byPhone,
	type Found,
	isNamed,
	isSamePhone,
	LEAD_NUMBER,
	nameOfLead,
	type PhoneForm,
	phoneForms,
	QUICK_SEARCH_FULL,
	quickSearch,
	readFound,
} from '../api/lookups';
import { readMatches } from '../api/search';
import { InvalidInput } from '../base/invalidInput';
import { firstFew } from '../base/text';
import { forEachConcurrent, SharedFailure } from '../fetch/concurrency';
import { isPhone, type LeadKey } from '../input/leadKeys';
import type { ApiRequest, Client } from '../transport/client';
import type { Failed, Outcome } from '../transport/outcome';
import { callWithRetry } from '../transport/retry';

/** The key that names a lead. */
export type Key = LeadKey | { by: 'number' | 'words'; text: string };

/** The lead that an input item names by its key, if it names one. */
interface Asked {
	item: number;
	key?: Key | null;
}

/** The outcome of a lookup: a lead as LeadSquared sent it, or why there is none. */
export type LookupResult =
	| { kind: 'found'; row: Lead; others?: Lead[] }
	| { kind: 'notFound' }
	| { kind: 'failed'; failure: Failed }
	| { kind: 'ambiguous'; fault: InvalidInput };

/** A lookup for all input items with the same key. */
export interface Lookup<A extends Asked = Asked> {
	key: Key;
	requests: A[];
	/** Absent if the execution ended before. */
	result?: LookupResult;
}

/** A name that keys with the same meaning share. */
export const keyName = ({ by, text }: Key): string =>
	`${by} ${by === 'id' ? idKey(text) : text.toLowerCase()}`;

/**
 * Looks up the leads that are not named by ID, several at once, each key once.
 *
 * @param patientFor the client for a request, if they do not all have the same Max Wait
 * @throws the cancel signal's reason if the execution is canceled
 */
export async function lookUpAll<A extends Asked>(
	client: Client,
	requests: A[],
	patientFor: (request: A) => Client = () => client,
): Promise<Array<Lookup<A>>> {
	const byKey = new Map<string, Lookup<A>>();
	for (const request of requests) {
		const { key } = request;
		if (!key || key.by === 'id') continue;
		const known = byKey.get(keyName(key)) ?? { key, requests: [] };
		byKey.set(keyName(key), known);
		known.requests.push(request);
	}
	const lookups = [...byKey.values()];
	const finder = new LeadFinder();
	const shared = new SharedFailure();
	let done = 0;
	await forEachConcurrent(lookups, client, async (lookup) => {
		if (shared.failure) lookup.result = { kind: 'failed', failure: shared.failure };
		else {
			const { answered } = shared;
			lookup.result = await finder.find(patientFor(lookup.requests[0]), lookup.key);
			if (lookup.result.kind === 'failed') shared.onFailed(lookup.result.failure, answered);
			else shared.onAnswer();
		}
		client.report(lookups, { known: ++done, all: lookups.length });
		if (client.stopAtFailure && lookup.result.kind === 'failed') client.stop();
	});
	return lookups;
}

/** A hint about keys that several leads have. */
export function sharedKeyHints(lookups: Lookup[]): string[] {
	const shared = lookups.flatMap(({ key, result }) => {
		if (result?.kind !== 'found' || !result.others?.length) return [];
		const ids = [result.row, ...result.others].map((row) => String(row[ID_COLUMN]));
		return [`${key.text} (${firstFew(ids, ', ')})`];
	});
	if (shared.length === 0) return [];
	return [
		`Several leads have the same email address or phone number, and the first of them was used: ${firstFew(shared, '; ')}.`,
	];
}

const KEY_LABELS: Record<Key['by'], string> = {
	id: 'ID',
	email: 'email address',
	phone: 'phone number',
	number: 'lead number',
	words: 'name',
};

/** The message that no lead has a key. */
export const noLeadHas = ({ by, text }: Key): string =>
	`LeadSquared has no lead with the ${KEY_LABELS[by]} ${text}`;

/** The ID in the row of a lookup. */
export function idOfRow(row: Lead): string | undefined {
	const [id] = valuesIn(row, [ID_COLUMN.toLowerCase()]);
	return id || undefined;
}

/** Finds leads by email address, phone number or name. Each lookup benefits from the ones before. */
class LeadFinder {
	/** The number of times that LeadSquared knew each form of a phone number. */
	private readonly worked = new Map<PhoneForm, number>();
	private emptyMeansNotFound?: Promise<boolean>;

	/** @throws the cancel signal's reason if the execution is canceled */
	async find(client: Client, { by, text }: Key): Promise<LookupResult> {
		if (by === 'phone') return await this.findByPhone(client, text);
		if (by === 'number') return await this.findByNumber(client, text);
		const request = by === 'email' ? byEmail(text) : quickSearch(text);
		const outcome = await this.call(client, request);
		if (outcome.kind === 'notFound') return { kind: 'notFound' };
		if (outcome.kind !== 'ok') return { kind: 'failed', failure: outcome };
		const { rows } = outcome.value;
		return by === 'email' ? firstOf(withAddress(rows, text)) : oneNamed(rows, text);
	}

	private async findByNumber(client: Client, text: string): Promise<LookupResult> {
		const outcome = await callWithRetry(client, byNumber(text), readMatches);
		if (outcome.kind !== 'ok' && outcome.kind !== 'notFound') {
			return { kind: 'failed', failure: outcome };
		}
		const rows = outcome.kind === 'ok' ? outcome.value.rows : [];
		const result = firstOf(rows.filter((row) => Number(row[LEAD_NUMBER]) === Number(text)));
		// A local number may be as short.
		return result.kind === 'notFound' && isPhone(text)
			? await this.findByPhone(client, text)
			: result;
	}

	private async findByPhone(client: Client, phone: string): Promise<LookupResult> {
		const times = (form: PhoneForm) => this.worked.get(form) ?? 0;
		const forms = [...phoneForms(phone)].sort(([a], [b]) => times(b) - times(a));
		for (const [form, text] of forms) {
			const outcome = await this.call(client, byPhone(text));
			if (outcome.kind === 'notFound') continue;
			if (outcome.kind !== 'ok') return { kind: 'failed', failure: outcome };
			const result = firstOf(withNumber(outcome.value.rows, phone));
			if (result.kind === 'notFound') continue;
			this.worked.set(form, times(form) + 1);
			return result;
		}
		return { kind: 'notFound' };
	}

	/** An empty response can mean "not found" or an error: a lookup of an impossible address shows which. */
	private async call(client: Client, request: ApiRequest): Promise<Outcome<Found>> {
		const outcome = await callWithRetry(client, request, readFound);
		if (outcome.kind !== 'ok' || !outcome.value.isEmpty) return outcome;
		this.emptyMeansNotFound ??= probeNotFound(client);
		const read = (await this.emptyMeansNotFound) ? readFound : readUnlessEmpty;
		return await callWithRetry(client, request, read);
	}
}

/** Looks up an address that cannot exist, to learn how this account reports "not found". */
async function probeNotFound(client: Client): Promise<boolean> {
	for (let probe = 0; probe < PROBES; probe++) {
		const outcome = await callWithRetry(client, notFoundProbe, readFound);
		if (outcome.kind === 'ok' && !outcome.value.isEmpty) return false;
	}
	return true;
}

// One empty answer could be an error.
const PROBES = 3;

function readUnlessEmpty(body: unknown): Found | undefined {
	const found = readFound(body);
	return found?.isEmpty ? undefined : found;
}

const valuesIn = (row: Lead, names: string[]) =>
	Object.entries(row)
		.filter(([name, value]) => value !== null && names.includes(name.toLowerCase()))
		.map(([, value]) => String(value));

/** Keeps the leads with the address, as far as LeadSquared shows it. */
function withAddress(rows: Lead[], address: string): Lead[] {
	return rows.filter((row) => {
		const [shown] = valuesIn(row, ['emailaddress']);
		const isShown = shown !== undefined && !isMasked(shown);
		return !isShown || shown.trim().toLowerCase() === address.toLowerCase();
	});
}

/** Keeps the leads with the number: a shorter form of it may find other leads. */
function withNumber(rows: Lead[], number: string): Lead[] {
	return rows.filter((row) => {
		const numbers = valuesIn(row, ['phone', 'mobile']);
		return (
			numbers.length === 0 || numbers.some((each) => isMasked(each) || isSamePhone(each, number))
		);
	});
}

function firstOf([row, ...others]: Lead[]): LookupResult {
	return row ? { kind: 'found', row, others } : { kind: 'notFound' };
}

/** The lead with a name. Quick search also finds a text within other columns. */
function oneNamed(rows: Lead[], name: string): LookupResult {
	const named = rows.filter((row) => isNamed(row, name));
	// A full answer may lack a lead with this name.
	if (rows.length >= QUICK_SEARCH_FULL || named.length > 1) {
		const fault = ambiguousName(name, named.length > 1 ? named : rows);
		return { kind: 'ambiguous', fault };
	}
	return firstOf(named);
}

function ambiguousName(text: string, rows: Lead[]): InvalidInput {
	return new InvalidInput(
		`Several leads fit '${text.slice(0, 60)}'`,
		`They are ${firstFew(rows.map(nameOfLead), '; ')}. Enter the lead ID, email address or phone number of the right one.`,
	);
}
