import {
	documentedRow,
	JITTERS_MS,
	measureAll,
	resultCells,
	row,
	serverCells,
	SERVERS,
	type Measured,
} from '../../dev/simulation/comparison.mts';
import { ours } from '../../dev/simulation/oneClient.mts';

const BARS: Record<number, { refused: number; overFloor: number }> = {
	100: { refused: 0, overFloor: 1.05 },
	500: { refused: 0.01, overFloor: 1.15 },
};

describe.each(Object.entries(SERVERS))('10,000 calls to a server: %s', (name, server) => {
	describe.each(JITTERS_MS)('delays vary by up to %i ms, at any limit and latency', (jitterMs) => {
		let results: Measured[];
		beforeAll(async () => {
			results = await measureAll(ours, server, jitterMs);
		});

		it('refuses hardly any', () => {
			const { refused } = BARS[jitterMs];
			expect(results).toHaveLength(16);
			expect(results.filter((result) => result.refused > refused * 10_000)).toEqual([]);
		});

		it('takes hardly longer than the least time possible', () => {
			const { overFloor } = BARS[jitterMs];
			expect(results.filter((result) => !(result.overFloor <= overFloor))).toEqual([]);
		});

		it('is as docs/rate-limit.md says (npm run bench -- limiters writes it anew)', () => {
			const cells = [...serverCells(name, jitterMs), ...resultCells(results)];
			expect(documentedRow(name, jitterMs)).toContain(row(cells));
		});
	});
});
