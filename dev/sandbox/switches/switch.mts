import { TROUBLES } from '../troubles.mts';

/** One behaviour of the sandbox that can be changed. */
export interface Switch<T> {
	default: T;
	/** Its effect. */
	about: string;
	/** The allowed values, or a test for them. */
	allows: readonly T[] | ((value: unknown) => boolean);
	/**
	 * The source of the behaviour. Sections are those of the API reference, "operations (a)" is a part
	 * of the reference of other operations, "facts A5" is a part of the newer reference, K4 to K7 are
	 * kinds of public reports.
	 */
	source: string;
}

export type Switches<Faults> = { readonly [K in keyof Faults]: Switch<Faults[K]> };

// ---- Values that switches take

export const flag = [false, true] as const;
export const isText = (value: unknown) => typeof value === 'string';
export const isTextOrNull = (value: unknown) => value === null || isText(value);
export const isTexts = (value: unknown) => Array.isArray(value) && value.every(isText);
export const isCount = (value: unknown) => Number.isInteger(value) && (value as number) >= 0;
export const isCountOrNull = (value: unknown) => value === null || isCount(value);
/** An interval: every n-th, from 1, or null for none. */
export const isNth = (value: unknown) => value === null || (isCount(value) && value !== 0);
export const isShare = (value: unknown) => typeof value === 'number' && value >= 0 && value <= 1;
export const isTrouble = (value: unknown) =>
	isText(value) && Object.hasOwn(TROUBLES, value as string);
export const isLimitOrNull = (value: unknown) => {
	const { calls, seconds } = Object(value) as Record<string, unknown>;
	return value === null || (isCount(calls) && isCount(seconds) && seconds !== 0);
};
