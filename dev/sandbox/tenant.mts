import { readFileSync } from 'node:fs';

import { checkFaults } from './faults.mts';
import type { Faults } from './faults.mts';
import type { Limit } from './rateLimit.mts';

/** A LeadSquared account in switches, as `npm run check-account -- --tenant FILE` writes it. */
export interface Tenant {
	/** The rate limit that it has named, if it has. */
	limit?: Limit;
	faults: Partial<Faults>;
}

/** @throws Error that says what is wrong with the file, by its name */
export function readTenant(file: string): Tenant {
	try {
		return toTenant(JSON.parse(readFileSync(file, 'utf8')));
	} catch (error) {
		throw new Error(`${file} is not a tenant: ${(error as Error).message}`);
	}
}

/** The words next to it are for people. */
function toTenant(json: unknown): Tenant {
	const { limit, faults } = Object(json) as Partial<Tenant>;
	if (typeof faults !== 'object' || faults === null) throw new Error('it has no "faults"');
	const isLimit = limit === undefined || (limit.calls > 0 && limit.seconds > 0);
	if (!isLimit) throw new Error('its "limit" is not like {"calls":25,"seconds":5}');
	return { ...(limit && { limit }), faults: checkFaults(faults) };
}
