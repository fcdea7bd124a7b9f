import type { INodeProperties } from 'n8n-workflow';

export const note: INodeProperties = {
	displayName: 'Note',
	name: 'note',
	type: 'string',
	typeOptions: { rows: 4 },
	required: true,
	default: '',
	placeholder: 'e.g. Asked to be called back on Friday',
	description: 'The text of the note',
};
