import type { NodeError } from 'n8n-workflow';
import type { Failed, FaultKind } from '../transport/outcome';

/** Failures that may be over by the next poll. */
const TRANSIENT: ReadonlySet<FaultKind> = new Set<FaultKind>([
	'rateLimited',
	'transient',
	'unreachable',
	'noEndpoint',
]);

/** A failure that becomes an error if the next poll fails too, or at once if it counts as two. */
export class TransientFailure extends Error {
	constructor(
		cause: Error,
		readonly polls: 1 | 2 = 1,
	) {
		super(cause.message, { cause });
	}
}

/** The error for a failed call: a TransientFailure if the next poll may succeed. */
export const callFailure = ({ kind, isRepeated }: Failed, error: NodeError): Error =>
	TRANSIENT.has(kind) ? new TransientFailure(error, isRepeated ? 2 : 1) : error;
