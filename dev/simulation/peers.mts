import Bottleneck from 'bottleneck';
import pThrottle from 'p-throttle';
import type { Call, MakeThrottle } from './oneClient.mts';

/** p-throttle's sliding window. */
export const pThrottleStrict: MakeThrottle = ({ calls, seconds }) =>
	pThrottle({ limit: calls, interval: seconds * 1000, strict: true })(
		async (call: Call) => await call(),
	);

/** Bottleneck's reservoir, refilled once a window. */
export const bottleneckReservoir: MakeThrottle = ({ calls, seconds }) => {
	const limiter = new Bottleneck({
		reservoir: calls,
		reservoirRefreshAmount: calls,
		reservoirRefreshInterval: seconds * 1000,
	});
	return async (call) => await limiter.schedule(async () => await call());
};
