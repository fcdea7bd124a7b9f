import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import { apiError, asNodeError, inputError } from '../../../nodes/LeadSquared/run/messages';
import { InvalidInput } from '../../../nodes/LeadSquared/base/invalidInput';
import type { Failed, FaultKind } from '../../../nodes/LeadSquared/transport/outcome';
import { NODE } from '../fakeContext.mts';

const ID = '0acb9356-bcd1-4128-b63a-97f52cb8cc3c';
const failed = (kind: FaultKind, fault: Partial<Failed['fault']> = {}): Failed => ({
	kind,
	fault: {
		from: 'leadSquared',
		status: 500,
		type: 'MXSomeException',
		message: 'Their words',
		...fault,
	},
});

const KINDS: Array<[FaultKind, string, string]> = [
	['rateLimited', 'rate limit', 'Try again later'],
	['quotaUsedUp', 'for the day', 'tomorrow'],
	['transient', 'was not available', 'Try again later'],
	['tooLarge', 'too large', 'fewer columns'],
	['invalidRequest', 'does not accept the request', 'Check the columns and IDs'],
	['unauthorized', 'does not accept the keys', "'Access Key', 'Secret Key' and 'Region'"],
	['noEndpoint', 'no LeadSquared API at this host', "'Region' or 'API Host'"],
	['unreachable', 'cannot connect', "n8n's internet connection"],
	['notFound', 'does not have this lead', 'deleted or merged'],
];

describe('an error says what happened, in their words, and what to do:', () => {
	it.each(KINDS)('%s', (kind, happened, advice) => {
		const error = apiError(NODE, failed(kind));
		expect(error).toBeInstanceOf(NodeApiError);
		expect(error.message).toContain(happened);
		expect(error.description).toContain(
			'LeadSquared says: "Their words" (MXSomeException, HTTP 500).',
		);
		expect(error.description).toContain(advice);
		expect(error.httpCode).toBe('500');
		expect(error.node).toBe(NODE);
	});

	it.each<[string, Partial<Failed['fault']>, string]>([
		['without a type', { type: undefined }, 'LeadSquared says: "Their words" (HTTP 500).'],
		[
			'if no answer came',
			{ from: 'network', type: undefined, status: undefined, message: 'socket hang up' },
			'The network says: "socket hang up".',
		],
	])('%s', (_, fault, words) => {
		const error = apiError(NODE, failed('transient', fault));
		expect(error.description).toContain(words);
		expect(error.httpCode).toBe(fault.status === undefined && 'status' in fault ? null : '500');
	});
});

describe('who answered is who is quoted, and blamed:', () => {
	it.each<[string, Failed, string, string]>([
		[
			'a proxy',
			failed('unreachable', { from: 'proxy', message: 'Log in' }),
			'A proxy',
			'The proxy says: "Log in"',
		],
		[
			'a page',
			failed('transient', { from: 'other', message: 'Blocked' }),
			'Something other than LeadSquared',
			'The host answered: "Blocked"',
		],
		[
			'no server at that name',
			failed('unreachable', { from: 'network', message: 'getaddrinfo ENOTFOUND api.x' }),
			"cannot find LeadSquared's host",
			'The network says',
		],
		[
			'no https',
			failed('unreachable', { from: 'network', message: 'write EPROTO 40:error' }),
			'does not support HTTPS',
			'The network says',
		],
		[
			'a certificate',
			failed('unreachable', { from: 'network', message: 'self-signed certificate' }),
			'certificate',
			'The network says',
		],
		[
			'a permission',
			failed('unauthorized', {
				type: 'MXUnAuthorizedAccessException',
				message: 'You do not have permission to view',
			}),
			'lacks a permission',
			'LeadSquared says',
		],
		[
			'a user',
			failed('unauthorized', { type: 'MXInactiveUserException', message: 'x' }),
			'is deactivated',
			'LeadSquared says',
		],
	])('%s', (_, fault, message, words) => {
		const error = apiError(NODE, fault);
		expect(error.message).toContain(message);
		expect(error.description).toContain(words);
	});
});

it.each<[FaultKind, object | undefined]>([
	['rateLimited', { cause: 'rate-limited', retryAfterMs: 7000 }],
	['quotaUsedUp', { cause: 'quota-exhausted' }],
	['transient', { cause: 'temporarily-unavailable', retryAfterMs: 7000 }],
	['unauthorized', { cause: 'credential-invalid' }],
	['unreachable', { cause: 'configuration-invalid' }],
	['noEndpoint', { cause: 'configuration-invalid' }],
	['notFound', undefined],
])('n8n gets the reason in its own words: %s', (kind, failure) => {
	expect(apiError(NODE, { ...failed(kind), retryAfterMs: 7000 }).failure).toEqual(failure);
});

