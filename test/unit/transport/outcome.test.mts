import fc from 'fast-check';
import { readLeadsPage } from '../../../nodes/LeadSquared/api/leads';
import {
	classify,
	classifyNetworkFault,
	type Failed,
	type FaultKind,
	type Outcome,
	type Source,
} from '../../../nodes/LeadSquared/transport/outcome';

const NOW = Date.parse('2026-01-01T00:00:00Z');

const answer = (status: number, body: unknown, headers: Record<string, unknown> = {}) =>
	classify(
		{ status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) },
		readLeadsPage,
		NOW,
	);
const error = (type: string | undefined, message: string) => ({
	Status: 'Error',
	ExceptionType: type,
	ExceptionMessage: message,
});

const RATE = 'API calls exceeded the limit of 25 in 5 second(s)';
const RATE_TYPE = 'MXAPIRateLimitExceededException';
const LEADS = { RecordCount: 1, Leads: [{ FirstName: 'Ringo' }] };
const BAD_GATEWAY =
	'<html>\r\n<head><title>502 Bad Gateway</title><style>h1 {color: red}</style></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>';

// What LeadSquared documents or was seen to answer (sections 3 and 5 of the survey of its API), and
// what stands in its way: status, body, outcome.
describe('an answer means', () => {
	it.each<[string, number, unknown, FaultKind | 'ok']>([
		// Leads
		['the documented answer', 200, LEADS, 'ok'],
		['none found: the count alone', 200, { RecordCount: 0 }, 'ok'],
		['none found: null', 200, { RecordCount: 0, Leads: null }, 'ok'],
		['none found: an empty object', 200, {}, 'ok'],
		['a byte order mark in front', 200, `\uFEFF${JSON.stringify(LEADS)}`, 'ok'],
		['blanks and lines in front', 200, `\r\n  ${JSON.stringify(LEADS)}\n`, 'ok'],
		['another success', 201, LEADS, 'ok'],
		['a success that says so', 200, { Status: 'Success', ...LEADS }, 'ok'],

		// Refused for rate: section 3
		['the documented refusal', 429, error(RATE_TYPE, RATE), 'rateLimited'],
		['a refusal as 403', 403, error(undefined, RATE), 'rateLimited'],
		['a refusal as 200', 200, error(RATE_TYPE, RATE), 'rateLimited'],
		['a refusal as 500', 500, error(RATE_TYPE, RATE), 'rateLimited'],
		['a refusal by its message alone', 200, error(undefined, RATE), 'rateLimited'],
		['a refusal by its type alone', 200, error(RATE_TYPE, ''), 'rateLimited'],
		['a refusal by its status alone', 429, '', 'rateLimited'],
		['a refusal with an envelope of another kind', 429, { Message: 'Slow down' }, 'rateLimited'],
		['a refusal in plain text', 429, RATE, 'rateLimited'],
		['a refusal as a page of a gateway', 503, '<h1>Too Many Requests</h1>', 'rateLimited'],
		['a refusal in other words', 200, error(undefined, 'Rate limit exceeded'), 'rateLimited'],

		// The day's allowance: no message documented
		['a daily limit', 429, error(RATE_TYPE, 'Daily API limit of 10000 exceeded'), 'quotaUsedUp'],
		[
			'a daily quota',
			403,
			error(undefined, 'Your quota of calls per day is used up'),
			'quotaUsedUp',
		],
		[
			'a limit in 86400 seconds',
			429,
			error(RATE_TYPE, 'API calls exceeded the limit of 10000 in 86400 second(s)'),
			'quotaUsedUp',
		],
		[
			'a limit in an hour',
			429,
			error(RATE_TYPE, 'API calls exceeded the limit of 900 in 3600 second(s)'),
			'quotaUsedUp',
		],
		[
			'a limit in a minute',
			429,
			error(RATE_TYPE, 'API calls exceeded the limit of 100 in 60 second(s)'),
			'rateLimited',
		],

		// Too much at once
		[
			'a page above 5000',
			500,
			error('MXMandatoryFieldMissingException', 'Page size can not be larger than 5000.'),
			'tooLarge',
		],
		[
			'a page above 1000',
			500,
			error(
				'MXInvalidInputException',
				'Invalid Input! Parameter Name: PageSize can not be more than 1000',
			),
			'tooLarge',
		],
		[
			'the same in a 200',
			200,
			error('MXInvalidInputException', 'PageSize cannot be greater than 200'),
			'tooLarge',
		],
		[
			'the same in other words',
			500,
			error('MXInvalidInputException', "PageSize can't be greater than 1000"),
			'tooLarge',
		],
		[
			'too many rows of a call that has no pages',
			500,
			error(
				'MXInvalidInputException',
				'Invalid Input! Parameter Name: RowCount can not be more than 200',
			),
			'tooLarge',
		],
		[
			'a body that a gateway finds too large',
			413,
			'<h1>413 Request Entity Too Large</h1>',
			'tooLarge',
		],

		// Application errors: section 5, the type's status and those it was also seen with
		[
			'MXMandatoryAttributeMissing',
			500,
			error('MXMandatoryAttributeMissingException', "'leadId' is mandatory for updating lead"),
			'invalidRequest',
		],
		[
			'the same as 400',
			400,
			error('MXMandatoryAttributeMissingException', "'leadId' is mandatory for updating lead"),
			'invalidRequest',
		],
		[
			'MXInvalidInput',
			500,
			error('MXInvalidInputException', 'Invalid Input! You have not passed Parameter.'),
			'invalidRequest',
		],
		[
			'MXInvalidInput in a 200',
			200,
			error('MXInvalidInputException', 'Invalid SearchBy value provided'),
			'invalidRequest',
		],
		[
			'MXUnknownAttribute',
			500,
			error('MXUnknownAttributeException', 'Attribute(s) does not exist - mx_Typo'),
			'invalidRequest',
		],
		[
			'MXDuplicateEntry',
			500,
			error('MXDuplicateEntryException', 'A Lead with same Phone Number already exists.'),
			'invalidRequest',
		],
		[
			'MXDuplicateEntry in a 200',
			200,
			error(
				'MXDuplicateEntryException',
				"Duplicate entry 'x' for key 'UQ_Prospect_Base_EmailAddress'",
			),
			'invalidRequest',
		],
		[
			'MXUnknownProspectActivity',
			500,
			error('MXUnknownProspectActivityException', 'Activity does not exist.'),
			'invalidRequest',
		],
		[
			'MXInvalidActivity',
			500,
			{
				...error('MXInvalidActivityException', 'Event Code is invalid or empty'),
				IsMXException: true,
			},
			'invalidRequest',
		],
		[
			'MXMailDelivery',
			500,
			error('MXMailDeliveryException', 'Mails are restricted'),
			'invalidRequest',
		],
		['MXInvalidData', 400, error('MXInvalidDataException', 'Invalid data'), 'invalidRequest'],
		['an unknown type', 500, error('MXSomethingNewException', 'Something new'), 'invalidRequest'],
		[
			'a type without the word Status',
			500,
			{ ExceptionType: 'MXInvalidInputException' },
			'invalidRequest',
		],
		[
			'malformed JSON',
			400,
			error(undefined, 'request body contains malformed or unexpected JSON'),
			'invalidRequest',
		],
		['400 silently', 400, '', 'invalidRequest'],
		['405', 405, 'Method not allowed', 'invalidRequest'],

		// Keys
		[
			'wrong keys',
			401,
			error('MXInvalidAccessDetailsException', 'Invalid Access Details provided.'),
			'unauthorized',
		],
		[
			'the same in a 200',
			200,
			error('MXInvalidAccessDetailsException', 'Invalid Access Details provided.'),
			'unauthorized',
		],
		['MXAuthenticationFailed', 500, error('MXAuthenticationFailedException', 'x'), 'unauthorized'],
		['MXUnAuthorizedAccess', 401, error('MXUnAuthorizedAccessException', 'x'), 'unauthorized'],
		['MXUnauthorizedRequest', 500, error('MXUnauthorizedRequestException', 'x'), 'unauthorized'],
		[
			'MXResourceUnauthenticated',
			500,
			error('MXResourceUnauthenticatedException', 'x'),
			'unauthorized',
		],
		[
			'the wrong region',
			401,
			{ Message: 'Use the API host api-us11.leadsquared.com' },
			'unauthorized',
		],
		['401 silently', 401, '', 'unauthorized'],
		['403 for another reason', 403, '', 'unauthorized'],
		['403 as a page, which is not LeadSquared’s', 403, '<h1>Forbidden</h1>', 'transient'],
		['407, a proxy that requires a login', 407, '<h1>Log in</h1>', 'unreachable'],

		// The way to the API
		['a wrong path', 404, '<h1>Endpoint not found.</h1>', 'noEndpoint'],
		['MXResourceNotFound', 404, error('MXResourceNotFoundException', 'x'), 'noEndpoint'],
		['moved for good', 301, '', 'noEndpoint'],
		['sent to a page to log in', 302, '<a href="/login">Log in</a>', 'noEndpoint'],
		['the last of the redirections', 399, '', 'noEndpoint'],

		// Transient errors
		[
			'500 without a type',
			500,
			error(undefined, 'Object reference not set to an instance of an object.'),
			'transient',
		],
		[
			'500 with a type that is not an MX one',
			500,
			error('System.NullReferenceException', 'x'),
			'transient',
		],
		[
			'an error of LeadSquared’s own, which may come after the call was executed',
			500,
			error(
				'MXException',
				'There was an error processing the request. Please contact administrator.',
			),
			'transient',
		],
		[
			'an error of LeadSquared with the status of a gateway',
			504,
			error('MXTimeoutException', 'The operation has timed out.'),
			'transient',
		],
		['500 silently', 500, '', 'transient'],
		['a bad gateway', 502, BAD_GATEWAY, 'transient'],
		['no service', 503, '', 'transient'],
		['a gateway that waited too long', 504, BAD_GATEWAY, 'transient'],
		['a request that came too slowly', 408, '', 'transient'],
		['too early', 425, '', 'transient'],
		['an error in a 200 without a type', 200, { Status: 'error' }, 'transient'],
		['a page of HTML in a 200', 200, '<html><body>We will be back soon</body></html>', 'transient'],
		['nothing in a 200', 200, '', 'transient'],
		['JSON that was cut off', 200, JSON.stringify(LEADS).slice(0, -5), 'transient'],
		['a list in place of an object', 200, [LEADS], 'transient'],
		['null', 200, 'null', 'transient'],
		['a text', 200, '"leads"', 'transient'],
		['another object', 200, { Message: 'Hello' }, 'transient'],
		['leads that are not a list', 200, { RecordCount: 1, Leads: 'Ringo' }, 'transient'],
	])('%s, %i', (_, status, body, kind) => {
		expect(answer(status, body).kind).toBe(kind);
	});
});

