import { Outage } from '../../../nodes/LeadSquared/fetch/patience';

const MAX_WAIT_MS = 300_000;
const faults = (outage: Outage, count: number, now = 0) => {
	for (let fault = 0; fault < count; fault++) outage.onFault(now, MAX_WAIT_MS);
};

it('a fault or two are accidents', () => {
	const outage = new Outage();
	faults(outage, 2);
	expect([outage.isSuspected, outage.notBefore]).toEqual([false, 0]);
});

it('more in a row are an outage, until there is an answer', () => {
	const outage = new Outage();
	faults(outage, 20, 1000);
	expect(outage.isSuspected).toBe(true);
	expect(outage.notBefore).toBeGreaterThan(1000);
	expect(outage.lastsMs(5000)).toBe(4000);
	outage.onAnswer();
	expect([outage.isSuspected, outage.notBefore, outage.lastsMs(5000)]).toEqual([false, 0, 0]);
});

it('of a server that has answered before, more faults are needed', () => {
	const [fresh, known] = [new Outage(), new Outage()];
	for (let answer = 0; answer < 50; answer++) known.onAnswer();
	let count = 0;
	for (; !fresh.isSuspected; count++) faults(fresh, 1);
	faults(known, count);
	expect(known.isSuspected).toBe(false);
	faults(known, 50);
	expect(known.isSuspected).toBe(true);
});

it('waits as long as the server asks, but not beyond the last try', () => {
	const outage = new Outage();
	faults(outage, 5);
	outage.onFault(0, MAX_WAIT_MS, 7000);
	expect(outage.notBefore).toBe(7000);
	outage.onFault(299_000, MAX_WAIT_MS, 7000);
	expect(outage.notBefore).toBe(MAX_WAIT_MS);
});
