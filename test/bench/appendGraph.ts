import type { Figure } from './row.ts';

/** The cost of appending one page of Resources. */
interface Point {
  readonly page: number;
  /** Number of `getTreeItem` calls that VS Code made for the page. */
  readonly calls: number;
}

const width = 720;
const height = 320;
/** The plot area, in px. */
const plot = { left: 76, right: 690, top: 64, bottom: 262 };

/**
 * Returns a round interval between the ticks of an axis from 0 to `most`. The axis then has at most `count`
 * intervals.
 */
function niceStep(most: number, count: number): number {
  const raw = most / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  return ([1, 2, 5].find((factor) => factor * power >= raw) ?? 10) * power;
}

function ticks(most: number, count: number): number[] {
  const step = niceStep(most, count);
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step);
}

function pointsOf(figures: readonly Figure[], name: string): Point[] {
  const series = figures.flatMap((figure) => figure.series ?? []).find((one) => one.name === name);
  const points = (series?.points ?? []).flatMap(({ page, calls }) =>
    page === undefined || calls === undefined ? [] : [{ page, calls }],
  );
  if (points.length < 2) throw new Error(`The row “append” has no series “${name}”.`);
  return points;
}

/** Colors for light and dark themes, as on GitHub and in VS Code. */
const style = `
    text { font: 13px system-ui, sans-serif; fill: #1f2328; }
    .title { font-size: 15px; font-weight: 600; }
    .scale { fill: #59636e; font-size: 12px; }
    .grid { stroke: #d1d9e0; }
    .line { fill: none; stroke-width: 2.5; stroke-linejoin: round; stroke-linecap: round; }
    .ours { stroke: #0969da; } text.ours { stroke: none; fill: #0969da; font-weight: 600; }
    .peers { stroke: #bc4c00; } circle.peers { stroke: none; fill: #bc4c00; }
    text.peers { stroke: none; fill: #bc4c00; font-weight: 600; }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc; }
      .scale { fill: #9198a1; }
      .grid { stroke: #3d444d; }
      .ours { stroke: #58a6ff; } text.ours { fill: #58a6ff; }
      .peers { stroke: #f0883e; } circle.peers, text.peers { fill: #f0883e; }
    }`;

/**
 * Draws the graph in the README. The graph compares two extensions: ours, and one that refreshes the parent
 * to append a page.
 * @param figures the results of the benchmark `append`
 * @param pageSize number of children per page
 * @returns an SVG
 */
export function appendGraph(figures: readonly Figure[], pageSize: number): string {
  const ours = pointsOf(figures, 'ours');
  const peers = pointsOf(figures, 'by refreshing the parent');
  const lastPage = Math.max(...[...ours, ...peers].map(({ page }) => page));
  const most = Math.max(...[...ours, ...peers].map(({ calls }) => calls));
  const x = (page: number): number => plot.left + (page / lastPage) * (plot.right - plot.left);
  const y = (calls: number): number => plot.bottom - (calls / most) * (plot.bottom - plot.top);
  const line = (points: readonly Point[], name: string): string =>
    `<polyline class="line ${name}" points="${points.map(({ page, calls }) => `${x(page).toFixed(1)},${y(calls).toFixed(1)}`).join(' ')}"/>`;
  const text = (at: { x: number; y: number }, words: string, name: string, anchor = 'middle'): string =>
    `<text class="${name}" x="${at.x.toFixed(1)}" y="${at.y.toFixed(1)}" text-anchor="${anchor}">${words}</text>`;
  const rows = ticks(most, 5).flatMap((calls) => [
    `<path class="grid" d="M${plot.left} ${y(calls).toFixed(1)}H${plot.right}"/>`,
    text({ x: plot.left - 8, y: y(calls) + 4 }, calls.toLocaleString('en'), 'scale', 'end'),
  ]);
  const columns = ticks(lastPage, 8).map((page) =>
    text({ x: x(page), y: plot.bottom + 20 }, page.toLocaleString('en'), 'scale'),
  );
  const last = ours.at(-1)?.calls ?? 0;
  const lastOfPeers = peers.at(-1)?.calls ?? 0;
  const middle = (plot.left + plot.right) / 2;
  const title = `Rows that VS Code requests after each page of ${pageSize.toLocaleString('en')} Resources`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}. This extension: about ${last.toLocaleString('en')} rows for any page. With a refresh of the parent: ${lastOfPeers.toLocaleString('en')} rows for page ${lastPage}.">
  <style>${style}
  </style>
  ${text({ x: plot.left, y: 28 }, title, 'title', 'start')}
  ${[...rows, ...columns].join('\n  ')}
  ${text({ x: middle, y: height - 14 }, 'page', 'scale')}
  ${line(peers, 'peers')}
  ${peers.map(({ page, calls }) => `<circle class="peers" cx="${x(page).toFixed(1)}" cy="${y(calls).toFixed(1)}" r="4"/>`).join('')}
  ${line(ours, 'ours')}
  ${text({ x: x(lastPage * 0.62), y: y(most * 0.72) }, `refresh of the parent: ${lastOfPeers.toLocaleString('en')}`, 'peers', 'end')}
  ${text({ x: plot.right, y: y(last) - 10 }, `this extension: ${last.toLocaleString('en')}`, 'ours', 'end')}
</svg>
`;
}
