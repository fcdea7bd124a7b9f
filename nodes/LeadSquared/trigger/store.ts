import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import { type Cursor, fromStored, toStored } from './cursor';

/** Where a trigger's cursor is kept from poll to poll. */
export interface CursorStore {
	/** Undefined if there is none, or none that can be read. */
	read(): Cursor | undefined;
	/** To be called when nothing can fail any more: n8n takes it over at once. */
	write(cursor: Cursor): void;
}

/**
 * The cursor in n8n's static data. The node's own lies under its name, and is lost when a person
 * renames it, so it goes into the workflow's, under the node's id.
 *
 * Where n8n keeps cursors by itself (durable cursors, from 2.36 on), the node's own lies under its id
 * and is saved together with the execution: there it is the one that counts. The other is where the
 * first poll's is found, at the activation: n8n does not save the node's own then. It hands out an
 * object whose changes it watches only where it does not keep cursors.
 */
export function cursorStore(context: IPollFunctions): CursorStore {
	const own = context.getWorkflowStaticData('node');
	const shared = context.getWorkflowStaticData('global');
	const { id, name } = context.getNode();
	const key = `leadSquaredTrigger ${id || name}`;
	const isKept = !('__dataChanged' in own);
	return {
		read: () => (isKept ? fromStored(own.cursor) : undefined) ?? fromStored(shared[key]),
		write(cursor) {
			// A new object each time: n8n does not see what changes within one.
			const stored = toStored(cursor) as IDataObject;
			shared[key] = stored;
			if (isKept) own.cursor = stored;
		},
	};
}
