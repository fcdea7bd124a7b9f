import type { Activity } from './activities.mts';
import type { Task } from './tasks.mts';

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
	activities: Activity[];
	tasks: Task[];
	/** Leads that have been added to static lists. */
	members: Array<{ list: string; lead: string }>;
}

export function createRecords(): Records {
	return { notes: [], options: [], activities: [], tasks: [], members: [] };
}
