import type { RetryPolicy } from '../transport/retry';

/** For what someone looks at: better an early word than a long wait. */
export const SOON: RetryPolicy = { maxWaitMs: 20_000, mayRepeat: true };
