import { until } from '../../support/until.ts';
import type { BenchWindow } from '../benchWindow.ts';
import { largeAccountSize, openLargeAccount } from '../largeAccount.ts';
import { Pair } from '../pair.ts';
import { reloadFigure, renamed, takeReloads } from '../reloads.ts';
import { watchMainThread } from '../mainThread.ts';
import type { StaticRow } from '../probe/protocol.ts';
import { cpuOfExtension } from '../profile.ts';
import type { Figure, Row } from '../row.ts';
import type { Bench } from '../session.ts';
import { median } from '../statistics.ts';

const maxKeyMs = 150;
const maxAgeCalls = 60;
const maxAgeCpuMs = 10;
/** A minute, and the time until the updated rows are drawn, in ms. */
const ageMinuteMs = 61_000;
/** Number of presses of Page Down in each round. */
const pages = 40;
/** The texts of the filter, each one key longer, and the number of the first row with this text. */
const filters = [
  { text: '', first: '00000' },
  { text: '9', first: '00009' },
  { text: '99', first: '00099' },
  { text: '999', first: '00999' },
  { text: '9999', first: '09999' },
] as const;

interface Samples {
  readonly key: Pair;
  readonly grouping: Pair;
  readonly paging: Pair;
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
  afterKey: (text: string) => Promise<void>,
): Promise<number[]> {
  const { screen, workbench } = window;
  // The input box replaces the Command Palette, which would take the first key.
  await workbench.quickInput.getByText(/^Filter (Datasources|Static)$/).waitFor();
  const times: number[] = [];
  const rowOf = (first: string): RegExp => new RegExp(`${title} ${first}`);
  let was = rowOf(filters[0].first);
  for (const { text, first } of filters.slice(1)) {
    const is = rowOf(first);
    await screen.rest();
    const paintedAt = await screen.rowsTurn(was, is, () => workbench.page.keyboard.type(text.slice(-1)));
    times.push(paintedAt - (await screen.pressedAt()));
    was = is;
    await afterKey(text);
  }
  await screen.rowAppears(rowOf(filters[0].first), () => workbench.page.keyboard.press('Escape'));
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

async function takeSamples(window: BenchWindow, rounds: number): Promise<Samples> {
  const { probe, screen, workbench } = window;
  const samples = { key: new Pair(), grouping: new Pair(), paging: new Pair() };
  const copies = renamed(await probe.ask('rowCopies'));
  // The comparison tree shows the same rows for the same text.
  const byText: Record<string, readonly StaticRow[]> = { '': copies };
  for (let round = 0; round < rounds; round++) {
    await workbench.openView();
    await workbench.runCommand('Onna: Filter Datasources…');
    const ours = await pressKeys(window, 'Datasource', async (text) => {
      byText[text] ??= renamed(await probe.ask('rowCopies'));
    });
    samples.key.ours.push(Math.max(...ours));
    samples.paging.ours.push(await pageDown(window, 'Datasource 00000'));
    await window.openBenchView('Bench Static');
    await screen.rowAppears(/Static 00000/, () => probe.ask('showStatic', copies));
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
    await screen.rest();
    let startedAt = 0;
    const grouped = await screen.rowsTurn(/Generated 000/, /Confluence/, async () => {
      startedAt = await probe.ask('setGrouping', 'type');
    });
    samples.grouping.ours.push(grouped - startedAt);
    await untilDrawn(window);
    const types = renamed(await probe.ask('rowCopies'));
    await screen.rowsTurn(/Confluence/, /Generated 000/, () => probe.ask('setGrouping', 'workspace'));
    await window.openBenchView('Bench Static');
    // The view may still show the types of the previous round.
    await screen.rowsTurn(/Confluence/, /Generated 000/, () => probe.ask('showStatic', copies));
    await screen.rest();
    const bare = await screen.rowsTurn(/Generated 000/, /Confluence/, async () => {
      startedAt = Date.now();
      await probe.ask('showStatic', types);
    });
    samples.grouping.bare.push(bare - startedAt);
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
  const rounds = bench.size(5, 2);
  const { key, grouping, paging } = await takeSamples(window, rounds);
  const reloads = await takeReloads(window, rounds);
  // No later benchmark needs the window, and an open window uses the CPU.
  await window.close();
  const account = `${largeAccountSize.toLocaleString('en')} Datasources in a window`;
  const of = `a minute of ages with ${largeAccountSize.toLocaleString('en')} rows`;
  const note = `All groups are expanded. Two minutes of ${ageMinuteMs / 1_000} s each, which include a poll.`;
  return [
    reloadFigure(reloads, largeAccountSize),
    key.figure(
      `${account}: the slowest key of the filter`,
      'From the key press until its rows are painted. Each key is pressed when VS Code does not batch changes of trees, which takes up to 200 ms.',
      maxKeyMs,
    ),
    grouping.figure(
      `${account}: grouping anew`,
      'From the event for the changed setting until the new groups are painted.',
    ),
    paging.figure(
      `${account}: longest task while paging down`,
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
