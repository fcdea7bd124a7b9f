import type { findLeadIds } from '../../nodes/LeadSquared/shared/leadIds/findLeadIds';
import type { apiBaseUrl, LeadSquaredCredentials } from '../../nodes/LeadSquared/transport/account';
import type { ProbeRequest } from './tenant.mts';

export interface Settings {
	/** Such as `https://api-in21.leadsquared.com/v2`. */
	baseUrl: string;
	accessKey: string;
	secretKey: string;
	/** Ids of leads of the tenant; empty if the probe has to find some. */
	leadIds: string[];
}

export const USAGE = `npm run check-account compares a LeadSquared tenant with what this node assumes of it.

It takes no arguments, so that no key ends up in the history of the shell or in the list of
processes. Set the environment instead:

  LEADSQUARED_HOST         the API host, e.g. api-in21.leadsquared.com
  LEADSQUARED_ACCESS_KEY   as LeadSquared shows them under My Profile > Settings > API and Webhooks
  LEADSQUARED_SECRET_KEY
  LEADSQUARED_LEAD_IDS     optional: ids of leads that exist, with commas or blanks between them;
                           without it they are found by one call of Leads.RecentlyModified.
                           Some 2,000 show most, 3 are enough to begin with.

In bash, so that nothing is shown or remembered:

  export LEADSQUARED_HOST=api-in21.leadsquared.com
  read -rsp 'Access key: ' LEADSQUARED_ACCESS_KEY && export LEADSQUARED_ACCESS_KEY
  read -rsp 'Secret key: ' LEADSQUARED_SECRET_KEY && export LEADSQUARED_SECRET_KEY
  npm run check-account

A few dozen calls are made, one a second at most, all of which only read. Nothing is stored; what is
printed holds no key and nothing of any lead.`;

/**
 * Host, keys and lead ids from the environment.
 *
 * @param args what follows the script on the command line: it has to be empty
 * @throws Error, with words for the user in which no value occurs, if something lacks or is unusable
 */
export function readSettings(
	env: Record<string, string | undefined>,
	args: string[],
	node: { apiBaseUrl: typeof apiBaseUrl; findLeadIds: typeof findLeadIds },
): Settings {
	if (args.length > 0) {
		throw new Error(`Arguments are refused; if a key was among them, renew it.\n\n${USAGE}`);
	}
	const [host, accessKey, secretKey] = [
		'LEADSQUARED_HOST',
		'LEADSQUARED_ACCESS_KEY',
		'LEADSQUARED_SECRET_KEY',
	].map((name) => {
		const value = env[name]?.trim();
		if (!value) throw new Error(`${name} is not set.\n\n${USAGE}`);
		return value;
	});
	const { ids, leftOver } = node.findLeadIds(env.LEADSQUARED_LEAD_IDS);
	if (leftOver.length > 0) {
		const count = leftOver.length;
		throw new Error(
			`LEADSQUARED_LEAD_IDS holds ${count} ${count === 1 ? 'piece' : 'pieces'} of text that ${count === 1 ? 'is no lead id' : 'are no lead ids'} (8-4-4-4-12 hexadecimal digits).`,
		);
	}
	const credentials: LeadSquaredCredentials = {
		region: 'custom',
		customUrl: host,
		accessKey,
		secretKey,
	};
	const leadIds = ids.map((id) => id.toLowerCase());
	return { baseUrl: baseUrlOf(credentials, node), accessKey, secretKey, leadIds };
}

function baseUrlOf(
	credentials: LeadSquaredCredentials,
	node: { apiBaseUrl: typeof apiBaseUrl },
): string {
	try {
		return node.apiBaseUrl(credentials);
	} catch {
		// The node's own words repeat the value, into which somebody may have pasted a key.
		throw new Error('LEADSQUARED_HOST is not an https address, such as api-in21.leadsquared.com.');
	}
}

/** The headers of a call, the keys among them as the node sends them. */
export function headersOf(
	{ keys, body }: ProbeRequest,
	{ accessKey, secretKey }: Pick<Settings, 'accessKey' | 'secretKey'>,
): Record<string, string> {
	const pairs: Record<ProbeRequest['keys'], Record<string, string>> = {
		own: { 'x-LSQ-AccessKey': accessKey, 'x-LSQ-SecretKey': secretKey },
		// Both made up, so that no failed attempt is booked on the user's own access key.
		wrong: { 'x-LSQ-AccessKey': 'u$rNoSuchAccessKey', 'x-LSQ-SecretKey': 'NoSuchSecretKey' },
		none: {},
	};
	const type: Record<string, string> =
		body === undefined ? {} : { 'Content-Type': 'application/json' };
	return { Accept: 'application/json', ...type, ...pairs[keys] };
}
