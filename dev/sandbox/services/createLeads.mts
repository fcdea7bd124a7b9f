import type { Faults } from '../faults.mts';
import { isId } from '../rows.mts';
import { writeRows } from './bulk.mts';
import {
	isLocked,
	LeadWriter,
	readRows,
	refuseCall,
	refuseValues,
	runsAutomations,
} from './leadWrites.mts';
import type { Refusal, Values } from './leadWrites.mts';
import { malformed } from './request.mts';
import type { Service } from './service.mts';

/** Create Leads in Bulk (operations (e)). It updates no lead, so SearchBy is an unknown attribute. */
export const createLeads: Service<{ rows: Values[]; automations: boolean }> = {
	name: 'Lead/Bulk/Create',
	method: 'POST',
	isBulk: true,
	read(call) {
		const rows = readRows(call);
		return rows ? { rows, automations: runsAutomations(call) } : malformed();
	},
	answer({ rows, automations }, account) {
		const { faults, population } = account;
		const leads = new LeadWriter(account);
		const checks = {
			refusalOf: (values: Values) => refuseId(values, faults) ?? refuseValues(values, faults),
			duplicateOf: (values: Values) => leads.duplicateOf(values),
		};
		const write = (values: Values) => {
			const created =
				checks.refusalOf(values) ?? checks.duplicateOf(values) ?? leads.create(values, automations);
			const EmailAddress = values.get('EmailAddress') ?? null;
			return typeof created === 'number'
				? { LeadId: population.idAt(created), LeadCreated: true, EmailAddress }
				: {
						LeadId: null,
						LeadCreated: false,
						EmailAddress,
						ExceptionType: created.type,
						ErrorMessage: created.message,
					};
		};
		return (
			refuseCall(rows, faults.createCap, checks, faults) ??
			writeRows(rows, write, (results) => results, account)
		);
	},
};

/** A new lead gets its ID from LeadSquared. */
function refuseId(values: Values, { strayIds }: Faults): Refusal | undefined {
	const id = [...values.keys()].find(isId);
	return id !== undefined && strayIds === 'refused' ? isLocked(id) : undefined;
}
