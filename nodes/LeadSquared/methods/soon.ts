/** For what someone looks at: better an early word than a long wait. */
export const SOON_MS = 20_000;
