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
/** As people have it. */
const WINDOW = { width: 1440, height: 860 };
/** For one gesture. n8n answers within a second or two, on a busy machine in ten. */
const TIMEOUT_MS = 30_000;
const MAX_TRIES = 10;

/** n8n's messages in the corner cover what a picture is of. */
const NO_TOASTS = '.el-notification { display: none }';
/** Of a picture, below the last thing to be seen. */
const MARGIN = 30;

selectors.setTestIdAttribute('data-test-id');

export class Editor {
	// The parts of the screen.
	readonly credential: Locator;
	readonly parameters: Locator;
	readonly output: Locator;
	readonly canvas: Locator;
	/** The list that is open. */
	readonly choices: Locator;

	private readonly page: Page;
	private readonly url: string;
	private readonly node: Locator;
	private readonly nodePanel: Locator;

	/**
	 * Opens a browser on an n8n.
	 * @param colorScheme n8n follows what the browser prefers
	 * @throws if Chromium is not installed
	 */
	static async open(url: string, colorScheme?: 'light' | 'dark'): Promise<Editor> {
		if (!existsSync(CHROMIUM)) {
			throw new Error(`${CHROMIUM} is not installed. Debian: apt-get install chromium`);
		}
		const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
		// Pictures twice as fine, since screens that show documentation are.
		const page = await browser.newPage({ viewport: WINDOW, deviceScaleFactor: 2, colorScheme });
		page.setDefaultTimeout(TIMEOUT_MS);
		return new Editor(page, url);
	}

	private constructor(page: Page, url: string) {
		this.page = page;
		this.url = url;
		this.nodePanel = page.getByTestId('node-creator');
		this.node = page.getByTestId('ndv');
		this.parameters = this.node.getByTestId('node-parameters');
		this.output = this.node.getByTestId('output-panel');
		this.canvas = page.getByTestId('canvas');
		this.credential = page.getByTestId('editCredential-modal');
		this.choices = page.getByRole('listbox').filter({ visible: true });
	}

	async close(): Promise<void> {
		await this.page.context().browser()?.close();
	}

	async signIn({ email, password }: { email: string; password: string }): Promise<void> {
		await this.page.goto(this.url);
		await this.page.getByLabel('Email').fill(email);
		await this.page.getByLabel('Password').fill(password);
		await this.page.getByRole('button', { name: 'Sign in' }).click();
		await this.page.getByTestId('universal-add').waitFor();
	}

	async newWorkflow(): Promise<void> {
		await this.page.goto(`${this.url}/workflow/new`);
		await this.page.getByTestId('canvas-plus-button').waitFor();
	}

	/**
	 * Starts a workflow with a manual trigger, which n8n saves. The first node that is added to it asks for
	 * its lists before n8n has chosen its credential.
	 */
	async newSavedWorkflow(): Promise<void> {
		await this.newWorkflow();
		await this.page.getByTestId('canvas-plus-button').click();
		await Promise.all([
			this.page.waitForResponse((response) => response.url().endsWith('/rest/workflows')),
			this.nodePanel.getByText('Trigger manually', { exact: true }).click(),
		]);
	}

	/** Makes n8n's answers so slow that a node gets its credential while it waits for its lists. */
	async slowDown(): Promise<void> {
		await this.delay('**/rest/credentials/for-workflow*', 500);
		await this.delay('**/rest/dynamic-node-parameters/*', 3000);
	}

	private async delay(url: string, ms: number): Promise<void> {
		await this.page.route(url, async (route) => {
			const response = await route.fetch();
			await this.page.waitForTimeout(ms);
			await route.fulfill({ response });
		});
	}

	/** Ends {@link slowDown}. */
	async speedUp(): Promise<void> {
		await this.page.unrouteAll({ behavior: 'wait' });
	}

	/** Opens the node panel and searches. @returns the names of the nodes found */
	async searchNode(words: string): Promise<string[]> {
		const [first, next] = ['canvas-plus-button', 'canvas-handle-plus'].map((id) =>
			this.page.getByTestId(id),
		);
		await first.or(next).first().click();
		await this.nodePanel.getByTestId('node-creator-search-bar').fill(words);
		const names = this.nodePanel.getByTestId('node-creator-item-name');
		await names.filter({ hasText: words }).first().waitFor();
		return await names.allInnerTexts();
	}

