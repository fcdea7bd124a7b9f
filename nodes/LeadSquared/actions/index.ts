import { updateDisplayOptions, type INodeProperties } from 'n8n-workflow';
import { InvalidInput } from '../base/invalidInput';
import { activity } from './activity';
import { api } from './api';
import { lead } from './lead';
import { list } from './list';
import { note } from './note';
import { opportunity } from './opportunity';
import type { Operation, Resource } from './operation';
import { task } from './task';
import { user } from './user';

const RESOURCES: Resource[] = [activity, api, lead, list, note, opportunity, task, user];

/** The node's parameters: resource and operation, then each operation's own. */
export const properties: INodeProperties[] = [
	{
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		default: 'lead',
		options: byName(RESOURCES).map(({ name, value }) => ({ name, value })),
	},
	...RESOURCES.map(operationPicker),
	...RESOURCES.flatMap((resource) =>
		resource.operations.flatMap((operation) =>
			updateDisplayOptions(
				{ show: { resource: [resource.value], operation: [operation.value] } },
				operation.properties,
			),
		),
	),
];

const NAMES = Object.fromEntries(
	RESOURCES.flatMap((resource) =>
		resource.operations.map(({ name, value }) => [`${resource.value}:${value}`, name]),
	),
);

/** The text below the node on the canvas: the operation's name. */
export const subtitle = `={{ (${JSON.stringify(NAMES)} )[$parameter["resource"] + ":" + $parameter["operation"]] }}`;

/**
 * The operation that a node's parameters name.
 *
 * @throws InvalidInput if this version of the package does not have it
 */
export function findOperation(resource: unknown, operation: unknown): Operation {
	const known = RESOURCES.find(({ value }) => value === resource);
	const found = known?.operations.find(({ value }) => value === operation);
	if (found) return found;
	const missing = known
		? `the operation '${String(operation)}' of '${String(resource)}'`
		: `the resource '${String(resource)}'`;
	throw new InvalidInput(
		`This version of the LeadSquared node does not have ${missing}`,
		'The workflow was created with a newer version of the package n8n-nodes-leadsquared-crm. Update it under Settings > Community Nodes, or choose another operation.',
	);
}

function operationPicker({ value, defaultOperation, operations }: Resource): INodeProperties {
	return {
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: [value] } },
		default: defaultOperation,
		options: byName(operations).map((operation) => ({
			name: operation.name,
			value: operation.value,
			action: operation.action,
			description: operation.description,
		})),
	};
}

function byName<T extends { name: string }>(entries: T[]): T[] {
	return [...entries].sort((a, b) => a.name.localeCompare(b.name, 'en'));
}
