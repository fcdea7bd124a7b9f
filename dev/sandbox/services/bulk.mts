import type { Account } from '../account.mts';
import { jsonAnswer } from '../answers.mts';
import { draw, shuffled } from '../random.mts';
import type { Served } from './service.mts';

/**
 * Writes the rows of a bulk call, and answers with their results as the switches on results say.
 *
 * @param write writes a row, and returns its result without its number
 * @param wrap makes the answer of the results
 */
export function writeRows<Row, Result extends object>(
	rows: Row[],
	write: (row: Row) => Result,
	wrap: (results: Result[]) => unknown,
	account: Account,
): Served {
	const { faults, call, seed } = account;
	const { rowNumbers, resultOrder, lostResults, writeBreaks } = faults;
	const breaks = writeBreaks && account.writes() % writeBreaks.every === 0;
	const written = breaks ? rows.slice(0, writeBreaks.rows) : rows;
	const results = written.map(write);
	if (breaks) return { answer: jsonAnswer('[]'), rows: 0, trouble: writeBreaks.kind };

	const numbered = results
		.map((result, at) => ({
			...(rowNumbers !== 'absent' && { RowNumber: at + (rowNumbers === 'from-1' ? 1 : 0) }),
			...result,
		}))
		.filter((_, at) => lostResults === null || (at + 1) % lostResults !== 0);
	const inOrder = {
		asked: () => numbered,
		reversed: () => [...numbered].reverse(),
		shuffled: () => shuffled(numbered, draw(seed ^ 0x5e, call)),
	}[resultOrder]();
	return { answer: jsonAnswer(JSON.stringify(wrap(inOrder))), rows: rows.length };
}
