import { ACTIVITY_TYPES, isOpportunity } from '../activities.mts';
import type { ActivityType } from '../activities.mts';
import { jsonAnswer } from '../answers.mts';
import type { Service } from './service.mts';

/** Get List of Activity Types: all types with all their fields (facts A1). */
export const activityTypes: Service<object> = {
	of: 'ProspectActivity.svc',
	name: 'ActivityTypes.Get',
	method: 'GET',
	read: () => ({}),
	answer: () => {
		const types = ACTIVITY_TYPES.filter((type) => !isOpportunity(type)).map((type) => ({
			ActivityEvent: type.code,
			ActivityEventName: type.name,
			DisplayName: type.name,
			EventType: type.eventType,
			Direction: 1,
			AllowPreDatedActivity: true,
			IsEditable: type.eventType === 2,
			Fields: fieldsOf(type),
			ActivityProperties: JSON.stringify({ Fields: fieldsOf(type) }),
		}));
		return { answer: jsonAnswer(JSON.stringify(types)), rows: 0 };
	},
};

/** The fields of a type, as metadata describes them. */
export function fieldsOf({ fields }: ActivityType): object[] {
	return fields.map((field, sequence) => ({
		SchemaName: field.schemaName,
		DisplayName: field.displayName,
		DataType: field.dataType,
		IsMandatory: field.isMandatory === true,
		ShowInForm: true,
		Sequence: sequence,
		ParentField: '',
		OptionSet: field.options
			? JSON.stringify(field.options.map((value) => ({ Value: value, Text: '' })))
			: '',
		DependentOptionSet: '',
		IsMultiSelectDropdown: false,
		IncludeOthersOption: false,
		BehaviorOnMissingDropdownOption: 0,
		MaxFieldLength: 200,
		IsViewRestrictedField: false,
		IsMasked: false,
		IsEncrypted: false,
	}));
}
