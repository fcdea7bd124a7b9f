import fc from 'fast-check';
import { canonicalId, idKey } from '../../../../nodes/LeadSquared/api/leadId';
import { findLeadIds } from '../../../../nodes/LeadSquared/input/leadIds/findLeadIds';

const A = '0acb9356-bcd1-4128-b63a-97f52cb8cc3c';
const B = '1bdc0467-cde2-4239-a74b-a8063dc9dd4d';
const C = '2ced1578-def3-434a-b85c-b9174edaee5e';
/** GUIDs of no lead. */
const X = '9f27a0c4-5a1e-4c5b-9d0e-3b1f7d2c6e88';
const Y = '8e16b1d5-4b2f-4d6c-8c1f-2a0e6c3d5f77';
const WEB = 'https://in21.leadsquared.com/LeadManagement/LeadDetails';
const bare = (id: string) => id.replaceAll('-', '');

const exactly = (...ids: string[]) => ({ ids, leftOver: [] });

describe('A, B and C are found in', () => {
	it.each<[string, unknown]>([
		['commas', `${A},${B},${C}`],
		['semicolons', `${A};${B};${C}`],
		['blanks', `${A} ${B}  ${C}`],
		['lines of any system', `${A}\n${B}\r\n${C}\n`],
		['tabs, as copied from a spreadsheet', `${A}\t${B}\t${C}`],
		['pipes, slashes, underscores, hyphens, dots', `${A}|${B}/${C}_${A}-${B}.${C}`],
		['signs of other scripts', `${A}、${B}，${C}；`],
		['no-break and other wide blanks', `${A}\u00a0${B}\u3000${C}\u2028`],
		['a mixture, with separators at both ends', ` ,;${A} , ${B}\n;\t${C}, `],
		['an arrow, a plus, an ampersand', `${A} -> ${B} + ${C} &`],

		['quotes, as in CSV', `"${A}","${B}",'${C}'`],
		['quotes of people', `“${A}” ‘${B}’ «${C}»`],
		['other quotes of people', `„${A}“ ‚${B}‘ ‹${C}›`],
		['quotes of programs', `\`${A}\` \`\`${B}\`\` '''${C}'''`],
		['braces, as databases print them', `{${A}},({${B}}) {${C}}`],
		['brackets', `[${A}] (${B}) <${C}>`],
		['brackets of other scripts', `「${A}」【${B}】（${C}）`],
		['a list of SQL', `('${A}', '${B}', '${C}');`],

		['a list with hyphens', `- ${A}\n- ${B}\n- ${C}`],
		['a list with asterisks and plus', `* ${A}\n*${B}\n+ ${C}`],
		['a list with dots', `• ${A}\n◦ ${B}\n▪${C}`],
		['a list with emoji', `✅ ${A}\n👉${B}\n➡️ ${C}`],
		['a numbered list', `1. ${A}\n2) ${B}\n(3) ${C}`],
		['a numbered list in one line', `1. ${A} 2. ${B} 3. ${C}`],
		['a numbered list without blanks', `1.${A}\n2)${B}\n#3 ${C}`],
		['a list by letters, roman and circled numbers', `a) ${A}\niv. ${B}\n③ ${C}`],
		['a list with numbers as emoji', `1️⃣ ${A}\n2️⃣ ${B}\n3️⃣ ${C}`],
		['a list to tick off', `- [ ] ${A}\n- [x] ${B}\n- [X] ${C}`],
		['a numbered list with decoration', `1. **${A}**\n2. \`${B}\`\n3. "${C}"`],
		['sentences that are but ids', `${A}. ${B}! ${C}?`],

		['Markdown', `**${A}** _${B}_ ~~${C}~~`],
		['a quotation and headings', `> ${A}\n## ${B}\n> - ${C}`],
		['a table of Markdown', `| Lead ID |\n|---|\n| ${A} |\n| ${B} |\n| ${C} |`],
		['a fence of Markdown', `\`\`\`text\n${A}\n${B}\n${C}\n\`\`\``],
		['a fence of Markdown around JSON', `\`\`\`json\n${JSON.stringify([A, B, C])}\n\`\`\``],
		['a list of HTML', `<ul><li>${A}</li><li>${B}</li>\n<li class="x">${C}</li></ul>`],
		['a table of HTML', `<tr><td>${A}</td><td align=left>${B}</td></tr><br/>${C}<!-- -->`],
		['XML', `<Leads><Lead>${A}</Lead><Lead>${B}</Lead><ProspectID>${C}</ProspectID></Leads>`],
		['what HTML escapes', `&quot;${A}&quot;&nbsp;&lt;b&gt;${B}&lt;/b&gt;&#10;${C}&#x2c;`],
		['what JSON escapes', `\\"${A}\\"\\n\\u0022${B}\\u0022\\t${C}`],
		['what addresses escape', `%7B${A}%7D%2C${B}%20%257B${C}%257D`],
		['wildcards of SQL', `%${A}% %${B}% %${C}%`],

		['invisible characters around', `\u200b${A}\u200e\n\ufeff${B}\u2060,\u202a${C}\u202c`],
		['invisible characters between, alone', `${A}\u200b${B}\u200d${C}`],
		[
			'invisible characters within',
			[insert(A, '\u200b'), insert(B, '\u00ad'), insert(C, '\u2060')],
		],
		[
			'invisible characters everywhere',
			[[...A].join('\u200b'), [...B].join('\ufeff'), [...C].join('\u200e')],
		],
		['controls', `\u0000${A}\u0000\u0007${insert(B, '\u0000')}\u001b ${C}`],
		['no hyphens', `${bare(A)},${bare(B)}\n${bare(C)}`],
		[
			'typographic hyphens',
			[A.replaceAll('-', '‐'), B.replaceAll('-', '–'), C.replaceAll('-', '−')],
		],
		['more hyphens', [A.replaceAll('-', '‑'), B.replaceAll('-', '—'), C.replaceAll('-', '－')]],
		[
			'blanks, underscores or line ends for hyphens',
			[A.replaceAll('-', ' '), B.replaceAll('-', '_'), C.replaceAll('-', '\u200b\n')],
		],
		['soft hyphens alone', [A, B, C].map((id) => id.replaceAll('-', '\u00ad'))],
		['blanks around hyphens', [A, B, C].map((id) => id.replaceAll('-', ' - '))],
		[
			'lines broken behind a hyphen',
			[A, B, C].map((id) => id.replace(/-(?=\w{4}-\w{12})/, '-\r\n')).join('\n\n'),
		],
		['wide digits', [A, B, C].map(widen)],
		['names of URIs', `urn:uuid:${A} uuid:${B} URN:UUID:${C}`],

		['addresses', [A, B, C].map((id) => `${WEB}?LeadID=${id}`).join('\n')],
		['addresses with commas between', [A, B, C].map((id) => `${WEB}?LeadID=${id}`).join(',')],
		[
			'addresses with more in them',
			`${WEB}?x=1&leadId=${A}&tab=${X}#top ${WEB}?LeadID=${B}#/${Y}, <${WEB}?LeadID=${C}>`,
		],
		[
			'addresses with the id in the path',
			`https://x.example/leads/${A}?tab=2 https://x.example/#/LeadDetails/${B}/edit http://x.example/${C}.`,
		],
		[
			'addresses, escaped',
			`${WEB}?LeadID%3D${A} https://x.example/?to=%2FLeadDetails%3FLeadID%3D${B} ${WEB}?LeadID=%7B${C}%7D`,
		],
		[
			'addresses without https',
			`in21.leadsquared.com/LeadManagement/LeadDetails?LeadID=${A}\n/LeadManagement/LeadDetails?LeadID=${B}\nLeadDetails?LeadID=${C}`,
		],
		['one address, then ids', `${WEB}?LeadID=${A},${B};${C}`],
		[
			'links',
			`<a href="${WEB}?LeadID=${A}">${A}</a> [${B}](${WEB}?LeadID=${B}) [](${WEB}?LeadID=${C})`,
		],
		[
			'a numbered list of addresses',
			`1. ${WEB}?LeadID=${A}\n2. ${WEB}?LeadID=${B}\n3. ${WEB}?LeadID=${C}`,
		],

		['a column with its heading', `Lead ID\n${A}\n${B}\n${C}`],
		['a column with its heading, as a list', ['ProspectID', A, B, C]],
		['a column with its heading, as rows', [['Lead IDs'], [A], [B], [C]]],
		['labels', `ProspectID: ${A}, Lead Id = ${B}; lead_id:"${C}"`],
		[
			'a table copied from a sheet',
			`Lead ID\tName\tOwner ID\n${A}\tRingo\t${X}\n${B}\tPaul\t${Y}\r\n${C}`,
		],
		[
			'a table whose column of ids is not the first',
			`Name;Prospect ID (LSQ);OwnerId\nRingo;${A};${X}\nPaul;"${B}";${Y}\n;${C};`,
		],
		['a table of CSV', `"OwnerId","ProspectID"\n"${X}","${A}"\n"${Y}","${B}"\n"","${C}"\n`],
		[
			'a table of Markdown with more columns',
			`| Name | Lead ID |\n|:---|---:|\n| Ringo | ${A} |\n| Paul | \`${B}\` |\n| George | **${C}** |`,
		],
		[
			'rows of a sheet',
			[
				['Name', 'Lead ID', 'Owner'],
				['Ringo', A, X],
				['Paul', B],
				['', C, Y],
			],
		],
		['and, or', `${A} and ${B} or ${C}`],
		['labels that count', `Lead 1: ${A}\nLead 2: ${B}\nLead ID 3 - ${C}`],
		['a label for all', `IDs: ${A}, ${B}, ${C}`],

		['a JSON array in text', JSON.stringify([A, B, C])],
		['JSON objects in text', JSON.stringify([{ ProspectID: A }, { ProspectID: B }, C])],
		['one JSON object in text', ` {"ProspectID": ["${A}", "${B}", "${C}"]}`],
		[
			'JSON encoded twice, and thrice',
			[
				JSON.stringify(JSON.stringify([A, B])),
				JSON.stringify(JSON.stringify(JSON.stringify({ id: C }))),
			],
		],
		['JSON with a byte order mark', `\ufeff${JSON.stringify([A, B, C])}`],
		['JSON with invisible characters', `\u200b[\u200b"${A}",\u2060"${B}", "${C}"]\u200b`],
		['JSON with quotes of people', `[“${A}”, “${B}”, “${C}”]`],
		['a JSON array that was cut off', `["${A}", "${B}", "${C}"`],
		['a list that looks like JSON but is not', `[${A}, ${B}, ${C}]`],
		[
			'lines of JSON',
			[A, B, C].map((id) => JSON.stringify({ ProspectID: id, OwnerId: X })).join('\n'),
		],
		[
			'JSON strings in a list',
			[JSON.stringify(A), JSON.stringify([B]), JSON.stringify({ LeadId: C })],
		],

		['an array', [A, B, C]],
		['an array of texts with several each', [`${A},${B}`, C]],
		['arrays in an array', [[A], [[B], [C]]]],
		['a set', new Set([A, B, C])],
		[
			'values that are absent in between',
			[A, null, B, undefined, '', { ProspectID: null }, NaN, {}, [], C],
		],
		['words for nothing in between', [A, 'null', B, 'N/A', '#REF!', '-', C]],
	])('%s', (_, value) => {
		expect(findLeadIds(value)).toEqual(exactly(A, B, C));
	});
});

