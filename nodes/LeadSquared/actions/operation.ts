import type { INodeExecutionData, INodeProperties } from 'n8n-workflow';
import type { Run } from '../run/run';

/** One operation: what a person chooses, and what it does, side by side. */
export interface Operation {
	/** What saved workflows hold; it never changes. */
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

/** What operations are about. */
export interface Resource {
	value: string;
	name: string;
	/** The operation that a new node has. */
	defaultOperation: string;
	operations: Operation[];
}
