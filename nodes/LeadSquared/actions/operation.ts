import type { INodeExecutionData, INodeProperties } from 'n8n-workflow';
import type { Run } from '../run/run';

/** One operation: the user's choices, and what it does with them. */
export interface Operation {
	/** Saved workflows contain it, so it never changes. */
	value: string;
	/** In Title Case, without the resource. */
	name: string;
	/** In sentence case, with the resource. */
	action: string;
	description: string;
	/** Without display options: they are derived. */
	properties: INodeProperties[];
	/** Turns all input items into output items, each linked to its input item. */
	execute(run: Run): Promise<INodeExecutionData[]>;
}

/** The kind of record that operations are about. */
export interface Resource {
	value: string;
	name: string;
	/** The operation that a new node has. */
	defaultOperation: string;
	operations: Operation[];
}
