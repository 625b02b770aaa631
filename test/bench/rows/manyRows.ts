import { until } from '../../support/until.ts';
import type { BenchWindow } from '../benchWindow.ts';
import { largeAccountSize, openLargeAccount } from '../largeAccount.ts';
import { watchMainThread } from '../mainThread.ts';
import type { StaticRow } from '../probe/protocol.ts';
import { cpuOfExtension } from '../profile.ts';
import type { Figure, Row } from '../row.ts';
import type { Bench } from '../session.ts';
import { lowerQuartile, median } from '../statistics.ts';

const maxRatio = 1.2;
const maxKeyMs = 150;
const maxAgeCalls = 60;
const maxAgeCpuMs = 10;
/** A minute, and the time until the updated rows are drawn, in ms. */
const ageMinuteMs = 61_000;
/** Number of presses of Page Down in each round. */
const pages = 40;
/** The number of the first row while the filter has this text. */
const filtered = { '': '00000', '9': '00009', '99': '00099', '999': '00999', '9999': '09999' } as const;
const texts = Object.keys(filtered) as (keyof typeof filtered)[];

/** Samples of our tree and of the comparison tree, in ms. */
class Pair {
  readonly ours: number[] = [];
  readonly bare: number[] = [];

  figure(name: string, note: string, maxMs = Number.POSITIVE_INFINITY): Figure {
    const [ours, bare] = [lowerQuartile(this.ours), lowerQuartile(this.bare)];
    return {
      figure: `${largeAccountSize.toLocaleString('en')} Datasources in a window: ${name}`,
      ours: { value: ours, unit: 'ms' },
      against: { value: bare, unit: 'ms', of: 'copies of the rows' },
      ratio: ours / bare,
      goal: `≤ ${maxRatio} ×${maxMs === Number.POSITIVE_INFINITY ? '' : `, ≤ ${maxMs} ms`}`,
      pass: ours <= maxRatio * bare && ours <= maxMs,
      note: `${note} Baseline: an extension in the same window that returns copies of our rows, with the same icons, decorations and buttons. Lower quartiles of ${this.ours.length} samples, alternating with the baseline.`,
      samples: { ours: this.ours, bare: this.bare },
    };
  }
}

interface Samples {
  readonly reload: Pair;
  readonly key: Pair;
  readonly grouping: Pair;
  readonly paging: Pair;
}

/** Gives copies of our rows other names and URIs, so that VS Code knows none of them. */
function renamed(rows: readonly StaticRow[]): StaticRow[] {
  return rows.map((row) => ({
    ...row,
    label: row.label.replace('Datasource', 'Static'),
    ...(row.uri !== undefined && { uri: `${row.uri}-static` }),
    children: renamed(row.children),
  }));
}

async function untilDrawn({ probe }: BenchWindow): Promise<void> {
  await until(
    'VS Code has requested all rows',
    async () => (await probe.ask('counts')).getTreeItem >= largeAccountSize,
  );
}

/** Presses the keys of the filter. @returns the times until the rows of each key are painted, in ms */
async function pressKeys(
  window: BenchWindow,
  title: string,
  afterKey: () => Promise<void>,
): Promise<number[]> {
  const { screen, workbench } = window;
  await workbench.quickInput.locator('input.input').waitFor();
  const times: number[] = [];
  for (const [index, text] of texts.entries()) {
    const before = texts[index - 1];
    if (before === undefined) continue;
    const [was, is] = [before, text].map((typed) => new RegExp(`${title} ${filtered[typed]}`));
    if (!was || !is) continue;
    const paintedAt = await screen.rowsTurn(was, is, () => workbench.page.keyboard.type(text.slice(-1)));
    times.push(paintedAt - (await screen.pressedAt()));
    await afterKey();
  }
  const first = new RegExp(`${title} ${filtered['']}`);
  await screen.rowAppears(first, () => workbench.page.keyboard.press('Escape'));
  return times;
}

/** Presses Page Down in the tree of the open view. @returns the longest task of the window, in ms of CPU time */
async function pageDown(window: BenchWindow, first: string): Promise<number> {
  const { page } = window.workbench;
  await window.workbench.treeRow(first).first().click();
  const tasks = await watchMainThread(page, async () => {
    for (let count = 0; count < pages; count++) {
      await page.keyboard.press('PageDown');
      await page.waitForTimeout(40);
    }
  });
  await page.keyboard.press('Home');
  await window.workbench.treeRow(first).first().waitFor();
  return tasks.maxCpuMs;
}

async function reload(window: BenchWindow, first: RegExp): Promise<number> {
  const { screen, workbench, probe } = window;
  const paintedAt = await screen.rowAppearsAnew(first, () =>
    workbench.runCommand('Developer: Reload Window'),
  );
  const startedAt = await workbench.page.evaluate<number>('performance.timeOrigin');
  await workbench.waitUntilReady();
  await until('the probe has connected again', () =>
    probe.ask('counts').then(
      () => true,
      () => false,
    ),
  );
  return paintedAt - startedAt;
}

