import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';

type Execute = (this: IExecuteFunctions) => Promise<INodeExecutionData[][]>;

/** A node type that does `execute`, with one input (a trigger: none) and one output. */
export function standIn(
	execute: Execute,
	{ trigger = false, properties = [] as INodeProperties[] } = {},
): INodeType {
	const description: INodeTypeDescription = {
		displayName: 'Stand-in',
		name: 'standIn',
		group: [trigger ? 'trigger' : 'transform'],
		version: 1,
		description: 'Takes the place of a node of n8n-nodes-base',
		defaults: {},
		inputs: trigger ? [] : ['main'],
		outputs: ['main'],
		properties,
	};
	return { description, execute };
}

const passOn: Execute = async function () {
	return [this.getInputData()];
};

interface Assignment {
	name: string;
	value: unknown;
}

const setFields: Execute = async function () {
	const items = this.getInputData().map(({ json }, item) => {
		const assignments = this.getNodeParameter('assignments.assignments', item, []) as Assignment[];
		const added = Object.fromEntries(assignments.map(({ name, value }) => [name, value]));
		const keep = this.getNodeParameter('includeOtherFields', item, false);
		return { json: { ...(keep && json), ...added }, pairedItem: { item } } as INodeExecutionData;
	});
	return [items];
};

/** Stand-ins for the nodes of n8n-nodes-base that tests and examples use. It is not installed. */
export const STAND_INS: Record<string, INodeType> = {
	'n8n-nodes-base.manualTrigger': standIn(passOn, { trigger: true }),
	'n8n-nodes-base.noOp': standIn(passOn),
	'n8n-nodes-base.stickyNote': standIn(passOn),
	// As of version 3: Manual Mapping.
	'n8n-nodes-base.set': standIn(setFields, {
		properties: [
			{ displayName: 'Fields', name: 'assignments', type: 'assignmentCollection', default: {} },
			{ displayName: 'Keep', name: 'includeOtherFields', type: 'boolean', default: false },
		],
	}),
};
