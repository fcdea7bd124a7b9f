import type { INodeProperties } from 'n8n-workflow';
import type { OptionReader } from '../../input/readers';

/** A type of activities, chosen from a list or by its code. */
export const activityType: INodeProperties = {
	displayName: 'Activity Type',
	name: 'activityType',
	type: 'resourceLocator',
	required: true,
	default: { mode: 'list', value: '' },
	description: 'The type of the activities, from the list or by its code',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: { searchListMethod: 'searchActivityTypes', searchable: true },
		},
		{
			displayName: 'By Code',
			name: 'code',
			type: 'string',
			placeholder: 'e.g. 201',
		},
	],
};

/** Reads the code of a type. */
export const activityTypeReader: OptionReader<number | undefined> = {
	label: activityType.displayName,
	default: undefined,
	read: (value) => (/^\d{1,9}$/.test(String(value)) ? Number(value) : undefined),
	mayBe: 'the code of a type, such as 201',
};
