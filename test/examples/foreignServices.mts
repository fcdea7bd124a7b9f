/**
 * The services that the examples use besides LeadSquared, on this machine: Google Sheets, HubSpot,
 * Slack, OpenAI, and a web server. n8n's nodes have their hosts fixed, so n8n reaches the stand-ins
 * through a proxy that ends TLS with a certificate made for the run.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer as createProxy } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';

type Row = string[];
type Body = Record<string, unknown>;

/** The part of the agent's request to its model that the tests read. */
type Prompt = {
	model: string;
	input: Array<{ type: string; output?: string }>;
	tools: Array<{ name: string; description: string; parameters: { properties: object } }>;
};

interface Call {
	method: string;
	/** Host and path, decoded. */
	address: string;
	body: Body;
}

/** The data of the stand-ins, and the requests that they got. */
export interface ForeignServices {
	/** Environment of an n8n that is to reach them. */
	env: Record<string, string>;
	/** The rows of each sheet of the only spreadsheet, by title. */
	sheets: Record<string, Row[]>;
	/** HubSpot's contacts by email address. */
	contacts: Record<string, Record<string, string>>;
	/** Slack's messages. */
	messages: Array<{ channel: string; text: string }>;
	/** The requests to the model. */
	prompts: Prompt[];
	/** The answer of `https://example.com/lead-ids`. */
	leadIds: string[];
	close(): void;
}

const HOSTS = [
	'sheets.googleapis.com',
	'api.hubapi.com',
	'slack.com',
	'api.openai.com',
	'example.com',
];
const EMAIL = /[\w.]+@example\.com/g;
const PHONE = /\+\d+ \d+/g;

/** @param folder takes the certificate and its key */
export async function startForeignServices(folder: string): Promise<ForeignServices> {
	const services: ForeignServices = {
		env: {},
		sheets: {},
		contacts: {},
		messages: [],
		prompts: [],
		leadIds: [],
		close() {
			proxy.close();
			for (const socket of sockets) socket.destroy();
		},
	};
	const { key, certificate } = await makeCertificate(folder);
	const secure = createSecureServer(
		{ key: readFileSync(key), cert: readFileSync(certificate) },
		async (request, response) => {
			const answer = answerTo(await readCall(request), services);
			response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' });
			response.end(JSON.stringify(answer ?? { error: `no stand-in for ${request.url}` }));
		},
	);
	const sockets = new Set<Socket>();
	const proxy = createProxy().on('connect', (_request, socket: Socket) => {
		sockets.add(socket.once('close', () => sockets.delete(socket)).on('error', () => {}));
		socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
		secure.emit('connection', socket);
	});
	await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
	services.env = {
		HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
		NO_PROXY: '127.0.0.1,localhost',
		NODE_EXTRA_CA_CERTS: certificate,
	};
	return services;
}

async function makeCertificate(folder: string): Promise<{ key: string; certificate: string }> {
	const key = join(folder, 'foreign.key');
	const certificate = join(folder, 'foreign.crt');
	const names = HOSTS.map((host) => `DNS:${host}`).join(',');
	await promisify(execFile)('openssl', [
		...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2'],
		...['-subj', '/CN=foreign services', '-addext', `subjectAltName=${names}`],
		...['-keyout', key, '-out', certificate],
	]);
	return { key, certificate };
}

async function readCall(request: IncomingMessage): Promise<Call> {
	const { method = '', headers, url = '' } = request;
	const [path] = url.split('?');
	const body = await text(request);
	return {
		method,
		address: decodeURIComponent(`${headers.host}${path}`),
		body: body === '' ? {} : (JSON.parse(body) as Body),
	};
}

