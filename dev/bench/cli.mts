/** `npm run bench`: see {@link HELP}. */
import '../builtNode.mts';

const HELP = `Measures. Nothing else should run on the machine meanwhile.

npm run bench [-- options]      the node compared with other ways to get leads, as Markdown. A run of
                                everything takes about 35 minutes. Linux only
  --part n8n,pages,lists,cost,growth
                                n8n: whole workflows in a real n8n; pages: at accounts that take more or
                                less in a call; lists: leads by change date, list and column; cost: the
                                node's own CPU time and memory; growth: what more ids cost. All by default
  --ids 1000,10000,100000       how many ids (n8n)
  --way <text>                  only the ways whose name contains it (n8n, lists)
  --account <text>              only the accounts whose description contains it (pages)
  --repeat 5                    measurements; the median counts (cost, growth)

npm run bench -- limiters       the node's rate limiter compared with p-throttle and Bottleneck, in virtual
                                time; writes the table in docs/rate-limit-internals.md. 3 to 10 minutes
  --all                         prints every measurement, and writes nothing

npm run bench -- plots          draws docs/images/workers.svg from the simulation
`;

async function main(args: string[]): Promise<void> {
	const [what, ...others] = args;
	if (args.includes('--help')) console.log(HELP);
	else if (what === 'limiters') await (await import('./limiters.mts')).run(others);
	else if (what === 'plots') await (await import('./plots.mts')).run();
	else await (await import('./otherWays.mts')).run(args);
}

main(process.argv.slice(2)).catch((error: Error) => {
	console.error(error.message);
	process.exitCode = 1;
});
