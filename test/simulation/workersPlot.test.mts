import { readFileSync } from 'node:fs';
import { drawWorkers } from '../../dev/simulation/workersPlot.mts';

it('docs/images/workers.svg shows how the limiter behaves (npm run bench -- plots draws it again)', async () => {
	// Not toBe, which would print both pictures.
	expect((await drawWorkers()) === readFileSync('docs/images/workers.svg', 'utf8')).toBe(true);
});