/** @returns undefined if no service has such a call */
function answerTo(call: Call, services: ForeignServices): unknown {
	const [host] = call.address.split('/');
	switch (host) {
		case 'sheets.googleapis.com':
			return answerOfSheets(call, services.sheets);
		case 'api.hubapi.com':
			return answerOfHubSpot(call, services.contacts);
		case 'slack.com':
			services.messages.push(call.body as { channel: string; text: string });
			return { ok: true, ts: '1', message: call.body };
		case 'api.openai.com':
			services.prompts.push(call.body as Prompt);
			return answerOfModel(services.prompts.at(-1)!);
		case 'example.com':
			return { ProspectID: services.leadIds };
	}
	return undefined;
}

/** The part of the Sheets API v4 with which n8n reads a sheet, and adds or updates rows. */
function answerOfSheets({ method, address, body }: Call, sheets: Record<string, Row[]>): unknown {
	const titles = Object.keys(sheets);
	const [, range] = /\/values\/(.*)$/.exec(address) ?? [];
	if (method === 'GET' && range === undefined) {
		return { sheets: titles.map((title, sheetId) => ({ properties: { sheetId, title } })) };
	}
	if (method === 'GET') return { values: sheets[cellsOf(range).title] };
	if (method === 'PUT') write(sheets, range, body.values as Row[]);
	else if (address.endsWith('/values:batchUpdate')) {
		const data = body.data as Array<{ range: string; values: Row[] }>;
		for (const part of data) write(sheets, part.range, part.values);
	}
	return {};
}

function write(sheets: Record<string, Row[]>, range: string, values: Row[]): void {
	const { title, row, column } = cellsOf(range);
	for (const [offset, cells] of values.entries()) {
		const target = (sheets[title][row + offset] ??= []);
		for (const [index, cell] of cells.entries()) target[column + index] = cell;
	}
}

/** The sheet of a range such as `Leads!B2` or `'Lead IDs'`, and its first cell from 0. */
function cellsOf(range: string): { title: string; row: number; column: number } {
	const [title, cells = ''] = range.replaceAll("'", '').split('!');
	const [, letter, number] = /^([A-Z]?)(\d*)/.exec(cells) as RegExpExecArray;
	return { title, row: Number(number || 1) - 1, column: letter ? letter.charCodeAt(0) - 65 : 0 };
}

function answerOfHubSpot(
	{ address, body }: Call,
	contacts: Record<string, Record<string, string>>,
): unknown {
	const [, email] = /\/contact\/createOrUpdate\/email\/(.*)$/.exec(address) ?? [];
	if (email === undefined) return { properties: {} };
	const properties = body.properties as Array<{ property: string; value: string }>;
	const isNew = !(email in contacts);
	contacts[email] = Object.fromEntries(properties.map(({ property, value }) => [property, value]));
	return { vid: Object.keys(contacts).indexOf(email) + 1, isNew };
}

/**
 * A model that has one idea, in the words of OpenAI's Responses API: it calls a tool for each email
 * address and phone number of the question, and answers with a list of what the tools said.
 */
function answerOfModel({ model, input, tools }: Prompt): unknown {
	const outputs = input.filter(({ type }) => type === 'function_call_output');
	const text = JSON.stringify(outputs.map(({ output }) => output));
	const message = {
		...{ type: 'message', id: 'msg_1', role: 'assistant', status: 'completed' },
		content: [{ type: 'output_text', text, annotations: [] }],
	};
	const question = JSON.stringify(input);
	const calls = [...(question.match(EMAIL) ?? []), ...(question.match(PHONE) ?? [])].map(
		(value, at) => {
			const suffix = value.includes('@') ? 'Email' : 'Phone';
			const tool = tools.find(({ name }) => name.endsWith(suffix))!;
			const [parameter] = Object.keys(tool.parameters.properties);
			return {
				...{ type: 'function_call', id: `fc_${at}`, call_id: `call_${at}`, status: 'completed' },
				...{ name: tool.name, arguments: JSON.stringify({ [parameter]: value }) },
			};
		},
	);
	return {
		...{ id: 'resp_1', object: 'response', created_at: 0, status: 'completed', model },
		output: outputs.length > 0 ? [message] : calls,
		usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
	};
}
