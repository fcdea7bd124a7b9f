import { parseArgs } from 'node:util';

import { changesOf, listSwitches, parseFault } from './faults.mts';
import type { Faults } from './faults.mts';
import { SERVICE_NAMES } from './services/index.mts';
import { createSandbox } from './server.mts';
import { readTenant } from './tenant.mts';

const USAGE = `A LeadSquared API on this machine, with made-up leads.

npm run sandbox -- [options]
  --port 8425              0 means any free port
  --leads 10000            up to a million and more
  --seed 1                 the same seed gives the same leads and faults
  --limit-calls 25         0 means no limit
  --limit-seconds 5
  --latency 0              ms, or a range like 50-300
  --fault name=value …     a switch, see below; may be repeated
  --tenant FILE            an account as npm run check-account -- --tenant FILE found it; the options
                           above are over it
  --help

Its page is at its address, http://127.0.0.1:8425/. It has keys, leads and lists to copy, and
buttons that create and change a lead.

Another process reads GET /_sandbox/stats, and changes what runs by POST to /_sandbox/faults
(JSON of switches), /_sandbox/limit ({"calls":10,"seconds":5} or null), /_sandbox/touch (a lead
changes: {"lead":"<id>","values":{"mx_City":"Pune"}}; without values it is an activity; answers the
lead), /_sandbox/create ({"count":1} new leads; answers the leads), /_sandbox/play (things happen by
themselves: [{"at":1000,"over":60000,"create":10,"change":50,"activity":5}], in ms; GET
/_sandbox/history lists what has happened, GET /_sandbox/records what else was written, such as
notes) and /_sandbox/reset.

Its calls, of LeadManagement.svc if no other service is named:
${SERVICE_NAMES.join(', ')}.
`;

run().catch((error: Error) => {
	console.error(error.message);
	process.exitCode = 1;
});

async function run(): Promise<void> {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: {
			port: { type: 'string', default: '8425' },
			leads: { type: 'string', default: '10000' },
			seed: { type: 'string', default: '1' },
			'limit-calls': { type: 'string' },
			'limit-seconds': { type: 'string' },
			latency: { type: 'string', default: '0' },
			fault: { type: 'string', multiple: true, default: [] },
			tenant: { type: 'string' },
			help: { type: 'boolean', default: false },
		},
	});
	if (values.help) {
		console.log(`${USAGE}\n${listSwitches()}`);
		return;
	}

	const tenant = values.tenant === undefined ? undefined : readTenant(values.tenant);
	const limit = tenant?.limit ?? { calls: 25, seconds: 5 };
	const calls = toNumber('--limit-calls', values['limit-calls'] ?? `${limit.calls}`);
	const seconds = toNumber('--limit-seconds', values['limit-seconds'] ?? `${limit.seconds}`);
	const [least, most = least] = values.latency.split('-').map((ms) => toNumber('--latency', ms));
	// `--fault a=1 b=2` leaves the second to the positionals.
	const faults: Partial<Faults> = Object.assign(
		{},
		...[...values.fault, ...positionals].map(parseFault),
	);
	const sandbox = createSandbox({
		leads: toNumber('--leads', values.leads),
		seed: toNumber('--seed', values.seed),
		limit: calls === 0 ? null : { calls, seconds },
		latencyMs: [least, most],
		// For people, leads that come with ids.
		faults: { documentedLeads: false, ...faults },
		tenant,
	});
	const url = await sandbox.listen(toNumber('--port', values.port));

	console.log(`LeadSquared sandbox at ${url}

  access key   ${sandbox.accessKey}
  secret key   ${sandbox.secretKey}
  leads        ${values.leads}, ${sandbox.idAt(0)} the first
  rate limit   ${calls === 0 ? 'none' : `${calls} calls in ${seconds} s`}
  switches     ${JSON.stringify(changesOf(sandbox.faults))}; --help lists them

${exampleCall(url, sandbox.accessKey, sandbox.secretKey, sandbox.ids(2))}
`);
	for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => sandbox.close());
}

function exampleCall(url: string, accessKey: string, secretKey: string, ids: string[]): string {
	const body = JSON.stringify({
		SearchParameters: { LeadIds: ids },
		Columns: { Include_CSV: 'ProspectID,FirstName,LastName,EmailAddress' },
		Paging: { PageIndex: 1, PageSize: 1000 },
	});
	return [
		`curl ${url}/v2/LeadManagement.svc/Leads/Retrieve/ByIds`,
		`-H 'Content-Type: application/json'`,
		`-H 'x-LSQ-AccessKey: ${accessKey}'`,
		`-H 'x-LSQ-SecretKey: ${secretKey}'`,
		`-d '${body}'`,
	].join(' \\\n  ');
}

/** @throws Error that names the option */
function toNumber(option: string, text: string): number {
	const number = text.trim() === '' ? NaN : Number(text);
	if (!(number >= 0)) throw new Error(`${option} takes a number, not "${text}"`);
	return number;
}
