import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { DEFAULT_MATCH } from '../../../api/standardColumns';
import { isMappedAutomatically, mapperValues, readMapperPart } from '../../../input/mapper';
import { type DateFormat, dateFormatReader } from '../../../input/moments';
import { text } from '../../../input/parameters';
import { itemParameter, maxWaitReader, oneOf, readOptions, yesNo } from '../../../input/readers';
import { WRITE_OPTIONS } from '../../properties';

/** The operations that write leads: Create or Update, Create, and Update. */
export type WriteKind = 'upsert' | 'create' | 'update';

/** The options of the operations that write leads. Each has only some of them; the others keep their defaults. */
interface WriteOptions {
	dateFormat: DateFormat;
	emptyValues: 'keep' | 'clear';
	overwrite: 'all' | 'onlyEmpty';
	/** Whether a lead that is found by the second column gets the value of the first one. */
	overwriteFirstMatch: boolean;
	preview: boolean;
	/** As the user names the column; empty for none. */
	secondMatch: string;
	triggerAutomations: boolean;
	withoutMatch: 'error' | 'create';
	maxWaitSeconds: number;
}

export const SECOND_MATCH = 'Second Column to Match On Name or ID';

const READERS = {
	...WRITE_OPTIONS,
	dateFormat: dateFormatReader,
	emptyValues: oneOf<WriteOptions['emptyValues']>(
		'Empty Values',
		{ keep: 'Keep', clear: 'Clear' },
		'keep',
	),
	overwrite: oneOf<WriteOptions['overwrite']>(
		'Overwrite',
		{ all: 'All', onlyEmpty: 'Only Empty' },
		'all',
	),
	overwriteFirstMatch: yesNo('Overwrite First Match Column'),
	preview: yesNo('Preview'),
	secondMatch: text(SECOND_MATCH),
	triggerAutomations: yesNo('Trigger Automations'),
	withoutMatch: oneOf<WriteOptions['withoutMatch']>(
		'Without a Match Value',
		{ error: 'Throw Error', create: 'Create' },
		'error',
	),
	maxWaitSeconds: maxWaitReader,
};

/** The unread values of one input item, by column as it names them. */
export interface WriteRequest {
	item: number;
	values: IDataObject;
	/** The names of the item's fields. */
	fields: string[];
	options: WriteOptions;
	/** The reason why this item cannot be used. */
	fault?: Error;
}

/** The settings of the mapper, which are the same for all input items. */
export interface Mapping {
	isAutomatic: boolean;
	/** The column that leads are found by; undefined if they are only created. */
	match?: string;
}

/** @throws InvalidInput if an expression returns something else */
export function readMapping(context: IExecuteFunctions, kind: WriteKind): Mapping {
	const isAutomatic = isMappedAutomatically(context);
	const [match] = [readMapperPart(context, 'matchingColumns')].flat();
	if (kind === 'create') return { isAutomatic };
	return {
		isAutomatic,
		match: typeof match === 'string' && match.trim() !== '' ? match.trim() : DEFAULT_MATCH,
	};
}

/** Reads the parameters of every input item. It makes no call. An item that cannot be used has a `fault`. */
export function readRequests(context: IExecuteFunctions, { isAutomatic }: Mapping): WriteRequest[] {
	const optionsAt = itemParameter(context, 'options', (value) => readOptions(value, READERS));
	const items = context.getInputData();
	const valuesAt = mapperValues(context, isAutomatic);
	return items.map(({ json }, item) => {
		const fields = Object.keys(json);
		try {
			return { item, fields, options: optionsAt(item), values: valuesAt(item) };
		} catch (error) {
			const options = readOptions({}, READERS);
			return { item, fields, options, values: {}, fault: error as Error };
		}
	});
}
