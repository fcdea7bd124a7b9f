import { nodeOf } from '../../../nodes/LeadSquared/input/node';
import { NODE } from '../fakeContext.mts';

it('has n8n copy the node once for each execution', () => {
	const contexts = [0, 1].map(() => ({ getNode: jest.fn(() => ({ ...NODE })) }));
	for (const context of [...contexts, ...contexts]) expect(nodeOf(context)).toEqual(NODE);
	for (const { getNode } of contexts) expect(getNode).toHaveBeenCalledTimes(1);
});
