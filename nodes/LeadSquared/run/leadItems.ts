import {
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type NodeError,
	NodeOperationError,
} from 'n8n-workflow';
import { leadUrl } from '../api/users';
import { ID_COLUMN, type Lead } from '../api/leads';
import { InvalidInput } from '../base/invalidInput';
import { atItem } from './messages';
import { copyFields } from './run';
import type { WebAddress } from './webAddress';
import type { ItemError } from './run';
import type { NotFoundOption } from '../input/leadSettings';
import { Missing } from './report';

const URL_FIELD = 'LeadURL';

/** n8n could not hold more. */
export const MAX_ITEMS = 1_000_000;
/** In characters. Beyond twice as many, n8n cannot keep the execution: V8's longest text. */
export const MAX_REPEATED = 250_000_000;

/** The error for input fields that would be repeated too often. */
export const tooMuchRepeated = (advice: string): InvalidInput =>
	new InvalidInput(
		"'Include Input Fields' would repeat more than 250 MB of input fields",
		`Each output item gets a copy of its input item. ${advice}`,
	);

/** The form in which input items get their leads. */
export interface LeadForm {
	/** Whether to add the address of each lead's page in LeadSquared. */
	addLeadUrl: boolean;
	/** Whether to add the fields of the input item. */
	includeInputFields: boolean;
	/** Absent if a lead cannot be missing. */
	notFound?: NotFoundOption;
	/** The chosen columns, `ProspectID` first. Forms with the same columns share the list. */
	columns: string[];
	/** Converts a lead to the wanted names and types; undefined if these are LeadSquared's own. */
	shape?: (lead: Lead) => Lead;
}

/** Collects leads as workflow items, each linked to its input item, and errors. */
export class LeadItems {
	readonly items: INodeExecutionData[] = [];
	readonly errors: ItemError[] = [];
	private readonly emitted = new Set<Lead>();
	/** Leads that were not found, by results and key, with the name of those that got no item. */
	private readonly notFound = new Map<object, Map<string, string | undefined>>();
	private readonly blank: number[] = [];
	private unknownWhich = 0;
	private skippedUnknown = 0;
	private pairedItem?: { item: number };
	/** The length of the input item's fields, and of all copied fields. */
	private input?: { item: number; length: number };
	private repeated = 0;

	/**
	 * @param options address: the account's web address; mayRepeat: whether a lead may come more than once
	 */
	constructor(
		private readonly context: IExecuteFunctions,
		private readonly options: { address?: WebAddress; mayRepeat: boolean },
	) {}

	addLead(item: number, form: LeadForm, lead: Lead): void {
		const json = this.withAdditions(this.ownCopy(lead, form), true, form);
		this.add(item, form, json, (input) => ({ ...input, ...json }));
	}

	/**
	 * Adds an item, an error or nothing, as wanted, for a lead that the account does not have.
	 *
	 * @param lead id: null if it is not known; key: the same for all ways to name the lead; name: the value
	 * that it was asked for by, if not its ID; among: the results that it is missing from, in which it
	 * counts once
	 */
	addNotFound(
		item: number,
		form: LeadForm,
		lead: { id: string | null; key: string; name?: string; message: string; among?: object },
	): void {
		const { id, key, name = id, message, among = form.columns } = lead;
		const known = this.notFound.get(among) ?? new Map<string, string | undefined>();
		this.notFound.set(among, known);
		const isSkipped = form.notFound === 'skip';
		if (!known.has(key) || (isSkipped && known.get(key) === undefined)) {
			known.set(key, isSkipped ? String(name) : undefined);
		}
		this.addStandIn(item, form, id, message);
	}

	/** Adds an item, an error or nothing, as wanted, for an input item that names no lead. */
	addBlank(item: number, form: LeadForm, message: string): void {
		if (form.notFound === 'skip') this.blank.push(item);
		this.addStandIn(item, form, null, message);
	}

	/** Adds an error, if wanted, for an input item whose leads came without IDs, fewer than requested. */
	addMissing(item: number, form: LeadForm, asked: number, came: number): void {
		const missing = asked - came;
		if (missing <= 0) return;
		this.unknownWhich += missing;
		// Their IDs are not known, so there can be no items for them.
		if (form.notFound !== 'error') this.skippedUnknown += missing;
		else {
			const message = `LeadSquared has no lead for ${missing} of ${asked} IDs, and does not say which`;
			this.addError(item, this.notFoundError(message, item));
		}
	}