describe('keys that another host would accept', () => {
	const words = 'Invalid API host. The correct API host is api-in21.leadsquared.com';
	const advice =
		/set 'Region' in the LeadSquared credential to India – Mumbai \(api-in21\.leadsquared\.com\)\.$/;

	it('are reported with the host that LeadSquared names', () => {
		const fault = failed('unauthorized', { message: words });
		expect(apiError(NODE, fault).description).toMatch(advice);
	});

	it('do not matter if something else went wrong', () => {
		const fault = failed('invalidRequest', { message: words });
		expect(apiError(NODE, fault).description).not.toMatch(advice);
	});
});

describe('an error says what it concerns:', () => {
	it('an id that LeadSquared does not accept', () => {
		const error = apiError(NODE, failed('invalidRequest'), 'id', { ids: [ID], itemIndex: 3 });
		expect(error.message).toBe(`LeadSquared does not accept the lead ID ${ID} [item 3]`);
		expect(error.description).toMatch(/Their words.*Remove the ID, or check it/);
		expect(error.context.itemIndex).toBe(3);
	});

	it('an id for which another thing went wrong', () => {
		const error = apiError(NODE, failed('transient'), 'id', { ids: [ID] });
		expect(error.message).toBe(`LeadSquared was not available: lead ID ${ID}`);
	});

	it('the columns', () => {
		const error = apiError(NODE, failed('invalidRequest'), 'columns');
		expect(error.message).toBe('LeadSquared does not accept the chosen columns');
		expect(error.description).toMatch(/Their words.*'Additional Columns'/);
	});

	it.each<[string, string[], string | RegExp]>([
		['one id of the item', [ID], `This affects the lead ID ${ID}.`],
		[
			'many ids of the item',
			[ID, ...Array<string>(1499).fill('x')],
			`This affects 1,500 lead IDs of this item, starting with ${ID}.`,
		],
		['none in particular', [], /^((?!This affects).)*$/],
	])('%s', (_, ids, words) => {
		expect(apiError(NODE, failed('transient'), 'request', { ids }).description).toMatch(words);
	});

	it.each([
		[0, 'No leads were fetched before the error.'],
		[10500, '10,500 leads were fetched before the error.'],
	])('and how many leads were fetched before the error: %i', (fetched, words) => {
		expect(apiError(NODE, failed('quotaUsedUp'), 'request', { fetched }).description).toContain(
			words,
		);
	});

	it('but not how many, if that is not requested', () => {
		expect(apiError(NODE, failed('quotaUsedUp')).description).not.toContain('fetched');
	});
});

describe('input that cannot be used', () => {
	it('is reported with what to do, and its item', () => {
		const error = inputError(NODE, new InvalidInput("'Lead IDs' is empty", 'Enter one.'), 7);
		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error.message).toBe("'Lead IDs' is empty [item 7]");
		expect(error.description).toBe('Enter one.');
		expect(error.context.itemIndex).toBe(7);
	});

	it('is reported without an item, if it concerns none', () => {
		const error = inputError(NODE, new InvalidInput("'API Host' is empty", 'Enter it.'));
		expect(error.message).toBe("'API Host' is empty");
		expect(error.context.itemIndex).toBeUndefined();
	});
});

describe('any error becomes one that n8n knows:', () => {
	it('what is one stays itself', () => {
		const error = apiError(NODE, failed('quotaUsedUp'));
		expect(asNodeError(NODE, error)).toBe(error);
	});

	it('input that cannot be used is reported with what to do', () => {
		const error = asNodeError(NODE, new InvalidInput("'API Host' is empty", 'Enter it.'));
		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error.description).toBe('Enter it.');
	});

	it('another keeps its own words', () => {
		const error = asNodeError(NODE, new Error('Broken'));
		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error.message).toBe('Broken');
	});
});

it.each([
	['unauthorized', false],
	['unreachable', false],
	['transient', true],
] as const)('names the lead IDs of a failure only if it is about them: %s', (kind, isNamed) => {
	const failure: Failed = { kind, fault: { from: 'leadSquared', message: 'x' } };
	const { description } = apiError(NODE, failure, 'request', { ids: ['a1'] });
	expect(description!.includes('a1')).toBe(isNamed);
});
