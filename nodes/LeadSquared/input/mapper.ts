import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { InvalidInput } from '../base/invalidInput';
import { showValue } from '../base/text';
import { parseObject } from './looseJson';
import { nodeOf } from './node';

/**
 * Whether a mapper, the parameter 'Fields', takes its values from the fields of the input items.
 *
 * @throws InvalidInput if an expression returns something else
 */
export function isMappedAutomatically(context: IExecuteFunctions): boolean {
	const mode = readMapperPart(context, 'mappingMode');
	if (mode === 'autoMapInputData') return true;
	if (mode === null || mode === 'defineBelow') return false;
	throw new InvalidInput(
		`'Fields' has no mapping mode ${showValue(mode)}`,
		'Let the expression return defineBelow or autoMapInputData.',
	);
}

/** Reads the unread values of input items, by column as the mapper or the item's fields name them. */
export function mapperValues(
	context: IExecuteFunctions,
	isAutomatic: boolean,
): (item: number) => IDataObject {
	if (!isAutomatic) return mappedByHand(context);
	const items = context.getInputData();
	return (item) => items[item].json;
}

/**
 * Reads a part of the mapper, which may be an expression, without n8n's own conversion. That turns a blank
 * number into 0, and reads times without a zone in the zone of the workflow that ran before. n8n does not
 * evaluate a mapper that is one expression as a whole.
 */
export function readMapperPart(
	context: IExecuteFunctions,
	part: 'mappingMode' | 'matchingColumns' | 'value' | 'schema',
	item = 0,
): unknown {
	const { fields } = nodeOf(context).parameters;
	if (typeof fields === 'string') {
		const mapper = asObject(context.evaluateExpression(fields, item));
		if (typeof mapper !== 'object' || mapper === null) throw notAMapper(mapper);
		return (mapper as Record<string, unknown>)[part] ?? null;
	}
	return asObject(context.getNodeParameter(`fields.${part}`, item, null, { skipValidation: true }));
}

const asObject = (value: unknown): unknown =>
	typeof value === 'string' ? (parseObject(value) ?? value) : value;

/** Reads the values that are mapped by hand. n8n keeps fields that the user has removed, some with a value. */
function mappedByHand(context: IExecuteFunctions): (item: number) => IDataObject {
	const schema = readMapperPart(context, 'schema');
	const fields = Array.isArray(schema)
		? (schema as Array<{ id?: unknown; removed?: unknown }>)
		: [];
	const removed = new Set(fields.filter((field) => field?.removed === true).map(({ id }) => id));
	return (item) => {
		const value = readMapperPart(context, 'value', item);
		if (typeof value === 'string') throw notValues(value);
		const values = Object(value ?? {}) as IDataObject;
		return Object.fromEntries(Object.entries(values).filter(([name]) => !removed.has(name)));
	};
}

const notAMapper = (value: unknown): InvalidInput =>
	new InvalidInput(
		`'Fields' is an expression that returns no mapper: ${showValue(value)}`,
		'Let it return an object such as { mappingMode: "autoMapInputData", matchingColumns: ["EmailAddress"] }.',
	);

const notValues = (value: string): InvalidInput =>
	new InvalidInput(
		`'Fields' has no values: ${showValue(value)}`,
		'Let the expression return an object with columns and values, such as { "FirstName": "Ann" }.',
	);
