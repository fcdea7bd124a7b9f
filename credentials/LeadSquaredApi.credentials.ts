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

	documentationUrl =
		'https://github.com/n8n-nodes-leadsquared-crm/n8n-nodes-leadsquared-crm#credentials';

	properties: INodeProperties[] = [
		{
			displayName: 'Region',
			name: 'region',
			type: 'options',
			default: 'api.leadsquared.com',
			description: 'Where the account is hosted',
			hint: 'LeadSquared shows the API host and the keys under My Profile > Settings > API and Webhooks',
			options: [
				...REGIONS.map(({ name, host }) => ({ name, value: host })),
				{ name: 'Custom', value: 'custom' },
			].sort((a, b) => a.name.localeCompare(b.name, 'en')),
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
				'In LeadSquared: My Profile > Settings > API and Webhooks > API Access Keys. The keys act with the rights of the user that they belong to.',
		},
		{
			displayName: 'Secret Key',
			name: 'secretKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'Shown next to the access key after a click on Show Secret Key',
		},
		{
			displayName: 'Send Keys In',
			name: 'keysIn',
			type: 'options',
			default: 'headers',
			description:
				'Where the keys go in each call. Headers are what LeadSquared recommends. Choose Query only if the test of the credential says so: keys in a query can end up in logs.',
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
			description:
				'How many calls the account allows within the seconds below. LeadSquared sets it with the plan. Give less where other programs use the same account.',
		},
		{
			displayName: 'Rate Limit: Seconds',
			name: 'rateLimitSeconds',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 5,
			description: 'The length of the window in which LeadSquared counts the calls',
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
