/** The page of the sandbox; test/browser/sandboxPage.test.mts uses its buttons. */
import { SWITCHES } from '../../dev/sandbox/faults.mts';
import type { Faults } from '../../dev/sandbox/faults.mts';
import { createSandbox } from '../../dev/sandbox/server.mts';
import type { Sandbox, SandboxAnswer } from '../../dev/sandbox/server.mts';
import { runOperation } from '../unit/fakeContext.mts';

async function pageOf(sandbox: Sandbox): Promise<string> {
	const headers = { host: '127.0.0.1:8400' };
	const answer = (await sandbox.handle({ method: 'GET', url: '/', headers })) as SandboxAnswer;
	expect(answer.headers['content-type']).toMatch(/^text\/html/);
	return answer.body;
}

/** The values below a heading, without those of tables. */
function listed(page: string, heading: string): string[] {
	const section = page.split(`<h2>${heading}</h2>`)[1].split('<h2>')[0];
	return [...section.matchAll(/<li><code>(.*?)<\/code>/g)].map(([, text]) => text);
}

test('has what one needs to try the node, and is no call', async () => {
	const faults: Partial<Faults> = { order: 'asked', poisonIds: ['<b>'] };
	const sandbox = createSandbox({ leads: 200, accessKey: 'u$r<&"', faults });
	sandbox.touch(4, { LastName: '</script>' });
	const page = await pageOf(sandbox);
	for (const text of [
		'<code>Custom</code>',
		'http://127.0.0.1:8400',
		'u$r&lt;&amp;&quot;',
		'SandboxSecretKey',
		'Rate Limit: Calls</th><td><code>25</code>',
		...sandbox.ids(5),
		...[0, 1, 2].map((at) => sandbox.lead(at)!.EmailAddress),
		'owner1@example.com',
		'[&quot;&lt;b&gt;&quot;]',
		SWITCHES.order.about.slice(0, 20),
	]) {
		expect(page).toContain(text);
	}
	expect(page).not.toMatch(/\["<b>|pageCap/);
	expect(page.split('</script>')).toHaveLength(2);
	expect(listed(page, 'Lists')).toEqual(expect.arrayContaining(['All Leads', 'Customers']));
	expect(listed(page, 'Stages')).toEqual(expect.arrayContaining(['Prospect', 'Customer']));
	const [unknownId] = /[0-9a-f-]{36}/.exec(page.split('not-found@example.com')[1])!;
	expect(sandbox.lead(unknownId)).toBeUndefined();
	expect(sandbox.stats.calls).toBe(0);
});

test('the node finds the lead by each spelling of its email address and phone number', async () => {
	const sandbox = createSandbox({ leads: 200, limit: null });
	const spellings = listed(await pageOf(sandbox), 'Leads to look up');
	expect(spellings).toHaveLength(7);
	for (const value of spellings) {
		const lead = { __rl: true, mode: value.includes('@') ? 'email' : 'phone', value };
		const parameters = { lead, columns: ['FirstName'], options: {} };
		const { items } = await runOperation({ sandbox, operation: 'get', parameters });
		expect([value, items[0].json.ProspectID]).toEqual([value, sandbox.idAt(0)]);
	}
});

test('says if there is no limit, no switch and no lead', async () => {
	const page = await pageOf(createSandbox({ leads: 0, limit: null }));
	expect(page).toMatch(/Rate Limit<.*none[^]*All have their defaults/);
	expect(page).toContain('<button id="change" disabled>');
});
