/** The buttons of the sandbox's page, in a real browser. */
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { createSandbox } from '../../dev/sandbox/server.mts';

const sandbox = createSandbox({ leads: 200 });
let browser: Browser;

beforeAll(async () => {
	browser = await chromium.launch({
		executablePath: '/usr/bin/chromium',
		args: ['--no-sandbox', '--disable-gpu'],
	});
});

afterAll(async () => {
	await browser.close();
	await sandbox.close();
});

test('create and change a lead, and say which', async () => {
	const page = await browser.newPage();
	await page.goto(await sandbox.listen());
	const done = page.locator('#done');

	await page.getByRole('button', { name: 'Create a lead' }).click();
	await done.getByText('Created').waitFor();
	const created = sandbox.lead(sandbox.idAt(200))!;
	expect(await done.innerText()).toContain(
		`Created ${created.FirstName} ${created.LastName} (${created.EmailAddress}, `,
	);

	const before = sandbox.lead(0)!;
	await page.getByRole('button', { name: 'Change a lead' }).press('Enter');
	await done.getByText('Changed').waitFor();
	const after = sandbox.lead(0)!;
	expect(after.ProspectStage).not.toBe(before.ProspectStage);
	expect(await done.innerText()).toMatch(
		new RegExp(`^Changed .*${after.EmailAddress}.*: Lead Stage is now ${after.ProspectStage}`),
	);
	expect(sandbox.history.map(({ id, kind }) => [id, kind])).toEqual([
		[created.ProspectID, 'create'],
		[before.ProspectID, 'change'],
	]);
});
