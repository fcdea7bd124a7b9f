/**
 * n8n's editor in a headless Chromium, by the gestures of a person: what is clicked and read is
 * named by the words on the screen. `data-test-id` (n8n's own) only says which part of the screen.
 */
import { existsSync } from 'node:fs';
import { chromium, selectors } from 'playwright-core';
import type { Locator, Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
const ARGUMENTS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];
/** Wide enough for a table of leads beside the parameters, low enough for a page of documentation. */
const WINDOW = { width: 1900, height: 800 };
/** For one gesture. n8n answers within a second or two, on a busy machine in ten. */
const TIMEOUT_MS = 30_000;

/** n8n's messages in the corner cover what a picture is of. */
const NO_TOASTS = '.el-notification { display: none }';
/** Of a picture, below the last thing to be seen. */
const MARGIN = 16;

export interface Editor {
	/** The parts of the screen. */
	credential: Locator;
	parameters: Locator;
	output: Locator;
	/** The list that is open. */
	choices: Locator;
	signIn(person: { email: string; password: string }): Promise<void>;
	newWorkflow(): Promise<void>;
	/** Opens the node panel and searches. @returns the lines of what it found */
	searchNode(words: string): Promise<string[]>;
	/** Adds the node found, by one of its actions, and so opens its parameters. */
	addNode(name: string, action: string): Promise<void>;
	openNewCredential(service: string): Promise<void>;
	openCredential(): Promise<void>;
	closeCredential(): Promise<void>;
	/** Saves the credential, and so tests it: n8n closes a new one that it could connect with. */
	saveCredential(): Promise<void>;
	/** Opens the details of why n8n could not connect; from then on they stay open. */
	openDetails(): Promise<void>;
	/** Types into a field of the credential or the parameters, whichever is in front. */
	type(label: string, text: string): Promise<void>;
	choose(label: string, option: string): Promise<void>;
	/** Opens a list of the parameters and types into it. @returns the lines of each choice it leaves */
	searchList(label: string, words: string): Promise<string[][]>;
	/** Picks one of the open list, and closes it. */
	pick(choice: string): Promise<void>;
	/** Has a list read again: n8n keeps one that it could not read, after the credential is put right. */
	refreshList(label: string): Promise<void>;
	/** What is picked in a list of the parameters. */
	picked(label: string): Promise<string[]>;
	/** Runs the open node: its output shows when it has ended. */
	execute(): Promise<void>;
	/** The table of the output pane: its head, and its rows. */
	table(): Promise<string[][]>;
	/** Waits until a part of the screen shows the words. */
	shows(part: Locator, words: string): Promise<void>;
	/** A picture of a part of the screen, down to the last thing to be seen, or of all of the screen. */
	picture(file: string, part?: Locator, last?: Locator): Promise<void>;
	close(): Promise<void>;
}

/**
 * Opens a browser on an n8n.
 * @throws if Chromium is not installed
 */
export async function openEditor(url: string): Promise<Editor> {
	if (!existsSync(CHROMIUM)) {
		throw new Error(`${CHROMIUM} is not installed. Debian: apt-get install chromium`);
	}
	selectors.setTestIdAttribute('data-test-id');
	const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
	// Pictures twice as fine, since screens that show documentation are.
	const page = await browser.newPage({ viewport: WINDOW, deviceScaleFactor: 2 });
	page.setDefaultTimeout(TIMEOUT_MS);
	return { ...gestures(page, url), close: async () => await browser.close() };
}

