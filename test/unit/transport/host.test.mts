import {
	type Failed,
	type Fault,
	type Outcome,
	asHostFault,
} from '../../../nodes/LeadSquared/transport/outcome';
import { isKnownHost, noteAnswer } from '../../../nodes/LeadSquared/transport/client';

const passing = (from: Fault['from']): Failed => ({
	kind: 'transient',
	fault: { from, message: 'x' },
});
let hosts = 0;
const newHost = () => `https://host-${++hosts}.example/v2`;

it.each<[string, Outcome<number>]>([
	['an answer', { kind: 'ok', value: 1 }],
	['an error of LeadSquared', { kind: 'unauthorized', fault: passing('leadSquared').fault }],
	['a transient error of LeadSquared', passing('leadSquared')],
])('a host is known from its first answer as LeadSquared on: %s', (_, answer) => {
	const url = newHost();
	expect(isKnownHost(url)).toBe(false);
	expect(noteAnswer(url, answer)).toBe(true);
	expect(isKnownHost(url)).toBe(true);
	// And stays known, whatever comes then.
	expect(noteAnswer(url, passing('network'))).toBe(false);
	expect(isKnownHost(url)).toBe(true);
	expect(isKnownHost(newHost())).toBe(false);
});

it.each<Fault['from']>(['network', 'other', 'proxy', 'n8n'])(
	'it is not known by what comes from elsewhere: %s',
	(from) => {
		const url = newHost();
		expect(noteAnswer(url, passing(from))).toBe(false);
		expect(isKnownHost(url)).toBe(false);
	},
);

it('a single call that has to decide blames the host for what LeadSquared did not say', () => {
	const givenUp = { wasTransient: true };
	expect(asHostFault(passing('network'))).toEqual({
		...passing('network'),
		...givenUp,
		kind: 'unreachable',
	});
	expect(asHostFault(passing('other'))).toEqual({
		...passing('other'),
		...givenUp,
		kind: 'noEndpoint',
	});
	expect(asHostFault(passing('leadSquared'))).toEqual(passing('leadSquared'));
});

it('what does not pass is reported as it is', () => {
	const proxy: Failed = { kind: 'unreachable', fault: { from: 'proxy', message: 'x' } };
	expect(asHostFault(proxy)).toBe(proxy);
	const ok: Outcome<number> = { kind: 'ok', value: 1 };
	expect(asHostFault(ok)).toBe(ok);
});
