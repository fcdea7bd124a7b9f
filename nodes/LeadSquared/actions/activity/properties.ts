import { ID_COLUMN } from '../../api/leads';
import { findLeadIds } from '../../input/leadIds/findLeadIds';
import { readEmail, readPhone } from '../../input/leadKeys';
import type { OptionReader } from '../../input/readers';
import { leadByKey } from '../properties';

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

/** Reads the email address of a user. */
export const ownerReader: OptionReader<string> = {
	label: 'Owner Email',
	default: '',
	read: (value) => readEmail(String(value)),
	mayBe: 'the email address of a user',
};
