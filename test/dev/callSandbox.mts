/** Shared by the tests of the sandbox: a sandbox in virtual time, and calls to it. */
import { createSandbox } from '../../dev/sandbox/server.mts';
import type {
	Clock,
	Faults,
	Sandbox,
	SandboxAnswer,
	SandboxOptions,
} from '../../dev/sandbox/server.mts';

export const START = Date.UTC(2026, 0, 1);

export function createClock(): Clock & { set(now: number): void } {
	let now = START;
	return { now: () => now, sleep: async () => {}, set: (time) => (now = time) };
}

export function open(faults: Partial<Faults> = {}, options: SandboxOptions = {}): Sandbox {
	return createSandbox({ leads: 300, limit: null, clock: createClock(), faults, ...options });
}

/** @param path what follows /v2/ @param body makes it a POST */
export async function call(sandbox: Sandbox, path: string, body?: object): Promise<SandboxAnswer> {
	const answer = await sandbox.handle({
		method: body ? 'POST' : 'GET',
		url: `/v2/${path}`,
		headers: {
			'content-type': 'application/json',
			'x-LSQ-AccessKey': sandbox.accessKey,
			'x-LSQ-SecretKey': sandbox.secretKey,
		},
		body: body && JSON.stringify(body),
	});
	if (typeof answer === 'string') throw new Error(answer);
	return answer;
}

export async function json(sandbox: Sandbox, path: string, body?: object) {
	return JSON.parse((await call(sandbox, path, body)).body);
}

export const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
