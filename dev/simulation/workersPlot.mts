import { simulateWorkers } from './workers.mts';

const LIMIT = { calls: 25, seconds: 5 };
const SERVER = { counting: 'sliding', latencyMs: 300, jitterMs: 100, seed: 1 } as const;
const COUNTS = [2, 4, 8];
const STAY_SECONDS = 600;

// In pixels: the width of a window of the limit and the height of a call, the same in every panel.
const WINDOW = 4;
const CALL = 3;
const LEFT = 40;
const HEAD = 40;
const ABOVE = 24;
const HALF = LIMIT.calls * CALL;
const PANEL = ABOVE + 2 * HALF + 28;
// Okabe and Ito's colours, which colour-blind people can distinguish, on white and on black.
const COLOURS = '#0072b2 #e69f00 #009e73 #cc79a7 #56b4e9 #d55e00 #f0e442 #999999'.split(' ');

interface Panel {
	/** For each window of the limit, the accepted calls of each worker. */
	shares: number[][];
	/** For each window, the refused calls of all workers. */
	refused: number[];
}

/** Draws the calls of several workers that start, one a minute, and stop again. @returns SVG */
export async function drawWorkers(): Promise<string> {
	const panels: Panel[] = [];
	for (const count of COUNTS) {
		const workers = Array.from({ length: count }, (_, index) => ({
			fromSeconds: index * 60,
			toSeconds: index * 60 + STAY_SECONDS,
		}));
		const { shares, refusals } = await simulateWorkers(workers, LIMIT, SERVER);
		panels.push({ shares, refused: refusals });
	}
	return svg(panels);
}

function svg(panels: Panel[]): string {
	const windows = Math.max(...panels.map(({ shares }) => shares.length));
	const width = LEFT + windows * WINDOW + 12;
	const height = HEAD + panels.length * PANEL + 8;
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">
<title>Workers that share nothing but the account</title>
<desc>Accepted calls of each worker in each window of ${LIMIT.seconds} seconds, on top of each other, and refused ones below.</desc>
<style>
	svg { --back: #fff; --fore: #1f2328; --faint: #d1d9e0; font: 12px system-ui, sans-serif; }
	@media (prefers-color-scheme: dark) { svg { --back: #0d1117; --fore: #f0f6fc; --faint: #3d444d; } }
	rect { fill: var(--back); }
	text, .refused { fill: var(--fore); }
	.limit { stroke: var(--fore); stroke-dasharray: 5 3; }
	.line { stroke: var(--faint); }
	.title { font-weight: 600; }
	.end { text-anchor: end; }
	.middle { text-anchor: middle; }
</style>
<rect width="100%" height="100%"/>
<text x="${LEFT}" y="20">Calls in each window of ${LIMIT.seconds} s over time: accepted, one colour for each worker; refused, below the line. Dashed: the limit, ${LIMIT.calls}.</text>
${panels.map((panel, index) => drawPanel(panel, windows, HEAD + index * PANEL)).join('\n')}
</svg>
`;
}

function drawPanel({ shares, refused }: Panel, windows: number, top: number): string {
	const workers = shares[0].length;
	const width = windows * WINDOW;
	// Each area goes down to zero. The next one is lower and covers part of it.
	const areas = shares[0].map((_, worker) => {
		const heights = shares.map((share) => sum(share.slice(0, worker + 1)));
		return `<path fill="${COLOURS[worker]}" d="${steps(heights, -CALL)}"/>`;
	});
	const minutes = Array.from(
		{ length: Math.floor((windows * LIMIT.seconds) / 60) + 1 },
		(_, minute) => {
			const x = ((minute * 60) / LIMIT.seconds) * WINDOW;
			const label = `<text class="middle" x="${x}" y="${HALF + 16}">${minute} min</text>`;
			return `<path class="line" d="M${x} 0v${HALF}"/>${minute % 2 === 0 ? label : ''}`;
		},
	);
	return `<g transform="translate(${LEFT} ${top + ABOVE + HALF})">
<text class="title" y="${-HALF - 8}">${workers} workers</text>
${areas.reverse().join('\n')}
${minutes.join('\n')}
<path class="refused" d="${steps(refused, CALL)}"/>
<path class="line" d="M0 0h${width}"/>
<path class="limit" d="M0 ${-HALF}h${width}"/>
<text class="end" x="-6" y="${-HALF + 4}">${LIMIT.calls}</text>
<text class="end" x="-6" y="4">0</text>
<text class="end" x="-6" y="${HALF + 4}">${LIMIT.calls}</text>
</g>`;
}

/** The area between zero and the height of each window. */
function steps(heights: number[], scale: number): string {
	const tops = heights.map((height) => `V${height * scale}h${WINDOW}`);
	return `M0 0${tops.join('')}V0Z`;
}

const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
