import {
	opportunitiesById,
	readOpportunitiesById,
	readOpportunitiesOfLead,
} from '../../../nodes/LeadSquared/api/opportunities';

const columnsOf = (columns: string[]) => {
	const { body } = opportunitiesById(12_000, ['a'], ['OpportunityId', 'ProspectID', ...columns]);
	const { SearchParameters } = body as {
		SearchParameters: Array<{ Columns: { Include_CSV: string } }>;
	};
	return SearchParameters[0].Columns.Include_CSV;
};

it('the IDs come unasked, and at least one column is named', () => {
	expect(columnsOf(['Status', 'mx_Custom_1'])).toBe('Status,mx_Custom_1');
	expect(columnsOf([])).toBe('CreatedOn');
});

it('opportunities have one form, and their dates that of leads', () => {
	const others = { Status: 'Open' };
	const one = {
		OpportunityId: 'a',
		ProspectID: 'l',
		CreatedOn: '2023-04-06 15:23:34.000',
		...others,
	};
	const byId = {
		ProspectId: 'l',
		ProspectActivityId: 'a',
		CreatedOn: '4/6/2023 3:23:34 PM',
		...others,
	};
	const ofLead = {
		ProspectId: 'l',
		OpportunityId: 'a',
		CreatedOn: '2023-04-06 15:23:34.000',
		...others,
	};
	expect(
		readOpportunitiesById([{ EventCode: 12_000, RecordCount: 1, Opportunities: [byId] }])!.rows,
	).toEqual([one]);
	expect(readOpportunitiesOfLead({ RecordCount: 9, List: [ofLead] })).toEqual({
		rows: [one],
		recordCount: 9,
	});
});

it.each([[[]], [[{ EventCode: '12000', RecordCount: 0 }]], [[{ Opportunities: null }]]])(
	'none by ID: %j',
	(body) => expect(readOpportunitiesById(body)!.rows).toEqual([]),
);

it.each([null, 'text', {}, [5], [{ Opportunities: 'x' }], [{ Opportunities: [5] }]])(
	'no answer by ID: %j',
	(body) => expect(readOpportunitiesById(body)).toBeUndefined(),
);

it.each([{ RecordCount: 0 }, { RecordCount: 0, List: null }, { List: [] }])(
	'none of a lead: %j',
	(body) => expect(readOpportunitiesOfLead(body)!.rows).toEqual([]),
);

it.each([null, [], 'text', {}, { List: 'x' }, { List: [5] }])('no answer of a lead: %j', (body) =>
	expect(readOpportunitiesOfLead(body)).toBeUndefined(),
);
