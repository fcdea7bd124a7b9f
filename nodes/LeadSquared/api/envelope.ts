// LeadSquared answers some calls with `{ "Status": "Success", "Message": … }`, others with what was
// asked for alone, and it is not documented that a call keeps to one of them.
const INNER = ['Message', 'Data', 'Result'];

/** What a success holds, be it alone or in an envelope with its status. */
export function withoutEnvelope(body: unknown): unknown {
	if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
	const members = body as Record<string, unknown>;
	if (typeof members.Status !== 'string' || !/^success$/i.test(members.Status)) return body;
	const inner = INNER.map((name) => members[name]).find(
		(member) => typeof member === 'object' && member !== null,
	);
	return inner ?? body;
}
