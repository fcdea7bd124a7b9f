import type { findLeadIds } from '../../nodes/LeadSquared/input/leadIds/findLeadIds';
import type {
	apiBaseUrl,
	LeadSquaredCredentials,
} from '../../nodes/LeadSquared/transport/credentials';
import type { CheckRequest } from './tenant.mts';

export interface Settings {
	/** Such as `https://api-in21.leadsquared.com/v2`. */
	baseUrl: string;
	accessKey: string;
	secretKey: string;
	/** Ids of leads of the tenant; empty if the check has to find some. */
	leadIds: string[];
	/** Ids of leads that were deleted, or merged into others. */
	deletedIds: string[];
	/** The file for the findings, as a tenant for the sandbox. */
	file?: string;
	/** Whether the check may write leads of its own. */
	mayWrite: boolean;
}

export const USAGE = `npm run check-account compares a LeadSquared tenant with the assumptions of this node.

It takes no keys as arguments, so that none ends up in the history of the shell or in the list of
processes. Set the environment instead:

  LEADSQUARED_HOST         the API host, e.g. api-in21.leadsquared.com
  LEADSQUARED_ACCESS_KEY   as LeadSquared shows them under My Profile > Settings > API and Webhooks
  LEADSQUARED_SECRET_KEY
  LEADSQUARED_LEAD_IDS     optional: ids of leads that exist, with commas or blanks between them;
                           without it they are found by one call of Leads.RecentlyModified.
                           Some 10,000 show most, 3 are enough to begin with.
  LEADSQUARED_DELETED_LEAD_IDS
                           optional: ids of leads that were deleted, or merged into others

In bash, so that nothing is shown or remembered:

  export LEADSQUARED_HOST=api-in21.leadsquared.com
  read -rsp 'Access key: ' LEADSQUARED_ACCESS_KEY && export LEADSQUARED_ACCESS_KEY
  read -rsp 'Secret key: ' LEADSQUARED_SECRET_KEY && export LEADSQUARED_SECRET_KEY
  npm run check-account

It makes some 70 calls, at most one a second. All of them only read. What it prints holds no key,
nothing of any lead, and no name that the account has given: it can be published. The keys go once
into the query of a call, as LeadSquared documents it, to see whether they are taken there.

  npm run check-account -- --tenant FILE

writes what was found as a tenant for the sandbox, without keys and data as well: try the node on it
with npm run sandbox -- --tenant FILE, or send it along when you report.

  npm run check-account -- --write

asks more, with two leads that it creates and updates. Their names start with n8n-check; delete
them afterwards. It asks LeadSquared to run no automations for them.`;

/**
 * Host, keys and lead ids from the environment.
 *
 * @param args what follows the script on the command line: --write, --tenant FILE, or neither
 * @throws Error, with words for the user in which no value occurs, if something lacks or is unusable
 */
export function readSettings(
	env: Record<string, string | undefined>,
	args: string[],
	node: { apiBaseUrl: typeof apiBaseUrl; findLeadIds: typeof findLeadIds },
): Settings {
	const others = args.filter((arg) => arg !== '--write');
	const [option, file] = others;
	const isUsable =
		others.length === 0 || (others.length === 2 && option === '--tenant' && file !== '');
	if (!isUsable) {
		throw new Error(
			`No arguments but --write and --tenant FILE are taken; if a key was among them, renew it.\n\n${USAGE}`,
		);
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
	const readIds = (name: string) => {
		const { ids, leftOver } = node.findLeadIds(env[name]);
		const count = leftOver.length;
		if (count === 0) return ids.map((id) => id.toLowerCase());
		throw new Error(
			`${name} holds ${count} ${count === 1 ? 'piece' : 'pieces'} of text that ${count === 1 ? 'is not a lead id' : 'are not lead ids'} (8-4-4-4-12 hexadecimal digits).`,
		);
	};
	const credentials: LeadSquaredCredentials = {
		region: 'custom',
		customUrl: host,
		accessKey,
		secretKey,
	};
	const leadIds = readIds('LEADSQUARED_LEAD_IDS');
	const deletedIds = readIds('LEADSQUARED_DELETED_LEAD_IDS');
	const baseUrl = baseUrlOf(credentials, node);
	return {
		baseUrl,
		accessKey,
		secretKey,
		leadIds,
		deletedIds,
		mayWrite: others.length < args.length,
		...(file !== undefined && { file }),
	};
}

function baseUrlOf(
	credentials: LeadSquaredCredentials,
	node: { apiBaseUrl: typeof apiBaseUrl },
): string {
	try {
		return node.apiBaseUrl(credentials);
	} catch {
		// The node's own words repeat the value, into which a key may have been pasted.
		throw new Error('LEADSQUARED_HOST is not an https address, such as api-in21.leadsquared.com.');
	}
}

type Keys = Pick<Settings, 'accessKey' | 'secretKey'>;

// Both made up, so that no failed attempt counts against the user's own access key.
const WRONG: Keys = { accessKey: 'u$rNoSuchAccessKey', secretKey: 'NoSuchSecretKey' };

function keysOf({ keys }: CheckRequest, own: Keys): Keys | undefined {
	return { own, wrong: WRONG, none: undefined }[keys];
}

/** The headers of a call, including the keys as the node sends them. */
export function headersOf(request: CheckRequest, own: Keys): Record<string, string> {
	const keys = request.keysIn === 'headers' ? keysOf(request, own) : undefined;
	return {
		Accept: 'application/json',
		...(request.body !== undefined && { 'Content-Type': 'application/json' }),
		...(keys && { 'x-LSQ-AccessKey': keys.accessKey, 'x-LSQ-SecretKey': keys.secretKey }),
	};
}

/** The path of a call, with the keys in its query if they go there. */
export function pathOf(request: CheckRequest, own: Keys): string {
	const { path, keysIn } = request;
	const keys = keysIn === 'query' ? keysOf(request, own) : undefined;
	if (!keys) return path;
	const { accessKey, secretKey } = keys;
	const query = new URLSearchParams({ accessKey, secretKey });
	return `${path}${path.includes('?') ? '&' : '?'}${query}`;
}
