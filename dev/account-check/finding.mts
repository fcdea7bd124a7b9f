import type { Faults } from '../sandbox/faults.mts';
import { describe } from './tenant.mts';
import type { Failed, FaultKind } from '../../nodes/LeadSquared/transport/outcome';

export type Verdict =
	| 'as assumed'
	| 'differs, the node copes'
	| 'differs: please report'
	| 'not checked';

/** The answer to a question. */
export interface Finding {
	/** The tenant's behaviour, without any data of a lead. */
	did: string;
	verdict: Verdict;
	/** The switches that make the sandbox do the same, if it does not by default. */
	switches?: Partial<Faults>;
}

type Found = (did: string, switches?: Partial<Faults>) => Finding;

export const agrees: Found = (did, switches) => ({ did, verdict: 'as assumed', switches });
export const copes: Found = (did, switches) => ({
	did,
	verdict: 'differs, the node copes',
	switches,
});
export const differs: Found = (did, switches) => ({
	did,
	verdict: 'differs: please report',
	switches,
});
export const notChecked = (did: string): Finding => ({ did, verdict: 'not checked' });

/** The node splits a refused request, down to the id or column at fault. */
export const REFUSALS: FaultKind[] = ['invalidRequest', 'notFound', 'tooLarge'];
/** A request of a form that the node never sends. */
export const ANYTHING: FaultKind[] = [...REFUSALS, 'transient', 'noEndpoint', 'unauthorized'];

export function report(outcome: Failed): Finding {
	return differs(describe(outcome));
}

export function failed(
	outcome: Failed,
	{ copesWith = REFUSALS, switches }: { copesWith?: FaultKind[]; switches?: Partial<Faults> } = {},
): Finding {
	return (copesWith.includes(outcome.kind) ? copes : differs)(describe(outcome), switches);
}

/** The value if it is one of these: only known values are written to a file. */
export function oneOf<T>(values: readonly T[], value: unknown): T | undefined {
	return values.find((each) => each === value);
}

/** 1,000 and 1.000 and 1 000 are one thousand. */
export function readNumber(pattern: RegExp, text: string): number | undefined {
	const digits = pattern.exec(text)?.[1]?.replace(/\D/g, '');
	return digits ? Number(digits) : undefined;
}

/** The switch for numbers with group separators, if a message contains one. */
export function thousandsIn(text: string): Partial<Faults> {
	const sign = /\d([,. ])\d{3}(?!\d)/.exec(text)?.[1];
	const kinds = { ',': 'comma', '.': 'point', ' ': 'space' } as const;
	return sign === undefined ? {} : { thousands: kinds[sign as keyof typeof kinds] };
}

export function format(count: number): string {
	return count.toLocaleString('en-US');
}

/** The number of names that are not shown, for the end of a list. */
export function othersOf(count: number): string[] {
	return count === 0 ? [] : [count === 1 ? '1 other' : `${format(count)} others`];
}