	/** Adds a node that was found, by one of its actions or triggers, and so opens its parameters. */
	async addNode(name: string, action: string): Promise<void> {
		await this.nodePanel.getByText(name, { exact: true }).click();
		const choice = this.nodePanel.getByText(action, { exact: true });
		const section = this.nodePanel.getByText(/^(Triggers|Actions) \(\d+\)$/);
		await section.first().waitFor();
		// n8n folds up the one of the two that it thinks is not looked for.
		if ((await choice.count()) === 0) await section.last().click();
		await choice.click();
		await this.parameters.waitFor();
	}

	async openNewCredential(service: string): Promise<void> {
		await this.node.getByRole('button', { name: `Connect to ${service}` }).click();
		await this.credential.waitFor();
	}

	/** Opens the credential that the node has, which makes n8n test it, and waits for the end of that. */
	async openCredential(): Promise<void> {
		await this.node.getByTestId('credential-edit-button').click();
		await this.credential.getByRole('button', { name: 'Retry' }).waitFor();
	}

	async closeCredential(): Promise<void> {
		await this.credential.getByRole('button', { name: 'Close' }).click();
		await this.credential.waitFor({ state: 'hidden' });
	}

	/** Saves the credential, and so tests it: n8n closes a new one that it could connect with. */
	async saveCredential(): Promise<void> {
		await Promise.all([
			this.page.waitForResponse((response) => response.url().endsWith('/credentials/test')),
			this.credential.getByRole('button', { name: 'Save' }).click(),
		]);
	}

	/** Opens the details of why n8n could not connect; from then on they stay open. */
	async openDetails(): Promise<void> {
		await this.credential.getByText('More details').click();
	}

	/** Types into a field of the credential or the parameters, whichever is in front. */
	async type(label: string, text: string): Promise<void> {
		const input = (await this.field(label)).getByRole('textbox');
		await input.fill(text);
		// As long as a parameter has the focus, a tip below it covers what comes next.
		await input.blur();
	}

	/** Types into a field of the resource mapper. */
	async typeMapped(label: string, text: string): Promise<void> {
		const input = this.mapped(label).getByRole('textbox');
		await input.fill(text);
		await input.blur();
	}

	/** Picks an entry of a field of the resource mapper that is a drop-down. */
	async chooseMapped(label: string, choice: string): Promise<void> {
		await this.mapped(label).getByRole('combobox').click();
		await this.choice(choice).click();
	}

	/** Adds a field to the resource mapper. */
	async addMapped(label: string): Promise<void> {
		await this.mapper.getByRole('button', { name: 'Add column to send' }).click();
		await this.page.getByRole('menuitem', { name: label, exact: true }).click();
		await this.mapped(label).waitFor();
	}

	/** The labels of the resource mapper's fields, when there are some. */
	async mappedLabels(): Promise<string[]> {
		const fields = this.mapper.locator('.parameter-item');
		await fields.first().waitFor();
		return (await fields.allInnerTexts()).map((text) => text.trim().split('\n')[0]);
	}

	/** Follows n8n's link to ask again for what it could not show. */
	async retry(): Promise<void> {
		await this.parameters.getByText('Retry', { exact: true }).click();
	}

	private get mapper(): Locator {
		return this.parameters.getByTestId('resource-mapper-container');
	}

	private mapped(label: string): Locator {
		const name = this.page.getByText(exactly(label, '( \\(using to match\\))?'));
		return this.mapper.locator('.parameter-item').filter({ has: name });
	}

	/** Types into a parameter that makes n8n read a list again, and waits until it has. */
	async typeAndReload(label: string, text: string): Promise<void> {
		await Promise.all([
			this.page.waitForResponse((response) => response.url().endsWith('/options')),
			this.type(label, text),
		]);
	}

	/** Picks the one entry of a field that takes one. */
	async choose(label: string, choice: string): Promise<void> {
		// The last one: the collection of options contains an option and its label too.
		const list = (await this.field(label)).last().getByRole('combobox');
		// n8n draws a field that was just added once more, which closes its list.
		for (let tries = 0; tries < MAX_TRIES; tries++) {
			if ((await list.getAttribute('aria-expanded')) !== 'true') await list.click();
			try {
				return await this.choice(choice).click({ timeout: TIMEOUT_MS / MAX_TRIES });
			} catch {
				continue;
			}
		}
		throw new Error(`The list of '${label}' does not stay open, or has no '${choice}'`);
	}

