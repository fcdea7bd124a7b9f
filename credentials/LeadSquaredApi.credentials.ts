import type {
	IAuthenticateRuleResponseSuccessBody,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	Icon,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';
import {
	apiBaseUrl,
	keyParts,
	readCredentials,
	REGIONS,
} from '../nodes/LeadSquared/transport/credentials';

/** Access to one LeadSquared account. */
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
				'Where to send the keys. LeadSquared recommends headers. Choose Query only if the account accepts nothing else: keys in a query can end up in logs.',
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
		data: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> => {
		const credentials = readCredentials(data);
		const { headers, qs } = keyParts(credentials);
		return {
			...requestOptions,
			// For the test, whose URL is a path: an expression could not read a custom host.
			baseURL: apiBaseUrl(credentials),
			headers: { ...requestOptions.headers, ...headers },
			...(qs && { qs: { ...requestOptions.qs, ...qs } }),
		};
	};

	// Requests a column that every account has. LeadSquared's own call for testing keys,
	// UserByAccessKey.Get, also succeeds on the host of a wrong region.
	test: ICredentialTestRequest = {
		request: {
			url: '/LeadManagement.svc/LeadsMetaData.Get',
			qs: { schemaName: 'ProspectID' },
			// LeadSquared also reports errors with status 200, so the body alone decides.
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
		},
		// The first rule that fits decides.
		rules: [
			failsIf(
				'ExceptionType',
				'MXInactiveUserException',
				'The user of the keys is deactivated in LeadSquared. Activate the user, or use the keys of another one.',
			),
			failsIf(
				'ExceptionType',
				'MXUnAuthorizedAccessException',
				'The user of the keys lacks a permission in LeadSquared. Give the user the right to see leads, or use the keys of another user.',
			),
			failsIf(
				'ExceptionType',
				'MXAPIRateLimitExceededException',
				'The calls of the account are used up. Try again in a few seconds. If that does not help, the calls for the day are used up: try again tomorrow.',
			),
			failsIf(
				'Status',
				'Error',
				"LeadSquared answers with an error. In most cases, it does not accept the keys: check 'Access Key', 'Secret Key' and 'Region'. Keys are valid on the API host of their own region only, which LeadSquared shows next to them. If all are right, set 'Send Keys In' to Query.",
			),
			failsIf(
				'SchemaName',
				undefined,
				"There is no LeadSquared API at this host. Check 'Region' or 'API Host'. If they are right, LeadSquared is not available, or something else answers, such as a proxy, a firewall or a login page.",
			),
		],
	};
}

/** A rule for the credential's test: it fails if a member of the answer has this value. */
function failsIf(
	key: string,
	value: string | undefined,
	message: string,
): IAuthenticateRuleResponseSuccessBody {
	return { type: 'responseSuccessBody', properties: { key, value, message } };
}
