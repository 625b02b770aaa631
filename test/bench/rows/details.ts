import { DetailsFrame, headingShownAt, type ScrolledTable } from '../detailsFrame.ts';
import { openBenchWindow } from '../benchWindow.ts';
import type { BenchWindow } from '../benchWindow.ts';
import type { Figure, Row } from '../row.ts';
import { SandboxControl } from '../sandboxControl.ts';
import type { Bench } from '../session.ts';
import { lowerQuartile } from '../statistics.ts';
import { formatNumber } from '../table.ts';
import { until } from '../../support/until.ts';

const maxTimesAnswer = 1.2;
const maxMsMore = 30;
/** Maximum time after the do-nothing webview, in ms. The page also has styles, and a script that draws its header. */
const maxMsAfterBlank = 100;
const maxRows = 120;
const maxTaskMs = 50;
const maxStallMs = 50;
/** Maximum duration of scrolling through one table, in ms. */
const patienceMs = 10 * 60_000;

/** Opens our details page and the do-nothing webview in each round, in alternating order. */
async function takeOpenings(
  window: BenchWindow,
  rowId: string,
  rounds: number,
): Promise<{ ours: number[]; blank: number[] }> {
  const { probe, workbench } = window;
  const samples = { ours: [] as number[], blank: [] as number[] };
  for (let round = -2; round < rounds; round++)
    for (const name of round % 2 === 0 ? (['blank', 'ours'] as const) : (['ours', 'blank'] as const)) {
      const { startedAt } = await (name === 'ours'
        ? probe.ask('run', 'onna.showDetails', rowId)
        : probe.ask('openBlankWebview'));
      const ms = (await headingShownAt(workbench)) - startedAt;
      // Rounds below 0 are warm-ups, because they load code and open connections.
      if (round >= 0) samples[name].push(ms);
      await probe.ask('run', 'workbench.action.closeAllEditors');
      await workbench.page.locator('iframe.webview').first().waitFor({ state: 'detached' });
    }
  return samples;
}

async function measure(bench: Bench): Promise<readonly Figure[]> {
  const total = bench.size(100_000, 10_000);
  const logTotal = Math.min(total, bench.size(50_000, 5_000));
  const { connection } = await bench.sandbox('--generate-exceptions', String(total));
  const sandbox = await SandboxControl.of(connection);
  const window = await openBenchWindow(bench);
  await window.signIn(connection);
  await window.workbench.treeRow('Berth slips').first().waitFor();
  const { probe } = window;
  const rowId = await until(
    'VS Code has requested the row',
    async () => (await probe.ask('rowIds', 'datasource'))[0],
  );
  const opened = await takeOpenings(window, rowId, bench.size(15, 5));

  await probe.ask('run', 'onna.showDetails', rowId);
  const frame = await DetailsFrame.of(window);
  await frame.openTab('Logs');
  const [datasource] = await sandbox.datasources();
  const url = `${datasource?.url ?? ''}/@getAuditLogSpyder?limit=200`;
  const logs = { ours: [] as number[], answer: [] as number[] };
  for (let round = -2; round < bench.size(21, 7); round++) {
    const take = {
      ours: () => frame.loadLog(),
      answer: () => probe.ask('askBare', url, sandbox.caller.token),
    };
    for (const name of round % 2 === 0 ? (['answer', 'ours'] as const) : (['ours', 'answer'] as const)) {
      const ms = await take[name]();
      if (round >= 0) logs[name].push(ms);
    }
  }

  const log = await window.profiled('detailsLog', () => frame.scrollThrough('.logs', logTotal, patienceMs));
  await frame.openTab('Exceptions');
  const exceptions = await window.profiled('detailsExceptions', () =>
    frame.scrollThrough('.exceptions', total, patienceMs),
  );
  await window.close();
  return [
    ...openingFigures(opened),
    ...logFigures(logs),
    ...scrollFigures(`${total.toLocaleString('en')} exceptions`, exceptions),
    ...scrollFigures(`${logTotal.toLocaleString('en')} log entries`, log),
  ];
}

function openingFigures({ ours, blank }: { ours: readonly number[]; blank: readonly number[] }): Figure[] {
  const [own, least] = [lowerQuartile(ours), lowerQuartile(blank)];
  return [
    {
      figure: 'details page: header on screen',
      ours: { value: own, unit: 'ms' },
      against: { value: least, unit: 'ms', of: 'a webview with one heading and no script' },
      ratio: own / least,
      goal: `≤ the webview + ${maxMsAfterBlank} ms`,
      pass: own <= least + maxMsAfterBlank,
      note: `From the start of the command in the extension host until the first paint of the webview, which contains the heading. Lower quartiles of ${ours.length} samples, alternating in the same window.`,
      samples: { ours, blank },
    },
  ];
}

function logFigures({ ours, answer }: { ours: readonly number[]; answer: readonly number[] }): Figure[] {
  const [own, bare] = [lowerQuartile(ours), lowerQuartile(answer)];
  return [
    {
      figure: 'details page: first entries of a log on screen',
      ours: { value: own, unit: 'ms' },
      against: { value: bare, unit: 'ms', of: 'one undici request for the same entries' },
      ratio: own / bare,
      goal: `≤ ${maxTimesAnswer} × + ${maxMsMore} ms`,
      pass: own <= maxTimesAnswer * bare + maxMsMore,
      note: `From the click on the page until 200 entries are loaded and the visible ones painted. Baseline: the same request from the same extension host. Lower quartiles of ${ours.length} samples, alternating with the baseline.`,
      samples: { ours, answer },
    },
  ];
}

function scrollFigures(of: string, { ms, maxRows: rows, longTasks, host }: ScrolledTable): Figure[] {
  const scrolling = `details page: scrolling through ${of}`;
  const seconds = (ms / 1_000).toFixed(0);
  return [
    {
      figure: `${scrolling}: longest task of the window`,
      ours: {
        ...{ value: longTasks.maxCpuMs, unit: 'ms' },
        of: `CPU time, including ${formatNumber(longTasks.maxCpuGcMs)} ms of garbage collection; ${formatNumber(longTasks.maxMs)} ms wall time`,
      },
      goal: `≤ ${maxTaskMs} ms`,
      pass: longTasks.maxCpuMs <= maxTaskMs,
      note: `Measured as for the search page. The test loaded all rows and scrolled through them with the mouse wheel, for ${seconds} s. ${longTasks.count} tasks took more than ${maxTaskMs} ms.`,
    },
    {
      figure: `${scrolling}: rows in the document`,
      ours: { value: rows, unit: 'rows' },
      goal: `≤ ${maxRows}`,
      pass: rows <= maxRows,
      note: 'Maximum number of rows of all tables of the page at any time.',
    },
    {
      figure: `${scrolling}: longest stall of the extension host`,
      ours: { value: host.maxStallMs, unit: 'ms' },
      goal: `≤ ${maxStallMs} ms`,
      pass: host.maxStallMs <= maxStallMs,
      note: `Maximum delay of a 5 ms timer through work of the thread that runs extensions. ${host.stalls} stalls took more than ${maxStallMs} ms.`,
      samples: { activeMs: [host.activeMs] },
    },
  ];
}

/** Measures the details page: opening it, its log, and scrolling through long tables. */
export const details: Row = { name: 'details', measure };
