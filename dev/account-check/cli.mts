import '../builtNode.mts';
import { runProbe } from './check.mts';
import { report, withoutSecrets } from './report.mts';
import { headersOf, readSettings } from './settings.mts';
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
	console.error('About 40 calls that only read, one a second at most.');
	const result = await runProbe({
		send: createSend(settings),
		clock,
		node,
		leadIds: settings.leadIds,
		onCheck: (name) => console.error(`… ${name}`),
	}).catch((error: Error) => {
		throw new Error(withoutSecrets(error.message, secrets));
	});
	console.log(`\n${report(result, secrets)}`);
	if (result.stopped) process.exitCode = 1;
}

async function loadNode() {
	return {
		...(await import('../../nodes/LeadSquared/api/leads.ts')),
		...(await import('../../nodes/LeadSquared/api/metadata.ts')),
		...(await import('../../nodes/LeadSquared/shared/leadIds/findLeadIds.ts')),
		...(await import('../../nodes/LeadSquared/transport/account.ts')),
		...(await import('../../nodes/LeadSquared/transport/outcome.ts')),
	};
}

function createSend(settings: Settings): Send {
	return async (request) => {
		const response = await fetch(settings.baseUrl + request.path, {
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
