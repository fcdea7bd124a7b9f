/** The latest results, as long as what they were computed from stays the same. */
export interface Memory {
	remembered<T>(state: string, key: string, compute: () => T): T;
}

const MOST = 20;

export function createMemory(): Memory {
	let current = '';
	const results = new Map<string, unknown>();
	return {
		remembered<T>(state: string, key: string, compute: () => T): T {
			if (state !== current) results.clear();
			current = state;
			if (!results.has(key)) {
				if (results.size >= MOST) results.delete(results.keys().next().value!);
				results.set(key, compute());
			}
			return results.get(key) as T;
		},
	};
}
