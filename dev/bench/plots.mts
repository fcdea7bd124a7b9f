import { writeFile } from 'node:fs/promises';
import { drawWorkers } from '../simulation/workersPlot.mts';

const FILE = 'docs/images/workers.svg';

drawWorkers()
	.then(async (svg) => await writeFile(FILE, svg))
	.then(() => console.log(`${FILE} is drawn.`));
