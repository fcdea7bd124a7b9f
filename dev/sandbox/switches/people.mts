import { isCount, isNth } from './switch.mts';
import type { Switches } from './switch.mts';

const isPositive = (value: unknown) => value !== null && isNth(value);

/** Switches for notes and users. */
export interface PeopleFaults {
	notesPerLead: number;
	notesPageCap: number;
	notesPageCapStyle: 'silent' | 'error';
	notesOfUnknownLead: 'refuse' | 'empty';
	users: number;
	userStatus: 'number' | 'text';
	userPageCap: number;
	userConditions: 'required' | 'optional';
}

export const PEOPLE_SWITCHES: Switches<PeopleFaults> = {
	notesPerLead: {
		default: 2,
		about: 'notes that each lead has at first',
		allows: isCount,
		source: 'facts A5',
	},
	notesPageCap: {
		default: 200,
		about: 'most notes in a page of RetrieveNote',
		allows: isPositive,
		source: 'facts A5: the page samples 200 and states no maximum',
	},
	notesPageCapStyle: {
		default: 'silent',
		about: 'larger pages than notesPageCap: cut silently, or refused',
		allows: ['silent', 'error'],
		source: 'as notesPageCap',
	},
	notesOfUnknownLead: {
		default: 'refuse',
		about: 'RetrieveNote for a lead that does not exist: "Lead not found", or no notes',
		allows: ['refuse', 'empty'],
		source: 'facts A5: not documented; facts 0.6: activities say "Lead not found"',
	},
	users: {
		default: 45,
		about: 'users of the account; the first 40 own the leads, every eighth is inactive',
		allows: isPositive,
		source: 'facts A6: 3,380 users in one answer',
	},
	userStatus: {
		default: 'number',
		about: 'StatusCode in Users.Get: 0 and 1, or "0" and "1", as AdvancedSearch always has it',
		allows: ['number', 'text'],
		source: 'https://apidocs.leadsquared.com/get-users: a number, as seen live; facts A6: "0"',
	},
	userPageCap: {
		default: 1000,
		about: 'largest PageSize of User/AdvancedSearch; larger ones are refused',
		allows: isPositive,
		source: 'facts A6, live: "PageSize can\'t be greater than 1000"',
	},
	userConditions: {
		default: 'required',
		about: 'whether User/AdvancedSearch refuses a body without GroupConditions',
		allows: ['required', 'optional'],
		source:
			'https://apidocs.leadsquared.com/user-advanced-search/: every sample has them; public code asks for all users by EmailAddress lik @',
	},
};
