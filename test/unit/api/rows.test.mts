import { listIn, readRows } from '../../../nodes/LeadSquared/api/rows';

describe('the list in an answer', () => {
	it.each<[string, unknown, unknown[] | undefined]>([
		['is the answer', [1], [1]],
		['is in an envelope', { Status: 'Success', Message: [1] }, [1]],
		['is the only one in an object', { Count: 1, At: 'x', Rows: [1] }, [1]],
		['may be empty', { Count: 0, Rows: [] }, []],
		['may be empty in a success', { Status: 'Success', Rows: [] }, []],
		['is unknown if there are two', { A: [1], B: [2] }, undefined],
		['is no empty one next to a text', { message: 'No', errors: [] }, undefined],
		['is empty if there is none, and no record', { RecordCount: 0 }, []],
		['is empty if it is null, and there is no record', { RecordCount: '0', List: null }, []],
		['is unknown if there is none, but a record', { RecordCount: 1 }, undefined],
		['is unknown if there is none, and no number', { RecordCount: null }, undefined],
		['is unknown if there is none', { Count: 0 }, undefined],
		['is unknown in null', null, undefined],
		['is unknown in a text', 'abc', undefined],
	])('%s', (_, body, list) => expect(listIn(body)).toEqual(list));
});

describe('the rows of a list', () => {
	const read = ({ a }: Record<string, unknown>) => a;
	it.each<[string, unknown[] | undefined, unknown[] | undefined]>([
		['are read one by one', [{ a: 1 }, { a: 2 }], [1, 2]],
		['are left out if they cannot be read', [null, 'x', [], {}, { a: 1 }], [1]],
		['may be none', [], []],
		['are unknown if none can be read', [{ b: 1 }, 'x'], undefined],
		['are unknown without a list', undefined, undefined],
	])('%s', (_, list, rows) => expect(readRows(list, read)).toEqual(rows));
});
