import '../builtNode.mts';
import { writeFileSync } from 'node:fs';
import { checkAccount } from './check.mts';
import { report, tenantFile, withoutSecrets } from './report.mts';
import { headersOf, pathOf, readSettings } from './settings.mts';
import type { Settings } from './settings.mts';
import type { Clock, Send } from './tenant.mts';

const TIMEOUT_MS = 60_000;

const clock: Clock = {
	now: () => Date.now(),
	sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

run().catch((error: Error) => {
	console.error(error.message);
	process.exitCode = 1;
});

async function run(): Promise<void> {
	const node = await loadNode();
	const settings = readSettings(process.env, process.argv.slice(2), node);
	const secrets = [settings.accessKey, settings.secretKey];
	const { mayWrite } = settings;
	const calls = mayWrite ? 'which write two leads of its own' : 'which only read';
	console.error(`About 70 calls, ${calls}, one a second at most.`);
	const result = await checkAccount({
		send: createSend(settings),
		clock,
		node,
		leadIds: settings.leadIds,
		deletedIds: settings.deletedIds,
		mayWrite,
		onQuestion: (name) => console.error(`… ${name}`),
	}).catch((error: Error) => {
		throw new Error(withoutSecrets(error.message, secrets));
	});
	console.log(`\n${report(result, secrets)}`);
	if (result.created !== undefined) {
		console.error(
			`To delete the leads that it wrote, search for ${result.created} in LeadSquared under Leads > Manage Leads, select what is found, and choose Delete.`,
		);
	}
	if (settings.file !== undefined) {
		writeFileSync(settings.file, tenantFile(result, secrets));
		console.error(`Written to ${settings.file}, for npm run sandbox -- --tenant ${settings.file}`);
	}
	if (result.stopped) process.exitCode = 1;
}

async function loadNode() {
	return {
		...(await import('../../nodes/LeadSquared/api/leads.ts')),
		...(await import('../../nodes/LeadSquared/api/rowResults.ts')),
		...(await import('../../nodes/LeadSquared/input/leadIds/findLeadIds.ts')),
		...(await import('../../nodes/LeadSquared/transport/credentials.ts')),
		...(await import('../../nodes/LeadSquared/transport/outcome.ts')),
	};
}

function createSend(settings: Settings): Send {
	return async (request) => {
		const response = await fetch(settings.baseUrl + pathOf(request, settings), {
			method: request.method,
			headers: headersOf(request, settings),
			body: request.body === undefined ? undefined : JSON.stringify(request.body),
			redirect: 'manual',
			signal: AbortSignal.timeout(TIMEOUT_MS),
		});
		// Not text(), which drops a byte order mark.
		const body = Buffer.from(await response.arrayBuffer()).toString('utf8');
		return { status: response.status, headers: Object.fromEntries(response.headers), body };
	};
}