async function takeSamples(window: BenchWindow, rounds: number): Promise<Samples> {
  const { probe, screen, workbench } = window;
  const samples = { reload: new Pair(), key: new Pair(), grouping: new Pair(), paging: new Pair() };
  const [oursFirst, bareFirst] = [/Datasource 00000/, /Static 00000/];
  const copies = renamed(await probe.ask('rowCopies'));
  // The comparison tree shows the same rows for the same text.
  const byText: Record<string, readonly StaticRow[]> = { '': copies };
  for (let round = 0; round < rounds; round++) {
    await workbench.openView();
    await workbench.runCommand('Onna: Filter Datasources…');
    let typed = 0;
    const ours = await pressKeys(window, 'Datasource', async () => {
      byText[texts[++typed] ?? ''] ??= renamed(await probe.ask('rowCopies'));
    });
    samples.key.ours.push(Math.max(...ours));
    samples.paging.ours.push(await pageDown(window, 'Datasource 00000'));
    await window.openBenchView('Bench Static');
    await screen.rowAppears(bareFirst, () => probe.ask('showStatic', copies));
    await probe.ask('filterStatic', byText);
    samples.key.bare.push(Math.max(...(await pressKeys(window, 'Static', () => Promise.resolve()))));
    samples.paging.bare.push(await pageDown(window, 'Static 00000'));
  }
  for (let round = 0; round < rounds; round++) {
    await workbench.openView();
    await workbench
      .treeRow(/Datasource 00000/)
      .first()
      .waitFor();
    await probe.ask('reset');
    let startedAt = 0;
    const grouped = await screen.rowsTurn(/Generated 000/, /Confluence/, async () => {
      startedAt = await probe.ask('setGrouping', 'type');
    });
    samples.grouping.ours.push(grouped - startedAt);
    await untilDrawn(window);
    const types = renamed(await probe.ask('rowCopies'));
    await screen.rowsTurn(/Confluence/, /Generated 000/, () => probe.ask('setGrouping', 'workspace'));
    await window.openBenchView('Bench Static');
    await screen.rowAppears(bareFirst, () => probe.ask('showStatic', copies));
    const bare = await screen.rowsTurn(/Generated 000/, /Confluence/, async () => {
      startedAt = Date.now();
      await probe.ask('showStatic', types);
    });
    samples.grouping.bare.push(bare - startedAt);
  }
  await probe.ask('showStatic', copies);
  await probe.ask('keepStatic');
  for (let round = 0; round < rounds; round++) {
    samples.reload.bare.push(await reload(window, bareFirst));
    await workbench.openView();
    await workbench
      .treeRow(/Datasource 00000/)
      .first()
      .waitFor();
    await until('the snapshot is on disk', () => probe.ask('hasSnapshot'));
    samples.reload.ours.push(await reload(window, oursFirst));
    await window.openBenchView('Bench Static');
    await workbench
      .treeRow(/Static 00000/)
      .first()
      .waitFor();
  }
  return samples;
}

/** Counts the rows that VS Code requests in a minute, and measures the CPU time of the extension in it. */
async function watchAges(window: BenchWindow): Promise<readonly { calls: number; cpuMs: number }[]> {
  const { probe, workbench } = window;
  const minutes: { calls: number; cpuMs: number }[] = [];
  for (let minute = 0; minute < 2; minute++) {
    await probe.ask('reset');
    await probe.ask('startProfile');
    await workbench.page.waitForTimeout(ageMinuteMs);
    const cpuMs = cpuOfExtension(await probe.ask('stopProfile'));
    minutes.push({ calls: (await probe.ask('counts')).getTreeItem, cpuMs });
  }
  return minutes;
}

async function measure(bench: Bench): Promise<readonly Figure[]> {
  const { window } = await openLargeAccount(bench);
  const ages = await watchAges(window);
  const calls = Math.max(...ages.map((minute) => minute.calls));
  const cpu = median(ages.map(({ cpuMs }) => cpuMs));
  const { reload: reloads, key, grouping, paging } = await takeSamples(window, bench.size(5, 2));
  const of = `a minute of ages with ${largeAccountSize.toLocaleString('en')} rows`;
  const note = `All groups are expanded. Two minutes of ${ageMinuteMs / 1_000} s each, which include a poll.`;
  return [
    reloads.figure(
      'reload until the tree stands',
      'From the start of the page until the first row is painted.',
    ),
    key.figure('the slowest key of the filter', 'From the key press until its rows are painted.', maxKeyMs),
    grouping.figure('grouping anew', 'From the change of the setting until the new groups are painted.'),
    paging.figure(
      'longest task while paging down',
      `CPU time on the main thread of the window, ${pages} pages.`,
    ),
    {
      figure: `${of}: getTreeItem calls`,
      ours: { value: calls, unit: 'calls' },
      goal: `≤ ${maxAgeCalls}`,
      pass: calls <= maxAgeCalls,
      note: `${note} The maximum counts.`,
    },
    {
      figure: `${of}: CPU time of the extension`,
      ours: { value: cpu, unit: 'ms' },
      goal: `≤ ${maxAgeCpuMs} ms`,
      pass: cpu <= maxAgeCpuMs,
      note: `${note} From a CPU profile: the time in our code and in what it calls.`,
      samples: { ms: ages.map(({ cpuMs }) => cpuMs) },
    },
  ];
}

/** Measures 10,000 rows in a window: reloading, filtering, grouping, paging, and updating the ages. */
export const manyRows: Row = { name: 'manyRows', measure };
