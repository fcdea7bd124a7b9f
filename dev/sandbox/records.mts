/** A note of a lead, as RetrieveNote returns it. */
export interface Note {
	ProspectNoteId: string;
	RelatedProspectId: string;
	Note: string;
	AttachmentName: string | null;
	AttachmentURL: string | null;
	CreatedBy: string;
	CreatedByName: string;
	CreatedOn: string;
}

/** An option of a drop-down that a written value has become. */
export interface AddedOption {
	schemaName: string;
	value: string;
}

/** Everything that calls have written in addition to leads, oldest first. */
export interface Records {
	notes: Note[];
	options: AddedOption[];
}

export function createRecords(): Records {
	return { notes: [], options: [] };
}