it.each([400, 403, 404, 500])(
	'an error that was cut off passes, whatever its status: %i',
	(status) => {
		const body = JSON.stringify({ Status: 'Error', ExceptionMessage: 'Something' }).slice(0, -9);
		for (const prefix of ['', '\uFEFF', ' ']) {
			expect(classify({ status, headers: {}, body: prefix + body }, () => 1, 0).kind).toBe(
				'transient',
			);
		}
	},
);

it('no content, 204, is an answer that holds nothing', () => {
	expect(classify({ status: 204, headers: {}, body: '' }, (body) => body, 0)).toEqual({
		kind: 'ok',
		value: {},
	});
});

it.each([
	{ Status: 'Success', ExceptionType: null, ExceptionMessage: null },
	{ ExceptionType: '', ExceptionMessage: '' },
	{ Status: 'success', ExceptionMessage: 'None' },
])('an envelope of a success is not an error: %j', (envelope) => {
	const body = JSON.stringify({ ...envelope, RecordCount: 0 });
	expect(classify({ status: 200, headers: {}, body }, (value) => value, 0).kind).toBe('ok');
});

it.each<[string, number, object | string, string]>([
	[
		'of a lead, by type',
		500,
		{ ExceptionType: 'MXInvalidEntityReferenceException', ExceptionMessage: 'Lead not found' },
		'notFound',
	],
	[
		'of a lead, without a type',
		200,
		{ Status: 'Error', ExceptionType: '', ExceptionMessage: 'Lead not found' },
		'notFound',
	],
	['of a lead, as 404', 404, { ExceptionMessage: 'Lead not found.' }, 'notFound'],
	[
		'of a column called Daily Limit',
		500,
		{
			ExceptionType: 'MXUnknownAttributeException',
			ExceptionMessage: 'Attribute(s) does not exist - Daily Limit',
		},
		'invalidRequest',
	],
	[
		'of a column, as 412',
		412,
		{
			ExceptionType: 'MXEntityDetailsNotFoundException',
			ExceptionMessage: "Unknown column 'mx_Daily Limit' in 'field list'",
		},
		'invalidRequest',
	],
])('words %s', (_, status, body, kind) => {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	expect(classify({ status, headers: {}, body: text }, () => 1, 0).kind).toBe(kind);
});

