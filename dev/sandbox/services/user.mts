import { jsonAnswer } from '../answers.mts';
import { userAt } from '../users.mts';
import type { Service } from './service.mts';

/**
 * The call that returns the owner of the keys, and where the account is
 * (https://apidocs.leadsquared.com/user-authentication/), with the members that public code reads.
 */
export const user: Service<object> = {
	of: 'Authentication.svc',
	name: 'UserByAccessKey.Get',
	method: 'GET',
	read: () => ({}),
	answer(_request, { faults: { appHost }, population, seed }) {
		const { firstName, lastName } = userAt(0, seed, population.userId);
		const urls = {
			api: 'api-in21.leadsquared.com',
			...(appHost === null ? {} : { app: appHost }),
		};
		const user = {
			Name: `${firstName} ${lastName}`,
			OrgShortCode: '1001',
			TimeZone: 'Asia/Kolkata',
			LSQCommonServiceURLs: urls,
		};
		return { answer: jsonAnswer(JSON.stringify(user)), rows: 0 };
	},
};