describe('objects carry A and B under', () => {
	it.each<[string, unknown]>([
		[
			'ProspectID',
			[
				{ ProspectID: A, FirstName: 'Ringo' },
				{ ProspectID: B, OwnerId: X },
			],
		],
		[
			'other spellings',
			[{ ProspectId: A }, { prospectid: B }, { PROSPECT_ID: A }, { 'prospect-id': B }],
		],
		[
			'names for people',
			[{ 'Lead ID': A }, { 'Prospect Id': B }, { 'lead id*': A }, { 'Lead Guid': B }],
		],
		[
			'invisible characters in the name',
			[{ '\ufeffProspectID': A }, { 'Pros\u200bpect\u00a0ID\u200e': B }],
		],
		['RelatedProspectId', [{ RelatedProspectId: A }, { related_prospect_id: B }]],
		['LeadId', [{ LeadId: A, RowNumber: 1, LeadCreated: true }, { leadID: B }]],
		['a name of ones own', [{ mx_CRM_Lead_Id: A }, { lsqId: B }, { leadsquared_prospect_guid: A }]],
		['id', [{ id: A, name: 'Ringo' }, { Id: B }, { _id: A }, { uuid: B }]],
		[
			'value',
			[
				{ name: 'Ringo', value: A },
				{ __rl: true, mode: 'id', value: B },
			],
		],
		['a list of ids', { lead_ids: [A, B] }],
		['leadIds as text', { leadIds: `${A}, ${B}` }],
		['leadIds as JSON', { leadIds: JSON.stringify([A, B]) }],
		['names for lists', { Lead_Id_List: [A], count: 1, leadIdsCsv: B }],
		['ids with numbers for names', { ids: { 0: A, 1: B } }],
		['numbers for names', { 0: A, 1: { ProspectID: B } }],
		['names with numbers', { 'lead_ids[0]': A, 'lead_ids[1]': B }],
		['more names with numbers', { lead_id_1: A, lead_id_2: B, lead_id_3: '' }],
		['their ids as names', { [A]: { x: 1 }, [B]: { x: 2 } }],
		['a list in a list of objects', [{ ids: [A] }, { ids: [{ id: B }] }]],

		[
			"LeadSquared's list of leads",
			{ RecordCount: 2, Leads: [{ ProspectID: A }, { ProspectID: B }] },
		],
		[
			"LeadSquared's list of attributes",
			{ Leads: [list({ ProspectID: A, OwnerId: X }), list({ OwnerId: X, ProspectID: B })] },
		],
		[
			'a list of attributes alone',
			[
				list({ ProspectID: A, OwnerId: X }).LeadPropertyList,
				list({ OwnerId: X, ProspectID: B }).LeadPropertyList,
			],
		],
		[
			'a list of names and values',
			{
				fields: [
					{ name: 'Lead ID', value: A },
					{ name: 'Lead ID', value: B },
					{ name: 'Owner', value: X },
				],
			},
		],
		[
			'questions and answers',
			[
				[
					{ question: 'Lead ID', answer: A },
					{ question: 'Name', answer: 'Ringo' },
				],
				[{ question: 'Lead ID', answer: B }],
			],
		],
		[
			"LeadSquared's answer to updates",
			{
				Status: { TotalCount: 2 },
				Details: {
					SuccessfulLeads: [
						{ Identifier: 'ProspectId', IdentifierValue: A },
						{ Identifier: 'ProspectId', IdentifierValue: B },
					],
					FailedLeads: [],
				},
			},
		],
		["LeadSquared's answer for a list", { ProspectId: [A, B], RecordsRetrieved: 2 }],
		[
			"LeadSquared's answer to a new lead",
			[
				{ Status: 'Success', Message: { Id: A, RelatedId: X } },
				{ Status: 'Success', Message: { Id: B } },
			],
		],
		[
			'the request that this node makes',
			{ SearchParameters: { LeadIds: [A, B] }, Columns: { Include_CSV: 'ProspectID' } },
		],

		[
			'a change: what came after',
			[
				{ Before: { ProspectID: A }, After: { ProspectID: A } },
				{ Before: { ProspectID: A }, After: { ProspectID: B } },
			],
		],
		[
			'a change that lists only what changed',
			[
				{ Before: { ProspectID: A, OwnerId: X }, After: { OwnerId: Y } },
				{ Before: { ProspectID: B }, After: null },
			],
		],
		[
			'a change, flattened',
			[
				{ 'After.ProspectID': A, 'Before.ProspectID': C },
				{ After_ProspectID: B, Before_ProspectID: C },
			],
		],
		[
			'Current',
			[{ Current: { ProspectID: A }, Previous: { ProspectID: C } }, { 'Current.ProspectID': B }],
		],
		['Data', [{ Event: 'Lead', Data: { ProspectID: A } }, { data: { lead: { id: B } } }]],
		['an activity, without its other ids', [activity(A), activity(B)]],
		[
			'a webhook',
			[
				webhook({ body: activity(A) }),
				webhook({ body: { Before: { ProspectID: B }, After: { ProspectID: B } } }),
			],
		],
		['a webhook of several', webhook({ body: [activity(A), activity(B)] })],
		['a webhook whose body is text', webhook({ body: JSON.stringify([activity(A), activity(B)]) })],
		[
			'the query of a webhook',
			[webhook({ query: { leadId: A } }), webhook({ query: { ids: { 0: B } } })],
		],
		['the path of a webhook', [webhook({ params: { leadId: A } }), webhook({ params: { id: B } })]],
		[
			'items of n8n',
			[
				{ json: { ProspectID: A }, pairedItem: { item: 0 } },
				{ json: webhook({ body: activity(B) }), binary: { id: X } },
			],
		],
		['an answer of a model', { tool: 'get', arguments: { lead_ids: [A, B] } }],

		['JSON inside of text', `- ${JSON.stringify(activity(A))}, ${JSON.stringify({ id: B })}`],
		[
			'what Python prints',
			`[{'ProspectID': '${A}', 'OwnerId': '${X}', 'Phone': None}, {'ProspectID': '${B}', 'Starred': True}]`,
		],
		[
			'what JavaScript prints',
			`{ ProspectID: '${A}', OwnerId: '${X}' }, { ProspectID: \`${B}\`, Score: 5, }`,
		],
		[
			'what Java and Ruby print',
			`{ProspectID=${A}, OwnerId=${X}} {"ProspectID"=>"${B}", "OwnerId"=>nil}`,
		],
		[
			'JSON that a text program spoiled',
			`{“ProspectID”: “${A}”, “OwnerId”: “${X}”} {«ProspectID»: «${B}»}`,
		],
		['a form', `ProspectID=${A}&OwnerId=${X}&FirstName=Ringo&ProspectID=${B}`],
	])('%s', (_, value) => {
		expect(findLeadIds(value)).toEqual(exactly(A, B));
	});

	it.each<[string, unknown, string[], string[]]>([
		['the surest name counts', { id: X, LeadId: Y, ProspectID: A }, [A], []],
		['also where it lies deeper', { id: X, lead: { ProspectID: A } }, [A], []],
		['or what is an id', { 'Lead ID': 'L-1001', 'LeadSquared ID': A }, [A], []],
		[
			'`id` is not used instead of an invalid lead id',
			{ ProspectID: 'Ringo', id: X },
			[],
			['Ringo'],
		],
		['nor out of what is another thing', { owner: { id: X }, lead: { id: A } }, [A], []],
		[
			'no other GUID is',
			{ OwnerId: X, CreatedBy: Y, ProspectActivityId: X, ProspectAutoId: '1016' },
			[],
			[json({ OwnerId: X, CreatedBy: Y, ProspectActivityId: X, ProspectAutoId: '1016' })],
		],
		['nor a GUID in a heading of HTTP', { headers: { 'x-lead-id': X }, body: {} }, [], []],
		[
			'a row whose id is blank is blank',
			{ ProspectID: null, FirstName: 'Ringo', OwnerId: X },
			[],
			[],
		],
		['so is a row that has nothing', { FirstName: '', Phone: null, Mobile: 'N/A' }, [], []],
		[
			'a row without a name for it is reported',
			{ FirstName: 'Ringo' },
			[],
			['{"FirstName":"Ringo"}'],
		],
		[
			'an invalid id under a name for it is reported',
			{ lead_ids: [A, 'Ringo', 17] },
			[A],
			['Ringo', '17'],
		],
	])('%s', (_, value, ids, leftOver) => {
		expect(findLeadIds(value)).toEqual({ ids, leftOver });
	});
});

