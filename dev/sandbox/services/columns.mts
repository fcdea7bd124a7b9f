import { jsonAnswer } from '../answers.mts';
import { describeColumns } from '../metadata.mts';
import type { Service } from './service.mts';

/** LeadsMetaData.Get: https://apidocs.leadsquared.com/meta-data/ */
export const columns: Service<{ only: string | undefined; withOptions: boolean }> = {
	name: 'LeadsMetaData.Get',
	method: 'GET',
	read: ({ query }) => ({
		only: query.get('schemaName') ?? undefined,
		withOptions: query.get('excludeOptionSets') !== '1',
	}),
	answer({ only, withOptions }, { faults, records }) {
		const listed = describeColumns(only, withOptions, faults, records.options);
		return { answer: jsonAnswer(JSON.stringify(listed)), rows: 0 };
	},
};
