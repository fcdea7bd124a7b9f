/**
 * Parameters of a node whose leads come as LeadSquared sends them, unless a test sets Convert Types. The
 * option is on by default and reads the account's columns first; most tests count the calls for leads.
 */
export function asText<P extends object>(parameters: P): P {
	const { options = {} } = parameters as { options?: unknown };
	if (typeof options !== 'object' || options === null || Array.isArray(options)) return parameters;
	return { ...parameters, options: { convertTypes: false, ...options } };
}
