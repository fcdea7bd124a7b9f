import type { IDataObject } from 'n8n-workflow';
import { isActiveUser, readUsers, usersRequest } from '../../api/users';
import { oneOf } from '../../input/readers';
import { paged } from '../paged';
import { options } from '../properties';
import { status } from './properties';

export const getMany = paged({
	value: 'getMany',
	name: 'Get Many',
	action: 'Get many users',
	description: 'Get the users of the account, such as the owners of leads',
	properties: [status, options()],
	parameters: {
		status: oneOf<'active' | 'all'>('Status', { active: 'Active', all: 'All' }, 'active'),
	},
	request: () => usersRequest,
	read: readUsers,
	idName: 'ID',
	isWanted: (user, { status: wanted }) => wanted === 'all' || isActiveUser(user),
	item: (user) => user as IDataObject,
	unit: 'user',
});
