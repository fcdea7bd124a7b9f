// One or more of .name, ["any name"], ['any name'], without what n8n or JavaScript reads otherwise.
const FIELD = /^=\{\{\s*\$json((?:\.[A-Za-z_]\w*|\["[^"\\{}\n]+"\]|\['[^'\\{}\n]+'\])+)\s*\}\}$/;
const NAME = /\.(\w+)|\["([^"]+)"\]|\['([^']+)'\]/g;

/**
 * Makes the reader for an expression that names a field of the input item and nothing else, such as
 * `={{ $json.ProspectID }}`: what the editor writes when a field is dragged into a parameter.
 * n8n's expression engine takes half a millisecond for each item, which for 100,000 items would be
 * most of the time of a run.
 *
 * @returns undefined for any other parameter. The reader gives undefined where there is no such
 * field: what that means is for n8n to say
 */
export function fieldReader(parameter: unknown): ((json: unknown) => unknown) | undefined {
	const path = typeof parameter === 'string' ? FIELD.exec(parameter)?.[1] : undefined;
	if (path === undefined) return undefined;
	const names = [...path.matchAll(NAME)].map(([, ...forms]) => forms.find(Boolean)!);
	return (json) => names.reduce(fieldOf, json);
}

function fieldOf(value: unknown, name: string): unknown {
	const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
	return isRecord && Object.hasOwn(value, name)
		? (value as Record<string, unknown>)[name]
		: undefined;
}
