import type { Answer } from './answers.mts';
import { jsonAnswer } from './answers.mts';
import type { Faults } from './faults.mts';

/** The call that tells whose the keys are, and where the account is (section 2, Discovery). */
export const USER = '/v2/Authentication.svc/UserByAccessKey.Get';

/** The answer to it, as far as public code reads it. */
export function userAnswer({ appHost }: Faults): Answer {
	return jsonAnswer(
		JSON.stringify({
			Name: 'Ada Sandbox',
			OrgShortCode: '1001',
			TimeZone: 'Asia/Kolkata',
			LSQCommonServiceURLs: {
				api: 'api-in21.leadsquared.com',
				...(appHost === null ? {} : { app: appHost }),
			},
		}),
	);
}
