import type { Account } from './account.mts';
import { STAGES } from './metadata.mts';
import { guid } from './population.mts';
import type { Population } from './population.mts';
import { draw } from './random.mts';
import { OWNERS } from './users.mts';
import { getVocabulary } from './vocabulary.mts';

/** A field of an activity type. The same name means different things in different types. */
export interface ActivityField {
	schemaName: string;
	displayName: string;
	dataType: 'String' | 'Number' | 'DateTime' | 'Dropdown' | 'SearchableDropdown' | 'ActiveUsers';
	options?: readonly string[];
	isMandatory?: boolean;
}

/** A type of activities; those from 12000 on are opportunities. */
export interface ActivityType {
	code: number;
	name: string;
	/** 2 of types that the account has made, 0 of others. */
	eventType: 0 | 2;
	fields: readonly ActivityField[];
}

const STATUS: ActivityField = {
	schemaName: 'Status',
	displayName: 'Status',
	dataType: 'Dropdown',
	options: ['Active', 'Closed'],
};
const OWNER: ActivityField = { schemaName: 'Owner', displayName: 'Owner', dataType: 'ActiveUsers' };

const custom = (
	number: number,
	displayName: string,
	dataType: ActivityField['dataType'],
	more: Partial<ActivityField> = {},
): ActivityField => ({ schemaName: `mx_Custom_${number}`, displayName, dataType, ...more });

/** The type of outbound phone calls. */
export const OUTBOUND_CALL = 22;

export const ACTIVITY_TYPES: readonly ActivityType[] = [
	{ code: 21, name: 'Inbound Phone Call Activity', eventType: 0, fields: [STATUS, OWNER] },
	{
		code: OUTBOUND_CALL,
		name: 'Outbound Phone Call Activity',
		eventType: 0,
		fields: [STATUS, OWNER],
	},
	{
		code: 201,
		name: 'Meeting',
		eventType: 2,
		fields: [
			STATUS,
			OWNER,
			custom(1, 'Purpose', 'SearchableDropdown', { options: ['First visit', 'Follow up'] }),
			custom(2, 'Duration', 'Number'),
			custom(3, 'Next Meeting', 'DateTime'),
			custom(4, 'Remarks', 'String'),
		],
	},
	{
		code: 202,
		name: 'Demo Given',
		eventType: 2,
		fields: [
			STATUS,
			OWNER,
			custom(1, 'Product', 'String', { isMandatory: true }),
			custom(2, 'Rating', 'Number'),
		],
	},
	{
		code: 12000,
		name: 'Admission',
		eventType: 2,
		fields: [
			{ ...STATUS, options: ['Open', 'Won', 'Lost'] },
			OWNER,
			custom(1, 'Opportunity Name', 'String'),
			custom(2, 'Stage', 'Dropdown', { options: ['Prospecting', 'Offer', 'Closed'] }),
			custom(6, 'Expected Deal Size', 'Number'),
			custom(8, 'Expected Closure Date', 'DateTime'),
		],
	},
	{
		code: 12001,
		name: 'Loan',
		eventType: 2,
		fields: [
			{ ...STATUS, options: ['Open', 'Won', 'Lost'] },
			OWNER,
			custom(1, 'Opportunity Name', 'String'),
			custom(6, 'Amount', 'Number'),
		],
	},
];

/**
 * The changes of leads' stages, which LeadSquared writes itself (facts A2). The types of the account do not
 * list it; its name is made up.
 */
export const STAGE_CHANGE: ActivityType = {
	code: 3002,
	name: 'Lead Stage Changed',
	eventType: 0,
	fields: [],
};

export const isOpportunity = ({ code }: { code: number }) => code >= 12_000;

/** An activity of a lead, or an opportunity. */
export interface Activity {
	id: string;
	/** The ID of its lead. */
	lead: string;
	code: number;
	note: string | null;
	/** UTC ms, as are all times here. */
	created: number;
	modified: number;
	/** The number of the user who created it. */
	createdBy: number;
	/** Values by schema name. */
	fields: Record<string, string | null>;
	/** The ID of the opportunity that it belongs to. */
	opportunity?: string;
	/** When answers show it, by the clock of the sandbox in ms; at once if this is undefined. */
	showsAt?: number;
}

