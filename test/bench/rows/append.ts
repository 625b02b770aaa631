import type { BenchWindow } from '../benchWindow.ts';
import { openGeneratedResources, pageSize, quickResources } from '../generatedResources.ts';
import type { Figure, Row } from '../row.ts';
import type { Bench } from '../session.ts';
import { median } from '../statistics.ts';

const maxTimesSecond = 1.3;
const callsAllowed = 2 * pageSize;
const timesFewerCalls = 20;
/** Number of timed pages at the start. The same number is timed at the end. */
const timedPages = 5;

interface Page extends Readonly<Record<string, number>> {
  readonly page: number;
  /** Time from the command until the first row of the page is painted. */
  readonly ms: number;
  /** Number of `getTreeItem` calls that VS Code made for the page. */
  readonly calls: number;
}

/** Matches the title of the generated Resource with this index. */
function titleOf(index: number): RegExp {
  return new RegExp(String(index).padStart(7, '0'));
}

async function appendPages(window: BenchWindow, pages: number): Promise<Page[]> {
  const { probe, screen, workbench } = window;
  const row = workbench.treeRow('Berth slips').first();
  await screen.rowAppears(titleOf(0), () => row.locator('.monaco-tl-twistie').click());
  const appended: Page[] = [];
  for (let page = 2; page <= pages; page++) {
    const more = (await probe.ask('rowIds', 'loadMore')).at(-1);
    if (page < 2 + timedPages || page > pages - timedPages) await screen.rest();
    await probe.ask('reset');
    let began = Number.NaN;
    const seenAt = await screen.rowAppears(titleOf((page - 1) * pageSize), async () => {
      began = (await probe.ask('run', 'onna.loadMore', more)).startedAt;
    });
    // VS Code requests all rows of the page before it paints, so the count is complete.
    const { getTreeItem } = await probe.ask('counts');
    appended.push({ page, ms: seenAt - began, calls: getTreeItem });
  }
  return appended;
}

async function appendByRefresh(window: BenchWindow, pages: readonly number[]): Promise<Page[]> {
  await window.openBenchView('Bench Flat');
  const refreshed: Page[] = [];
  for (const page of pages) {
    await window.probe.ask('refreshFlat', (page - 1) * pageSize);
    const { ms, getTreeItem } = await window.probe.ask('refreshFlat', page * pageSize);
    refreshed.push({ page, ms, calls: getTreeItem });
  }
  return refreshed;
}

async function measure(bench: Bench): Promise<readonly Figure[]> {
  const total = bench.size(1_000_000, quickResources);
  const pages = bench.size(200, 40);
  const { window } = await openGeneratedResources(bench, total);
  const ours = await window.profiled('append', () => appendPages(window, pages));
  const points = bench.quick ? [2, pages] : [2, 10, 20, 40, 80, 120, 160, 200];
  const refreshed = await appendByRefresh(window, points);
  if (!bench.quick) await window.close();
  const [early, late] = [ours.slice(0, timedPages), ours.slice(-timedPages)];
  const [earlyMs, lateMs] = [median(early.map(({ ms }) => ms)), median(late.map(({ ms }) => ms))];
  const maxCalls = Math.max(...ours.map((page) => page.calls));
  const calls = ours.at(-1)?.calls ?? Number.NaN;
  const refreshCalls = refreshed.at(-1)?.calls ?? Number.NaN;
  const of = total.toLocaleString('en');
  return [
    {
      figure: `appending page ${pages} (${pageSize} Resources per page, ${of} in total)`,
      ours: { value: lateMs, unit: 'ms' },
      against: { value: earlyMs, unit: 'ms', of: 'page 2' },
      ratio: lateMs / earlyMs,
      goal: `≤ ${maxTimesSecond} ×`,
      pass: lateMs <= maxTimesSecond * earlyMs,
      note: `From the command until the first row of the page is painted, including the request. Medians of the last ${timedPages} and the first ${timedPages} appended pages. Each page is requested when VS Code is idle. A refresh of the parent of all rows takes ${(refreshed.at(-1)?.ms ?? Number.NaN).toFixed(0)} ms for page ${pages} until VS Code has requested the rows, without a request to the server and without painting.`,
      series: [
        { name: 'ours', points: ours },
        { name: 'by refreshing the parent', points: refreshed },
      ],
    },
    {
      figure: `appending page ${pages}: getTreeItem calls`,
      ours: { value: calls, unit: 'calls' },
      goal: `≤ 2 × page size (${callsAllowed.toLocaleString('en')})`,
      pass: calls <= callsAllowed,
      note: `Calls from VS Code to the installed extension. Maximum of all pages: ${maxCalls.toLocaleString('en')}.`,
    },
    {
      figure: `appending page ${pages}: getTreeItem calls`,
      ours: { value: calls, unit: 'calls' },
      against: { value: refreshCalls, unit: 'calls', of: 'with a refresh of the parent' },
      ratio: refreshCalls / calls,
      goal: `≥ ${timesFewerCalls} × fewer`,
      pass: refreshCalls >= timesFewerCalls * calls,
      note: 'Baseline: an extension in the same window that refreshes the parent of all rows. Its rows are prepared.',
    },
  ];
}

/** Measures the cost of each additional page of a large Datasource. */
export const append: Row = { name: 'append', measure };
