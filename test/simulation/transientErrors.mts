import fc from 'fast-check';
import type { Faults } from '../../dev/sandbox/server.mts';

/** A share of calls that fail temporarily. */
export const transientErrors = (...rates: number[]) =>
	fc.record({
		rate: fc.constantFrom(...rates),
		kinds: fc.constant<NonNullable<Faults['transient']>['kinds']>([
			'500-no-type',
			'502-html',
			'503',
			'reset',
			'timeout',
			'cut-json',
			'html-200',
		]),
	});
