import type { INodeProperties } from 'n8n-workflow';
import * as getByIds from './getByIds/getByIds.operation';

/** The operations of the resource Lead, by their value. */
export const operations = { getByIds };

export const properties: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['lead'] } },
		default: 'getByIds',
		options: [getByIds.option],
	},
	...getByIds.properties,
];