describe('no id is there, and nothing is reported, in', () => {
	it.each<[string, unknown]>([
		['nothing', undefined],
		['null', null],
		['empty text', ''],
		['separators alone', ' ,;\n\t|'],
		['invisible characters alone', '\u200b\ufeff\u2060\u00ad\u200e'],
		['quotes and brackets alone', `"" '' [] {} «» \`\``],
		['an empty array', []],
		['arrays of nothing', [[], [null], {}, [[]]]],
		['an empty JSON array in text', '[]'],
		['JSON of nothing', '[null, {}, {"ProspectID": ""}, "\\"\\""]'],
		['a table without rows', '<table></table> |---|'],
		['the empty GUID', '00000000-0000-0000-0000-000000000000'],
		[
			'the empty GUID, as databases write it',
			['{00000000-0000-0000-0000-000000000000}', '0'.repeat(32)],
		],
		['an empty webhook', webhook({})],
	])('%s', (_, value) => {
		expect(findLeadIds(value)).toEqual(exactly());
	});

	it.each([
		'undefined',
		'null',
		'NULL',
		'Null',
		'nil',
		'none',
		'None',
		'NaN',
		'N/A',
		'n/a',
		'n.a.',
		'#N/A',
		'#REF!',
		'#VALUE!',
		'#DIV/0!',
		'#NAME?',
		'#NUM!',
		'#NV',
		'#WERT!',
		'#¡VALOR!',
		'-',
		'–',
		'—',
		'...',
		'?',
		'\\N',
		'(null)',
		'N / A',
		'NA',
		'<null>',
		'"null"',
		'null\n',
		'\u200bnull',
		'NaT',
		'`undefined`',
	])('%j, in a cell, a list, a name for it, or next to an id', (nothing) => {
		expect(findLeadIds(nothing)).toEqual(exactly());
		expect(findLeadIds([nothing, A])).toEqual(exactly(A));
		expect(findLeadIds({ ProspectID: nothing })).toEqual(exactly());
		expect(findLeadIds(`${A}, ${nothing}`)).toEqual(exactly(A));
	});
});