function gestures(page: Page, url: string): Omit<Editor, 'close'> {
	const credential = page.getByTestId('editCredential-modal');
	const node = page.getByTestId('ndv');
	const parameters = node.getByTestId('node-parameters');
	const output = node.getByTestId('output-panel');
	const panel = page.getByTestId('node-creator');
	const found = panel.getByTestId('node-creator-item-name');
	const choices = page.getByRole('listbox').filter({ visible: true });
	const options = choices.getByRole('option').filter({ visible: true });
	const words = (text: string) => page.getByText(text, { exact: true });
	// A required field of a credential has a star behind its label.
	const labelled = (label: string) => page.getByText(new RegExp(`^${label}\\s*\\*?\\s*$`));

	const list = (label: string) =>
		parameters.getByTestId('parameter-item').filter({ has: labelled(label) });
	const field = async (label: string) =>
		(await credential.isVisible())
			? credential.getByTestId('credential-connection-parameter').filter({ has: labelled(label) })
			: list(label);

	return {
		credential,
		parameters,
		output,
		choices,
		async signIn({ email, password }) {
			await page.goto(url);
			await page.getByLabel('Email').fill(email);
			await page.getByLabel('Password').fill(password);
			await page.getByRole('button', { name: 'Sign in' }).click();
			await page.getByTestId('universal-add').waitFor();
		},
		async newWorkflow() {
			await page.goto(`${url}/workflow/new`);
			await page.getByTestId('canvas-plus-button').waitFor();
		},
		async searchNode(text) {
			await page.getByTestId('canvas-plus-button').click();
			await page.getByTestId('node-creator-search-bar').fill(text);
			await found
				.filter({ hasText: new RegExp(text, 'i') })
				.first()
				.waitFor();
			return await found.allInnerTexts();
		},
		async addNode(name, action) {
			await panel.getByText(name, { exact: true }).click();
			await panel.getByText(action, { exact: true }).click();
			await parameters.waitFor();
		},
		async openNewCredential(service) {
			await node.getByRole('button', { name: `Connect to ${service}` }).click();
			await credential.waitFor();
		},
		async openCredential() {
			await node.getByTestId('credential-edit-button').click();
			await credential.waitFor();
		},
		async closeCredential() {
			await credential.getByRole('button', { name: 'Close' }).click();
			await credential.waitFor({ state: 'hidden' });
		},
		async saveCredential() {
			await Promise.all([
				page.waitForResponse((response) => response.url().endsWith('/credentials/test')),
				credential.getByRole('button', { name: 'Save' }).click(),
			]);
		},
		async openDetails() {
			await credential.getByText('More details').click();
		},
		async type(label, text) {
			const input = (await field(label)).getByRole('textbox');
			await input.fill(text);
			// As long as a parameter has the focus, a tip below it covers what comes next.
			await input.blur();
		},
		async choose(label, option) {
			await (await field(label)).getByRole('combobox').click();
			await options.filter({ has: words(option) }).click();
		},
		async searchList(label, text) {
			await list(label).locator('.el-input__suffix').click();
			await options.first().waitFor();
			await page.keyboard.type(text);
			await options.filter({ hasNotText: new RegExp(text, 'i') }).waitFor({ state: 'detached' });
			return (await options.allInnerTexts()).map((text) => text.split('\n'));
		},
		async pick(choice) {
			await options.filter({ has: words(choice) }).click();
			await page.keyboard.press('Escape');
		},
		async refreshList(label) {
			await list(label).hover();
			await list(label).getByTestId('action-toggle').click();
			await Promise.all([
				page.waitForResponse((response) => response.url().endsWith('/options')),
				page.getByRole('menuitem', { name: 'Refresh List' }).click(),
			]);
		},
		async picked(label) {
			return await list(label).locator('.el-tag').allInnerTexts();
		},
		async execute() {
			await node.getByTestId('node-execute-button').click();
		},
		async table() {
			await output.locator('table tr').nth(1).waitFor();
			const rows = await output.locator('table tr').all();
			return await Promise.all(
				rows.map(async (row) => {
					const cells = await row.locator('th, td').allInnerTexts();
					return cells.map((cell) => cell.trim());
				}),
			);
		},
		async shows(part, text) {
			await part.getByText(text).first().waitFor();
		},
		async picture(file, part, last) {
			const clip = (await part?.boundingBox()) ?? undefined;
			const end = await last?.boundingBox();
			if (clip && end) clip.height = end.y + end.height + MARGIN - clip.y;
			await page.screenshot({ path: file, clip, animations: 'disabled', style: NO_TOASTS });
		},
	};
}
