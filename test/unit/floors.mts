/** The floors of the node: checks the imports between them, and draws them. */
import { importsOf, type Files, type Import } from './imports.mts';

/** From top to bottom. Folders on one line are on the same floor. */
const FLOORS: Array<Record<string, string>> = [
	{ 'node files': 'entry points for n8n', credentials: 'the credential for n8n' },
	{
		actions: 'the operations',
		trigger: 'new changes since the last poll',
		methods: 'lists and tests for the editor',
	},
	{ run: 'one execution' },
	{
		input: 'parameters → values',
		columns: 'the account’s columns',
		fetch: 'IDs, lists and rows → requests and results',
	},
	{ api: 'LeadSquared’s endpoints' },
	{ transport: 'one call' },
	{ base: 'clock, text, InvalidInput' },
];

/** The lower floors that may use n8n; all floors above them may, too. */
const N8N_FLOORS = ['run', 'input'];

const NODE = 'nodes/LeadSquared/';
const ACTIONS = `${NODE}actions/`;

/** Finds all faults, one sentence each. */
export function faultsOf(files: Files): string[] {
	const lost = Object.keys(files)
		.filter((path) => floorOf(path) === undefined)
		.map((path) => `${short(path)} is on no floor: it belongs in one of ${words(below(0), 'or')}`);
	const imports = importsOf(files);
	const faults = imports.map((each) =>
		each.to in files ? directionFault(each) : packageFault(each),
	);
	return [...lost, ...faults, ...circleFaults(imports)].filter((fault) => fault !== undefined);
}

/** Draws the floors as a Mermaid flowchart, without arrows that others imply. */
export function picture(files: Files): string {
	const arrows = new Map<string, Set<string>>();
	for (const { from, to } of importsOf(files)) {
		const [upper, lower] = [floorOf(from), floorOf(to)];
		if (!upper || !lower || upper === lower) continue;
		arrows.set(upper, (arrows.get(upper) ?? new Set()).add(lower));
	}
	const isDown = (upper: string, lower: string) => levelOf(upper) < levelOf(lower);
	const reaches = (upper: string, lower: string): boolean =>
		[...(arrows.get(upper) ?? [])].some(
			(next) => isDown(upper, next) && (next === lower || reaches(next, lower)),
		);
	const all = FLOORS.flatMap((floor) => Object.entries(floor));
	const drawn = all.flatMap(([upper]) => {
		const lowers = [...(arrows.get(upper) ?? [])];
		return lowers
			.filter(
				(lower) =>
					!lowers.some((next) => isDown(upper, next) && next !== lower && reaches(next, lower)),
			)
			.sort((a, b) => all.findIndex(([name]) => name === a) - all.findIndex(([name]) => name === b))
			.map((lower) => [upper, lower]);
	});
	const id = (name: string) => name.replace(' ', '-');
	return [
		'flowchart TD',
		...all
			.filter(([name]) => drawn.flat().includes(name))
			.map(([name, about]) => `    ${id(name)}["<b>${name}</b><br>${about}"]`),
		...drawn.map(([upper, lower]) => `    ${id(upper)} --> ${id(lower)}`),
	].join('\n');
}

function floorOf(path: string): string | undefined {
	if (/^credentials\/[^/]+\.credentials\.ts$/.test(path)) return 'credentials';
	if (!path.startsWith(NODE)) return undefined;
	const [first, ...rest] = path.slice(NODE.length).split('/');
	if (rest.length === 0) return first.endsWith('.node.ts') ? 'node files' : undefined;
	return levelOf(first) > 0 ? first : undefined;
}

/** 0 is the top; -1 is not a floor. */
function levelOf(floor: string): number {
	return FLOORS.findIndex((each) => floor in each);
}

function below(level: number): string[] {
	return FLOORS.slice(level + 1).flatMap((floor) => Object.keys(floor));
}

function directionFault({ from, to }: Import): string | undefined {
	const [upper, lower] = [floorOf(from), floorOf(to)];
	if (!upper || !lower) return undefined;
	const says = `${short(from)} imports ${short(to)}`;
	if (upper === lower) {
		if (!isSideways(from, to)) return undefined;
		return `${says}, of another operation: what two operations need belongs in the folder of their resource, ${words(below(1), 'or')}`;
	}
	const level = levelOf(upper);
	if (levelOf(lower) > level) return undefined;
	if (levelOf(lower) === level) {
		return `${says}, which is on the same floor: what both need belongs in ${words(below(level), 'or')}`;
	}
	return `${says}, a floor above: what ${upper} needs belongs in ${words([upper, ...below(level)], 'or')}`;
}

/** Whether a file reaches into another resource, or into another operation's folder. A registry (index.ts) may. */
function isSideways(from: string, to: string): boolean {
	if (!to.startsWith(ACTIONS)) return false;
	const folder = folderOf(to);
	if (from.startsWith(folder)) return false;
	return !(from.endsWith('/index.ts') && to.startsWith(folderOf(from)));
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

/** Code that decides imports nothing of n8n, so tests run it without n8n. */
function packageFault({ from, to, values, types }: Import): string | undefined {
	const floor = floorOf(from);
	if (!/^(n8n-|@n8n\/)/.test(to) || !floor) return undefined;
	if (levelOf(floor) < levelOf('run') || N8N_FLOORS.includes(floor)) return undefined;
	const isClock = from === `${NODE}base/clock.ts`;
	const isClient = from === `${NODE}transport/client.ts`;
	const names = [
		...values.filter((name) => !(isClock && name === 'sleep')),
		...(isClient ? [] : types),
	];
	if (names.length === 0) return undefined;
	return (
		`${short(from)} imports ${words(names, 'and')} from ${to}: what touches n8n belongs in ` +
		'input, run or above (base/clock.ts has `sleep`, and transport/client.ts types)'
	);
}

/** One sentence for each group of files that import each other. */
function circleFaults(imports: Import[]): string[] {
	const next = new Map<string, string[]>();
	for (const { from, to } of imports) next.set(from, [...(next.get(from) ?? []), to]);
	const reported = new Set<string>();
	const faults: string[] = [];
	for (const start of next.keys()) {
		const circle = wayBack(start, next);
		if (!circle || circle.some((path) => reported.has(path))) continue;
		for (const path of circle) reported.add(path);
		faults.push(
			`${circle.map(short).join(' → ')} is a circle: what they need of each other belongs in a file below them`,
		);
	}
	return faults;
}

/** The shortest way from a file to itself. */
function wayBack(start: string, next: Map<string, string[]>): string[] | undefined {
	const ways = [[start]];
	const seen = new Set<string>();
	for (const way of ways) {
		for (const to of next.get(way.at(-1)!) ?? []) {
			if (to === start) return [...way, to];
			if (!seen.has(to)) ways.push([...way, to]);
			seen.add(to);
		}
	}
	return undefined;
}

function short(path: string): string {
	return path.startsWith(NODE) ? path.slice(NODE.length) : path;
}

function words(list: string[], last: 'and' | 'or'): string {
	return list.length < 2 ? list.join() : `${list.slice(0, -1).join(', ')} ${last} ${list.at(-1)}`;
}
