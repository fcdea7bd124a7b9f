import fc from 'fast-check';
import { matchPage } from '../../../nodes/LeadSquared/fetch/results';

const idAt = (index: number) => `aaaaaaaa-0000-4000-8000-${String(index).padStart(12, '0')}`;
const lead = (id: string | null) => ({ ProspectID: id });

it('every requested id is found or missing, and every lead has an id or none, in any order', () => {
	const asked = fc.uniqueArray(fc.nat(30));
	const rows = fc.array(fc.option(fc.nat(40)));
	fc.assert(
		fc.property(asked, rows, (some, came) => {
			const ids = some.map(idAt);
			const match = matchPage(
				ids,
				came.map((index) => lead(index === null ? null : idAt(index).toUpperCase())),
			);
			const there = new Set(came.filter((index) => index !== null).map(idAt));
			expect([...match.found.keys()].sort()).toEqual([...there].sort());
			expect(match.missing).toEqual(ids.filter((id) => !there.has(id)));
			expect(match.unidentified.length).toBe(came.filter((index) => index === null).length);
			expect(match.others).toBe([...there].filter((id) => !ids.includes(id)).length);
		}),
	);
});

it('the first of two rows with one id counts', () => {
	const rows = [
		{ ProspectID: idAt(1), FirstName: 'first' },
		{ ProspectID: idAt(1), FirstName: 'second' },
	];
	expect(matchPage([idAt(1)], rows).found.get(idAt(1))).toBe(rows[0]);
});
