import { STAGES } from './metadata.mts';
import { emailOfUser, nameOfUser } from './users.mts';

/** The keys belong to the first user. */
const USER = 0;

/**
 * The values that LeadSquared gives a new lead, as JSON text by schema name. Its ID, its number and
 * its dates differ from lead to lead; all other columns are null until they are written.
 */
export function defaultsOfNewLead(userId: (at: number) => string): ReadonlyMap<string, string> {
	const id = userId(USER);
	const name = nameOfUser(USER).join(' ');
	const defaults = {
		ProspectStage: STAGES[0],
		Score: '0',
		IsLead: '1',
		DoNotEmail: '0',
		DoNotCall: '0',
		DoNotTrack: '0',
		IsStarredLead: '0',
		IsTaggedLead: '0',
		OwnerId: id,
		OwnerIdName: name,
		OwnerIdEmailAddress: emailOfUser(USER),
		CreatedBy: id,
		CreatedByName: name,
		ModifiedBy: id,
		ModifiedByName: name,
	};
	return new Map(Object.entries(defaults).map(([column, value]) => [column, `"${value}"`]));
}
