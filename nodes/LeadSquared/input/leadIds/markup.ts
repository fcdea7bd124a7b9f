const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Restores text that a program escaped for JSON or HTML, or that a keyboard widened. */
export function unescape(text: string): string {
	let unescaped = text;
	if (unescaped.includes('\\')) {
		unescaped = unescaped.replace(
			/\\(?:[nrt]|u([0-9a-fA-F]{4})|(["'/]))/g,
			(_, code?: string, sign?: string) =>
				code ? String.fromCharCode(parseInt(code, 16)) : (sign ?? ' '),
		);
	}
	if (unescaped.includes('&')) {
		unescaped = unescaped.replace(
			/&(?:#(\d{1,6})|#x([0-9a-f]{1,5})|([a-z]{2,8}));/gi,
			(_, decimal?: string, hex?: string, name?: string) =>
				name
					? (NAMED[name.toLowerCase()] ?? ' ')
					: String.fromCodePoint(decimal ? Number(decimal) : parseInt(hex!, 16)),
		);
	}
	// Chinese and Japanese keyboards write such letters and digits.
	return unescaped.replace(/[\uff01-\uff5e]/g, (wide) =>
		String.fromCharCode(wide.charCodeAt(0) - 0xfee0),
	);
}

// Not a percent sign in front of an ID, which may begin with two such digits.
const ESCAPES = /(?:%(?![0-9a-f]{8}-[0-9a-f]{4}-|[0-9a-f]{32}(?![0-9a-z]))[0-9a-f]{2})+/gi;

/** Restores text that was escaped for an address, also an address within another one. */
export function unescapeAddress(text: string): string {
	let unescaped = text;
	for (let times = 0; times < 3 && unescaped.includes('%'); times++) {
		const before = unescaped;
		unescaped = unescaped.replace(ESCAPES, (escapes) => {
			try {
				return decodeURIComponent(escapes);
			} catch {
				return escapes;
			}
		});
		if (unescaped === before) break;
	}
	return unescaped;
}

const HTML =
	/^(?:a|abbr|article|b|blockquote|body|br|caption|center|code|col|colgroup|dd|del|div|dl|dt|em|font|footer|form|h[1-6]|head|header|hr|html|i|img|input|ins|label|li|link|main|mark|meta|nav|ol|option|p|pre|q|s|samp|section|select|small|span|strike|strong|sub|summary|sup|table|tbody|td|textarea|tfoot|th|thead|title|tr|tt|u|ul|var|wbr)$/i;

/** Removes tags: those of HTML, and those of XML that are closed. `<Ringo>` is none. */
export function withoutTags(text: string): string {
	if (!text.includes('<')) return text;
	const closed = new Set<string>();
	for (const [, name] of text.matchAll(/<\/([a-z][\w:.-]*)/gi)) closed.add(name);
	return text
		.replace(/<[!?][^<>]*>/g, ' ')
		.replace(/<(\/?)([a-z][\w:.-]*)(?:[\s/][^<>]*)?>/gi, (tag, end: string, name: string) =>
			end || closed.has(name) || HTML.test(name) ? ' ' : tag,
		);
}

/** Whether a text has a letter or a digit. */
export const isWord = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);
