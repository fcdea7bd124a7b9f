import { createSandbox, type Sandbox } from '../../dev/sandbox/server.mts';
import { runNode, virtualTime, type VirtualTime } from './harness.mts';

const HOUR = 3600_000;

let time: VirtualTime;
let sandbox: Sandbox;

beforeEach(() => (time = virtualTime()));
afterEach(async () => {
	await sandbox.close();
	time.restore();
});

it("n8n's clock that is set back by an hour during a run holds nothing up, and gets nothing refused", async () => {
	sandbox = createSandbox({ leads: 70_000, clock: time.clock, latencyMs: 300 });
	const url = await sandbox.listen();
	const set = time.clock.sleep(2000).then(() => time.setWallClock(Date.now() - HOUR));
	const start = time.now();
	const { items } = await runNode({
		url,
		credentials: { accessKey: sandbox.accessKey, secretKey: sandbox.secretKey },
		input: [{ ids: sandbox.ids(60_000) }],
		parameters: { leadIds: '={{ $json.ids }}', columns: ['FirstName'] },
	});
	await set;
	expect(items).toHaveLength(60_000);
	expect(sandbox.stats).toMatchObject({ calls: 60, refused: 0 });
	expect(time.now() - start).toBeLessThan(1.08 * (10_000 + 300));
});
