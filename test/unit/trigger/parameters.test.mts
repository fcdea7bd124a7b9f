import { triggerProperties } from '../../../nodes/LeadSquared/trigger/parameters';

it('a new trigger returns when a lead was created and changed', () => {
	const columns = triggerProperties().find(({ name }) => name === 'columns');
	expect(columns?.default).toEqual([
		'FirstName',
		'LastName',
		'EmailAddress',
		'Phone',
		'ProspectStage',
		'CreatedOn',
		'ModifiedOn',
	]);
});
