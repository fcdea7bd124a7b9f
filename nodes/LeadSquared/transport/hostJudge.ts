import type { Clock } from '../base/clock';
import type { Failed, Outcome } from './outcome';

// How long a host that has never answered as LeadSquared is given, and after that the small call that
// decides, tried at these times: within 20 s it is told, whatever hangs, while a name look-up or a
// gateway may well fail once or twice.
const PATIENCE_MS = 6000;
const CHECK_MS = 6000;
const TRIES_AT_MS = [0, 2000, 4000];
// Such a host is asked again so soon: the usual pauses, and those that a stranger asks for, go beyond
// that.
const PAUSE_MS = 1500;

// Hosts that have answered as LeadSquared since n8n started: what fails there will pass.
const answered = new Set<string>();

/**
 * Judges whether what keeps failing, or stays silent, is the host: one that has never answered as
 * LeadSquared, and where nobody is, or somebody else answers, is not waited for as one is that is
 * known. Before that verdict a small call is made, since it may be what the others ask for.
 */
export class HostJudge {
	/** When the host was first called without an answer. */
	private calledAt?: number;
	private check?: Promise<boolean>;

	/**
	 * @param baseUrl root of the API, scheme and host included
	 * @param callForLittle makes the small call; it ends as soon as its signal is aborted
	 */
	constructor(
		private readonly baseUrl: string,
		private readonly clock: Clock,
		private readonly callForLittle: (signal: AbortSignal) => Promise<Outcome<unknown>>,
	) {}

	/**
	 * The same outcome, or `unreachable` or `noEndpoint` where the host itself is at fault. Where a host
	 * that is known has no such call, that is told.
	 *
	 * @param outcome of a call that was waited for with `unlessSilent`
	 * @param mayLack whether there are accounts without that call
	 */
	async judge<T>(outcome: Outcome<T>, mayLack = false): Promise<Outcome<T>> {
		const lacks = mayLack && outcome.kind === 'noEndpoint' && outcome.fault.status === 404;
		if (lacks && this.isKnown) return { ...outcome, lacksCall: true };
		if (isAnswer(this.baseUrl, outcome) || outcome.kind !== 'transient' || this.isKnown)
			return outcome;
		const waitedMs = this.clock.now() - this.calledAt!;
		if (waitedMs >= PATIENCE_MS && !(await this.answersLittle())) return asHostFault(outcome);
		return { ...outcome, strange: true, retryAfterMs: PAUSE_MS };
	}

	/**
	 * Waits for what a call comes to, unless the host is one that has never answered and stays silent.
	 *
	 * @param hangUp ends the call
	 */
	async unlessSilent<T>(outcome: Promise<Outcome<T>>, hangUp: () => void): Promise<Outcome<T>> {
		if (this.isKnown) return await outcome;
		this.calledAt ??= this.clock.now();
		const over = new AbortController();
		const silence = async (): Promise<Outcome<T>> => {
			await this.clock.sleep(PATIENCE_MS, over.signal);
			over.signal.throwIfAborted();
			// By now another call may have been answered.
			if (this.isKnown || (await this.answersLittle())) return await outcome;
			hangUp();
			return { kind: 'unreachable', fault: { from: 'network', message: SILENT } };
		};
		const waiting = silence();
		waiting.catch(() => {});
		try {
			return await Promise.race([outcome, waiting]);
		} finally {
			over.abort();
		}
	}

	private get isKnown(): boolean {
		return answered.has(this.baseUrl);
	}

	private async answersLittle(): Promise<boolean> {
		this.check ??= this.makeCheck().finally(() => (this.check = undefined));
		return await this.check;
	}

	/** Makes the small call a few times, since one may meet an accident. */
	private async makeCheck(): Promise<boolean> {
		const over = new AbortController();
		const tries = TRIES_AT_MS.map(async (ms) => {
			await this.clock.sleep(ms, over.signal);
			over.signal.throwIfAborted();
			const outcome = await this.callForLittle(over.signal);
			if (!isAnswer(this.baseUrl, outcome)) throw new Error('Nobody, or somebody else');
		});
		const anyAnswer = Promise.any(tries).catch(() => {});
		const time = this.clock.sleep(CHECK_MS, over.signal).catch(() => {});
		await Promise.race([anyAnswer, time]);
		over.abort();
		return this.isKnown;
	}
}

const SILENT = 'The host takes calls and does not answer';

/** Whether LeadSquared has said something; its host is then known. */
export function isAnswer(baseUrl: string, outcome: Outcome<unknown>): boolean {
	const isFromLeadSquared = outcome.kind === 'ok' || outcome.fault.from === 'leadSquared';
	if (isFromLeadSquared) answered.add(baseUrl);
	return isFromLeadSquared;
}

/** A fault of the host, if a single call has to decide it. */
export function asHostFault<T extends Outcome<unknown>>(outcome: T): T | Failed {
	if (outcome.kind !== 'transient' || outcome.fault.from === 'leadSquared') return outcome;
	const { from } = outcome.fault;
	return { kind: from === 'other' ? 'noEndpoint' : 'unreachable', fault: outcome.fault };
}
