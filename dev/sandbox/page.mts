import type { Answer } from './answers.mts';
import { SWITCHES } from './faults.mts';
import type { Faults } from './faults.mts';
import { STAGES } from './metadata.mts';
import type { Lead } from './population.mts';
import type { Limit } from './rateLimit.mts';
import type { User } from './users.mts';

export interface Shown {
	/** The address of this sandbox. */
	host: string;
	accessKey: string;
	secretKey: string;
	/** The number of leads. */
	count: number;
	/** The first few, with {@link PERSON}. */
	leads: Lead[];
	unknownId: string;
	/** Names of lists. */
	lists: string[];
	owners: User[];
	limit: Limit | null;
	/** The switches that are not as by default. */
	faults: Partial<Faults>;
}

/** The columns by which people know a lead. */
export const PERSON = [
	'ProspectID',
	'FirstName',
	'LastName',
	'EmailAddress',
	'Phone',
	'ProspectStage',
];

/** The page at `/`: what one needs to try the node on this sandbox. */
export function pageOfSandbox(shown: Shown): Answer {
	const { host, accessKey, secretKey, count, leads, unknownId, lists, owners, limit } = shown;
	const credential = [
		['Region', code('Custom')],
		['API Host', code(host)],
		['Access Key', code(accessKey)],
		['Secret Key', code(secretKey)],
		...(limit
			? [
					['Rate Limit: Calls', code(`${limit.calls}`)],
					['Rate Limit: Seconds', code(`${limit.seconds}`)],
				]
			: [['Rate Limit', 'none']]),
	];
	const people = leads.map((lead) => [
		escaped(`${lead.FirstName} ${lead.LastName}`),
		code(lead.EmailAddress),
		code(lead.Phone),
		code(lead.ProspectID),
	]);
	const missing = ['No lead has these', code('not-found@example.com'), code('+91-9000000000')];
	const users = owners.map(({ firstName, lastName, email, id }) => [
		code(`${firstName} ${lastName}`),
		code(email),
		code(id),
	]);
	const switches = Object.entries(shown.faults).map(([name, value]) => [
		code(name),
		`${code(JSON.stringify(value))}<br><small>${escaped(SWITCHES[name as keyof Faults].about)}</small>`,
	]);
	const body = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>LeadSquared sandbox</title>
<link rel="icon" href="data:,">
<style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 2rem; }
.table { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { text-align: left; font-weight: normal; padding: .2rem 1.5rem .2rem 0; vertical-align: top; white-space: nowrap; }
thead th { font-size: .875rem; opacity: .75; }
td:has(small) { white-space: normal; }
code { font-family: ui-monospace, monospace; background: #8882; border-radius: .3rem; padding: .1rem .3rem; user-select: all; }
.values { display: flex; flex-wrap: wrap; gap: .4rem; list-style: none; padding: 0; }
.values code { white-space: pre; }
button { font: inherit; padding: .6rem 1.2rem; margin: 0 .5rem .5rem 0; cursor: pointer; }
small { opacity: .75; }
</style>
</head>
<body>
<h1>LeadSquared sandbox</h1>
<p>A simulated LeadSquared account on this machine, with ${count.toLocaleString('en-US')} made-up leads. Select a value with one click, then copy it.</p>

<h2>Credential</h2>
${table('Credential', [], credential)}

<h2>Try the trigger</h2>
<p>In n8n, add <b>LeadSquared Trigger</b> to a workflow, choose the credential, and publish the workflow. Then create a lead here for the event <b>Lead Created</b>, or change one for <b>Lead Updated</b>. The workflow starts within a minute.</p>
<p><button id="create">Create a lead</button><button id="change"${leads.length > 0 ? '' : ' disabled'}>Change a lead</button></p>
<ol id="done" reversed aria-live="polite"></ol>

<h2>Leads to look up</h2>
${table('Leads', ['Name', 'Email', 'Phone', 'Lead ID'], [...people, [...missing, code(unknownId)]])}
${leads.length > 0 ? spellingsOf(leads[0]) : ''}

<h2>Lists</h2>
${values(lists)}

<h2>Stages</h2>
${values(STAGES)}

<h2>Owners</h2>
${table('Owners', ['Name', 'Email', 'ID'], users)}

<h2>Switches</h2>
${switches.length > 0 ? table('Switches', [], switches) : '<p>All have their defaults.</p>'}
<p>To see all options and switches, run <code>npm run sandbox -- --help</code>. The sandbox also shows <a href="/_sandbox/stats">the requests it received</a>.</p>
<script type="module">
${script(leads)}
</script>
</body>
</html>
`;
	return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}

/** The same lead, in the spellings that sheets and chats have. */
function spellingsOf({ FirstName, EmailAddress, Phone }: Lead): string {
	const [country, national] = Phone!.slice(1).split('-');
	const spaced = `${national.slice(0, 5)} ${national.slice(5)}`;
	const emails = [EmailAddress!.toUpperCase(), `  ${EmailAddress}  `];
	const phones = [
		national,
		`0${national}`,
		`+${country} ${spaced}`,
		`+${country}${national}`,
		`00${country}${national}`,
	];
	return `<p>Other spellings of ${escaped(FirstName!)}'s email address and phone number:</p>
${values([...emails, ...phones])}`;
}

/** The script of the buttons. */
function script(leads: Lead[]): string {
	return `const leads = ${json(leads)};
const stages = ${json(STAGES)};
let turn = 0;

document.querySelector('#create').onclick = () => run(async () => {
	const [lead] = await post('create', { count: 1 });
	return 'Created ' + inWords(lead) + '.';
});

document.querySelector('#change').onclick = () => run(async () => {
	const at = turn++ % leads.length;
	const { ProspectID: lead, ProspectStage: before } = leads[at];
	const values = { ProspectStage: stages[(stages.indexOf(before) + 1) % stages.length] };
	leads[at] = await post('touch', { lead, values });
	return 'Changed ' + inWords(leads[at]) + ': Lead Stage is now ' + values.ProspectStage + '.';
});

async function post(name, body) {
	const response = await fetch('/_sandbox/' + name, { method: 'POST', body: JSON.stringify(body) });
	const answer = await response.json();
	if (!response.ok) throw new Error(answer.error);
	return answer;
}

async function run(action) {
	const entry = document.createElement('li');
	entry.textContent = await action().catch((error) => 'That did not work: ' + error.message + '.');
	document.querySelector('#done').prepend(entry);
}

function inWords(lead) {
	const details = [lead.EmailAddress, lead.Phone, lead.ProspectID].filter(Boolean).join(', ');
	return [lead.FirstName, lead.LastName].filter(Boolean).join(' ') + ' (' + details + ')';
}`;
}

/** @param rows of HTML; the first cell of each is its heading */
function table(label: string, head: string[], rows: string[][]): string {
	const heading = head.map((name) => `<th scope="col">${name}</th>`).join('');
	const body = rows.map(
		([first, ...others]) =>
			`<tr><th scope="row">${first}</th>${others.map((cell) => `<td>${cell}</td>`).join('')}</tr>`,
	);
	return `<div class="table" role="region" aria-label="${label}" tabindex="0"><table>
${head.length > 0 ? `<thead><tr>${heading}</tr></thead>\n` : ''}${body.join('\n')}
</table></div>`;
}

function values(texts: readonly string[]): string {
	return `<ul class="values">${texts.map((text) => `<li>${code(text)}</li>`).join('')}</ul>`;
}

function code(text: string | null): string {
	return `<code>${escaped(text ?? '')}</code>`;
}

function escaped(text: string): string {
	return text
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('"', '&quot;');
}

/** A value in a script of a page. */
function json(value: unknown): string {
	return JSON.stringify(value).replaceAll('<', '\\u003c');
}
