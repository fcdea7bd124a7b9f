import type { CheckResult, Row, Verdict } from './check.mts';

const WIDTHS = [17, 25, 33, 27, 15];
const TITLES = ['Question', 'This node assumes', 'The tenant did', 'If it is otherwise', ''];
const GUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

/**
 * The table of a check, and a summary, as text.
 *
 * @param secrets texts that must not be in it, whatever a tenant answered
 */
export function report({ rows, calls, ms }: CheckResult, secrets: string[]): string {
	const lines = [TITLES, WIDTHS.map((width) => '─'.repeat(width)), ...rows.map(cellsOf)];
	const text = `${lines.flatMap(layOut).join('\n')}\n\n${summary(rows)} ${calls} calls in ${Math.round(ms / 1000)} s.`;
	return withoutSecrets(text, secrets);
}

/**
 * The findings, as a tenant for the sandbox: `npm run sandbox -- --tenant FILE`. It contains nothing
 * but switches, numbers, and the words of the table for findings without a switch.
 */
export function tenantFile({ rows, faults, limit }: CheckResult, secrets: string[]): string {
	// The only switches that contain words of the tenant.
	const { contentType = '', notFoundType = '' } = faults;
	const isClean = [contentType, notFoundType].every(
		(word) => withoutSecrets(word, secrets) === word,
	);
	const others = rows.filter(
		({ verdict, switches = {} }) =>
			verdict.startsWith('differs') && Object.keys(switches).length === 0,
	);
	const withoutSwitch = Object.fromEntries(
		others.map(({ name, did }) => [name, withoutSecrets(did, secrets)]),
	);
	const file = {
		about:
			'What `npm run check-account` found of a LeadSquared account, as switches of `npm run sandbox`.',
		...(limit && { limit }),
		faults: isClean ? faults : { ...faults, contentType: undefined, notFoundType: undefined },
		...(others.length > 0 && { withoutSwitch }),
	};
	return `${JSON.stringify(file, null, '\t')}\n`;
}

/** Text without keys, and without lead ids. */
export function withoutSecrets(text: string, secrets: string[]): string {
	const hidden = secrets
		.filter(Boolean)
		.flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]);
	return hidden
		.reduce((left, secret) => left.split(secret).join('***'), text)
		.replace(GUID, '<id>');
}

function cellsOf({ name, assumes, did, otherwise, verdict }: Row): string[] {
	return [name, assumes, did, otherwise, verdict];
}

function summary(rows: Row[]): string {
	const count = (verdict: Verdict) => rows.filter((row) => row.verdict === verdict).length;
	const toReport = count('differs: please report');
	const counts = `${count('as assumed')} as assumed, ${count('differs, the node copes')} where the node copes, ${toReport} to report, ${count('not checked')} not checked.`;
	return toReport === 0
		? counts
		: `${counts} Please open an issue with this table; no key and nothing of any lead is in it.`;
}

/** One row as lines of text, each cell wrapped to the width of its column. */
function layOut(cells: string[]): string[] {
	const wrapped = cells.map((cell, column) => wrap(cell, WIDTHS[column]));
	const height = Math.max(...wrapped.map(({ length }) => length));
	return Array.from({ length: height }, (_, line) =>
		wrapped
			.map((lines, column) => (lines[line] ?? '').padEnd(WIDTHS[column]))
			.join('  ')
			.trimEnd(),
	);
}

function wrap(text: string, width: number): string[] {
	const lines = [''];
	for (const word of text.split(' ')) {
		const line = lines[lines.length - 1];
		if (line === '') lines[lines.length - 1] = word;
		else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
		else lines.push(word);
	}
	return lines;
}
