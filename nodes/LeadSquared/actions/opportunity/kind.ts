import { OPPORTUNITY_COLUMNS } from '../../api/opportunities';
import { opportunityFields } from '../../columns/recordTypes';
import { recordShape } from '../../columns/shape';
import type { LeadSettings } from '../../input/leadSettings';
import type { RecordKind } from '../../run/leadRun';

/** The type of opportunities that settings ask for. */
export const typeOf = ({ values }: LeadSettings): number =>
	(values.options as { opportunityType?: number }).opportunityType!;

/** Opportunities: each type has columns of its own. */
export const OPPORTUNITIES: RecordKind = {
	unit: 'opportunity',
	always: OPPORTUNITY_COLUMNS,
	typeOf: (settings) => String(typeOf(settings)),
	readColumns: async (client, settings) => await opportunityFields(client, typeOf(settings)),
	shape: recordShape,
};
