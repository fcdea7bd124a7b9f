import { agrees, copes, differs, failed, notChecked, oneOf } from '../finding.mts';
import type { Finding } from '../finding.mts';
import { idColumnOf, idFormOf, idsOf, spelledIdOf, typeOf } from '../rows.mts';
import { isStandard } from './question.mts';
import type { Context, Question } from './question.mts';

/** Questions about the form of answers, for the sample. */
export const ANSWER_QUESTIONS: Question[] = [
	{
		name: 'ProspectID',
		assumes: 'comes, spelt so, when it is asked for',
		otherwise: 'matters only if it does not come: leads are then linked one input item at a time',
		needs: 1,
		run({ sample }) {
			const names = new Set(sample.map((row) => idColumnOf(row) ?? 'none'));
			if (names.size > 1) return differs(`differs from lead to lead: ${[...names].join(', ')}`);
			if (names.has('ProspectID')) return agrees('comes as ProspectID');
			const [name] = names;
			const idColumn = oneOf(['ProspectId', 'prospectid', 'none'] as const, name);
			return copes(
				name === 'none' ? 'does not come' : `comes as ${name}`,
				idColumn && { idColumn },
			);
		},
	},
	{
		name: 'Case of ids',
		assumes: 'any; asked in lower case, matched ignoring case',
		otherwise: 'does not matter',
		needs: 1,
		run({ sample }) {
			const ids = sample.map(spelledIdOf).filter((id) => id !== undefined);
			if (ids.length === 0) return notChecked('answers hold no ids');
			if (ids.every((id) => id === id.toLowerCase())) return agrees('lower case');
			return ids.every((id) => id === id.toUpperCase())
				? agrees('upper case', { idCase: 'upper' })
				: agrees('mixed case', { idCase: 'mixed' });
		},
	},
	{
		name: 'Form of ids',
		assumes: 'any in which a GUID is written',
		otherwise: 'matters: such a lead would be taken for one that was not asked for',
		needs: 1,
		run({ sample }) {
			const ids = sample.map(spelledIdOf).filter((id) => id !== undefined);
			if (ids.length === 0) return notChecked('answers hold no ids');
			const forms = new Set(ids.map(idFormOf));
			const [form] = forms;
			if (forms.size > 1 || form === undefined) return differs('several, or another');
			return form === 'plain' ? agrees(form) : agrees(form, { idForm: form });
		},
	},
	{
		name: 'Rows',
		assumes: 'one for each lead, none for others',
		otherwise: 'does not matter: others and repeated ones are dropped',
		needs: 1,
		run({ sample, known }) {
			const ids = idsOf(sample);
			if (ids.length < sample.length) return notChecked('answers hold no ids');
			const asked = new Set(known);
			const foreign = ids.filter((id) => !asked.has(id)).length;
			const distinct = new Set(ids).size;
			const repeated = ids.length - distinct;
			if (foreign + repeated === 0) return agrees('one for each lead');
			const parts = [foreign && `${foreign} not asked for`, repeated && `${repeated} repeated`];
			return copes(`rows ${parts.filter(Boolean).join(', ')}`, {
				...(foreign && { foreignRows: foreign }),
				...(repeated && { duplicateRows: Math.min(1, repeated / distinct) }),
			});
		},
	},
	{
		name: 'Form of rows',
		assumes: 'flat, or a LeadPropertyList, as other calls answer',
		otherwise: 'matters: nothing of a row could be read',
		needs: 1,
		async run({ tenant, leads, columns }) {
			const outcome = await tenant.leads({ ids: [leads[0]], columns });
			if (outcome.kind !== 'ok') return failed(outcome);
			const { rows, rowForm } = outcome.value;
			if (rows.length === 0) return differs('the lead does not come');
			const did = {
				flat: 'flat',
				properties: 'LeadPropertyList',
				'properties-fields': 'LeadPropertyList with Fields',
			}[rowForm];
			return agrees(did, rowForm === 'flat' ? {} : { rows: rowForm });
		},
	},
	{
		name: 'Columns',
		assumes: 'those asked for, spelt as they are asked',
		otherwise: 'does not matter: null stands for what does not come, and a hint names it',
		needs: 1,
		run: compareColumns,
	},
	{
		name: 'Values',
		assumes: 'text or null',
		otherwise: 'does not matter as long as they are plain: they come out as they are',
		needs: 1,
		run({ sample }) {
			const types = new Set(sample.flatMap((row) => Object.values(row).map(typeOf)));
			const did = [...types].sort().join(', ');
			if (types.has('object') || types.has('list')) return differs(did);
			if (types.has('number')) return copes(did, { jsonNumbers: true });
			return types.has('boolean') ? copes(did) : agrees(did);
		},
	},
	{
		name: 'Form of answers',
		assumes: 'JSON from the first character on; its Content-Type does not matter',
		otherwise: 'does not matter: blanks and a byte order mark are skipped',
		needs: 1,
		run({ tenant }) {
			const { contentType, prefix } = tenant.form!;
			const usual = contentType === 'application/json; charset=utf-8';
			const switches = {
				...(usual || contentType === 'none' || contentType === 'another' ? {} : { contentType }),
				...(prefix === 'byte order mark' && { bodyPrefix: 'bom' as const }),
				...(prefix === 'blanks' && { bodyPrefix: 'whitespace' as const }),
			};
			if (prefix === 'none') return agrees(contentType, switches);
			return copes(`${contentType}, with ${prefix} in front`, switches);
		},
	},
	{
		name: 'Around an answer',
		assumes: 'nothing, or a Status of Success',
		otherwise: 'matters: a success would be taken for a failure',
		needs: 1,
		async run({ tenant, leads }) {
			const outcome = await tenant.leads({ ids: [leads[0]] });
			if (outcome.kind !== 'ok') return failed(outcome);
			const { envelope } = outcome.value;
			return envelope === 'none'
				? agrees('nothing')
				: agrees(`Status Success, its exception ${envelope === 'nulls' ? 'null' : 'empty'}`, {
						successEnvelope: envelope,
					});
		},
	},
	{
		name: 'ProspectID not asked',
		assumes: 'need not come: the node always asks for it',
		otherwise: 'does not matter',
		needs: 1,
		async run({ tenant, leads, columns }) {
			const outcome = await tenant.leads({ ids: [leads[0]], columns: [columns[1]] });
			if (outcome.kind !== 'ok') return failed(outcome);
			const [row] = outcome.value.rows;
			if (!row) return differs('the lead does not come');
			return agrees(idColumnOf(row) ? 'comes all the same' : 'does not come');
		},
	},
	{
		name: 'ProspectId',
		assumes: 'not asked for in this spelling, which the API page uses',
		otherwise: 'does not matter',
		needs: 1,
		async run({ tenant, leads }) {
			const outcome = await tenant.leads({ ids: [leads[0]], columns: ['ProspectId'] });
			if (outcome.kind !== 'ok') return failed(outcome);
			const name = outcome.value.rows[0] && idColumnOf(outcome.value.rows[0]);
			return agrees(name ? `comes as ${name}` : 'does not come');
		},
	},
];

function compareColumns({ sample, columns }: Context): Finding {
	const names = new Set(sample.flatMap((row) => Object.keys(row)));
	const lower = new Set([...names].map((name) => name.toLowerCase()));
	const asked = new Set(columns.map((name) => name.toLowerCase()));
	const others = columns.filter((name) => name !== 'ProspectID');
	const absent = others.filter((name) => !lower.has(name.toLowerCase()));
	const respelled = others.filter((name) => !absent.includes(name) && !names.has(name));
	const extra = [...names].filter((name) => !asked.has(name.toLowerCase()));
	const parts = [
		absent.length > 0 && `${absent.join(', ')} never came`,
		respelled.length > 0 && `${respelled.join(', ')} came in another case`,
		extra.length > 0 && `${extra.length} not asked for`,
	].filter(Boolean);
	if (parts.length === 0) return agrees(`all ${columns.length}`);
	const known = extra.filter(isStandard);
	const areLower = respelled.every((name) => names.has(name.toLowerCase()));
	return copes(parts.join('; '), {
		...(absent.length > 0 && { missingColumns: absent }),
		...(respelled.length > 0 && areLower && { lowerCaseColumns: true }),
		...(known.length > 0 && { extraColumns: known }),
	});
}
