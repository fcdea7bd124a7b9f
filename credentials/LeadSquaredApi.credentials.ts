import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	Icon,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';
import { keyParts, readCredentials, REGIONS } from '../nodes/LeadSquared/transport/credentials';

/** Access to one LeadSquared account. The node `leadSquared` tests it: `methods/testCredential.ts`. */
export class LeadSquaredApi implements ICredentialType {
	name = 'leadSquaredApi';

	displayName = 'LeadSquared API';

	icon: Icon = {
		light: 'file:../nodes/LeadSquared/leadsquared.svg',
		dark: 'file:../nodes/LeadSquared/leadsquared.dark.svg',
	};

	documentationUrl = 'https://www.npmjs.com/package/n8n-nodes-leadsquared-crm#credentials';

	properties: INodeProperties[] = [
		{
			displayName: 'Region',
			name: 'region',
			type: 'options',
			default: 'api.leadsquared.com',
			description: 'Where the account is hosted',
			hint: 'LeadSquared shows the API host and the keys under My Profile > Settings > API and Webhooks',
			options: [
				...REGIONS.map(({ name, host }) => ({ name, value: host })).sort((a, b) =>
					a.name.localeCompare(b.name, 'en'),
				),
				{ name: 'Custom', value: 'custom' },
			],
		},
		{
			displayName: 'API Host',
			name: 'customUrl',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://api-in21.leadsquared.com',
			description: 'The API host that LeadSquared shows next to the keys, with or without /v2',
			displayOptions: { show: { region: ['custom'] } },
		},
		{
			displayName: 'Access Key',
			name: 'accessKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description:
				'In LeadSquared: My Profile > Settings > API and Webhooks > API Access Keys. The keys have the permissions of their user.',
		},
		{
			displayName: 'Secret Key',
			name: 'secretKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'Next to the access key, after you select Show Secret Key',
		},
		{
			displayName: 'Send Keys In',
			name: 'keysIn',
			type: 'options',
			default: 'headers',
			description:
				'Where to send the keys. LeadSquared recommends headers. Choose Query only if the connection test says so: keys in a query can end up in logs.',
			options: [
				{ name: 'Headers', value: 'headers' },
				{ name: 'Query', value: 'query' },
			],
		},
		{
			displayName: 'Rate Limit: Calls',
			name: 'rateLimitCalls',
			type: 'number',
			typeOptions: { minValue: 1, numberPrecision: 0 },
			default: 25,
			hint: 'Not sure? Keep 25 calls in 5 seconds. If your limit is lower, a hint in the output says what to enter.',
			description:
				'The number of calls that your account allows in the period below. It depends on your LeadSquared plan. Enter less if other programs use the account.',
		},
		{
			displayName: 'Rate Limit: Seconds',
			name: 'rateLimitSeconds',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 5,
			description: 'The length of the period, in seconds',
		},
	];

	// A function, since n8n's declarative form cannot leave a header out. Headers are the default, because
	// URLs end up in logs, and access keys contain `$`. https://apidocs.leadsquared.com/authentication/ also
	// recommends them.
	authenticate = async (
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> => {
		const { headers, qs } = keyParts(readCredentials(credentials));
		return {
			...requestOptions,
			headers: { ...requestOptions.headers, ...headers },
			...(qs && { qs: { ...requestOptions.qs, ...qs } }),
		};
	};
}
