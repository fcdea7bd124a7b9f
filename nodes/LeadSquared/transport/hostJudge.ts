import type { Clock } from './clock';
import type { Failed, Outcome } from './outcome';

// How long a host that has never answered as LeadSquared is given. A mistyped host is told within
// seconds, while a name look-up or a gateway may well fail once or twice.
const PATIENCE_MS = 8000;
// Meanwhile tries follow each other: pauses that grow would outlast it.
const RETRY_AFTER_MS = 1500;

// Hosts that have answered as LeadSquared since the process started: what fails there will pass.
const answered = new Set<string>();

/**
 * Judges whether what keeps failing is the host: one that has never answered as LeadSquared, and
 * where nobody is, or somebody else answers, is not waited for as one is that is known.
 */
export class HostJudge {
	private failingSince?: number;

	/** @param baseUrl root of the API, scheme and host included */
	constructor(
		private readonly baseUrl: string,
		private readonly clock: Clock,
	) {}

	/** The same outcome, or `unreachable` or `noEndpoint` where the host itself is at fault. */
	judge<T>(outcome: Outcome<T>): Outcome<T> {
		if (outcome.kind === 'ok' || outcome.fault.from === 'leadSquared') {
			answered.add(this.baseUrl);
			return outcome;
		}
		// A time-out may be the size of the request.
		if (outcome.kind !== 'transient' || outcome.timedOut) return outcome;
		if (answered.has(this.baseUrl)) return outcome;
		this.failingSince ??= this.clock.now();
		const isOver = this.clock.now() - this.failingSince >= PATIENCE_MS;
		return isOver ? asHostFault(outcome) : { ...outcome, retryAfterMs: RETRY_AFTER_MS };
	}
}

/** A fault of the host, if a single call has to decide it. */
export function asHostFault(failed: Failed): Failed {
	const { from } = failed.fault;
	if (failed.kind !== 'transient' || from === 'leadSquared') return failed;
	return { kind: from === 'other' ? 'noEndpoint' : 'unreachable', fault: failed.fault };
}
