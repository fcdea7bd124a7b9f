import type { Resource } from '../operation';
import { call } from './call';

export const api: Resource = {
	value: 'api',
	name: 'API',
	defaultOperation: call.value,
	operations: [call],
};
