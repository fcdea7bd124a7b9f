import { byIds, type LeadsPage, readLeadsPage, USUAL_LEADS_PER_PAGE } from '../api/leads';
import type { ApiRequest } from '../transport/client';
import type { Paging } from './coverage';

/** A call that returns records by their IDs. */
export interface ByIdsCall {
	/** Calls with the same name are the same. */
	name: string;
	/** @param columns schema names, the ID first */
	request(ids: string[], columns: string[], paging: Paging): ApiRequest;
	read(body: unknown): LeadsPage | undefined;
	/** The number of IDs in a call, unless the user wants fewer. */
	usual: number;
	/** Whether the account may take more than usual. */
	mayTakeMore: boolean;
	/** Whether LeadSquared sends columns that were not requested, which are dropped. */
	sendsOthers?: boolean;
}

export const LEADS_BY_IDS: ByIdsCall = {
	name: 'leads',
	request: byIds,
	read: readLeadsPage,
	usual: USUAL_LEADS_PER_PAGE,
	mayTakeMore: true,
};
