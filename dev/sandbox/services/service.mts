import type { Account } from '../account.mts';
import type { Answer } from '../answers.mts';
import type { Trouble } from '../faults.mts';

/** A call, as services see it. */
export interface ServiceCall {
	query: URLSearchParams;
	contentType: string;
	body: string;
}

/** An answer, the number of rows in it, and how the answer fails ({@link Faults.poisonForm}). */
export interface Served {
	answer: Answer;
	rows: number;
	trouble?: Trouble;
}

/** One of the calls of the API. */
export interface Service<Request> {
	/** Its service below `/v2/`; LeadManagement.svc by default. */
	of?: string;
	/** Its path below the service. */
	name: string;
	method: 'GET' | 'POST';
	/** It also counts against the limit of bulk writes. */
	isBulk?: boolean;
	/** The request, or the refusal of one that is not as documented. */
	read(call: ServiceCall): Request | Answer;
	answer(request: Request, account: Account): Served;
}
