/** A task as it is stored; times are UTC ms. */
export interface Task {
	id: string;
	autoId: number;
	name: string;
	description: string;
	/** Of {@link TASK_TYPES}. */
	type: string;
	/** 0 none, 1 lead, 5 opportunity. */
	relatedEntity: 0 | 1 | 5;
	relatedId: string;
	due: number;
	end: number;
	reminder: number;
	notifyBy: string;
	/** The number of its owner. */
	owner: number;
	created: number;
	completed?: number;
}

export const TASK_TYPES: ReadonlyArray<{ name: string; category: 0 | 1 }> = [
	{ name: 'Meeting', category: 0 },
	{ name: 'Phone Call', category: 1 },
	{ name: 'Document Collection', category: 1 },
];
