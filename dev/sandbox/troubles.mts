import { STATUS_CODES } from 'node:http';

import { emptyAnswer, errorAnswer, jsonAnswer, pageAnswer } from './answers.mts';
import type { Answer, Outcome } from './answers.mts';

/** Failures between server and client, with what the client sees. */
export const TROUBLES = {
	'500-no-type': '500 with an error envelope that names no MX type, also under errorIn200',
	'500-empty': '500 without a body',
	'500': '500 with an HTML page',
	'502': '502 with an HTML page',
	'502-html': '502 with an HTML page',
	'503': '503 with an HTML page',
	'504': '504 with an HTML page',
	'408': '408 without a body',
	'413': '413 with an HTML page',
	reset: 'connection destroyed before an answer',
	hangup: 'connection destroyed in the middle of the body',
	timeout: 'no answer, ever',
	hang: 'the same as timeout',
	stall: 'half of the body, then nothing, ever',
	drip: 'the body, one byte every dripMs',
	'cut-json': 'half of the JSON, as if it were all',
	'html-200': '200 with an HTML page',
	'empty-200': '200 without a body',
	'other-json-200': '200 with {"ok":true}',
	'leads-null': '200 with the number of rows as RecordCount, and "Leads":null',
	'gzip-plain': 'the answer in plain text, under Content-Encoding: gzip',
	'gzip-cut': 'half of the answer in gzip, as if it were all',
	'proxy-407': '407 of a proxy that requires a login: Proxy-Authenticate, HTML page',
	'firewall-403': "403 with a firewall's HTML page",
	'firewall-200': "200 with a firewall's HTML page",
	'firewall-503': "503 with a firewall's HTML page",
	'login-302': 'redirect to the login page of another host (loginPage)',
	'login-200': '200 with a login page, HTML',
} as const;

export type Trouble = keyof typeof TROUBLES;

/** The data of some kinds of trouble. */
export interface Means {
	dripMs: number;
	loginPage: string;
}

/** Damages the true answer, which has `rows` rows. */
export function troubled(kind: Trouble, answer: Answer, rows: number, means: Means): Outcome {
	switch (kind) {
		case 'reset':
			return { end: 'reset' };
		case 'hangup':
			return { end: 'reset', answer };
		case 'timeout':
		case 'hang':
			return { end: 'hang' };
		case 'stall':
			return { end: 'hang', answer };
		default:
			return { end: 'answered', answer: troubledAnswer(kind, answer, rows, means) };
	}
}

function troubledAnswer(
	kind: Exclude<Trouble, 'reset' | 'hangup' | 'timeout' | 'hang' | 'stall'>,
	answer: Answer,
	rows: number,
	{ dripMs, loginPage }: Means,
): Answer {
	switch (kind) {
		case '500-no-type':
			return { ...errorAnswer(500, undefined, 'Internal Server Error'), error: false };
		case '500-empty':
			return emptyAnswer(500);
		case '408':
			return emptyAnswer(408);
		case '500':
		case '502':
		case '503':
		case '504':
		case '413':
			return pageAnswer(Number(kind));
		case '502-html':
			return pageAnswer(502);
		case 'html-200':
			return pageAnswer(200);
		case 'empty-200':
			return emptyAnswer(200);
		case 'other-json-200':
			return jsonAnswer('{"ok":true}');
		case 'cut-json':
			return { ...answer, body: answer.body.slice(0, Math.ceil(answer.body.length / 2)) };
		case 'leads-null':
			// Refusals stay unchanged: with damaged rows they would look like answers without leads.
			return answer.error || answer.status >= 400
				? answer
				: jsonAnswer(`{"RecordCount":${rows},"Leads":null}`);
		case 'drip':
			return { ...answer, pace: { bytes: 1, ms: dripMs } };
		case 'gzip-plain':
			return { ...answer, coding: 'gzip-plain' };
		case 'gzip-cut':
			return { ...answer, coding: 'gzip-cut' };
		case 'proxy-407':
			return {
				...pageAnswer(407, 'The proxy server requires a user name and a password.'),
				headers: {
					'content-type': 'text/html',
					'proxy-authenticate': 'Basic realm="Corporate Proxy"',
					via: '1.1 proxy.example.net',
				},
			};
		case 'firewall-403':
		case 'firewall-200':
		case 'firewall-503':
			return firewallPage(Number(kind.slice(-3)));
		case 'login-302':
			return { status: 302, headers: { location: loginPage }, body: '' };
		case 'login-200':
			return loginAnswer();
	}
}

/** Like web application firewalls, whose page has the same text for any status. */
function firewallPage(status: number): Answer {
	return {
		status,
		headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
		body:
			`<!DOCTYPE html><html><head><title>${status === 503 ? STATUS_CODES[503] : 'Request Rejected'}</title></head>` +
			'<body>The requested URL was rejected. Please consult with your administrator.<br><br>' +
			'Your support ID is: 4403182640961482017</body></html>',
	};
}

/** The login page of a proxy between client and LeadSquared. */
export function loginAnswer(): Answer {
	return {
		status: 200,
		headers: { 'content-type': 'text/html; charset=utf-8' },
		body:
			'<!DOCTYPE html><html><head><title>Sign in to the network</title></head><body>' +
			'<form method="post"><h1>Sign in to continue</h1><input name="user"><input name="password" type="password">' +
			'<button>Sign in</button></form></body></html>',
	};
}
