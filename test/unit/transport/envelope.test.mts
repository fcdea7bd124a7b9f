import { withoutEnvelope } from '../../../nodes/LeadSquared/transport/outcome';

it.each<[string, unknown, unknown]>([
	['Message', { Status: 'Success', Message: [1] }, [1]],
	['Data', { Status: 'success', Data: { a: 1 } }, { a: 1 }],
	['Result', { Status: 'SUCCESS', Message: 'fine', Data: null, Result: [] }, []],
	['the first of them', { Status: 'Success', Data: [2], Message: [1] }, [1]],
])('of a success, %s is taken', (_, body, inner) => {
	expect(withoutEnvelope(body)).toEqual(inner);
});

it.each<[string, unknown]>([
	['a list', [{ Status: 'Success', Message: [1] }]],
	['text', 'Success'],
	['nothing', undefined],
	['null', null],
	['an answer without a status', { Message: [1] }],
	['a status that is not text', { Status: 1, Message: [1] }],
	['another status', { Status: 'Successful', Message: [1] }],
	['no success', { Status: 'No Success', Message: [1] }],
	['a success with words only', { Status: 'Success', Message: 'fine', Data: null }],
	['a success with other members', { Status: 'Success', Leads: [] }],
])('%s stays as it is', (_, body) => {
	expect(withoutEnvelope(body)).toBe(body);
});
