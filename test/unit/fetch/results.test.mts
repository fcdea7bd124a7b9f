import { Fates } from '../../../nodes/LeadSquared/fetch/results';
import type { Failed } from '../../../nodes/LeadSquared/transport/outcome';

const ASKED = [
	{ item: 3, ids: ['a', 'b'] },
	{ item: 5, ids: ['b', 'c'] },
];
const lead = (name: string) => ({ ProspectID: name });
const failed = (message: string): Failed => ({
	kind: 'transient',
	fault: { from: 'network', message },
});

it('each id is wanted once, in the order asked', () => {
	expect([...new Fates(ASKED).wanted]).toEqual(['a', 'b', 'c']);
});

it('the first lead of an id stays, and one that nobody asked for is only noted', () => {
	const fates = new Fates(ASKED);
	fates.keep('a', lead('first'));
	fates.keep('a', lead('second'));
	fates.keep('z', lead('z'));
	expect([...fates.leads]).toEqual([['a', lead('first')]]);
	expect([...fates.unasked]).toEqual(['z']);
});

it('a lead that comes later takes back what was said of its id, and nothing takes back a lead', () => {
	const fates = new Fates(ASKED);
	fates.markNotFound(['a', 'b', 'z']);
	fates.markFailed(['c'], failed('no'), 'id');
	expect([...fates.notFetched.keys()]).toEqual(['a', 'b', 'c']);
	fates.keep('a', lead('a'));
	fates.keep('c', lead('c'));
	fates.markNotFound(['a']);
	fates.markFailed(['c'], failed('again'), 'request');
	expect([...fates.notFetched]).toEqual([['b', { kind: 'notFound' }]]);
});

it('the first failure stays the first, with the input item that asked first', () => {
	const fates = new Fates(ASKED);
	fates.keep('a', lead('a'));
	fates.markFailed(['z', 'a'], failed('of nobody'), 'id');
	expect(fates.firstFailure).toBeUndefined();
	fates.markFailed(['c'], failed('one'), 'id');
	fates.markFailed(['b'], failed('two'), 'request');
	expect(fates.firstFailure).toEqual({ id: 'c', item: 5, failure: failed('one'), scope: 'id' });
	expect(fates.notFetched.get('b')).toEqual({
		kind: 'failed',
		failure: failed('two'),
		scope: 'request',
	});
});
