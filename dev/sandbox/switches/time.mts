import { isCount } from './switch.mts';
import type { Switches } from './switch.mts';

/** Switches for LeadSquared's clock, and for when its answers show changes. */
export interface TimeFaults {
	clockMinutes: number;
	lagSeconds: number;
}

export const TIME_SWITCHES: Switches<TimeFaults> = {
	clockMinutes: {
		default: 0,
		about: 'minutes by which the clock that stamps changes is ahead; negative if behind',
		allows: (value) => typeof value === 'number' && Number.isFinite(value),
		source: 'issue 14, "LeadSquared\'s clock minutes off n8n\'s"',
	},
	lagSeconds: {
		default: 0,
		about:
			'changes show up in answers at most this many seconds after their stamp, drawn for each; changes of one lead stay in order',
		allows: isCount,
		source: 'issue 14, "leads that show up in answers up to two minutes after their time stamp"',
	},
};
