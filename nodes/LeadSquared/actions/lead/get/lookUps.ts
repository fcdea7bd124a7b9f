import { inTurn, Failing } from '../../../fetch/concurrency';
import type { Progress } from '../../../fetch/types';
import type { Client, ApiRequest } from '../../../transport/client';
import type { Lead } from '../../../api/lead';
import {
	byEmail,
	byNobody,
	byPhone,
	isSamePhone,
	nameOfLead,
	phoneForms,
	quickSearch,
	readFound,
	type Found,
	type PhoneForm,
} from '../../../api/lookups';
import { firstFew } from '../../../base/text';
import { InvalidInput } from '../../../base/invalidInput';
import type { Failed, Outcome } from '../../../transport/outcome';
import { readWithRetry } from '../../../transport/retry';
import type { LeadOptions, LeadRequest, NotFoundOption } from '../../../input/leadSettings';

/** What a look-up came to: a lead as LeadSquared sent it, nobody, or why that is not known. */
export type LookedUp =
	| { row: Lead }
	| { nobody: true }
	| { failure: Failed }
	| { fault: InvalidInput };

/** Looks leads up by what is not their id, for one run. What it learns from one serves the next. */
export class LookUps {
	/** How often a form of a phone number was the one that LeadSquared knew. */
	private readonly worked = new Map<PhoneForm, number>();
	private blankIsNobody?: Promise<boolean>;

	constructor(private readonly client: Client) {}

	/** @throws the cancel signal's reason if the execution is cancelled */
	async lookUp({ by, text }: Key, maxWaitMs: number): Promise<LookedUp> {
		if (by === 'phone') return await this.byPhone(text, maxWaitMs);
		const request = by === 'email' ? byEmail(text) : quickSearch(text);
		const outcome = await this.find(request, maxWaitMs);
		if (outcome.kind === 'notFound') return { nobody: true };
		if (outcome.kind !== 'ok') return { failure: outcome };
		const rows = by === 'email' ? withAddress(outcome.value.rows, text) : outcome.value.rows;
		if (by === 'words' && rows.length > 1) return { fault: severalLeads(text, rows) };
		return rows.length > 0 ? { row: rows[0] } : { nobody: true };
	}

	private async byPhone(phone: string, maxWaitMs: number): Promise<LookedUp> {
		const times = (form: PhoneForm) => this.worked.get(form) ?? 0;
		const forms = [...phoneForms(phone)].sort(([one], [other]) => times(other) - times(one));
		for (const [form, text] of forms) {
			const outcome = await this.find(byPhone(text), maxWaitMs);
			if (outcome.kind === 'notFound') continue;
			if (outcome.kind !== 'ok') return { failure: outcome };
			const [row] = withNumber(outcome.value.rows, phone);
			if (!row) continue;
			this.worked.set(form, times(form) + 1);
			return { row };
		}
		return { nobody: true };
	}

	/** An answer without a body may be how LeadSquared says that there is nobody, or a fault. */
	private async find(request: ApiRequest, maxWaitMs: number): Promise<Outcome<Found>> {
		const outcome = await readWithRetry(this.client, request, readFound, maxWaitMs);
		if (outcome.kind !== 'ok' || !outcome.value.isBlank) return outcome;
		this.blankIsNobody ??= this.saysNobodyByBlank(maxWaitMs);
		const read = (await this.blankIsNobody) ? readFound : readUnlessBlank;
		return await readWithRetry(this.client, request, read, maxWaitMs);
	}

	/** Whether it does: someone whom nobody can be is looked up. */
	private async saysNobodyByBlank(maxWaitMs: number): Promise<boolean> {
		for (let time = 0; time < TIMES_BLANK; time++) {
			const outcome = await readWithRetry(this.client, byNobody, readFound, maxWaitMs);
			if (outcome.kind === 'ok' && !outcome.value.isBlank) return false;
		}
		return true;
	}
}

// It may be a fault each time.
const TIMES_BLANK = 3;

function readUnlessBlank(body: unknown): Found | undefined {
	const found = readFound(body);
	return found?.isBlank ? undefined : found;
}

const valuesOf = (row: Lead, names: string[]) =>
	Object.entries(row)
		.filter(([name, value]) => value !== null && names.includes(name.toLowerCase()))
		.map(([, value]) => String(value));

/** Those that have the address; all where none says so, since others of its columns may hold it. */
function withAddress(rows: Lead[], address: string): Lead[] {
	const isSame = (value: string) => value.toLowerCase() === address.toLowerCase();
	const same = rows.filter((row) => valuesOf(row, ['emailaddress']).some(isSame));
	return same.length > 0 ? same : rows;
}

/** Those that have the number: what a shorter form of it finds may be somebody else. */
function withNumber(rows: Lead[], number: string): Lead[] {
	return rows.filter((row) => {
		const numbers = valuesOf(row, ['phone', 'mobile']);
		return numbers.length === 0 || numbers.some((each) => isSamePhone(each, number));
	});
}

function severalLeads(text: string, rows: Lead[]): InvalidInput {
	return new InvalidInput(
		`Several leads fit '${text.slice(0, 60)}'`,
		`They are ${firstFew(rows.map(nameOfLead), '; ')}. Give the lead ID, the email address or the phone number of the one you mean.`,
	);
}

/** What one or more input items look up alike. */
export interface KeyLookUp {
	key: Key;
	requests: LeadKeyRequest[];
	/** None where the run ended before. */
	result?: LookedUp;
}

/** Look-ups by what they ask. */
export type KeyLookUps = Map<string, KeyLookUp>;

/** What two keys share that mean the same. */
export const nameOf = ({ by, text }: Key): string => `${by} ${text.toLowerCase()}`;

/**
 * Looks up what is not asked for by id, several side by side, each key once.
 *
 * @throws the cancel signal's reason if the execution is cancelled
 */
export async function lookUpAll(
	client: Client,
	requests: LeadKeyRequest[],
	{ stopAtFailure, onProgress }: { stopAtFailure: boolean; onProgress: (sum: Progress) => void },
): Promise<KeyLookUps> {
	const all: KeyLookUps = new Map();
	const lookUps = new LookUps(client);
	for (const request of requests) {
		const { key } = request;
		if (!key || key.by === 'id') continue;
		const known = all.get(nameOf(key)) ?? { key, requests: [] };
		all.set(nameOf(key), known);
		known.requests.push(request);
	}
	const failing = new Failing();
	let done = 0;
	let isOver = false;
	const pace = { atOnce: client.callsAtOnce, isOver: () => isOver };
	await inTurn(all.values(), pace, async (one) => {
		one.result = await resultOf(one);
		onProgress({ known: ++done, all: all.size });
		if (!stopAtFailure || !('failure' in one.result)) return;
		isOver = true;
		client.stop();
	});
	return all;

	async function resultOf({ key, requests: [{ options }] }: KeyLookUp): Promise<LookedUp> {
		if (failing.everywhere) return { failure: failing.everywhere };
		const before = failing.answered;
		const result = await lookUps.lookUp(key, options.maxWaitMs);
		if ('failure' in result) failing.onFailed(result.failure, before);
		else failing.onAnswer();
		return result;
	}
}

/** What a lead is asked for by. */
export type Key = {
	by: 'id' | 'email' | 'phone' | 'words';
	/** As it was given. */
	text: string;
};

/** What one input item asks for. Without a key, and without a fault, its cell is blank. */
export interface LeadKeyRequest extends LeadRequest {
	key?: Key;
	options: LeadOptions & { notFound: NotFoundOption };
}
