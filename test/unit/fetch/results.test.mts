import { Results } from '../../../nodes/LeadSquared/fetch/results';
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
	expect([...new Results(ASKED).wanted]).toEqual(['a', 'b', 'c']);
});

it('the first lead of an id stays, and an unrequested one is only noted', () => {
	const results = new Results(ASKED);
	results.keep('a', lead('first'));
	results.keep('a', lead('second'));
	results.keep('z', lead('z'));
	expect([...results.leads]).toEqual([['a', lead('first')]]);
	expect([...results.unasked]).toEqual(['z']);
});

it('a later lead replaces any result of its id, and nothing replaces a lead', () => {
	const results = new Results(ASKED);
	results.markNotFound(['a', 'b', 'z']);
	results.markFailed(['c'], failed('no'), 'id');
	expect([...results.notFetched.keys()]).toEqual(['a', 'b', 'c']);
	results.keep('a', lead('a'));
	results.keep('c', lead('c'));
	results.markNotFound(['a']);
	results.markFailed(['c'], failed('again'), 'request');
	expect([...results.notFetched]).toEqual([['b', { kind: 'notFound' }]]);
});

it('the first failure stays the first, with the input item that asked first', () => {
	const results = new Results(ASKED);
	results.keep('a', lead('a'));
	results.markFailed(['z', 'a'], failed('unknown'), 'id');
	expect(results.firstFailure).toBeUndefined();
	results.markFailed(['c'], failed('one'), 'id');
	results.markFailed(['b'], failed('two'), 'request');
	expect(results.firstFailure).toEqual({ id: 'c', item: 5, failure: failed('one'), scope: 'id' });
	expect(results.notFetched.get('b')).toEqual({
		kind: 'failed',
		failure: failed('two'),
		scope: 'request',
	});
});
