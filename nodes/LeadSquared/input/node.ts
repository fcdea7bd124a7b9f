import type { INode } from 'n8n-workflow';

const nodes = new WeakMap<object, INode>();

/** The node that runs. n8n copies it, with all of its parameters, each time that it is asked for it. */
export function nodeOf(context: { getNode(): INode }): INode {
	const node = nodes.get(context) ?? context.getNode();
	nodes.set(context, node);
	return node;
}

/** Whether an AI model runs the node. */
export const isTool = (context: { getNode(): INode }): boolean =>
	nodeOf(context).type.endsWith('Tool');
