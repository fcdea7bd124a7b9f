import { lookUp } from '../account.mts';
import type { Account } from '../account.mts';
import { errorAnswer, isAnswer, jsonAnswer } from '../answers.mts';
import type { Answer } from '../answers.mts';
import { guid } from '../population.mts';
import { draw } from '../random.mts';
import type { Note } from '../records.mts';
import { nameOfUser, OWNERS } from '../users.mts';
import { dateTime } from '../values.mts';
import { getVocabulary } from '../vocabulary.mts';
import { compare, pageOf, refusePageSize, unknownColumn } from './found.mts';
import type { Cap } from './found.mts';
import { malformed, mandatory, readJson, readPaging, refusePaging } from './request.mts';
import type { Paging } from './request.mts';
import type { Service } from './service.mts';

interface NewNote {
	lead: string;
	text: string;
	attachment: string | null;
}

/** Create a Note: https://apidocs.leadsquared.com/create-notes-with-attachment/. */
export const createNote: Service<NewNote> = {
	name: 'CreateNote',
	method: 'POST',
	read(call) {
		const json = readJson(call);
		if (json === undefined) return malformed();
		const fields = Object(json) as Record<string, unknown>;
		const { RelatedProspectId: lead, Note: text, AttachmentName: attachment } = fields;
		const areTexts = isTextOrAbsent(lead) && isTextOrAbsent(text) && isTextOrAbsent(attachment);
		if (!areTexts) return malformed();
		if (!lead) return mandatory('RelatedProspectId');
		if (!text?.trim()) return mandatory('Note');
		return { lead, text, attachment: attachment ?? null };
	},
	answer({ lead, text, attachment }, account) {
		const index = findLead(lead, account);
		if (isAnswer(index)) return { answer: index, rows: 0 };
		const { population, records, seed, stamp } = account;
		const id = guid(records.notes.length, seed ^ 0x2073);
		account.add('notes', {
			ProspectNoteId: id,
			RelatedProspectId: population.idAt(index),
			Note: text,
			AttachmentName: attachment && attachment.slice(attachment.lastIndexOf('/') + 1),
			AttachmentURL: attachment,
			...createdBy(0, account),
			CreatedOn: dateTime(stamp),
		});
		const body = { Status: 'Success', Message: { Id: id } };
		return { answer: jsonAnswer(JSON.stringify(body)), rows: 1 };
	},
};

interface NotesRequest extends Paging {
	lead: string;
	/** The ID of one note. */
	id?: string;
	sorting: unknown;
}

const DEFAULT_PAGE_SIZE = 200;

/** Get a Lead's Notes: https://apidocs.leadsquared.com/get-all-notes-of-lead/. */
export const notes: Service<NotesRequest> = {
	name: 'RetrieveNote',
	method: 'POST',
	read(call) {
		const json = readJson(call);
		if (json === undefined) return malformed();
		const { Parameter, Paging: asked, Sorting: sorting } = Object(json);
		const { RelatedId: lead, Id: id } = Object(Parameter) as Record<string, unknown>;
		const paging = readPaging(asked, DEFAULT_PAGE_SIZE);
		if (!isTextOrAbsent(lead) || !isTextOrAbsent(id) || !paging) return malformed();
		if (!lead) return mandatory('RelatedId');
		return refusePaging(paging) ?? { lead, ...(id && { id }), sorting, ...paging };
	},
	answer(request, account) {
		const { faults } = account;
		const cap: Cap = { rows: faults.notesPageCap, style: faults.notesPageCapStyle };
		const index = findLead(request.lead, account);
		const refusal = refusePageSize(request, cap, faults) ?? refuseSorting(request.sorting);
		if (refusal) return { answer: refusal, rows: 0 };
		if (isAnswer(index)) {
			const isEmpty = faults.notesOfUnknownLead === 'empty';
			return { answer: isEmpty ? jsonAnswer('{"List":[],"RecordCount":0}') : index, rows: 0 };
		}
		const { id = '', sorting } = request;
		const all = notesOf(index, account);
		const found = id === '' ? all : all.filter(({ ProspectNoteId }) => ProspectNoteId === id);
		const { Direction } = Object(sorting ?? {}) as Record<string, unknown>;
		if (String(Direction) === '1') found.reverse();
		const page = pageOf(found, request, cap);
		const body = { List: page, RecordCount: found.length };
		return { answer: jsonAnswer(JSON.stringify(body)), rows: page.length };
	},
};

/** The notes of a lead, oldest first: made-up ones, and those written since. */
function notesOf(index: number, account: Account): Note[] {
	const { faults, population, records } = account;
	const id = population.idAt(index);
	const count = index < population.initialSize ? faults.notesPerLead : 0;
	const own = Array.from({ length: count }, (_, nth) => madeUp(index, nth, account));
	const written = records.notes.filter(({ RelatedProspectId }) => RelatedProspectId === id);
	return [...own, ...written].sort((one, other) => compare(one.CreatedOn, other.CreatedOn));
}

function madeUp(index: number, nth: number, account: Account): Note {
	const { population, seed } = account;
	const { remarks } = getVocabulary();
	const drawn = draw(seed ^ (0x4073 + nth), index);
	const created = population.moment('CreatedOn', index) + nth * 86_400_000;
	return {
		ProspectNoteId: guid(index, seed ^ (0x4073 + nth)),
		RelatedProspectId: population.idAt(index),
		Note: JSON.parse(`"${remarks[drawn % remarks.length]}"`) as string,
		AttachmentName: null,
		AttachmentURL: null,
		...createdBy(drawn % OWNERS, account),
		CreatedOn: dateTime(created),
	};
}

function createdBy(user: number, { population }: Account) {
	const name = JSON.parse(`"${nameOfUser(user).join(' ')}"`) as string;
	return { CreatedBy: population.userId(user), CreatedByName: name };
}

/** The index of a lead, or the refusal of an ID that no lead has. */
function findLead(id: string, account: Account): number | Answer {
	const { notFoundStatus, notFoundType } = account.faults;
	return (
		lookUp(id.toLowerCase(), account) ?? errorAnswer(notFoundStatus, notFoundType, 'Lead not found')
	);
}

/** Only CreatedOn is documented. */
function refuseSorting(sorting: unknown): Answer | undefined {
	const { ColumnName } = Object(sorting ?? {}) as Record<string, unknown>;
	if (ColumnName === undefined || ColumnName === 'CreatedOn') return undefined;
	return unknownColumn(String(ColumnName), 'order clause');
}

function isTextOrAbsent(value: unknown): value is string | null | undefined {
	return value === undefined || value === null || typeof value === 'string';
}
