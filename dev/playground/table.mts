/**
 * Rows as a table of text that fits a width: the widest columns are cut first.
 * @param width in characters
 */
export function table(
	rows: Array<Record<string, unknown>>,
	{ width = 100 }: { width?: number } = {},
): string {
	const names = Object.keys(rows[0] ?? {});
	const lines = [names, ...rows.map((row) => names.map((name) => text(row[name])))];
	const widths = names.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
	const gaps = 2 * (names.length - 1);
	while (sum(widths) + gaps > width && Math.max(...widths) > 1) {
		widths[widths.indexOf(Math.max(...widths))]--;
	}

	const format = (line: string[]) =>
		line
			.map((value, column) => cut(value, widths[column]).padEnd(widths[column]))
			.join('  ')
			.trimEnd();
	const [head, ...body] = lines.map(format);
	const rule = widths.map((columnWidth) => '─'.repeat(columnWidth)).join('  ');
	return [head, rule, ...body].join('\n');
}

const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);

const text = (value: unknown) =>
	value === null || value === undefined
		? ''
		: typeof value === 'object'
			? JSON.stringify(value)
			: String(value);

const cut = (value: string, width: number) =>
	value.length <= width ? value : `${value.slice(0, Math.max(0, width - 1))}…`;
