import { replaceIds } from '../../api/leadId';
import { INVISIBLE, showInvisible, trimToWord, isBlankText, truncate } from '../../base/text';
import { type IdKind, labelKind, pathKind } from './names';
import { isWord, unescape, unescapeAddress, withoutTags } from './markup';
import { tableIn } from './inObject';
import { bracedParts, parseForm, parseJson, parseObject } from '../looseJson';

/** Receives what is found in a text, in its order. */
export interface Finds {
	id(id: string): void;
	/** The whole text is a name for lead IDs, such as a column's heading. */
	heading(words: string): void;
	/** A word or number that is neither an ID nor decoration. */
	leftOver(piece: string): void;
	/** The value of JSON in the text. */
	value(value: unknown): void;
}

// Marks the place of an ID that was taken from a text. It is no character, so no text needs it.
const ID = '\uffff';
const MAX_SHOWN = 200;

/** Finds the lead IDs anywhere in a text, and what else the text has. */
export function readText(text: string, finds: Finds): void {
	const whole = parseJson(text) ?? parseForm(text) ?? tableIn(text);
	if (whole !== undefined) return finds.value(whole);
	const unescaped = unescape(text).replaceAll(ID, ' ');
	let at = 0;
	for (const [from, to] of bracedParts(unescaped)) {
		const part = unescaped.slice(from, to);
		const object = /[:=]/.test(part) ? parseObject(part) : undefined;
		if (object === undefined) continue;
		readPlain(unescaped.slice(at, from) + ID, finds);
		finds.value(object);
		at = to;
	}
	readPlain(unescaped.slice(at), finds);
}

