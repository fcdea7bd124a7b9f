import { type Field, fieldsRequest, readFields } from '../api/fields';
import type { Client } from '../transport/client';
import type { Outcome } from '../transport/outcome';
import { readAndRemember, recently } from './recent';

const WHAT = 'fields';

/**
 * The account's columns with what is known of their values, at most a minute old.
 *
 * @param maxWaitMs how long the call may go on being refused or failing
 */
export const leadFields = async (client: Client, maxWaitMs: number): Promise<Outcome<Field[]>> =>
	recently<Field[]>(client, WHAT) ??
	(await readAndRemember(client, WHAT, [fieldsRequest, readFields], maxWaitMs));
