import { ID_COLUMN, type Lead } from '../../../api/lead';
import type { Column } from '../../../api/metadata';
import { columnsAsker } from '../../../shared/columns';
import { formsOf, type ItemForm } from '../../../shared/leads/leadItems';
import { makePlan, type Plan, type PlannedItem } from '../../../shared/leads/plan';
import type { LookedUp } from './lookUps';
import { type KeyLookUps, nameOf } from './lookUpAll';
import type { Key, LeadKeyRequest } from './parameters';

/** An input item, and where its lead comes from. */
export interface PlannedLead {
	form: ItemForm;
	key?: Key;
	/** What the look-up came to. */
	result?: LookedUp;
	/** The lead is asked for by its id: that is its key, or the look-up left columns out. */
	byId?: PlannedItem;
}

/** What each input item gets, in their order, and what of it is asked for by id. */
export interface LeadPlan {
	leads: PlannedLead[];
	byIds: Plan;
}

/**
 * Puts together what is known after the look-ups. They answer with all columns, or with the standard
 * ones only: leads that lack a chosen one are asked for by id, many in a call.
 *
 * @param metadata the account's columns; may be empty where no request needs them
 */
export function planOf(
	requests: LeadKeyRequest[],
	lookUps: KeyLookUps,
	metadata: Column[],
): LeadPlan {
	const formOf = formsOf(metadata);
	const toAskOf = columnsAsker(metadata);
	const leads = requests.map((request): PlannedLead & { id?: string } => {
		const { key, columns } = request;
		const toAsk = toAskOf(columns);
		const form = formOf(request, toAsk);
		if (!key || key.by === 'id') return { form, key, id: key?.text };
		const { result } = lookUps.get(nameOf(key))!;
		return {
			form,
			key,
			result,
			id: result && 'row' in result ? idIfLacking(result.row, toAsk) : undefined,
		};
	});
	const byIds = makePlan(
		requests.flatMap((request, at) => {
			const { id } = leads[at];
			return id === undefined ? [] : [{ ...request, ids: [id] }];
		}),
		metadata,
	);
	const planned = new Map(byIds.items.map((one) => [one.item, one]));
	return { leads: leads.map((one) => ({ ...one, byId: planned.get(one.form.item) })), byIds };
}

function idIfLacking(row: Lead, columns: string[]): string | undefined {
	const names = new Map(Object.keys(row).map((name) => [name.toLowerCase(), name]));
	const lacks = columns.some((column) => !names.has(column.toLowerCase()));
	const id = row[names.get(ID_COLUMN.toLowerCase()) ?? ID_COLUMN];
	return lacks && typeof id === 'string' && id !== '' ? id : undefined;
}