// Up to a blank, a quote or similar, or a comma before another ID or address.
const ADDRESS =
	/(?<![\w.-])(?:[a-z][a-z0-9+.-]{1,20}:\/\/|www\.|(?:[\w-]{1,63}\.){1,6}[a-z]{2,18}\/|\/?leadmanagement\/|\/?leaddetails\?)(?:[^\s"'<>`|,;]|[,;](?!\s|$|https?:|www\.|["'{(]*[0-9a-f]{8}-?[0-9a-f]{4}))+/gi;

function readPlain(text: string, finds: Finds): void {
	let rest = '';
	let at = 0;
	for (const { 0: address, index } of /[/?]/.test(text) ? text.matchAll(ADDRESS) : []) {
		rest +=
			takeIds(unescapeAddress(text.slice(at, index)), finds) + takeFromAddress(address, finds);
		at = index + address.length;
	}
	reportWords(rest + takeIds(unescapeAddress(text.slice(at)), finds), finds);
}

/** Replaces each ID in a text by a mark, except those that are labelled as something else's. */
function takeIds(text: string, finds: Finds): string {
	return replaceIds(text, (id, at) => {
		if (precedingLabelKind(text, at) === 'other') return undefined;
		finds.id(id);
		return ID;
	});
}

/** Replaces an address by a mark, if it has a lead's ID: the labelled ones, if there are any. */
function takeFromAddress(address: string, finds: Finds): string {
	const found: Array<{ id: string; kind: IdKind }> = [];
	const unescaped = unescapeAddress(address);
	replaceIds(unescaped, (id, at) => {
		found.push({ id, kind: precedingLabelKind(unescaped, at) });
		return undefined;
	});
	const surest = found.some(({ kind }) => kind === 'lead') ? 'lead' : undefined;
	const taken = found.filter(({ kind }) => kind === surest);
	for (const { id } of taken) finds.id(id);
	return taken.length > 0 ? ID : address;
}

const LABEL =
	/((?:[\p{L}_][\p{L}\p{N}_.-]*[ \t])?[\p{L}_][\p{L}\p{N}_.-]*)(?:[ \t]?\([^()]{1,40}\))?[^\p{L}\p{N}\s:=]*\s*[:=]+[^\p{L}\p{N}]*$/u;
const STEP = /\/([\p{L}_][\p{L}\p{N}_.-]*)\/[^\p{L}\p{N}/]*$/u;
const TAGS = /(?:<[^<>]+>\s*)+$/;
const TAG = /<([\p{L}_][\w:.-]*)[^<>]*>\s*$/u;

/** The kind of an ID by the text in front of it: a label, a step of an address, a tag. */
function precedingLabelKind(text: string, at: number): IdKind {
	// Most IDs have none of these, and there may be many IDs.
	let end = at;
	while (end > 0 && at - end < 6 && !/[\p{L}\p{N}:=/>]/u.test(text[end - 1])) end--;
	const sign = text[end - 1];
	const before = () => text.slice(Math.max(0, at - 100), at);
	if (sign === ':' || sign === '=') return labelKind(LABEL.exec(before())?.[1] ?? '');
	if (sign === '/') return pathKind(STEP.exec(before())?.[1] ?? '');
	if (sign !== '>') return undefined;
	// `<b>OwnerId:</b> <i>…`, and `<OwnerId>…`
	const label = LABEL.exec(before().replace(TAGS, ''))?.[1];
	return labelKind(label ?? TAG.exec(before())?.[1] ?? '');
}

const GAP = `[\\s_\\-${INVISIBLE}]{0,8}`;
const NAME =
	`(?<![\\p{L}\\p{N}])(?:(?:(?:related|leadsquared|lsq|crm)${GAP})?(?:lead|prospect|leadsquared)s?` +
	`(?:${GAP}(?:ids?|guids?|uuids?))?|(?:urn:)?uuids?|ids?|guids?)(?:[\\s#]{0,4}\\d{1,6})?(?![\\p{L}\\p{N}])`;
const PUNCTUATION = `[^\\p{L}\\p{N}${ID}]*`;
const HEADING = new RegExp(`${NAME}(?:[ \\t]?\\([^()]{1,40}\\))?(?=${PUNCTUATION}${ID})`, 'giu');
const HEADING_ALONE = new RegExp(`^${PUNCTUATION}${NAME}${PUNCTUATION}$`, 'iu');
/** `1.`, `a)`, `[3]`, `#4`, `iv.`, a circled number, `[x]`: in front of an ID. */
const NUMBERING = new RegExp(
	`(?<![\\p{L}\\p{N}])(?:#\\d{1,6}|(?:\\d{1,6}|[a-z]|[ivxlc]{1,6})(?:\\s?[.):\\]\\-\\u2013\\u2014]|\\ufe0f?\\u20e3)|[\\u2460-\\u24ff\\u2776-\\u2793])(?=${PUNCTUATION}${ID})`,
	'giu',
);
const CONJUNCTION = new RegExp(`(?<=${ID}\\s{0,4})(?:and|or)(?=\\s{0,4}${ID})`, 'gi');
// An object that became text, an expression that was not evaluated, an address.
const WHOLE = '\\[object [A-Za-z]+\\]|\\{\\{[^{}\uffff]{1,200}\\}\\}|https?://[^\\s"\'<>`|\uffff]+';
const NO_PIECES = new RegExp(WHOLE, 'g');
const PIECE = new RegExp(`${WHOLE}|[^\\s,;|${ID}\\u3001\\uff0c\\uff1b]+`, 'g');

/** Reports the words in what is left of a text. The rest was decoration. */
function reportWords(rest: string, finds: Finds): void {
	if (!isWord(rest) || isBlankText(rest)) return;
	if (HEADING_ALONE.test(rest)) return finds.heading(show(trimToWord(rest)));
	const words = withoutTags(rest)
		.replace(/`{3}[\w-]*/g, ' ')
		.replace(HEADING, ' ')
		.replace(NUMBERING, ' ')
		.replace(CONJUNCTION, ' ')
		.replace(NO_PIECES, ' $& ');
	for (const [piece] of words.matchAll(PIECE)) {
		if (isWord(piece) && /^(?:\[object |\{\{)/.test(piece)) finds.leftOver(showInvisible(piece));
		else if (!isBlankText(piece)) finds.leftOver(show(trimToWord(piece)));
	}
}

const show = (piece: string): string => showInvisible(truncate(piece, MAX_SHOWN));
