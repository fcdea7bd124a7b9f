/** Scheduled changes of an account's leads and activities: moments and bursts, by the clock of the sandbox. */
export interface ScriptStep {
	/** When it begins, in ms after the script does; 0. */
	at?: number;
	/** Over how many ms it is spread evenly; 0, a burst. */
	over?: number;
	/** The number of leads that are created, changed in a column, or given an activity. */
	create?: number;
	change?: number;
	activity?: number;
	/** The number of phone calls that are logged, and of logged calls that are edited. */
	log?: number;
	edit?: number;
	/** The longest time, in ms, between the start of a call and its log; 0. */
	back?: number;
	/** The index of the first lead that is changed or active; those behind it follow, then the first again. */
	from?: number;
}

export type Happening = 'create' | 'change' | 'activity';
type Kind = Happening | 'log' | 'edit';

/** One thing that happens. */
export interface ScriptEvent {
	/** ms of the clock. */
	at: number;
	kind: Kind;
	/** The index of the lead, or of the logged call, before their number is applied; 0 if it is created. */
	index: number;
	back: number;
}

const KINDS: Kind[] = ['create', 'change', 'activity', 'log', 'edit'];

/** All that a script makes happen, in order. @throws Error for a step that says nothing */
export function eventsOf(script: ScriptStep[], beginsAt: number): ScriptEvent[] {
	const events = script.flatMap((step) => {
		const { at = 0, over = 0, from = 0, back = 0 } = step;
		const kinds = KINDS.filter((kind) => (step[kind] ?? 0) > 0);
		if (kinds.length === 0 || !(at >= 0 && over >= 0)) {
			throw new Error(
				'A step is like {"at":1000,"over":60000,"create":10,"change":5,"activity":5}',
			);
		}
		return kinds.flatMap((kind) =>
			Array.from({ length: step[kind]! }, (_, nth): ScriptEvent => {
				const share = nth / step[kind]!;
				return { at: Math.floor(beginsAt + at + over * share), kind, index: from + nth, back };
			}),
		);
	});
	return events.sort((one, other) => one.at - other.at);
}