it.each([
	['API calls exceeded the limit of 1,000 in 5 second(s)', { calls: 1000, seconds: 5 }],
	["API calls exceeded the limit of 1'000 in 60 second(s)", { calls: 1000, seconds: 60 }],
])('a limit with separators is read: %s', (ExceptionMessage, limit) => {
	const body = JSON.stringify({ Status: 'Error', ExceptionMessage });
	expect(classify({ status: 200, headers: {}, body }, () => 1, 0)).toMatchObject({ limit });
});

it.each([
	['PageSize can not be more than 1,000', 1000],
	['Page size can not be larger than 5000.', 5000],
	["PageSize can't be greater than 1000", 1000],
	['RowCount can not be more than 200', 200],
])('a cap with separators is read: %s', (ExceptionMessage, cap) => {
	const body = JSON.stringify({ Status: 'Error', ExceptionMessage });
	expect(classify({ status: 500, headers: {}, body }, () => 1, 0)).toMatchObject({
		kind: 'tooLarge',
		cap,
	});
});

it('hands on what was read', () => {
	expect(answer(200, LEADS)).toEqual({ kind: 'ok', value: { rows: LEADS.Leads, recordCount: 1 } });
});

describe('what a refusal says', () => {
	const refusal = (message: string, headers = {}) =>
		answer(429, error(RATE_TYPE, message), headers);

	it.each([
		[RATE, { calls: 25, seconds: 5 }],
		['API calls exceeded the limit of 72 in 5 second(s)', { calls: 72, seconds: 5 }],
		['api calls EXCEEDED THE LIMIT OF 2 IN 60 SECONDS', { calls: 2, seconds: 60 }],
		['API calls exceeded the limit of 0 in 5 second(s)', undefined],
		['API calls exceeded the limit of 5 in 0 second(s)', undefined],
		['Too many requests', undefined],
	])('the limit: %s', (message, limit) => {
		expect(refusal(message)).toMatchObject({ kind: 'rateLimited', limit });
	});

	it.each<[string, unknown, number | undefined]>([
		['seconds', '7', 7000],
		['a part of a second', '0.5', 500],
		['seconds as a number', 7, 7000],
		['blanks around', ' 7 ', 7000],
		['none', '0', 0],
		['a date', 'Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
		['a date that is past', 'Wed, 31 Dec 2025 23:59:00 GMT', 0],
		['words', 'soon', undefined],
		['nothing', '', undefined],
	])('how long to wait: %s', (_, value, ms) => {
		for (const name of ['retry-after', 'Retry-After']) {
			expect(refusal(RATE, { date: 'x', [name]: value })).toMatchObject({ retryAfterMs: ms });
			expect(answer(503, '', { [name]: value })).toMatchObject({ retryAfterMs: ms });
		}
	});

	it('nothing of the kind, if there is no such header', () => {
		expect(refusal(RATE)).toMatchObject({ retryAfterMs: undefined });
	});
});

describe('what a request that is too large says', () => {
	it.each([
		['Page size can not be larger than 5000.', 5000],
		['Invalid Input! Parameter Name: PageSize can not be more than 1000', 1000],
		['PageSize cannot be greater than 200 for this account', 200],
		['PageSize can not be more than 0', undefined],
		['PageSize can not be more than allowed', undefined],
	])('%s', (message, cap) => {
		expect(answer(500, error('MXInvalidInputException', message))).toMatchObject({
			kind: 'tooLarge',
			cap,
		});
	});
});

it.each([
	[408, true],
	[504, true],
	[502, false],
	[500, false],
])('status %i means that no answer came in time: %s', (status, timedOut) => {
	expect(answer(status, '')).toMatchObject({ kind: 'transient', timedOut });
});

describe('the words of a fault are', () => {
	const fault = (status: number, body: unknown) => {
		const outcome = answer(status, body) as Exclude<Outcome<unknown>, { kind: 'ok' }>;
		return outcome.fault;
	};

	it("LeadSquared's own, with type and status", () => {
		expect(fault(500, error('MXInvalidInputException', 'No good'))).toEqual({
			from: 'leadSquared',
			status: 500,
			type: 'MXInvalidInputException',
			message: 'No good',
		});
	});

	it.each<[string, unknown, string]>([
		[
			'Message, if there is no ExceptionMessage',
			{ Status: 'Error', Message: 'No good' },
			'No good',
		],
		[
			'Message, if ExceptionMessage is empty',
			{ Status: 'Error', ExceptionMessage: '', Message: 'No good' },
			'No good',
		],
		['the type, if there is no message', { ExceptionType: 'MXNoGood' }, 'MXNoGood'],
		['a note that there are none', { Status: 'Error' }, 'the answer was empty'],
		[
			'the type, if the message is not text',
			{ ExceptionType: 'MXNoGood', ExceptionMessage: { a: 1 } },
			'MXNoGood',
		],
		[
			'the text of a page, without markup and style',
			BAD_GATEWAY,
			'502 Bad Gateway 502 Bad Gateway nginx',
		],
		['a script left out', '<script type="a">alert(1)</script>Down', 'Down'],
		['plain text on one line', ' Down\r\n\tfor\u0000 maintenance ', 'Down for maintenance'],
		['a note that there was nothing', '', 'the answer was empty'],
		[
			'a note that there was nothing but markup',
			'<html><body></body></html>',
			'the answer was empty',
		],
		['the first 300 characters', 'x'.repeat(301), `${'x'.repeat(300)}…`],
		['300 characters in full', 'x'.repeat(300), 'x'.repeat(300)],
		['a JSON body of another form as it is', { oops: 1 }, '{"oops":1}'],
	])('%s', (_, body, message) => {
		expect(fault(500, body).message).toBe(message);
	});

	it('the first words of what was not understood', () => {
		expect(fault(200, '<p>Maintenance</p>').message).toBe(
			'The answer was not understood: Maintenance',
		);
	});

	it('no type, if it is empty or no text', () => {
		expect(fault(500, { ExceptionType: '', ExceptionMessage: 'x' }).type).toBeUndefined();
		expect(fault(500, { ExceptionType: 5, ExceptionMessage: 'x' }).type).toBeUndefined();
	});
});

describe('no answer:', () => {
	it.each<[string, string, FaultKind, boolean | undefined]>([
		['ECONNRESET', 'read ECONNRESET', 'transient', false],
		['ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:443', 'transient', false],
		['EPIPE', 'write EPIPE', 'transient', false],
		['ENOTFOUND', 'getaddrinfo ENOTFOUND api.leadsquared.com', 'transient', false],
		['EAI_AGAIN', 'getaddrinfo EAI_AGAIN api.leadsquared.com', 'transient', false],
		['EHOSTUNREACH', 'connect EHOSTUNREACH', 'transient', false],
		['ENETUNREACH', 'connect ENETUNREACH', 'transient', false],
		['ENETDOWN', 'connect ENETDOWN', 'transient', false],
		['ETIMEDOUT', 'connect ETIMEDOUT', 'transient', true],
		['ESOCKETTIMEDOUT', 'x', 'transient', true],
		['ECONNABORTED', 'timeout of 60000ms exceeded', 'transient', true],
		['ECONNABORTED', 'request ended', 'transient', false],
		['ERR_NETWORK', 'Network Error', 'transient', false],
		['ERR_BAD_RESPONSE', 'stream closed', 'transient', false],
		['ERR_STREAM_PREMATURE_CLOSE', 'x', 'transient', false],
		['UND_ERR_SOCKET', 'other side closed', 'transient', false],
		['UND_ERR_HEADERS_TIMEOUT', 'Headers Timeout Error', 'transient', true],
		['', 'socket hang up', 'transient', false],
		['', 'aborted', 'transient', false],
		[
			'',
			'Client network socket disconnected before secure TLS connection was established',
			'transient',
			false,
		],
		['', 'Premature close', 'transient', false],
		['', 'The request timed out', 'transient', true],
		['CERT_HAS_EXPIRED', 'certificate has expired', 'unreachable', undefined],
		['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate', 'unreachable', undefined],
		[
			'ERR_TLS_CERT_ALTNAME_INVALID',
			"Hostname/IP does not match certificate's altnames",
			'unreachable',
			undefined,
		],
		['EPROTO', 'wrong version number', 'unreachable', undefined],
		['', 'The address is blocked', 'unreachable', undefined],
		['', '', 'unreachable', undefined],
	])('%s %s', (code, message, kind, timedOut) => {
		expect(classifyNetworkFault(code, message)).toMatchObject({ kind });
		expect((classifyNetworkFault(code, message) as { timedOut?: boolean }).timedOut).toBe(timedOut);
	});

	it('the code is reported, once', () => {
		const messageOf = (code: string, message: string) =>
			classifyNetworkFault(code, message).fault.message;
		expect(messageOf('EPIPE', 'write EPIPE')).toBe('write EPIPE');
		expect(messageOf('EPIPE', 'broken')).toBe('broken (EPIPE)');
		expect(messageOf('', 'broken')).toBe('broken');
	});
});

it.each([
	[404, 'transient'],
	[400, 'transient'],
	[403, 'transient'],
	[500, 'transient'],
	[429, 'rateLimited'],
	[401, 'unauthorized'],
	[413, 'tooLarge'],
])('an error of %s that is cut off may pass, if the status does not say it all', (status, kind) => {
	for (const words of [
		'"MXInvalidEntityRef',
		'"MXInvalidEntityReferenceException","Excep',
		'"MXEntityDetailsNotFoundException","ExceptionMessage":"Unknown column \'mx_',
		'"MXException","ExceptionMessage":"Attribute(s) does not exist - mx_Ol',
	]) {
		expect(answer(status, `{"Status":"Error","ExceptionType":${words}`).kind).toBe(kind);
	}
});

it('every status and body has a meaning, and words short enough to read', () => {
	const envelope = fc.record(
		{
			Status: fc.anything(),
			ExceptionType: fc.oneof(
				fc.constantFrom(RATE_TYPE, 'MXInvalidInputException'),
				fc.jsonValue(),
			),
			ExceptionMessage: fc.oneof(fc.constant(RATE), fc.string({ maxLength: 900 }), fc.jsonValue()),
			Leads: fc.jsonValue(),
			RecordCount: fc.jsonValue(),
		},
		{ requiredKeys: [] },
	);
	const body = fc.oneof(
		fc.string({ maxLength: 900 }),
		fc.json(),
		fc.constant(BAD_GATEWAY),
		envelope.map((value) =>
			JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? 0 : part)),
		),
	);
	const headers = fc.dictionary(
		fc.constantFrom('retry-after', 'Retry-After', 'date'),
		fc.oneof(fc.string(), fc.nat(), fc.constant(undefined)),
	);
	fc.assert(
		fc.property(fc.integer({ min: 100, max: 599 }), body, headers, (status, text, some) => {
			const outcome = answer(status, text, some);
			if (outcome.kind === 'ok') return expect(Math.floor(status / 100)).toBe(2);
			expect(outcome.fault.status).toBe(status);
			expect(outcome.fault.message).not.toBe('');
			expect(outcome.fault.message.length).toBeLessThanOrEqual(1040);
			if (outcome.retryAfterMs !== undefined)
				expect(outcome.retryAfterMs).toBeGreaterThanOrEqual(0);
		}),
		{ numRuns: 500 },
	);
});

