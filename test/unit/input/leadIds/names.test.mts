import {
	containerKind,
	labelKind,
	pathKind,
	RANK,
	rank,
} from '../../../../nodes/LeadSquared/input/leadIds/names';

describe('the likelihood that a name holds a lead ID', () => {
	it.each<[keyof typeof RANK, string[]]>([
		[
			'prospect',
			[
				'ProspectID',
				'prospect_ids',
				'New Prospect Id',
				'Prospect-GUID',
				'prospectUuids',
				'ProspectIDList',
			],
		],
		[
			'prospect',
			[
				'json.ProspectID',
				'body[0].prospectId',
				'prospectIds[12]',
				'Lead.ProspectID2',
				'x/ProspectID',
			],
		],
		[
			'prospect',
			[
				'ProspectID (LSQ)',
				'ProspectID(LSQ) ',
				'Prospect ID  (a b)',
				'body..ProspectID',
				'theProspectID',
			],
		],
		['prospect', ['1Prospect.ProspectID', 'x.12.ProspectID', '2b.ProspectID']],
		['relatedProspect', ['RelatedProspectId', 'related_prospect_ids', 'body.RelatedProspectId']],
		[
			'lead',
			[
				'leadId',
				'Lead ID',
				'LEAD_IDS',
				'leadsquared_id',
				'lsqId',
				'relatedLeadId',
				'leadIdsCsv',
				'myLeadId',
			],
		],
		['someLead', ['mx_CRM_Lead_Id', 'partnerProspectId', 'Old CRM.xLeadId']],
		[
			'before',
			[
				'Before.ProspectID',
				'previousLeadId',
				'old.x.lead_id',
				'oldXLeadId',
				'original_prospect_id',
			],
		],
		[
			'id',
			[
				'id',
				'IDs',
				'guid',
				'uuid',
				'id2',
				'json.id',
				'body.leads.id',
				'results.0.id',
				'data.id_list',
				'items.ids',
			],
		],
		['value', ['value', 'Values', 'json.value', 'rows[0].value']],
	])('%s: %j', (level, names) => {
		expect(names.map((name) => [name, rank(name)])).toEqual(
			names.map((name) => [name, RANK[level]]),
		);
	});

	it.each([
		[
			'OwnerId',
			'Name',
			'',
			'12',
			'[0]',
			' ',
			'valued',
			'evaluate',
			'xvalue',
			'identity',
			'paid',
			'ProspectIDx',
			'ProspectAutoId',
		],
		// `id` alone is a lead's only in what lies around leads.
		['owner.id', 'leads.owner.id', 'owner.value', 'xleads.id', 'itemsx.id', 'before.id'],
		[
			'headers.ProspectID',
			'json.headers.x.lead_id',
			'cookies.leadId',
			'binary.id',
			'pairedItem.leadId',
		],
		['Lead ID (LSQ) of', '(Lead ID) owner', `${'x'.repeat(93)}LeadId`.padStart(101, 'x')],
	])('none: %j …', (...names) => {
		expect(names.map((name) => [name, rank(name)])).toEqual(names.map((name) => [name, undefined]));
	});

	it('is read up to its hundredth character', () => {
		expect(rank('LeadId'.padStart(100, 'x'))).toBe(RANK.someLead);
		expect(rank('LeadId'.padStart(101, 'x'))).toBeUndefined();
	});

	it('does not depend on names that only begin or end like those around or next to leads', () => {
		expect(rank('myheaders.ProspectID')).toBe(RANK.prospect);
		expect(rank('headersOf.ProspectID')).toBe(RANK.prospect);
		expect(rank('notbefore.ProspectID')).toBe(RANK.prospect);
		expect(rank('beforehand.ProspectID')).toBe(RANK.prospect);
		expect(rank('before.x.ProspectID')).toBe(RANK.before);
	});
});

describe('the meaning of the name of an object or list', () => {
	const AROUND = [
		'json',
		'body',
		'query',
		'params',
		'data',
		'After',
		'Current',
		'new',
		'lead',
		'Leads',
		'prospect',
		'prospects',
		'message',
		'result',
		'results',
		'record',
		'records',
		'item',
		'items',
		'row',
		'rows',
		'value',
		'values',
		'list',
		'payload',
		'response',
		'output',
		'input',
		'arguments',
		'SearchParameters',
		'LeadPropertyList',
		'details',
		'SuccessfulLeads',
		'successful_leads',
		'Body ',
	];
	it.each<[ReturnType<typeof containerKind>, string[]]>([
		['around', AROUND],
		['before', ['Before', 'previous', 'old', 'Original']],
		['aside', ['headers', 'cookies', 'binary', 'pairedItem']],
		['other', ['', 'owner', 'xjson', 'jsonx', 'theold', 'older', 'xbinary', 'binarys', 'activity']],
	])('%s: %j', (place, names) => {
		expect(names.map((name) => [name, containerKind(name)])).toEqual(
			names.map((name) => [name, place]),
		);
	});
});

describe('the meaning of a label before an ID', () => {
	it.each<[ReturnType<typeof labelKind>, string[]]>([
		[
			'lead',
			['ProspectID', 'Lead ID', 'lead', 'after.leadId', 'partner_lead_id', 'old lead id'].filter(
				(name) => name !== 'lead',
			),
		],
		[
			'other',
			[
				'OwnerId',
				'owner_ids',
				'UserGuid',
				'CreatedBy',
				'modified_by',
				'ActivityIds',
				'activitiesId',
				'ProspectActivityId',
				'opportunity-id',
				'OpportunitiesId',
				'taskUuid',
				'NoteId',
				'ListID',
				'account id',
				'companyGUID',
				'ProductId',
				'event_guids',
				'attributeId',
				'webhookId',
				'execution id',
				'workflowId',
				'session-uuid',
				'request_id',
				'campaignId',
				'landing page id',
				'FormId',
				'attachment_id',
				'fileIds',
				'usersBy',
			],
		],
		[
			'other',
			[
				'lookupId',
				'lookupID',
				'lookupIds',
				'lookupIDs',
				'approvedBy',
				'dealGuid',
				'dealGUID',
				'dealGuID',
				'deal_id',
				'deal-ids',
				'deal_by',
				'deal_guid',
				'Deal_Id',
				'Deal-ID',
			],
		],
		[
			undefined,
			[
				'',
				'id',
				'IDs',
				'value',
				'Paid',
				'paid',
				'Ringo',
				'owner',
				'activity',
				'Hobby',
				'candid',
				'AID',
				'Identity',
				'deal_idx',
				'deal_byte',
				'lookupIdx',
				'IdLookup',
				'x_id_y',
				'ownership',
				'fileIdx',
			],
		],
	])('%s: %j', (says, labels) => {
		expect(labels.map((label) => [label, labelKind(label)])).toEqual(
			labels.map((label) => [label, says]),
		);
	});
});

describe('the meaning of a path segment before an ID', () => {
	it.each<[ReturnType<typeof pathKind>, string[]]>([
		['lead', ['lead', 'Leads', 'prospects', 'my-leads', 'LeadDetails']],
		[
			'other',
			['owner', 'users', 'Activities', 'opportunity', 'lead-activity', 'leadlist', 'task_id'],
		],
		[undefined, ['', 'x', 'details', 'ownership']],
	])('%s: %j', (says, steps) => {
		expect(steps.map((step) => [step, pathKind(step)])).toEqual(steps.map((step) => [step, says]));
	});
});