describe('invalid ids are reported, in order, each once, and the valid ids are kept', () => {
	it.each<[string, unknown, string[]]>([
		['a name', `${A}, Ringo`, ['Ringo']],
		['several', `x ${A} y, x`, ['x', 'y']],
		['a number', [A, 1016], ['1016']],
		['zero and false, which are values too', [0, A, false], ['0', 'false']],
		['an e-mail address', `"ringo@example.com";${A}`, ['ringo@example.com']],
		['a name with its address', `Ringo <ringo@example.com> ${A}`, ['Ringo', 'ringo@example.com']],
		['quotes and braces within a word, as they came', [A, `O'Neil a]b`], [`O'Neil`, 'a]b']],
		['an id with a digit too few', [A, A.slice(0, -1)], [A.slice(0, -1)]],
		['an id with a digit too many', [A, `${A}0`], [`${A}0`]],
		['an id with a letter before it', [A, `x${A}`], [`x${A}`]],
		['an id with a letter of another script before it', [A, `é${B}`, `${B}д`], [`é${B}`, `${B}д`]],
		['an id with a letter that is not a digit', [A, A.replace('0', 'g')], [A.replace('0', 'g')]],
		['hyphens at other places', [A, `0acb-${A.slice(5)}`], [`0acb-${A.slice(5)}`]],
		['two ids with nothing between', [A, A + B], [A + B]],
		[
			'more than 32 digits',
			[A, `${bare(A)}0`, bare(A) + bare(B)],
			[`${bare(A)}0`, bare(A) + bare(B)],
		],
		['fewer than 32 digits', [A, bare(A).slice(1)], [bare(A).slice(1)]],
		[
			'an invisible character in a word',
			[A, 'Rin\u200bgo', 'Pa\u00adul'],
			['RinU+200Bgo', 'PaU+00ADul'],
		],
		['an object made to text', [A, '[object Object]\n'], ['[object Object]']],
		['objects made to text', [A, '[object Object],[object Object]'], ['[object Object]']],
		[
			'an expression that was not evaluated',
			[A, '{{ $json.ProspectID }}'],
			['{{ $json.ProspectID }}'],
		],
		[
			'an address without a lead',
			`${A} https://in21.leadsquared.com/Home?a=b,c`,
			['https://in21.leadsquared.com/Home?a=b,c'],
		],
		[
			"an opportunity's address",
			`${A} https://in21.leadsquared.com/OpportunityManagement/OpportunityDetails?opportunityId=${X}`,
			[`https://in21.leadsquared.com/OpportunityManagement/OpportunityDetails?opportunityId=${X}`],
		],
		['a GUID that says it is another', `${A}, OwnerId: ${X}`, ['OwnerId', X]],
		['a GUID that says it is another, to people', `${A}\nCreated By: ${X}`, ['Created', 'By', X]],
		[
			'a heading with no id below',
			[A, 'Lead ID', 'Ringo', 'Prospect ID'],
			['Lead ID', 'Ringo', 'Prospect ID'],
		],
		['a number that numbers nothing', `${A}, 2.`, ['2']],
		['a sentence', `Please get ${A} for me`, ['Please', 'get', 'for', 'me']],
		['words of other scripts', [A, 'हिन्दी', '日本'], ['हिन्दी', '日本']],
	])('%s', (_, value, leftOver) => {
		expect(findLeadIds(value)).toEqual({ ids: [A], leftOver });
	});

	it('are cut to the length that a message can show', () => {
		const [word] = findLeadIds('x'.repeat(1000)).leftOver;
		const [object] = findLeadIds({ FirstName: 'x'.repeat(1000) }).leftOver;
		for (const text of [word, object]) expect(text).toHaveLength(201);
	});
});

