import { createSandbox, type Sandbox, type SandboxOptions } from '../../dev/sandbox/server.mts';
import { runNode, virtualTime, type RunOptions, type VirtualTime } from './harness.mts';

/** Ids that no account has. */
export const unknownId = (index: number) =>
	`ffffffff-0000-4000-8000-${String(index).padStart(12, '0')}`;

/** A virtual time and an account for each test of a file; `account()` starts it, `run()` talks to it. */
export function accountForEach() {
	const state = {} as { time: VirtualTime; sandbox: Sandbox; url: string };
	beforeEach(() => void (state.time = virtualTime()));
	afterEach(async () => {
		await state.sandbox?.close();
		state.time.restore();
	});
	const keys = () => ({
		accessKey: state.sandbox.accessKey,
		secretKey: state.sandbox.secretKey,
	});
	return {
		state,
		keys,
		async account(options: SandboxOptions = {}): Promise<Sandbox> {
			const { clock } = state.time;
			state.sandbox = createSandbox({ leads: 3000, clock, latencyMs: 300, ...options });
			state.url = await state.sandbox.listen();
			return state.sandbox;
		},
		/** Runs Get Leads by IDs, two columns; what is given goes over it. */
		async run({ parameters, credentials, ...options }: RunOptions = {}) {
			return await runNode({
				url: state.url,
				credentials: { ...keys(), ...(credentials as object) },
				parameters: {
					resource: 'lead',
					operation: 'getByIds',
					leadIds: '={{ $json.ProspectID }}',
					columns: ['FirstName', 'Score'],
					...parameters,
				},
				...options,
			});
		},
	};
}

export const inputOf = (ids: unknown[]) => ids.map((ProspectID) => ({ ProspectID }));
export const itemOf = ({ pairedItem }: { pairedItem?: unknown }) =>
	(pairedItem as { item: number }).item;
