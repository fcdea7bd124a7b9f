/**
 * The sizes of the tests. One variable decides, and nothing else:
 *
 *     THOROUGH unset   npm test           every behavior, at a small size
 *     THOROUGH=ci      .ci/run            everything; properties run 200 times
 *     THOROUGH=1       npm run test:all   everything, at the sizes that the docs claim
 *
 * When a property fails, fast-check prints the seed of this run and the path to the case. Simulations do not
 * search for a smaller case: that may take longer than the test is allowed to.
 */
const MODES = ['', 'ci', '1'];
const mode = MODES.indexOf(process.env.THOROUGH ?? '');
if (mode < 0) throw new Error(`THOROUGH must be "ci" or "1", not "${process.env.THOROUGH}"`);

const size = <T,>(quick: T, ci: T, thorough: T): T => [quick, ci, thorough][mode];

export const isThorough = size(false, true, true);

/** The number of random cases for each property. */
export const RUNS = {
	scriptsOfChanges: size(15, 200, 1000),
	randomWrites: size(25, 200, 1000),
	randomAnswers: size(40, 200, 1000),
	requestFaults: size(10, 200, 250),
	leadsWithoutId: size(10, 200, 250),
	pageSizes: size(4, 100, 100),
	changingAccounts: size(20, 200, 300),
	changingLists: size(150, 500, 1000),
	movingLeads: size(150, 500, 1000),
	limitedTraffic: size(30, 200, 1000),
	fieldValues: size(5000, 20_000, 20_000),
};

/** The leads of a run that compares larger pages with usual ones (26,000: one call more than the limit). */
export const LEADS = {
	withoutLargerPages: size([26_000], [26_000, 60_000], [26_000, 60_000]),
	withSlowPages: size([26_000], [26_000, 50_000, 60_000], [26_000, 50_000, 60_000]),
};

/** The leads of a backlog that takes many polls, and how many of them a test waits for. */
export const LONG_BACKLOG = size(
	{ leads: 40_000, enough: 12_000 },
	{ leads: 100_000, enough: 30_000 },
	{ leads: 100_000, enough: 30_000 },
);

/** The leads of a trigger's backlog, and the activities of an account, a quarter of them of one type. */
export const BACKLOG = size(5000, 20_000, 20_000);
export const ACTIVITIES = size(100_000, 200_000, 200_000);

/** The kinds of servers and of delays for measuring the limiter of one client, 10,000 calls each. */
export const LIMITER = { servers: size(2, 4, 4), jitters: size(1, 2, 2) };

/** Workers that share nothing: ways to count calls, and how many workers. All seeds: the bars hold for their mean. */
export const WORKERS = {
	countings: size(1, 3, 3),
	limits: size([25], [25, 72], [25, 72]),
	counts: size([2, 8], [2, 4, 8], [2, 4, 8]),
};
