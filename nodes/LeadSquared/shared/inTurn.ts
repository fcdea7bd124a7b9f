/**
 * Does something with each element, with so many of them at once, in their order.
 *
 * @param options isOver: asked before each; once it is true, no more are begun, and what those that
 * are under way throw is of no matter
 * @throws what the first to fail throws; no more are begun then
 */
export async function inTurn<T>(
	elements: Iterable<T>,
	{ atOnce, isOver }: { atOnce: number; isOver: () => boolean },
	work: (element: T) => Promise<void>,
): Promise<void> {
	const rest = elements[Symbol.iterator]();
	const failed: unknown[] = [];
	const worker = async () => {
		for (let next = rest.next(); !next.done; next = rest.next()) {
			if (isOver() || failed.length > 0) return;
			await work(next.value).then(undefined, (error) => failed.push(error));
		}
	};
	await Promise.all(Array.from({ length: atOnce }, worker));
	if (failed.length > 0 && !isOver()) throw failed[0];
}