	/** Opens a list of several entries. @returns the lines of each entry */
	async openList(label: string): Promise<string[][]> {
		// While n8n loads the list, the field is disabled.
		await this.parameter(label).locator('.el-input:not(.is-disabled) .el-input__suffix').click();
		await this.listed.first().waitFor();
		return (await this.listed.allInnerTexts()).map((text) => text.split('\n'));
	}

	/** Closes the open list. */
	async closeList(): Promise<void> {
		await this.page.keyboard.press('Escape');
		await this.listed.first().waitFor({ state: 'detached' });
	}

	private get listed(): Locator {
		return this.choices.getByRole('option').filter({ visible: true });
	}

	/** Opens a list of several entries and types into it. @returns the lines of each entry it leaves */
	async searchList(label: string, words: string): Promise<string[][]> {
		const options = this.listed;
		await this.openList(label);
		await this.page.keyboard.type(words);
		const others = options.filter({ hasNotText: words });
		await others.first().waitFor({ state: 'detached' });
		return (await options.allInnerTexts()).map((text) => text.split('\n'));
	}

	/** Picks an entry of the open list, and closes it. */
	async pick(choice: string): Promise<void> {
		await this.choice(choice).click();
		await this.page.keyboard.press('Escape');
	}

	/** Chooses what the value of a resource locator is. */
	async chooseMode(label: string, mode: string): Promise<void> {
		await this.parameter(label).getByTestId('rlc-mode-selector').click();
		await this.choice(mode).click();
	}

	/** Opens the list of a resource locator and types into it. @returns the entries that it leaves */
	async searchLocator(label: string, words: string): Promise<string[]> {
		const fits = { hasText: new RegExp(words, 'i') };
		await this.parameter(label).getByTestId('rlc-input').click();
		await this.page.getByPlaceholder('Search...').filter({ visible: true }).fill(words);
		await this.located.filter(fits).first().waitFor();
		await this.located.filter({ hasNotText: fits.hasText }).first().waitFor({ state: 'detached' });
		return (await this.located.allInnerTexts()).map((text) => text.trim());
	}

	/** Picks an entry of the open list of a resource locator. */
	async pickLocated(entry: string): Promise<void> {
		await this.located.filter({ hasText: entry }).first().click();
	}

	private get located(): Locator {
		return this.page.getByTestId('rlc-item').filter({ visible: true });
	}

	/** The entries picked in a list, as soon as there are any. */
	async picked(label: string): Promise<string[]> {
		const tags = this.parameter(label).locator('.el-tag');
		await tags.first().waitFor();
		return await tags.allInnerTexts();
	}

	/** Where options are added. */
	get addOptionButton(): Locator {
		return this.parameters.getByPlaceholder('Add option');
	}

	/** Adds an option to the node. */
	async addOption(name: string): Promise<void> {
		await this.addOptionButton.click();
		await this.choice(name).click();
	}

	/** Turns a switch among the options on or off. */
	async toggle(label: string): Promise<void> {
		await (await this.field(label)).last().getByRole('switch').locator('..').click();
	}

	/** Opens a saved workflow. */
	async openWorkflow(id: string): Promise<void> {
		await this.page.goto(`${this.url}/workflow/${id}`);
		await this.canvas.getByTestId('canvas-node').first().waitFor();
	}

	/** Opens the parameters of a node on the canvas. */
	async openNode(name: string): Promise<void> {
		await this.canvas.getByTestId('canvas-node').filter({ hasText: name }).dblclick();
		await this.parameters.waitFor();
	}

	/** Runs the open workflow, until its last node shows how many items came out. */
	async executeWorkflow(items: string): Promise<void> {
		// The trigger has one of its own, which shows only under the mouse.
		await this.page.getByTestId('execute-workflow-button').click();
		// Of the node before it as well.
		await this.canvas.getByText(items).nth(1).waitFor();
	}

	/** Presses a button of another page, and waits until the page says what was done. */
	async press(url: string, button: string): Promise<void> {
		const page = await this.page.context().browser()!.newPage();
		await page.goto(url);
		await page.getByRole('button', { name: button }).click();
		await page.locator('#done').getByText(/./).waitFor();
		await page.close();
	}