	get missing(): Missing {
		const all = [...this.notFound.values()].flatMap((known) => [...known]);
		const skipped = all.filter((entry): entry is [string, string] => entry[1] !== undefined);
		return {
			notFound: all.length + this.unknownWhich,
			skipped: skipped.length + this.skippedUnknown,
			skippedIds: [...new Map(skipped).values()],
			blank: this.blank,
		};
	}

	private addStandIn(item: number, form: LeadForm, id: string | null, message: string): void {
		const { columns, notFound, shape } = form;
		if (notFound === 'include') {
			const lead: Lead = Object.fromEntries(
				columns.map((name, at) => [name, at === 0 ? id : null]),
			);
			const json = this.withAdditions(shape ? shape(lead) : lead, false, form);
			this.add(item, form, json, (input) => withMissing(input, json));
		} else if (notFound === 'error') this.addError(item, this.notFoundError(message, item));
	}

	addError(item: number, error: NodeError): void {
		this.errors.push({ item, error });
	}

	private add(
		item: number,
		{ includeInputFields }: LeadForm,
		json: Lead,
		merge: (input: IDataObject) => IDataObject,
	): void {
		const own = includeInputFields ? merge(this.inputOf(item)) : json;
		// All items of an input item, which may be many, share one.
		if (this.pairedItem?.item !== item) this.pairedItem = { item };
		this.items.push({ json: own, pairedItem: this.pairedItem });
	}

	private inputOf(item: number): IDataObject {
		const { json } = this.context.getInputData()[item];
		if (this.input?.item === item) this.repeated += this.input.length;
		else this.input = { item, length: JSON.stringify(json).length };
		if (this.repeated > MAX_REPEATED) {
			throw tooMuchRepeated('Turn the option off, or ask for fewer leads for each input item.');
		}
		return copyFields(json);
	}

	/**
	 * Copies a lead that comes twice: items must not share an object, since a later node may change one of
	 * them. It looks only if a lead may come twice, because it takes time for many leads.
	 */
	private ownCopy(lead: Lead, { shape }: LeadForm): Lead {
		if (shape) return shape(lead);
		if (!this.options.mayRepeat) return lead;
		if (this.emitted.has(lead)) return { ...lead };
		this.emitted.add(lead);
		return lead;
	}

	private withAdditions(lead: Lead, found: boolean, { notFound, addLeadUrl }: LeadForm): Lead {
		return withAdditions(lead, {
			...(notFound === 'include' && { found }),
			...(addLeadUrl && { url: found ? this.options.address : undefined }),
		});
	}

	private notFoundError(message: string, itemIndex: number): NodeOperationError {
		return new NodeOperationError(this.context.getNode(), atItem(message, itemIndex), {
			itemIndex,
			description:
				"The lead was deleted, belongs to another account, or the user of the keys may not see it. Set the option 'When a Lead Is Not Found' to Skip or Include to go on without it.",
		});
	}
}

/**
 * Adds `found` and `LeadURL` right after `ProspectID`, where people see them in an If node and a sheet.
 *
 * @param additions only the wanted ones; url: the account's web address, if it is known
 */
export function withAdditions(lead: Lead, additions: { found?: boolean; url?: WebAddress }): Lead {
	if (Object.keys(additions).length === 0) return lead;
	const { found, url } = additions;
	const { [ID_COLUMN]: id = null, ...columns } = lead;
	const hasUrl = id !== null && url && 'known' in url;
	return {
		[ID_COLUMN]: id,
		...(found !== undefined && { found }),
		...('url' in additions && { [URL_FIELD]: hasUrl ? leadUrl(url.known, String(id)) : null }),
		...columns,
	};
}

/** Merges an input item with the item of a missing lead, whose nulls do not replace the input's values. */
function withMissing(input: IDataObject, lead: Lead): IDataObject {
	const known = Object.entries(lead).filter(
		([name, value]) => value !== null || !Object.hasOwn(input, name),
	);
	return { ...input, ...Object.fromEntries(known) };
}
