import { writeFile } from 'node:fs/promises';
import { drawWorkers } from '../simulation/workersPlot.mts';

const FILE = 'docs/images/workers.svg';

export async function run(): Promise<void> {
	await writeFile(FILE, await drawWorkers());
	console.log(`${FILE} is drawn.`);
}