	/** Goes back to the canvas from a node. */
	async closeNode(): Promise<void> {
		await this.node.getByTestId('ndv-close-button').click();
		await this.node.waitFor({ state: 'hidden' });
	}

	/** Runs the open node; its output shows when it has ended. */
	async execute(): Promise<void> {
		await this.node.getByRole('button', { name: 'Execute step' }).first().click();
	}

	/** Fetches a test event for the open trigger; its output shows when it has come. */
	async fetchTestEvent(): Promise<void> {
		await this.node.getByRole('button', { name: 'Fetch Test Event' }).first().click();
	}

	/** Publishes the open workflow: from then on it starts automatically. */
	async publish(): Promise<void> {
		await this.page.getByTestId('workflow-open-publish-modal-button').click();
		await this.page.getByTestId('workflow-publish-button').click();
		await this.page.getByRole('button', { name: 'Got it' }).click();
		await this.page.getByRole('button', { name: 'Published' }).waitFor();
	}

	/** The id of the open workflow, which has been saved. */
	get workflowId(): string {
		return /\/workflow\/(\w+)/.exec(this.page.url())![1];
	}

	/** Opens the list of executions, and waits until it has that many. @param ms how long */
	async waitForExecutions(count: number, ms: number): Promise<void> {
		await this.page.getByTestId('radio-button-executions').click();
		const executions = this.page.getByTestId('current-executions-list').getByText(/^Succeeded/);
		await executions.nth(count - 1).waitFor({ timeout: ms });
	}

	/** The table of the output: its head, and its rows. */
	async table(): Promise<string[][]> {
		const rows = this.output.locator('table tr');
		await rows.nth(1).waitFor();
		const cells = (await rows.all()).map((row) => row.locator('th, td').allInnerTexts());
		return (await Promise.all(cells)).map((row) => row.map((text) => text.trim()));
	}

	/** Waits until a part of the screen shows the words. */
	async shows(part: Locator, words: string): Promise<void> {
		await part.getByText(words).first().waitFor();
	}

	/** Waits until the node has a credential. */
	async showsCredential(): Promise<void> {
		await this.node.getByTestId('credential-edit-button').waitFor();
	}

	/** Waits until a parameter that takes one entry of a list has it. */
	async showsValue(label: string, value: string): Promise<void> {
		const input = this.parameter(label).locator('input').first();
		await input.waitFor();
		for (let tries = 0; (await input.inputValue()) !== value; tries++) {
			if (tries === 50) throw new Error(`${label} is ${await input.inputValue()}`);
			await this.page.waitForTimeout(100);
		}
	}

	/** Waits until a part of the screen no longer shows the words. */
	async hides(part: Locator, words: string): Promise<void> {
		await part.getByText(words).first().waitFor({ state: 'detached' });
	}

	/** That nothing on the screen says the words. */
	async never(words: string): Promise<void> {
		const count = await this.page.getByText(words).count();
		if (count > 0) throw new Error(`The screen says "${words}"`);
	}

	/** A picture of a part of the screen, down to the last thing to be seen, or of all of the screen. */
	async picture(file: string, part?: Locator, last?: Locator): Promise<void> {
		const clip = (await part?.boundingBox()) ?? undefined;
		const end = await last?.boundingBox();
		if (clip && end) clip.height = end.y + end.height + MARGIN - clip.y;
		await this.page.screenshot({ path: file, clip, animations: 'disabled', style: NO_TOASTS });
	}

	private parameter(label: string): Locator {
		return this.parameters.getByTestId('parameter-item').filter({ has: this.label(label) });
	}

	private async field(label: string): Promise<Locator> {
		if (!(await this.credential.isVisible())) return this.parameter(label);
		const fields = this.credential.getByTestId('credential-connection-parameter');
		return fields.filter({ has: this.label(label) });
	}

	/** A required field of a credential has a star behind its label. */
	private label(text: string): Locator {
		return this.page.getByText(exactly(text, '\\s*\\*?'));
	}

	private choice(text: string): Locator {
		const words = this.page.getByText(text, { exact: true });
		return this.choices.getByRole('option').filter({ has: words });
	}
}

/** A text as a label shows it, perhaps with something behind it. */
function exactly(text: string, behind: string): RegExp {
	return new RegExp(`^\\s*${text.replace(/[()]/g, '\\$&')}${behind}\\s*$`);
}
