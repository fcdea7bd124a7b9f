import type { RateLimit } from '../transport/credentials';
import type { PagesKnown } from '../transport/limiter/accounts';
import { callsAtOnce, lowestRate } from '../transport/limiter/limits';
import type { Cost, Failed } from '../transport/outcome';
import type { Chunk, LeadsRequest } from './types';

/** What allows larger pages than usual to be tried. */
export interface Growth {
	/** The most ids that a call may ask. */
	most: number;
	/** Those in force. */
	limits: readonly RateLimit[];
	/** What is remembered of the account; what is found out is put there. */
	memory: { pages?: PagesKnown };
}

// Larger pages may cost so much of the time that the run would wait for slots with usual ones, no more.
const PART_AT_RISK = 0.1;
// A trial asks this part of all ids, so that what it teaches is of use.
const PART_OF_TRIAL = 1 / 5;
// A trial without an answer in time is followed by one of so much less.
const PART_OF_NEXT_TRIAL = 1 / 4;
// What an answer may come to: an n8n worker keeps several of them in its memory, and a connection that
// is open for long is cut by somebody.
const MOST_CHARACTERS = 8_000_000;
const MOST_MS = 10_000;
// Larger pages fill the memory faster than it is freed, so fewer leads are under way at a time than in a
// burst of usual ones.
const PART_UNDER_WAY = 3 / 4;
// What a call is worth, beside the day's allowance of calls: so many times the time in which the limit
// lets another one out.
const SLOTS_PER_CALL = 2;
// For a column's name and its value, where no answer has been seen.
const CHARACTERS_PER_VALUE = 60;

/**
 * Finds out how many leads an account gives in one page, where more than usual would save calls and
 * time. One call asks for more, before all others; it is waited for a while, and its ids are asked by
 * others if nothing else is left to do. What it brings is what a page holds: a page that is cut without
 * a word brings less than was asked.
 */
export class LargerPages {
	/** How many ids the next trial asks; 0 if none is worth it. */
	private nextTrial = 0;
	/** How long, in ms, larger pages may still delay the run. */
	private patienceMs = 0;
	/** The trial that is waited for: since when, and until when, in ms. */
	private awaited?: { trial: LeadsRequest; since: number; until: number };
	/** A trial failed, otherwise than for being late. */
	private hasFailed = false;

	/**
	 * @param usual ids of a call as long as nothing is known
	 * @param growth undefined if calls are to be of that size
	 * @param job how many ids there are, and how many columns
	 */
	constructor(
		private readonly usual: number,
		private readonly growth: Growth | undefined,
		private readonly job: { ids: number; columns: number },
	) {
		if (!growth) return;
		const slotsMs = msForSlots(Math.ceil(job.ids / usual), growth.limits);
		if (slotsMs === 0) return;
		this.patienceMs = PART_AT_RISK * slotsMs;
		this.plan(job.ids * PART_OF_TRIAL);
		if (this.nextTrial < 2 * (growth.memory.pages?.tried ?? 0)) this.nextTrial = 0;
	}

	/** Until when nothing else is asked than a trial, in ms; undefined if none is waited for. */
	get awaitedUntil(): number | undefined {
		return this.awaited?.until;
	}

	/** How many ids all calls under way may ask. */
	get mostUnderWay(): number {
		return PART_UNDER_WAY * this.usual * callsAtOnce(this.growth!.limits);
	}

	/** Whether a call asks more than usual. */
	isLarger({ ids, pages, diagnosis }: Chunk): boolean {
		return this.growth !== undefined && ids.length > this.usual && !pages && !diagnosis;
	}

	/**
	 * How many ids calls should ask, if so many are to be asked. Larger pages save calls, and windows;
	 * smaller ones come side by side.
	 */
	sizeFor(rest: number): number {
		const known = this.growth?.memory.pages;
		if (!known?.perLead || known.leads <= this.usual || rest <= this.usual) return this.usual;
		const { limits } = this.growth!;
		const { calls: slots, seconds } = lowestRate(limits);
		const msPerCall = (SLOTS_PER_CALL * 1000 * seconds) / slots;
		const msPerLead = known.perLead.ms * this.columnsMore(known.perLead);
		const burst = callsAtOnce(limits);
		const msFor = (calls: number) => {
			const size = rest / calls;
			const atOnce = size > this.usual ? Math.max(1, Math.floor(this.mostUnderWay / size)) : burst;
			// A burst that does not go out at once goes out in parts, and so do those behind it.
			const burstMs = Math.ceil(Math.min(calls, burst) / atOnce) * size * msPerLead;
			const bursts = Math.floor((calls - 1) / burst);
			return Math.max(msForSlots(calls, limits), bursts * burstMs) + burstMs;
		};
		const usually = Math.ceil(rest / this.usual);
		const allowedMs = msFor(usually) + this.patienceMs;
		let best = { calls: usually, cost: msFor(usually) + usually * msPerCall };
		const most = Math.min(this.most, known.leads, MOST_MS / msPerLead);
		for (let calls = Math.ceil(rest / most); calls < usually; calls++) {
			const cost = msFor(calls) + calls * msPerCall;
			if (msFor(calls) <= allowedMs && cost < best.cost) best = { calls, cost };
		}
		return Math.max(this.usual, Math.ceil(rest / best.calls));
	}

