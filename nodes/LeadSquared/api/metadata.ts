import type { ApiRequest } from '../transport/client';
import { listIn, readRows } from './rows';

/** The entry of the column picker that stands for every column of the account. */
export const ALL_COLUMNS = '*';

/** One column of the account's leads, from LeadsMetaData.Get. */
export interface Column {
	schemaName: string;
	displayName: string;
	/** LeadSquared's name of the type: Text, Number, Date, Boolean, … */
	dataType: string;
	/** Whether it holds days, not moments. */
	isDay: boolean;
	/** The values of a drop-down, if it has any and they were requested. */
	choices?: string[];
	/** Whether it holds several of its choices. */
	isMultiple?: boolean;
	/** Whether it also takes values that are not among its choices. */
	takesOtherValues?: boolean;
	/** The maximum number of characters in a text, if LeadSquared states it. */
	maxLength?: number;
	/** Whether LeadSquared sets it, so that it cannot be written. */
	isReadOnly?: boolean;
	/** Whether only new leads take it, unless the user is an administrator. */
	isLocked?: boolean;
	/** Whether this account identifies leads by it. */
	isUnique?: boolean;
}

const PATH = '/LeadManagement.svc/LeadsMetaData.Get';

/**
 * Requests the account's columns: https://apidocs.leadsquared.com/meta-data/
 *
 * @param options withChoices: with the values of drop-downs, which "may be very large"
 */
export const columnsRequest = ({ withChoices }: { withChoices: boolean }): ApiRequest => ({
	method: 'GET',
	path: PATH,
	...(!withChoices && { qs: { excludeOptionSets: 1 } }),
});

/** Reads the columns in an answer; returns undefined if the body is not a list of columns. */
export function readColumns(body: unknown): Column[] | undefined {
	const known = new Set<string>();
	return readRows(listIn(body), (entry) => {
		const schemaName = entry.SchemaName;
		if (typeof schemaName !== 'string' || known.has(schemaName.toLowerCase())) return undefined;
		known.add(schemaName.toLowerCase());
		return readColumn(schemaName, entry);
	});
}

function readColumn(schemaName: string, entry: Record<string, unknown>): Column {
	const { DisplayName, DataType, RenderTypeTextValue, MaxLength, IsUnique } = entry;
	const { AllowAutoUpdateToOptions, IsReadOnly, IsDerived, LockAfterCreate } = entry;
	const dataType = String(DataType ?? '').trim();
	const choices = readChoices(entry.Options);
	const maxLength = Number(MaxLength);
	return {
		schemaName,
		displayName: String(DisplayName ?? '').trim() || schemaName,
		dataType,
		isDay: isDay(dataType, RenderTypeTextValue),
		...(choices.length > 0 && { choices }),
		...((isYes(AllowAutoUpdateToOptions) || /others/i.test(String(RenderTypeTextValue))) && {
			takesOtherValues: true,
		}),
		...(/multi/i.test(`${dataType} ${String(RenderTypeTextValue)}`) && { isMultiple: true }),
		...(maxLength > 0 && { maxLength }),
		...(isYes(IsUnique) && { isUnique: true }),
		...((isYes(IsReadOnly) || isYes(IsDerived)) && { isReadOnly: true }),
		// 2 is locked, 0 is not (public description of LeadsMetaData.Get).
		...(Number(LockAfterCreate) === 2 && { isLocked: true }),
	};
}

const isYes = (value: unknown): boolean => /^(true|1)$/i.test(String(value));

function readChoices(options: unknown): string[] {
	return (Array.isArray(options) ? options : [])
		.map((option: unknown) => (Object(option ?? {}) as { Value?: unknown }).Value)
		.filter((choice) => typeof choice === 'string');
}

// The way a date is shown says more than its type: LeadSquared's pages name the type Date for both days
// and moments (https://apidocs.leadsquared.com/create-custom-lead-field/). A column that also shows a time,
// in any spelling, holds moments.
export function isDay(dataType: string, rendering?: unknown): boolean {
	const format = typeof rendering === 'string' ? rendering.toLowerCase() : '';
	if (format.includes('date')) return !format.includes('time');
	return dataType.toLowerCase() === 'date';
}
