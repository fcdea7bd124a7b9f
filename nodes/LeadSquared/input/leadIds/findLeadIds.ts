import { idKey, isEmptyGuid, LEAD_ID } from '../../api/leadId';
import { isBlankValue, truncate } from '../../base/text';
import { IdCarriers, asList } from './inObject';
import { type Finds, readText } from './inText';

/** The lead IDs in a value, and the rest. */
interface FoundIds {
	/** Each once, in the order given: 8-4-4-4-12 hexadecimal digits, in the case given. */
	ids: string[];
	/**
	 * Words and numbers that are neither lead IDs nor decoration, each once, in the order given.
	 * `[object Object]`, which a list of objects becomes in a text, is one.
	 */
	leftOver: string[];
}

/**
 * Finds the lead IDs in any value of a workflow: text with anything between and around them, addresses
 * of leads, JSON in text, lists, objects that carry IDs under a name for them, items of n8n, webhooks
 * of LeadSquared.
 */
export function findLeadIds(value: unknown): FoundIds {
	// Most input items have such an ID.
	if (typeof value === 'string' && LEAD_ID.test(value) && !isEmptyGuid(value)) {
		return { ids: [value], leftOver: [] };
	}
	const search = new Search();
	search.read(value);
	return search.result();
}

class Search implements Finds {
	private readonly ids = new Map<string, string>();
	private readonly leftOvers = new Set<string>();
	private readonly carriers = new IdCarriers();
	private readonly seen = new Set<object>();
	/** A heading, which is decoration if an ID follows. */
	private above?: string;

	/** Reads lists, which may be long and nested, without recursion. */
	read(value: unknown): void {
		const waiting = [[value].values()];
		while (waiting.length > 0) {
			const { done, value: next } = waiting.at(-1)!.next();
			if (done) waiting.pop();
			else if (typeof next === 'string') this.readString(next);
			else if (typeof next !== 'object' || next === null) this.readPrimitive(next);
			else if (!this.readPlainLead(next) && !this.seen.has(next)) {
				this.seen.add(next);
				const list = asList(next);
				if (list) waiting.push(list.values());
				else this.readObject(next);
			}
		}
	}

	id(id: string): void {
		this.above = undefined;
		if (isEmptyGuid(id)) return;
		const key = idKey(id);
		if (!this.ids.has(key)) this.ids.set(key, id);
	}

	heading(words: string): void {
		this.reportHeading();
		this.above = words;
	}

	leftOver(piece: string): void {
		this.reportHeading();
		this.leftOvers.add(piece);
	}

	value(value: unknown): void {
		this.read(value);
	}

	result(): FoundIds {
		this.reportHeading();
		return { ids: [...this.ids.values()], leftOver: [...this.leftOvers] };
	}

	private reportHeading(): void {
		if (this.above !== undefined) this.leftOvers.add(this.above);
		this.above = undefined;
	}

	private readString(text: string): void {
		// Most lists have such IDs.
		if (LEAD_ID.test(text)) this.id(text);
		else readText(text, this);
	}

	private readPrimitive(value: unknown): void {
		if (value !== null && value !== undefined) readText(String(value), this);
	}

	private readPlainLead(value: object): boolean {
		const { ProspectID: id } = value as { ProspectID?: unknown };
		if (typeof id !== 'string' || !LEAD_ID.test(id)) return false;
		this.id(id);
		return true;
	}

	private readObject(carrier: object): void {
		const values = this.carriers.in(carrier);
		const names = Object.keys(carrier);
		if (values) for (const value of values) this.read(value);
		else if (carrier instanceof String) this.readString(carrier.valueOf());
		// A dictionary of leads by their IDs.
		else if (names.length > 0 && names.every((name) => LEAD_ID.test(name))) this.read(names);
		else if (!Object.values(carrier).every(isEmpty)) this.leftOver(describe(carrier));
	}
}

function isEmpty(value: unknown): boolean {
	if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
	return isBlankValue(value);
}

/** Describes an object without an ID so that a person can recognize it. */
function describe(carrier: object): string {
	try {
		return truncate(JSON.stringify(carrier), 200);
	} catch {
		return `{${Object.keys(carrier).slice(0, 20).join(', ')}}`;
	}
}
