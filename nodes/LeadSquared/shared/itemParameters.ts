import type { IExecuteFunctions } from 'n8n-workflow';
import { fieldReader } from './fieldExpression';

/**
 * Makes the reader of a parameter for each input item, by the shortest way, since items may be many:
 * what holds no expression is read once, and a mere field of the item without n8n's engine.
 *
 * @returns a function from an input item's index to its value. It throws what n8n throws for an
 * expression that cannot be evaluated, for that item
 */
export function itemParameter<T>(
	context: IExecuteFunctions,
	name: string,
	read: (value: unknown) => T,
): (item: number) => T {
	const parameter = context.getNode().parameters[name];
	const readAt = (item: number) => read(context.getNodeParameter(name, item, ''));
	if (!hasExpression(parameter)) {
		let known: { value: T } | undefined;
		return (item) => (known ??= { value: readAt(item) }).value;
	}
	const fieldOf = fieldReader(parameter);
	if (!fieldOf) return readAt;
	const items = context.getInputData();
	return (item) => {
		const value = fieldOf(items[item].json);
		return value === undefined ? readAt(item) : read(value);
	};
}

function hasExpression(parameter: unknown): boolean {
	if (typeof parameter === 'string') return parameter.startsWith('=');
	return (
		typeof parameter === 'object' &&
		parameter !== null &&
		Object.values(parameter).some(hasExpression)
	);
}