describe('in text, what stands in front of an id says whose it is', () => {
	it.each<[string, string, string[], string[]]>([
		['XML', `<Lead><OwnerId>${X}</OwnerId><ProspectID>${A}</ProspectID></Lead>`, [A], [X]],
		[
			'XML with attributes, on lines',
			`<OwnerId type="guid">\n\t${X}</OwnerId>\n<a:ProspectID>${A}</a:ProspectID>`,
			[A],
			[X],
		],
		['a tag that is not closed', `<b>${A}</b> <OwnerId> ${X}`, [A], ['OwnerId', X]],
		['a tag that is another id behind a word', `<OwnerId>Ringo ${A}</OwnerId>`, [A], ['Ringo']],
		['a label in a tag', `<b>OwnerId:</b> ${X}, <b>Lead ID:</b> ${A}`, [A], ['OwnerId', X]],
		['a tag behind a label', `OwnerId: <b>${X}</b>, Lead ID: <i>${A}</i>`, [A], ['OwnerId', X]],
		['tags that say nothing', `<b><i>${A}</i></b> <p> ${B}</p>`, [A, B], []],
		['a label of two words', `Owner Id: ${X}, Lead Id: ${A}`, [A], ['Owner', 'Id', X]],
		[
			'a label with a word in brackets',
			`OwnerId (LSQ): ${X}\nLead ID (LSQ): ${A}`,
			[A],
			['OwnerId', 'LSQ', X],
		],
		['signs of equality', `opportunityId = ${X}; leadId == ${A}`, [A], ['opportunityId', X]],
		['a label twice as sure', `OwnerId:: ${X} ${A}`, [A], ['OwnerId', X]],
		['a label of other letters', `é_id: ${X}, ${A}`, [A], ['é_id', X]],
		['a label in other cases', `Deal_Id: ${X}, ${A}`, [A], ['Deal_Id', X]],
		['a label behind a number', `2 owner_id: ${X}, ${A}`, [A], ['2', 'owner_id', X]],
		['a label behind a word', `my-x2 owner_2_id: ${X}, ${A}`, [A], ['my-x2', 'owner_2_id', X]],
		['a label in quotes', `"owner_id"  :  "${X}", "lead" : ${A}`, [A], ['owner_id', X]],
		['a label that is far away', `OwnerId: ${'.'.repeat(8)}${A}`, [A], ['OwnerId']],
		['a label of nothing', `OwnerId: Ringo ${A}`, [A], ['OwnerId', 'Ringo']],
		['no label', `: ${A} = ${B} > ${C}`, [A, B, C], []],
		['a lead in an address', `https://a.example/activity/${X}/leads/${A}`, [A], []],
		['a lead in an address, in braces', `https://a.example/x/{${X}}/my-leads/{${A}}`, [A], []],
		['a prospect in an address', `https://a.example/owner_2/${X}/my.prospect_2/${A}?x=1`, [A], []],
		['a lead in an address in Greek', `https://a.example/ö/${X}/öleadé1/${A}`, [A], []],
		['a step that begins with a digit', `https://a.example/2lead/${A}/y/${B}`, [A, B], []],
		[
			'no lead in an address',
			`https://a.example/opportunity/${X}`,
			[],
			[`https://a.example/opportunity/${X}`],
		],
		['steps that say nothing', `https://a.example/x/${A}/y/${B}`, [A, B], []],
	])('%s', (_, text, ids, leftOver) => {
		expect(findLeadIds(text)).toEqual({ ids, leftOver });
	});
});

