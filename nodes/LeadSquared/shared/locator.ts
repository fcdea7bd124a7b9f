/** What a resource locator holds. */
export interface Located {
	/** How it was chosen; undefined where it is a mere value, as of an expression for the whole. */
	mode?: string;
	value: unknown;
}

/** Reads a resource locator as n8n hands it out: an object with its mode, or the value alone. */
export function readLocator(parameter: unknown): Located {
	if (typeof parameter !== 'object' || parameter === null || !('__rl' in parameter)) {
		return { value: parameter };
	}
	const { mode, value } = parameter as { mode?: unknown; value?: unknown };
	return { ...(typeof mode === 'string' && { mode }), value };
}
