import { fieldReader } from '../../../nodes/LeadSquared/input/readers.ts';

const JSON_OF_ITEM = {
	ProspectID: 'a',
	'Lead Id': 'b',
	lead: { ids: ['c', 'd'], "it's": 'e' },
	none: null,
};

test.each([
	['={{ $json.ProspectID }}', 'a'],
	['={{$json.ProspectID}}', 'a'],
	['={{ $json["Lead Id"] }}', 'b'],
	["={{ $json['Lead Id'] }}", 'b'],
	['={{ $json.lead.ids }}', ['c', 'd']],
	['={{ $json["lead"].ids }}', ['c', 'd']],
	['={{ $json.lead["it\'s"] }}', 'e'],
	['={{ $json.none }}', null],
])('%s is read from the item', (parameter, value) => {
	expect(fieldReader(parameter)!(JSON_OF_ITEM)).toEqual(value);
});

test.each([
	'={{ $json.absent }}',
	'={{ $json.absent.further }}',
	'={{ $json.none.further }}',
	// These exist, but not as fields of the item.
	'={{ $json.toString }}',
	'={{ $json.constructor.name }}',
	'={{ $json.ProspectID.length }}',
	'={{ $json.lead.ids.length }}',
])('%s is not a field of the item: n8n decides', (parameter) => {
	expect(fieldReader(parameter)!(JSON_OF_ITEM)).toBeUndefined();
});

test.each([
	'$json.ProspectID',
	'={{ $json }}',
	'=id {{ $json.ProspectID }}',
	'={{ $json.ProspectID }},{{ $json.other }}',
	'={{ $json.ProspectID || "none" }}',
	'={{ $json.ProspectID.trim() }}',
	'={{ $json.ids[0] }}',
	'={{ $json[$json.name] }}',
	'={{ $json["a\\u0062"] }}',
	'={{ $json["a"]["b"] + "]" }}',
	'={{ $json["{{ a }}"] }}',
	'={{ $json?.ProspectID }}',
	"={{ $('Sheet').item.json.ProspectID }}",
	['={{ $json.ProspectID }}'],
	undefined,
])('%j is left to n8n', (parameter) => {
	expect(fieldReader(parameter)).toBeUndefined();
});
