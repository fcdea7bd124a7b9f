/** Ends the output of jest with how many tests passed, and which command runs the others. */
module.exports = class {
	onRunComplete(_contexts, { numPassedTests, numFailedTests, numFailedTestSuites }) {
		const suites =
			numFailedTestSuites > 0
				? ` in ${numFailedTestSuites} ${numFailedTestSuites === 1 ? 'file' : 'files'}`
				: '';
		const rest = process.env.THOROUGH ? '' : ' The rest: npm run test:all';
		// At the exit, since jest prints its own summary after this.
		process.once('exit', () =>
			console.log(`${numPassedTests} passed, ${numFailedTests} failed${suites}.${rest}`),
		);
	}
};
