import { readFileSync } from 'node:fs';
import { drawWorkers } from './workersPlot.mts';

it('docs/images/workers.svg shows how the limiter behaves (npm run docs:plots draws it anew)', async () => {
	// Not toBe, which would print both pictures.
	expect((await drawWorkers()) === readFileSync('docs/images/workers.svg', 'utf8')).toBe(true);
});