describe('an address ends', () => {
	const address = `https://a.example/x?ownerId=${X}&leadId=${A}`;
	it.each<[string, string, string[], string[]]>([
		['at a comma and another address', `${address},http://a.example/?leadId=${B}`, [A, B], []],
		['at a semicolon and another address', `${address};www.a.example/?leadId=${B}`, [A, B], []],
		['at a comma and an id', `${address},${B}`, [A, B], []],
		['at a comma and an id in brackets', `${address},({"${B}"})`, [A, B], []],
		['at a comma and an id without hyphens', `${address},${bare(B)}`, [A, B], []],
		['at a comma and a blank', `${address}, Ringo`, [A], ['Ringo']],
		['at a comma at the end', `${address},`, [A], []],
		['not at a comma and a word', `${address},Ringo`, [A], []],
		['not at a comma and a word that looks like one', `${address},0acb9356x`, [A], []],
		['not at a comma and a number', `${address},12345678-12`, [A], []],
	])('%s', (_, text, ids, leftOver) => {
		expect(findLeadIds(text)).toEqual({ ids, leftOver });
	});

	it.each([
		`leadmanagement/x?a=${X}&leadId=${A}`,
		`/leadmanagement/x?a=${X}&leadId=${A}`,
		`/leaddetails?a=${X}&leadId=${A}`,
		`leaddetails?a=${X}&leadId=${A}`,
		`a.example/?a=${X}&leadId=${A}`,
		`www.a.example?a=${X}&leadId=${A}`,
	])('where it began: %s', (text) => {
		expect(findLeadIds(text)).toEqual(exactly(A));
	});
});

