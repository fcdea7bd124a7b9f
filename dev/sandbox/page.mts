import type { Answer } from './answers.mts';
import { SWITCHES } from './faults.mts';
import type { Faults } from './faults.mts';
import type { Limit } from './rateLimit.mts';

export interface Shown {
	/** The address of this sandbox. */
	host: string;
	accessKey: string;
	secretKey: string;
	/** Their number. */
	leads: number;
	/** The first few of them. */
	ids: string[];
	unknownId: string;
	limit: Limit | null;
	/** The switches that are not as by default. */
	faults: Partial<Faults>;
}

/** The page at `/`: what one needs to try the node on this sandbox. */
export function pageOfSandbox(shown: Shown): Answer {
	const { host, accessKey, secretKey, leads, ids, unknownId, limit, faults } = shown;
	const credential = [
		['Region', 'Custom'],
		['API Host', host],
		['Access Key', accessKey],
		['Secret Key', secretKey],
		['Rate Limit', limit ? `${limit.calls} calls in ${limit.seconds} seconds` : 'none'],
	];
	const switches = Object.entries(faults).map(
		([name, value]) =>
			`<tr><th>${code(name)}</th><td>${code(JSON.stringify(value))}<br><small>${escaped(SWITCHES[name as keyof Faults].about)}</small></td></tr>`,
	);
	const body = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>LeadSquared sandbox</title>
<style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; }
th { text-align: left; font-weight: normal; padding: .2rem 1.5rem .2rem 0; vertical-align: top; white-space: nowrap; }
code, pre { font-family: ui-monospace, monospace; background: #8882; border-radius: .3rem; padding: .1rem .3rem; user-select: all; }
pre { padding: .6rem; overflow-x: auto; }
small { opacity: .75; }
</style>
</head>
<body>
<h1>LeadSquared sandbox</h1>
<p>A LeadSquared on this machine, with ${leads.toLocaleString('en-US')} made-up leads. A click selects a value.</p>
<h2>Credential</h2>
<table>
${credential.map(([name, value]) => `<tr><th>${name}</th><td>${code(value)}</td></tr>`).join('\n')}
</table>
<h2>Lead IDs</h2>
<pre>${escaped(ids.join('\n'))}</pre>
<p>One that does not exist:</p>
<pre>${escaped(unknownId)}</pre>
<h2>Switches</h2>
${switches.length > 0 ? `<table>\n${switches.join('\n')}\n</table>` : '<p>All as by default.</p>'}
<p>What else it can do: <code>npm run sandbox -- --help</code>. What it was asked: <a href="/_sandbox/stats">statistics</a>.</p>
</body>
</html>
`;
	return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}

function code(text: string): string {
	return `<code>${escaped(text)}</code>`;
}

function escaped(text: string): string {
	return text
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('"', '&quot;');
}
