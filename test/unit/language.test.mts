/** Words that a native writer does not use, or not in this sense, in anything that people read. */
import { globSync, readFileSync } from 'node:fs';

const BANNED: Array<[phrase: RegExp, instead: string]> = [
	[/\btold\b(?! us\b)/i, 'reported, known, distinguished'],
	[/\btells\b|\b(not|to|can|could|did) tell\b/i, 'says, shows, reports, distinguishes'],
	[/\b(nobody|somebody|whoever|whomever)\b(?!@)/i, 'the passive, or the thing itself'],
	[/\bin passing\b/i, 'temporarily'],
	[/\bpassing (error|failure|fault|trouble)s?\b/i, 'transient error'],
	[/\b(came|come|comes) to\b/i, 'results in, is'],
	[/\bbec(a|o)mes? of\b/i, 'happens to'],
	[/\bfates?\b/i, 'result, outcome, status'],
	[/\bbut for\b/i, 'except for'],
	[/\bbe it\b/i, 'whether'],
	[/\bmend(s|ed|ing)?\b/i, 'fix'],
	[/\bat the (least|most)\b/i, 'at least, at most'],
	[/\bso (long|many|much)\b(?! (as|that)\b)/i, 'the number, or the name of the constant'],
	[/\b(of|is|are) no matter\b/i, 'irrelevant, does not matter'],
	[/\bby (itself|themselves)\b/i, 'automatically, on its own'],
	[/\bbeside\b/i, 'next to, in addition to, with'],
	[/\bof wh(ich|om)\b/i, 'two sentences, or "whose"'],
	[/\bin silence\b|\bwithout a word\b/i, 'silently'],
	[/\b(without|no) doubles\b/i, 'duplicates'],
	[/\b(log-in|look-up|set-up|time-out)s?\b/i, 'login, lookup, setup, timeout'],
	[/\bno (earlier|later|sooner) than\b/i, 'only after, at most'],
	[/\bgiv(e|es|ing) way\b|\bgave way\b/i, 'yield'],
	[/\bthat (is|are) none\b/i, 'that is not one'],
	[/\b(not|to|can|could|cannot|may) be had\b/i, 'available'],
	[/\bin the place of\b/i, 'instead of'],
	[/\banew\b/i, 'again'],
	[/\bof an own\b|\ban own\b/i, 'its own'],
	[/\b(in vain|of late|knows? nothing of|left aside|passed over)\b/i, 'plain words'],
	[/\/\*\* (How|Those|What|Which|Who|Why)\b/, 'a docstring that begins with a noun or a verb'],
];

const FILES = globSync(
	[
		'*.md',
		'.ci/run',
		'.github/**/*.yml',
		'{nodes,credentials,dev,test}/**/*.{ts,mts,mjs,cjs,js,json}',
		'{docs,examples}/*.{md,json}',
	],
	{ exclude: (path) => /node_modules$|language\.test/.test(path) },
);

/** Each use of a banned phrase in a text: the line, the phrase, and what to write instead. */
function bannedIn(text: string): string[] {
	return text.split('\n').flatMap((line, at) =>
		BANNED.flatMap(([phrase, instead]) => {
			const found = phrase.exec(line);
			return found ? [`${at + 1}: "${found[0]}". Write instead: ${instead}`] : [];
		}),
	);
}

test('people read plain English', () => {
	expect(FILES.length).toBeGreaterThan(300);
	const found = FILES.flatMap((file) =>
		bannedIn(readFileSync(file, 'utf8')).map((each) => `${file}:${each}`),
	);
	expect(found).toEqual([]);
});

test('a banned phrase is reported with its line and what to write instead', () => {
	expect(bannedIn('Fine.\nWhoever reads this is told.')).toEqual([
		'2: "told". Write instead: reported, known, distinguished',
		'2: "Whoever". Write instead: the passive, or the thing itself',
	]);
});