describe('who answered: with', () => {
	const PAGE = '<!DOCTYPE html><p>Sign in</p>';
	const HEADING = '<h1>Blocked</h1>';
	it.each<[number, unknown, Source]>([
		[200, '', 'leadSquared'],
		[200, ' [', 'leadSquared'],
		[200, '{"a"', 'leadSquared'],
		[200, 'x {}', 'other'],
		[200, PAGE, 'other'],
		[200, 'fine', 'other'],
		[299, 'fine', 'other'],
		[200, error('MXInvalidInputException', 'No'), 'leadSquared'],
		[300, error('MXInvalidInputException', 'No'), 'leadSquared'],
		[299, PAGE, 'other'],
		[300, '', 'other'],
		[302, {}, 'other'],
		[399, '', 'other'],
		[400, '', 'leadSquared'],
		[400, 'No', 'leadSquared'],
		[403, PAGE, 'other'],
		[404, HEADING, 'other'],
		[403, { page: PAGE }, 'leadSquared'],
		[404, '<heading>', 'leadSquared'],
		[407, '', 'proxy'],
		[499, HEADING, 'other'],
		[500, PAGE, 'leadSquared'],
		[502, HEADING, 'leadSquared'],
	])('%i and %j', (status, body, from) => {
		expect(answer(status, body)).toMatchObject({ fault: { from } });
	});

	it.each<[string, string, Source]>([
		['ECONNRESET', 'x', 'network'],
		['ERR_SOMETHING', 'x', 'network'],
		['', 'socket hang up', 'network'],
		['', 'getaddrinfo EHOSTDOWN', 'network'],
		['', 'ERR_TLS_X', 'network'],
		['', 'self-signed', 'network'],
		['', 'bad certificate', 'network'],
		['', 'SSL routines', 'network'],
		['', 'a tls fault', 'network'],
		['', 'Expected', 'n8n'],
		['', 'EACH', 'n8n'],
		['', 'The address is blocked', 'n8n'],
		['', 'hassle', 'n8n'],
	])('the code %j and %j', (code, message, from) => {
		expect(classifyNetworkFault(code, message).fault.from).toBe(from);
	});
});

