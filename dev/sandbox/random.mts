// Looked up once: within jest a global costs more than all the arithmetic here.
const { imul } = Math;

/**
 * A bijection of the 32-bit integers that scatters its input (Murmur3's finaliser).
 * Everything made up here comes from it, so that nothing has to be stored.
 */
export function scatter(value: number): number {
	let hash = value ^ (value >>> 16);
	hash = imul(hash, 0x85ebca6b);
	hash ^= hash >>> 13;
	hash = imul(hash, 0xc2b2ae35);
	return (hash ^ (hash >>> 16)) >>> 0;
}

/** The inverse of {@link scatter}. */
export function gather(value: number): number {
	let hash = value ^ (value >>> 16);
	hash = imul(hash, 0x7ed1b41d); // times 0xc2b2ae35 is 1, modulo 2^32
	hash ^= (hash >>> 13) ^ (hash >>> 26);
	hash = imul(hash, 0xa5cb9243); // times 0x85ebca6b is 1
	return (hash ^ (hash >>> 16)) >>> 0;
}

/** A number that only depends on its arguments: an integer from 0 up to 2^32. */
export function draw(salt: number, index: number): number {
	return scatter(imul(index + 1, 0x9e3779b1) ^ salt);
}

/** Whether an event of this probability (0 to 1) happens, for a number from {@link draw}. */
export function happens(probability: number, drawn: number): boolean {
	return drawn < probability * 0x1_0000_0000;
}

/** The elements in an order that only depends on `salt` (Fisher-Yates). */
export function shuffled<T>(elements: readonly T[], salt: number): T[] {
	const result = [...elements];
	for (let last = result.length - 1; last > 0; last--) {
		const other = draw(salt, last) % (last + 1);
		[result[last], result[other]] = [result[other], result[last]];
	}
	return result;
}
