import type { INodeProperties } from 'n8n-workflow';
import { ID_COLUMN } from '../../api/leads';
import { findLeadIds } from '../../input/leadIds/findLeadIds';
import { readEmail, readPhone } from '../../input/leadKeys';
import type { OptionReader } from '../../input/readers';
import { leadByKey } from '../properties';

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

/** Reads how a lead is found: by its ID, email address or phone number, whichever the value is. */
export const leadKeyReader: OptionReader<{ by: string; value: string } | undefined> = {
	label: leadByKey.displayName,
	default: undefined,
	read(given) {
		const { ids, leftOver } = findLeadIds(given);
		if (ids.length === 1 && leftOver.length === 0) return { by: ID_COLUMN, value: ids[0] };
		if (ids.length > 0 || typeof given === 'object') return undefined;
		const address = readEmail(String(given));
		if (address !== undefined) return { by: 'EmailAddress', value: address };
		const number = readPhone(String(given));
		return number === undefined ? undefined : { by: 'Phone', value: number };
	},
	mayBe: 'a lead ID, an email address or a phone number',
};