describe('a network error is transient with', () => {
	it.each([
		'ECONNREFUSED',
		'EPIPE',
		'ENOTFOUND',
		'EAI_AGAIN',
		'ETIMEDOUT',
		'ESOCKETTIMEDOUT',
		'EHOSTUNREACH',
		'ENETDOWN',
		'EADDRNOTAVAIL',
		'EMFILE',
		'ENOBUFS',
		'ERR_NETWORK',
		'ERR_BAD_RESPONSE',
		'ERR_STREAM_PREMATURE_CLOSE',
		'ERR_HTTP_X',
		'ERR_HTTP2_STREAM_ERROR',
		'ERR__ERROR_FORMAT_PADDING_1',
		'ERR_BROTLI_DECODER',
		'Z_DATA_ERROR',
		'HPE_INVALID_CONSTANT',
		'UND_ERR_SOCKET',
	])('%s', (code) => {
		expect(classifyNetworkFault(code, 'x').kind).toBe('transient');
		// Only as a whole.
		expect(classifyNetworkFault(`X${code}`, 'x').kind).toBe('unreachable');
		expect(classifyNetworkFault(`${code}-`, 'x').kind).toBe('unreachable');
	});

	it.each(['timed out', 'timedout', 'time out', 'Socket hang up', 'premature close'])(
		'%s',
		(message) => {
			expect(classifyNetworkFault('', message).kind).toBe('transient');
		},
	);

	it.each(['timed  out', 'timid out', 'time', 'hang up'])('but not %s', (message) => {
		expect(classifyNetworkFault('', message).kind).toBe('unreachable');
	});
});

