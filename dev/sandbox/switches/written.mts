import { flag, isText, isTextOrNull, isTexts } from './switch.mts';
import type { Switches } from './switch.mts';

/** Switches for the form of rows, columns and bodies. */
export interface WrittenFaults {
	appHost: string | null;
	idColumn: 'ProspectID' | 'ProspectId' | 'prospectid' | 'none';
	idCase: 'lower' | 'upper' | 'mixed';
	columnCase: 'exact' | 'ignored';
	extraColumns: string[];
	nullColumns: string[];
	missingColumns: string[];
	jsonNumbers: boolean;
	lowerCaseColumns: boolean;
	bodyPrefix: 'none' | 'bom' | 'whitespace';
	contentType: string;
	documentedLeads: boolean;
	idForm: 'plain' | 'braces' | 'parentheses' | 'no-hyphens' | 'blanks';
	rows: 'flat' | 'properties' | 'properties-fields';
	successEnvelope: 'none' | 'nulls' | 'empty-texts';
	columnValues: Record<string, string | number | boolean | null>;
	metadata: 'list' | 'empty';
	repeatedColumns: string[];
	sharedLabels: string[];
	dateTypes: 'documented' | 'by-rendering' | 'by-type' | 'neither';
	dayForm: 'midnight' | 'day';
}

export const WRITTEN_SWITCHES: Switches<WrittenFaults> = {
	appHost: {
		default: 'in21.leadsquared.com',
		about: 'where people open the account, as UserByAccessKey.Get returns it; null omits it',
		allows: isTextOrNull,
		source: 'section 2, Discovery',
	},
	idColumn: {
		default: 'ProspectID',
		about: "spelling of the id's column in answers; none omits it",
		allows: ['ProspectID', 'ProspectId', 'prospectid', 'none'],
		source: 'section 0 point 1; section 4, "Is ProspectID always returned?"; section 7, Casing',
	},
	idCase: {
		default: 'lower',
		about: 'case of the ids in answers',
		allows: ['lower', 'upper', 'mixed'],
		source: 'section 0 point 3; section 10 (b)',
	},
	columnCase: {
		default: 'exact',
		about: 'whether a column requested in another case is known (the id always is)',
		allows: ['exact', 'ignored'],
		source: 'section 4, Invalid column name: ProspectAutoID, not …Id, is asked and does not come',
	},
	extraColumns: {
		default: [],
		about:
			"unrequested columns added to every row; LeadType, Total (the answer's) and CanUpdate exist only so",
		allows: isTexts,
		source: 'section 4, Versions; operations (a): CanUpdate and Total come unasked; K4',
	},
	nullColumns: {
		default: [],
		about: 'columns that are null in every row',
		allows: isTexts,
		source: 'section 7, Nulls',
	},
	missingColumns: {
		default: [],
		about: 'columns that are never returned',
		allows: isTexts,
		source: 'section 4, Invalid column name: both samples lack requested columns',
	},
	jsonNumbers: {
		default: false,
		about: 'whether Number columns contain JSON numbers',
		allows: flag,
		source: 'section 7, Types (strings are documented)',
	},
	lowerCaseColumns: {
		default: false,
		about: 'whether the names of columns are in lower case',
		allows: flag,
		source: 'section 7, Casing',
	},
	bodyPrefix: {
		default: 'none',
		about: 'what comes before the JSON',
		allows: ['none', 'bom', 'whitespace'],
		source: 'section 5: bodies are not to be relied on',
	},
	contentType: {
		default: 'application/json; charset=utf-8',
		about: 'Content-Type of JSON answers',
		allows: isText,
		source: 'section 5: bodies are not to be relied on',
	},
	documentedLeads: {
		default: true,
		about:
			'whether the three leads of the API page are returned as on that page, without ids and with seven columns; otherwise they are normal leads',
		allows: flag,
		source: 'API page, Response',
	},
	idForm: {
		default: 'plain',
		about:
			'form of the ids in answers, after idCase: {0ACB9356-…}, (0acb9356-…), without hyphens, or with a blank on either side',
		allows: ['plain', 'braces', 'parentheses', 'no-hyphens', 'blanks'],
		source: 'K4, braces; the other forms are those of .NET (Guid.ToString: D, N, B, P)',
	},
	rows: {
		default: 'flat',
		about:
			'rows of ByIds: an object, or a LeadPropertyList of Attribute and Value, also with Fields',
		allows: ['flat', 'properties', 'properties-fields'],
		source: 'operations (a), Leads.RecentlyModified; K4',
	},
	successEnvelope: {
		default: 'none',
		about:
			'whether answers that are objects also contain Status, ExceptionType and ExceptionMessage, the latter null or empty',
		allows: ['none', 'nulls', 'empty-texts'],
		source: 'K4, "A success with Status: Success … around it"',
	},
	columnValues: {
		default: {},
		about:
			'values of columns in every row, e.g. {"Score":"123456789012345.678"}; an unknown name becomes a new Text column',
		allows: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
		source: 'K7: numbers that no double holds, blanks, names such as __proto__ and Sr. No.',
	},
	metadata: {
		default: 'list',
		about: 'LeadsMetaData.Get: the columns, or [], as for keys that see none',
		allows: ['list', 'empty'],
		source: 'K4, "Metadata answers []"',
	},
	repeatedColumns: {
		default: [],
		about: 'columns that the metadata lists twice',
		allows: isTexts,
		source: 'K7, "A schema name twice in the metadata"',
	},
	sharedLabels: {
		default: [],
		about: 'columns that all have the label of the first of them',
		allows: isTexts,
		source: "K7, labels that collide; section 6: nothing keeps an account's labels apart",
	},
	dateTypes: {
		default: 'documented',
		about:
			'how the metadata distinguishes days from instants: by type and rendering (documented), all are Date and the rendering differs, all render as Date and the type differs, or all are Date, rendered as Date',
		allows: ['documented', 'by-rendering', 'by-type', 'neither'],
		source: 'section 6, DataTypes there; K7, days and instants in metadata',
	},
	dayForm: {
		default: 'midnight',
		about: 'a day in an answer: 1985-04-12 00:00:00.000, or 1985-04-12',
		allows: ['midnight', 'day'],
		source: 'section 7, Dates in responses; operations (e), date YYYY-MM-DD',
	},
};