/** All activities that answers show: made-up ones, then those written since. */
export function allActivities(account: Account): Activity[] {
	const { edits, faults, now, records, stageChanges } = account;
	const { activities, opportunities } = faults;
	const isShown = ({ showsAt = now }: Activity) => showsAt <= now;
	const written = [...stageChanges, ...records.activities].filter(isShown);
	const all = account.remembered(`activities ${written.length}`, () => {
		const madeUp = [activities, opportunities].flatMap((count, at) => {
			const types = ACTIVITY_TYPES.filter((type) => isOpportunity(type) === (at === 1));
			return Array.from({ length: count }, (_, nth) => madeUpActivity(nth, types, account));
		});
		const moves = Array.from({ length: faults.stageChanges }, (_, nth) =>
			madeUpStageChange(nth, account),
		);
		return [...madeUp, ...moves, ...written];
	});
	if (edits.size === 0) return all;
	return all.map((each) => ({ ...each, modified: edits.get(each.id) ?? each.modified }));
}

const DAY = 86_400_000;

function madeUpActivity(nth: number, types: ActivityType[], account: Account): Activity {
	const { population, seed } = account;
	const key = seed ^ (isOpportunity(types[0]) ? 0x0bb : 0xac7);
	const drawn = draw(key, nth);
	const type = types[nth % types.length];
	const lead = drawn % population.initialSize;
	const created = population.moment('CreatedOn', lead) + (draw(key + 1, nth) % 400) * DAY;
	const remark = getVocabulary().remarks[drawn % getVocabulary().remarks.length];
	const owner = drawn % OWNERS;
	return {
		id: guid(nth, key),
		lead: population.idAt(lead),
		code: type.code,
		note: JSON.parse(`"${remark}"`) as string,
		created,
		// Some are edited later.
		modified: created + (drawn % 4 === 0 ? (drawn % 30) * DAY : 0),
		createdBy: owner,
		fields: Object.fromEntries(
			type.fields.map((field, at) => [
				field.schemaName,
				valueOf(field, draw(key + 2 + at, nth), created, population.userId(owner)),
			]),
		),
	};
}

/** The change that brought a lead to its present stage; with more changes than leads, to one before. */
function madeUpStageChange(nth: number, { population, seed }: Account): Activity {
	const key = seed ^ 0x3002;
	const lead = nth % population.initialSize;
	const turn = Math.floor(nth / population.initialSize);
	const [from, to] = [population.moment('CreatedOn', lead), population.moment('ModifiedOn', lead)];
	const stage = JSON.parse(population.values('ProspectStage')!(lead)) as string;
	return newStageChange(
		{
			id: guid(nth, key),
			lead: population.idAt(lead),
			created: from + (to - from) * (0.5 + draw(key, nth) / 2 ** 33) * 0.5 ** turn,
			createdBy: draw(key + 1, nth) % OWNERS,
		},
		STAGES[(STAGES.indexOf(stage) + turn) % STAGES.length],
		population,
	);
}

/** A change of a lead to a stage. */
export const newStageChange = (
	change: Pick<Activity, 'id' | 'lead' | 'created' | 'createdBy' | 'showsAt'>,
	stage: string | null,
	{ userId }: Population,
): Activity => ({
	...change,
	code: STAGE_CHANGE.code,
	note: null,
	modified: change.created,
	fields: { CurrentStage: stage, CreatedBy: userId(change.createdBy) },
});

function valueOf(field: ActivityField, drawn: number, created: number, owner: string) {
	// Some fields are empty.
	if (!field.isMandatory && drawn % 5 === 0) return null;
	switch (field.dataType) {
		case 'ActiveUsers':
			return owner;
		case 'Number':
			return String(drawn % 1000);
		case 'DateTime':
			return seconds(created + (drawn % 60) * DAY);
		case 'String':
			return `${field.displayName} ${drawn % 1000}`;
		default:
			return field.options![drawn % field.options!.length];
	}
}

/** `YYYY-MM-DD HH:MM:SS`: activities come without parts of a second. */
export function seconds(ms: number): string {
	return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}
