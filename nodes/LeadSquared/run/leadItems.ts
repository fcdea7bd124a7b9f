import {
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type NodeError,
	NodeOperationError,
} from 'n8n-workflow';
import { leadUrl } from '../api/users';
import { ID_COLUMN, type Lead } from '../api/lead';
import type { Column } from '../api/metadata';
import { InvalidInput } from '../base/invalidInput';
import { atItem } from './messages';
import { copyOfFields } from './run';
import { leadShape } from '../columns/shape';
import type { WebAddress } from './webAddress';
import type { ItemError } from './run';
import type { LeadOptions, LeadRequest, NotFoundOption } from '../input/leadSettings';

const URL_FIELD = 'LeadURL';

/** n8n could not hold more. */
export const MOST_ITEMS = 1_000_000;
/** In characters. Beyond twice as many, n8n cannot keep the execution: V8's longest text. */
export const MOST_REPEATED = 250_000_000;

/** What to tell where input fields would be repeated too often. */
export const tooMuchRepeated = (advice: string): InvalidInput =>
	new InvalidInput(
		"'Include Input Fields' would repeat more than 250 MB of input fields",
		`Each output item gets a copy of its input item. ${advice}`,
	);

/** The form in which an input item gets its leads. */
export interface ItemForm {
	item: number;
	/** Its leads are to have the address of their page in LeadSquared. */
	addLeadUrl: boolean;
	/** Its fields are to be in its output items. */
	includeInputFields: boolean;
	/** Absent where a lead cannot be missing. */
	notFound?: NotFoundOption;
	/** The chosen columns, `ProspectID` first. */
	columns: string[];
	/** Gives a lead the names and types that the user wants; undefined if they are LeadSquared's own. */
	shape?: (lead: Lead) => Lead;
}

/**
 * Makes the function that tells the form an input item wants. Items that want the same share what
 * gives leads their names and types, which takes a while to make.
 *
 * @param metadata the account's columns; may be empty where no request needs them
 */
export function formsOf(metadata: Column[]): (
	request: Omit<LeadRequest, 'options'> & {
		options: LeadOptions & { notFound?: NotFoundOption };
	},
	columns: string[],
) => ItemForm {
	// A shape remembers the columns of the lead before, so each choice has its own.
	const shapesOf = new Map<string[], Map<string, ItemForm['shape']>>();
	return ({ item, options }, columns) => {
		const shapes = shapesOf.get(columns) ?? new Map<string, ItemForm['shape']>();
		shapesOf.set(columns, shapes);
		const { addLeadUrl, convertTypes, fieldNames, includeInputFields, notFound } = options;
		const wish = `${convertTypes} ${fieldNames}`;
		if (!shapes.has(wish)) shapes.set(wish, leadShape(options, metadata));
		return { item, addLeadUrl, includeInputFields, notFound, columns, shape: shapes.get(wish) };
	};
}

/** Leads as workflow items, each linked to its input item, and what failed. */
export class LeadItems {
	readonly items: INodeExecutionData[] = [];
	readonly errors: ItemError[] = [];
	private readonly emitted = new Set<Lead>();
	private pairedItem?: { item: number };
	/** How long the fields of the input item are, and of all that were copied. */
	private input?: { item: number; length: number };
	private repeated = 0;

	/**
	 * @param options address: where people open the account; mayRepeat: whether a lead may come more than
	 * once
	 */
	constructor(
		private readonly context: IExecuteFunctions,
		private readonly options: { address?: WebAddress; mayRepeat: boolean },
	) {}

	addLead(form: ItemForm, lead: Lead): void {
		const json = this.withAdditions(this.own(lead, form), true, form);
		this.add(form, json, (input) => ({ ...input, ...json }));
	}

	/**
	 * In the place of a lead that the account does not have: nothing, an item, or an error, as wanted.
	 *
	 * @param id null if that is not known
	 * @param words what to tell of it
	 */
	addNotFound(form: ItemForm, id: string | null, words: string): void {
		const { columns, item, notFound, shape } = form;
		if (notFound === 'include') {
			const lead: Lead = Object.fromEntries(
				columns.map((name, at) => [name, at === 0 ? id : null]),
			);
			const json = this.withAdditions(shape ? shape(lead) : lead, false, form);
			this.add(form, json, (input) => withMissing(input, json));
		} else if (notFound === 'error') this.addError(item, this.notFoundError(words, item));
	}

	addError(item: number, error: NodeError): void {
		this.errors.push({ item, error });
	}

	private add(
		{ item, includeInputFields }: ItemForm,
		json: Lead,
		together: (input: IDataObject) => IDataObject,
	): void {
		const own = includeInputFields ? together(this.inputOf(item)) : json;
		// One for all items of an input item, which may be many.
		if (this.pairedItem?.item !== item) this.pairedItem = { item };
		this.items.push({ json: own, pairedItem: this.pairedItem });
	}

	private inputOf(item: number): IDataObject {
		const { json } = this.context.getInputData()[item];
		if (this.input?.item === item) this.repeated += this.input.length;
		else this.input = { item, length: JSON.stringify(json).length };
		if (this.repeated > MOST_REPEATED) {
			throw tooMuchRepeated('Turn the option off, or ask for fewer leads for each input item.');
		}
		return copyOfFields(json);
	}

	/**
	 * Items must not share an object, since a later node may change one of them: a lead that comes twice
	 * is copied. Only where one may: for each lead of many, to look it up would cost time.
	 */
	private own(lead: Lead, { shape }: ItemForm): Lead {
		if (shape) return shape(lead);
		if (!this.options.mayRepeat) return lead;
		if (this.emitted.has(lead)) return { ...lead };
		this.emitted.add(lead);
		return lead;
	}

	private withAdditions(lead: Lead, found: boolean, { notFound, addLeadUrl }: ItemForm): Lead {
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
 * `found` and `LeadURL` right after `ProspectID`, so that an If node and a sheet see them.
 *
 * @param additions those that are wanted; url: where people open the account, if that is known
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

/** Where there is no lead, what the input item has is not lost to its nulls. */
function withMissing(input: IDataObject, lead: Lead): IDataObject {
	const told = Object.entries(lead).filter(
		([name, value]) => value !== null || !Object.hasOwn(input, name),
	);
	return { ...input, ...Object.fromEntries(told) };
}