describe('the smallest differences count:', () => {
	const retryAfter = (text: unknown) =>
		(answer(429, '', { 'Retry-After': text }) as { retryAfterMs?: number }).retryAfterMs;

	it('a time to wait is a number or a date, and nothing else', () => {
		expect(['12', '1.25', ' 3 ', 4].map(retryAfter)).toEqual([12_000, 1250, 3000, 4000]);
		const words = ['', '-1', '5x', 'x5', '1.', '.5', '1.2.3', 'soon', 'x, 5', '1 Thu, 5'];
		expect(words.filter((text) => retryAfter(text) !== undefined)).toEqual([]);
	});

	it('a type is one word, of LeadSquared only if it begins like its own', () => {
		expect(answer(500, error('MXy', 'x')).kind).toBe('invalidRequest');
		expect(answer(500, error('XMXy', 'x')).kind).toBe('transient');
		for (const type of ['MX y', ' MXy', 'MXy!', 'M'.repeat(101)]) {
			expect(answer(500, error(type, 'x'))).toMatchObject({ fault: { type: undefined } });
		}
	});

	it('a status is an error or a success as a whole word, be there blanks around it', () => {
		expect(answer(200, { Status: ' error ', ...LEADS }).kind).not.toBe('ok');
		for (const Status of ['no error', 'errors', 'Successful', 'Stryker']) {
			expect(answer(200, { Status, ...LEADS }).kind).toBe('ok');
		}
		expect(answer(200, { ExceptionType: null, ExceptionMessage: '', ...LEADS }).kind).toBe('ok');
		expect(answer(200, { ExceptionType: null, ExceptionMessage: 'x', ...LEADS }).kind).not.toBe(
			'ok',
		);
	});

	it('a cap is the first number behind "than"', () => {
		const cap = (words: string) =>
			answer(200, error('MX', `Page size can not be larger than ${words}`));
		expect(cap('  about 1,000 or 2000')).toMatchObject({ cap: 1000 });
		expect(cap('that')).toMatchObject({ kind: 'tooLarge', cap: undefined });
	});

	it('what is said twice is reported once, if it is more than two characters', () => {
		const words = (body: string) => (answer(500, body) as Failed).fault.message;
		expect(words('abc abc')).toBe('abc');
		expect(words('ab ab')).toBe('ab ab');
		expect(words('x abc abc')).toBe('x abc abc');
		expect(words('a<style>b</style>c<script>d</script>e')).toBe('a c e');
	});

	it('every 4xx is distinguished from every 5xx', () => {
		expect(
			[304, 400, 499, 500, 408, 425, 404, 413].map((status) => answer(status, 'x').kind),
		).toEqual([
			'noEndpoint',
			'invalidRequest',
			'invalidRequest',
			'transient',
			'transient',
			'transient',
			'noEndpoint',
			'tooLarge',
		]);
		expect(answer(300, 'x').kind).toBe('noEndpoint');
		expect(answer(299, 'x').kind).toBe('transient');
	});
});
