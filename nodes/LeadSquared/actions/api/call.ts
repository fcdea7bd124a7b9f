import type { IDataObject } from 'n8n-workflow';
import { type AnyCall, anyRequest, apiPath, apiQuery, readAnyAnswer } from '../../api/anyCall';
import { object, required } from '../../input/parameters';
import { oneOf, onlyOne, type OptionReader, yesNo } from '../../input/readers';
import { perItem } from '../perItem';
import { options } from '../properties';
import { body, method, path, query, repeatAfterFault } from './properties';

const pathReader: OptionReader<string> = {
	label: path.displayName,
	default: '',
	read: apiPath,
	mayBe:
		'the part of the address after /v2, such as /LeadManagement.svc/LeadsMetaData.Get. The host and the keys come from the credential',
};

const queryReader: OptionReader<AnyCall['query']> = {
	label: query.displayName,
	default: undefined,
	read: (value) => apiQuery(object('').read(onlyOne(value))),
	mayBe: 'names with texts or numbers, such as { "leadId": "…" }, without the keys',
	isContent: true,
};

export const call = perItem({
	value: 'call',
	name: 'Call',
	action: 'Make an API call',
	description: 'Make any LeadSquared API call within the rate limit of your account',
	properties: [method, path, query, body, options(repeatAfterFault)],
	parameters: {
		method: oneOf<AnyCall['method']>('Method', { GET: 'GET', POST: 'POST' }, 'GET'),
		path: required(pathReader),
		query: queryReader,
		body: object(body.displayName),
	},
	options: { repeatAfterFault: yesNo(repeatAfterFault.displayName) },
	request: (values) => anyRequest(values),
	read: readAnyAnswer,
	// The method does not show whether a call only reads: LeadSquared has GET calls that write.
	isRepeatable: ({ repeatAfterFault: mayRepeat }) => mayRepeat,
	item: (answer) => ({ ...answer }) as IDataObject,
	unit: 'call',
	done: 'made',
});