describe('words in text are separated', () => {
	it.each<[string, string[]]>([
		['Ringo\uffffStarr', ['Ringo', 'Starr']],
		['Ringo```json', ['Ringo']],
		['`Ringo` `Starr`', ['Ringo', 'Starr']],
		[`Ringo\`\`\`js ${A} \`\`\`, Starr`, ['Ringo', 'Starr']],
		[`Ringo,1. ${A}`, ['Ringo']],
		[`Ringo,Lead ID ${A}`, ['Ringo']],
		['x[object Object]y', ['x', '[object Object]', 'y']],
		['a{b=1}c', ['a', '{"b":"1"}', 'c']],
		['{Ringo}', ['Ringo']],
		['a'.repeat(200), ['a'.repeat(200)]],
		['a'.repeat(201), [`${'a'.repeat(200)}…`]],
	])('%j', (text, leftOver) => {
		expect(findLeadIds(text).leftOver).toEqual(leftOver);
	});
});

describe('an object without a name for ids', () => {
	const bigs = (count: number) =>
		Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${index}`, 1n]));
	it.each<[string, object, string[]]>([
		['is reported as JSON', { x: 'Ringo', y: '' }, ['{"x":"Ringo","y":""}']],
		['is reported, if one member is not blank', { x: '', y: 0 }, ['{"x":"","y":0}']],
		['is reported, if a member holds something', { x: { y: 1 } }, ['{"x":{"y":1}}']],
		['is reported, if only some of its names are ids', { [A]: 1, x: 2 }, [`{"${A}":1,"x":2}`]],
		[
			'is reported in full up to 200 characters',
			{ x: 'y'.repeat(192) },
			[`{"x":"${'y'.repeat(192)}"}`],
		],
		['is reported in part from then on', { x: 'y'.repeat(193) }, [`{"x":"${'y'.repeat(193)}"…`]],
		['is reported by its names, if it has no JSON', bigs(2), ['{n0, n1}']],
		['is reported by twenty names at most', bigs(21), [`{${Object.keys(bigs(20)).join(', ')}}`]],
		[
			'is nothing, if all of it is blank',
			{ x: '', y: null, z: {}, u: undefined, v: [], w: ' ' },
			[],
		],
		['is nothing, if it is empty', {}, []],
	])('%s', (_, object, leftOver) => {
		expect(findLeadIds(object)).toEqual({ ids: [], leftOver });
	});

	it('may have IDs as its keys', () => {
		expect(findLeadIds({ [A]: { x: 1 }, [B]: null })).toEqual(exactly(A, B));
	});

	it('that occurs twice is reported once', () => {
		const seen: unknown[] = [];
		const object = { toJSON: () => seen.push(1) && { x: seen.length }, x: 1 };
		expect(findLeadIds([object, object]).leftOver).toHaveLength(1);
		expect(seen).toHaveLength(1);
	});
});

describe('an id', () => {
	it('in several spellings is found once, in the case of the first', () => {
		const value = [A.toUpperCase(), B, A, `{${B.toUpperCase()}}`, bare(A), `urn:uuid:${B}`];
		expect(findLeadIds(value).ids).toEqual([A.toUpperCase(), B]);
	});

	it.each([
		[A.toUpperCase(), A.toUpperCase()],
		[`{${A}}`, A],
		[`(${A.toUpperCase()})`, A.toUpperCase()],
		[bare(A), A],
		[`{${bare(A)}}`, A],
		[` ${A}\n`, A],
		[A.replaceAll('-', '–'), A],
		[insert(A, '\u200b'), A],
	])('spelled %j is %s, with the same key', (spelled, canonical) => {
		expect(canonicalId(spelled)).toBe(canonical);
		expect(idKey(spelled)).toBe(idKey(A));
		expect(findLeadIds(spelled)).toEqual(exactly(canonical));
	});

	it.each(['Ringo', '', '12', `${A}0`, bare(A).slice(1)])('is not %j, which stays', (text) => {
		expect(canonicalId(text)).toBe(text);
		expect(idKey(text)).not.toBe(idKey(A));
	});

	it('that differs has a different key', () => {
		expect(idKey(A)).not.toBe(idKey(B));
	});
});

describe('whatever the ids', () => {
	const id = fc.uuid().filter((one) => !/^[0-]*$/.test(one));
	const spelled = id.chain((one) =>
		fc
			.constantFrom(
				one,
				one.toUpperCase(),
				`{${one}}`,
				bare(one),
				one.replaceAll('-', '\u2011'),
				insert(one, '\u200b'),
				`"${one}"`,
				`\`${one}\``,
				`**${one}**`,
				`<b>${one}</b>`,
				`- ${one}`,
				`1. ${one}`,
				`${one}.`,
				`\u200e${one}\ufeff`,
				`urn:uuid:${one}`,
				`ProspectID: ${one}`,
				`${WEB}?LeadID=${one}`,
				`{"ProspectID": "${one}", "OwnerId": "${X}"}`,
			)
			.map((text) => ({ one, text })),
	);
	const separator = fc
		.array(fc.constantFrom(',', ';', ' ', '\n', '\r\n', '\t', '|', '\u00a0', '\u200b'), {
			maxLength: 3,
		})
		.map((parts) => `\n${parts.join('')}\n`);

	it('text with anything between and around them yields them in order, each once', () => {
		fc.assert(
			fc.property(fc.array(fc.tuple(spelled, separator)), (pairs) => {
				const text = pairs.map(([{ text: part }, between]) => part + between).join('');
				const { ids, leftOver } = findLeadIds(text);
				expect(leftOver).toEqual([]);
				expect(ids.map(idKey)).toEqual([...new Set(pairs.map(([{ one }]) => one))]);
			}),
		);
	});

	it('IDs that were found are found again as a list, JSON, lines, objects and webhooks', () => {
		fc.assert(
			fc.property(fc.uniqueArray(id), (ids) => {
				const expected = exactly(...ids);
				expect(findLeadIds(ids)).toEqual(expected);
				expect(findLeadIds(JSON.stringify(ids))).toEqual(expected);
				expect(findLeadIds(JSON.stringify(JSON.stringify(ids)))).toEqual(expected);
				expect(findLeadIds(ids.join('\n'))).toEqual(expected);
				expect(findLeadIds(ids.map((ProspectID) => ({ ProspectID })))).toEqual(expected);
				expect(findLeadIds(webhook({ body: ids.map(activity) }))).toEqual(expected);
				expect(findLeadIds(JSON.stringify(ids.map(activity)))).toEqual(expected);
			}),
		);
	});
});