	/** How many ids of a chunk to ask as a trial; 0 for none. */
	trialOf({ ids, faults, timesLeftOut, item }: Chunk): number {
		const isFresh = faults === 0 && timesLeftOut === 0 && item === undefined;
		return isFresh && !this.awaited && ids.length >= this.nextTrial ? this.nextTrial : 0;
	}

	onTrialSent(trial: LeadsRequest, now: number): void {
		this.awaited = { trial, since: now, until: now + this.patienceMs };
		this.nextTrial = 0;
	}

	/** It is `now`, in ms: a trial may have been waited for long enough. */
	onTime(now: number): void {
		if (this.awaited && now >= this.awaited.until) this.onLate(this.awaited.trial, now);
	}

	/** A trial brought so many leads. */
	onTrialBrought(trial: LeadsRequest, leads: number, cost: Cost | undefined, now: number): void {
		this.endWait(trial, now);
		const { memory } = this.growth!;
		const { leads: before = this.usual, tried = 0 } = memory.pages ?? {};
		// Fewer than usual say nothing: many of the ids may be wrong.
		if (leads < before) return;
		memory.pages = {
			leads,
			tried: Math.max(tried, trial.ids.length),
			perLead: cost && {
				columns: this.job.columns,
				ms: cost.ms / leads,
				characters: cost.characters / leads,
			},
		};
	}

	/** A trial came to nothing. */
	onTrialFailed(trial: LeadsRequest, { timedOut, cap }: Failed, now: number): void {
		if (this.awaited?.trial !== trial) return;
		if (timedOut) return this.onLate(trial, now);
		this.awaited = undefined;
		this.hasFailed = true;
		this.remember(trial);
		if (cap !== undefined && cap < trial.ids.length) this.plan(cap);
	}

	/** A call of the usual size failed as well: that a trial failed says nothing of its size. */
	onUsualFailed(): void {
		if (this.hasFailed) this.onWrong();
		this.hasFailed = false;
	}

	/** A trial has to be made once more: it failed for something else. */
	onTrialUndecided(trial: LeadsRequest): void {
		this.awaited = undefined;
		this.nextTrial = trial.ids.length;
	}

	/** What is remembered proves wrong. */
	onWrong(): void {
		if (this.growth) this.growth.memory.pages = undefined;
	}

	private onLate(trial: LeadsRequest, now: number): void {
		this.endWait(trial, now);
		this.remember(trial);
		this.plan(trial.ids.length * PART_OF_NEXT_TRIAL);
	}

	/** So large a page need not be tried again. */
	private remember({ ids }: LeadsRequest): void {
		const { memory } = this.growth!;
		const { tried = 0 } = memory.pages ?? {};
		memory.pages = { leads: this.usual, ...memory.pages, tried: Math.max(tried, ids.length) };
	}

	private plan(ids: number): void {
		const { leads = this.usual } = this.growth!.memory.pages ?? {};
		// As many as several usual calls, so that these ask them without a call more if it has to be.
		const size = this.usual * Math.floor(Math.min(ids, this.most) / this.usual);
		this.nextTrial = size >= 2 * leads ? size : 0;
	}

	private endWait(trial: LeadsRequest, now: number): void {
		if (this.awaited?.trial !== trial) return;
		this.patienceMs = Math.max(0, this.patienceMs - (now - this.awaited.since));
		this.awaited = undefined;
	}

	/** The most ids whose leads an answer should hold. */
	private get most(): number {
		const { most, memory } = this.growth!;
		const { perLead } = memory.pages ?? {};
		const characters = perLead
			? perLead.characters * this.columnsMore(perLead)
			: CHARACTERS_PER_VALUE * this.job.columns;
		return Math.min(most, MOST_CHARACTERS / characters);
	}

	private columnsMore({ columns }: { columns: number }): number {
		return Math.max(1, this.job.columns / columns);
	}
}

/** How long, in ms, the last of so many calls waits for its slot at the least. */
function msForSlots(count: number, limits: readonly RateLimit[]): number {
	const waits = limits.map(({ calls, seconds }) => Math.floor((count - 1) / calls) * seconds);
	return 1000 * Math.max(...waits);
}
