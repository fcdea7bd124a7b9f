import { unknownColumns } from '../../../nodes/LeadSquared/fetch/rejections';

const COLUMNS = ['ProspectID', 'FirstName', 'mx_Old', 'mx_Old_Name'];

it.each<[string, string | undefined, string[]]>([
	['Attribute(s) does not exist - mx_Old', 'MXUnknownAttributeException', ['mx_Old']],
	["Unknown column 'mx_Old' in 'field list'", 'MXEntityDetailsNotFoundException', ['mx_Old']],
	['Attribute(s) does not exist - MX_OLD, firstname', undefined, ['FirstName', 'mx_Old']],
	['Attribute(s) does not exist - ProspectID', 'MXUnknownAttributeException', []],
	['Attribute(s) does not exist - mx_Older', 'MXUnknownAttributeException', []],
	['Invalid Input! mx_Old', 'MXInvalidInputException', []],
])('%s (%s): %j', (message, type, expected) => {
	expect(unknownColumns({ from: 'leadSquared', type, message }, COLUMNS)).toEqual(expected);
});