describe('absurd input is searched', () => {
	it('lists and objects in one another, or in themselves', () => {
		let list: unknown = A;
		for (let depth = 0; depth < 100_000; depth++) list = [list];
		expect(findLeadIds(list)).toEqual(exactly(A));
		let object: unknown = { ProspectID: A };
		for (let depth = 0; depth < 20_000; depth++) object = { data: object };
		expect(findLeadIds(object)).toEqual({ ids: [], leftOver: ['{data}'] });
		expect(findLeadIds(JSON.stringify({ a: { b: { c: { d: [[{ ProspectID: A }]] } } } }))).toEqual(
			exactly(A),
		);
		const own: Record<string, unknown> = { lead: { id: A } };
		own.self = own;
		own.twice = [own, { own }];
		expect(findLeadIds([own, own])).toEqual(exactly(A));
	});
});

function insert(id: string, character: string): string {
	return id.slice(0, 5) + character + id.slice(5, 20) + character + id.slice(20);
}

function widen(id: string): string {
	return id.replace(/[0-9a-f]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));
}

function json(value: unknown): string {
	const text = JSON.stringify(value);
	return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

function list(lead: Record<string, string>) {
	return {
		LeadPropertyList: Object.entries(lead).map(([Attribute, Value]) => ({ Attribute, Value })),
	};
}

/** As LeadSquared's webhooks send it (leadsquared-operations.md). */
function activity(id: string) {
	return {
		ProspectActivityId: X,
		RelatedProspectId: id,
		ActivityEvent: '22',
		CreatedBy: Y,
		Data: { Status: 'Active', Owner: X, mx_Custom_1: Y },
		Current: { ProspectID: id, OwnerId: X },
		RelatedOpportunityId: Y,
	};
}

function webhook(parts: { body?: unknown; query?: unknown; params?: unknown }) {
	return {
		headers: { host: 'n8n.example', 'x-request-id': X },
		params: {},
		query: {},
		body: {},
		webhookUrl: `https://n8n.example/webhook/${Y}`,
		executionMode: 'production',
		...parts,
	};
}
