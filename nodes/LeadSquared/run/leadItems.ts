import {
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type NodeError,
	NodeOperationError,
} from 'n8n-workflow';
import { leadUrl } from '../api/users';
import { ID_COLUMN, isMasked, type Lead } from '../api/leads';
import { InvalidInput } from '../base/invalidInput';
import { atItem } from './messages';
import { type ItemError, itemName } from './itemErrors';
import { copyFields } from './items';
import type { WebAddress } from './webAddress';
import { notFoundLabel, type NotFoundOption } from '../input/leadSettings';
import { nodeOf } from '../input/node';
import { Missing } from './report';

const URL_FIELD = 'LeadURL';

// LeadSquared masks a column in all leads, so the first ones show it.
const CHECKED_FOR_MASKS = 1000;

/** n8n cannot hold more. */
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
	/** The number of items with a lead. */
	leads = 0;
	/** The IDs of the leads emitted, and leads without one. */
	private readonly emitted = new Set<unknown>();
	/** The columns that LeadSquared masks. */
	readonly masked = new Set<string>();
	private notFound = 0;
	private skipped = 0;
	/** By key, the same for all spellings. */
	private readonly skippedNames = new Map<string, string>();
	private readonly blank: string[] = [];
	private pairedItem?: { item: number };
	/** The length of the input item's fields, and of all copied fields. */
	private input?: { item: number; length: number };
	private repeated = 0;
	/** n8n would copy the node for each lead. */
	private readonly isRetried: boolean;
	/** The word for a record. */
	readonly unit: string;

	/**
	 * @param options address: the account's web address; mayRepeat: whether a lead may come more than once;
	 * unit: the word for a record, if it is not a lead
	 */
	constructor(
		private readonly context: IExecuteFunctions,
		private readonly options: { address?: WebAddress; mayRepeat: boolean; unit?: string },
	) {
		this.unit = options.unit ?? 'lead';
		this.isRetried = nodeOf(context).retryOnFail === true;
	}

	/** The number of distinct leads; undefined if each came once. */
	get different(): number | undefined {
		return this.options.mayRepeat ? this.emitted.size : undefined;
	}

	addLead(item: number, form: LeadForm, lead: Lead): void {
		this.leads++;
		if (this.leads <= CHECKED_FOR_MASKS) {
			for (const name in lead) if (isMasked(lead[name])) this.masked.add(name);
		}
		const json = this.withAdditions(this.ownCopy(lead, form), true, form);
		this.add(item, form, json, (input) => ({ ...input, ...json }));
	}

	/**
	 * Adds an item, an error or nothing, as wanted, for a lead that the account does not have.
	 *
	 * @param lead name: the value that it was looked up by; column: the column that has such values, if there
	 * is one; key: the same for all spellings of the name
	 */
	addNotFound(
		item: number,
		form: LeadForm,
		lead: { column?: string; name: string; key: string; message: string },
	): void {
		const { column, name, key, message } = lead;
		this.notFound++;
		if (form.notFound === 'skip') {
			this.skipped++;
			if (!this.skippedNames.has(key)) this.skippedNames.set(key, name);
		}
		this.addStandIn(item, form, { message, advice: this.noRecord }, { column, name });
	}

	/** Adds an item, an error or nothing, as wanted, for an input item that names no lead. */
	addBlank(item: number, form: LeadForm, message: string): void {
		const isSkipped = form.notFound === undefined || form.notFound === 'skip';
		if (isSkipped) this.blank.push(itemName(this.context, item));
		this.addStandIn(item, form, { message, advice: NO_KEY });
	}

	/** Adds an error, if wanted, for an input item whose leads were sent without IDs, fewer than requested. */
	addMissing(item: number, form: LeadForm, asked: number, came: number): void {
		const missing = asked - came;
		if (missing <= 0) return;
		this.notFound += missing;
		// Their IDs are not known, so there can be no items for them.
		if (form.notFound !== 'error') this.skipped += missing;
		else {
			const message = `LeadSquared has no ${this.unit} for ${missing} of ${asked} IDs, and does not say which`;
			this.addError(item, this.notFoundError({ message, advice: this.noRecord }, item));
		}
	}

	private get noRecord(): string {
		const type = this.unit === 'lead' ? '' : 'has another type, ';
		return `The ${this.unit} was deleted, ${type}belongs to another account, or the user of the keys may not see it.`;
	}

	get missing(): Missing {
		const { notFound, skipped, skippedNames, blank } = this;
		return { notFound, skipped, skippedNames: [...skippedNames.values()], blank };
	}

	/** @param asked the value that the lead was looked up by, for its column if that is chosen */
	private addStandIn(
		item: number,
		form: LeadForm,
		fault: NotFoundFault,
		asked?: { column?: string; name: string },
	): void {
		const { columns, notFound, shape } = form;
		if (notFound === 'include') {
			const own = asked?.column?.toLowerCase();
			const lead: Lead = Object.fromEntries(
				columns.map((name) => [name, name.toLowerCase() === own ? asked!.name : null]),
			);
			const json = this.withAdditions(shape ? shape(lead) : lead, false, form);
			this.add(item, form, json, (input) => withMissing(input, json));
		} else if (notFound === 'error') this.addError(item, this.notFoundError(fault, item));
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
		const fields = copyFields(json);
		// n8n would take it for a failure of the node, and run the node again.
		if (this.isRetried) delete fields.error;
		return fields;
	}

	/**
	 * Copies a lead that is returned twice: items must not share an object, since a later node may change one
	 * of them. It checks only if a lead may be returned twice, because the check takes time for many leads.
	 */
	private ownCopy(lead: Lead, { shape, columns }: LeadForm): Lead {
		const isFirst = !this.options.mayRepeat || this.noteFirst(lead, columns[0]);
		if (shape) return shape(lead);
		return isFirst ? lead : { ...lead };
	}

	/** Records a lead. @returns whether it is the first time */
	private noteFirst(lead: Lead, idColumn: string): boolean {
		const before = this.emitted.size;
		this.emitted.add(lead[idColumn] ?? lead);
		return this.emitted.size > before;
	}

	private withAdditions(lead: Lead, found: boolean, form: LeadForm): Lead {
		const { notFound, addLeadUrl, columns } = form;
		const additions = {
			...(notFound === 'include' && { found }),
			...(addLeadUrl && { url: found ? this.options.address : undefined }),
		};
		return withAdditions(lead, additions, columns[0]);
	}

	private notFoundError({ message, advice }: NotFoundFault, itemIndex: number): NodeOperationError {
		return new NodeOperationError(nodeOf(this.context), atItem(message, itemIndex), {
			itemIndex,
			description: `${advice} Set the option '${notFoundLabel(this.unit)}' to Skip or Include to continue without it.`,
		});
	}
}

/** The reason why an input item gets no lead, and what to do. */
interface NotFoundFault {
	message: string;
	advice: string;
}

const NO_KEY = 'Enter a value, or check the expression.';

/**
 * Adds `found` and `LeadURL` right after the ID, where people see them in an If node and a sheet.
 *
 * @param additions only the wanted ones; url: the account's web address, if it is known
 * @param idColumn the column with the ID of the record
 */
export function withAdditions(
	lead: Lead,
	additions: { found?: boolean; url?: WebAddress },
	idColumn = ID_COLUMN,
): Lead {
	if (Object.keys(additions).length === 0) return lead;
	const { found, url } = additions;
	const { [idColumn]: id = null, ...columns } = lead;
	const leadId = lead[ID_COLUMN] ?? null;
	const hasUrl = leadId !== null && url && 'known' in url;
	return {
		[idColumn]: id,
		...(found !== undefined && { found }),
		...('url' in additions && { [URL_FIELD]: hasUrl ? leadUrl(url.known, String(leadId)) : null }),
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
