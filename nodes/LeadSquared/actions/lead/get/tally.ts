import { idKey } from '../../../api/leadId';
import type { Results } from '../../../retrieval/types';
import type { Brought } from '../../../shared/leads/giveLeads';
import { nameOf } from './lookUpAll';
import type { LeadPlan } from './plan';

/** Counts what was asked for, each key once, and what came. */
export function tallyOf({ leads }: LeadPlan, results: Results[]): Brought['tally'] {
	const fates = new Map<string, 'found' | 'notFound' | 'failed'>();
	const skipped = new Map<string, string>();
	const blank: number[] = [];
	for (const { form, key, result, byId } of leads) {
		if (!key) {
			if (form.notFound === 'skip') blank.push(form.item);
			continue;
		}
		const name = key.by === 'id' ? `id ${idKey(key.text)}` : nameOf(key);
		const fate = byId ? fateById(idKey(byId.ids[0]), results[byId.fetch]) : fateOf(result);
		fates.set(name, fate);
		if (fate === 'notFound' && form.notFound === 'skip') skipped.set(name, key.text);
	}
	const count = (wanted: string) => [...fates.values()].filter((fate) => fate === wanted).length;
	return {
		asked: fates.size,
		leads: count('found'),
		unit: 'lead',
		notFound: count('notFound'),
		skipped: skipped.size,
		skippedIds: [...skipped.values()],
		blank,
	};
}

function fateById(id: string, { leads, notFetched, withoutId }: Results) {
	if (leads.has(id) || withoutId.size > 0) return 'found';
	return notFetched.get(id)?.kind === 'notFound' ? 'notFound' : 'failed';
}

function fateOf(result: LeadPlan['leads'][number]['result']) {
	if (result && 'row' in result) return 'found';
	return result && 'nobody' in result ? 'notFound' : 'failed';
}
