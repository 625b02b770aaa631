import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { ExtensionClock } from '../../support/extensionClock.ts';
import { until } from '../../support/until.ts';
import { openBenchWindow } from '../benchWindow.ts';
import type { BenchWindow } from '../benchWindow.ts';
import type { Figure, Row } from '../row.ts';
import { SandboxControl } from '../sandboxControl.ts';
import type { Bench } from '../session.ts';
import { median } from '../statistics.ts';

const datasources = 1_000;
const maxBytes = 15_000_000;
const maxWakeUps = 1;
/** The clock advances in steps that are shorter than the time limit of a request. */
const [stepMs, stepsPerHour] = [10_000, 360];
/** Real time after each step for timers of the step to send requests, in ms. */
const sendingMs = 10;

/** The heap of a host without our extension, in bytes. */
async function heapWithoutUs(bench: Bench): Promise<number> {
  const window = await openBenchWindow(bench, {
    changeExtensions: async (folder) => {
      const ours = (await readdir(folder)).filter((name) => name.startsWith('onna-datasources.'));
      await Promise.all(ours.map((name) => rm(path.join(folder, name), { recursive: true })));
    },
  });
  try {
    await window.openBenchView('Bench Static');
    return await window.probe.ask('heapUsed');
  } finally {
    await window.close();
  }
}

/** Takes the focus from the window, and hides our view. */
async function hide(window: BenchWindow): Promise<void> {
  await window.openBenchView('Bench Static');
  await window.workbench.page.evaluate(
    "document.hasFocus = () => false; globalThis.dispatchEvent(new Event('blur'))",
  );
  await until(
    'VS Code knows that the window has no focus',
    async () => !(await window.probe.ask('isFocused')),
  );
}

interface Sample {
  readonly heap: number;
  /** Timers of the extension per minute in the hidden window. */
  readonly wakeUps: number;
}

async function takeSample(bench: Bench, sandbox: SandboxControl): Promise<Sample> {
  const clock = await ExtensionClock.start();
  const window = await openBenchWindow(bench, {
    env: clock.env,
    changeExtensions: (folder) => clock.install(folder),
  });
  const hour = async (): Promise<void> => {
    await window.probe.ask('reset');
    for (let step = 0; step < stepsPerHour; step++) {
      await clock.advance(stepMs);
      // The answers to polls arrive in real time. Without this pause, the requests would reach their time limit.
      await window.workbench.page.waitForTimeout(sendingMs);
      await until('all requests have ended', async () =>
        (await window.probe.ask('requests')).every(({ endedAt }) => endedAt !== undefined),
      );
    }
  };
  try {
    await window.signIn(sandbox.connection);
    await window.workbench.treeRow('Datasource 00000').first().waitFor();
    await until('VS Code has requested all rows', async () => {
      return (await window.probe.ask('rowIds', 'datasource')).length === datasources;
    });
    await hour();
    const heap = await window.probe.ask('heapUsed');
    await hide(window);
    await clock.advance(stepMs);
    const before = clock.fired;
    await hour();
    return { heap, wakeUps: ((clock.fired - before) / stepsPerHour) * (60_000 / stepMs) };
  } finally {
    await window.close();
    clock.close();
  }
}

async function measure(bench: Bench): Promise<readonly Figure[]> {
  const { connection } = await bench.sandbox('--generate-datasources', String(datasources));
  const sandbox = await SandboxControl.of(connection);
  // The status bar shows the age of a failure.
  const [first] = await sandbox.datasources();
  if (first) await sandbox.setStatuses([first.path], 'failed');
  const without: number[] = [];
  const samples: Sample[] = [];
  for (let round = 0; round < bench.size(3, 1); round++) {
    without.push(await heapWithoutUs(bench));
    samples.push(await takeSample(bench, sandbox));
  }
  if (first) await sandbox.setStatuses([first.path], 'synced');
  const ours = median(samples.map(({ heap }) => heap));
  const bare = median(without);
  const wakeUps = Math.max(...samples.map((sample) => sample.wakeUps));
  return [
    {
      figure: `memory of the extension host with ${datasources.toLocaleString('en')} Datasources, after an hour`,
      ours: { value: ours - bare, unit: 'bytes', of: 'more than without us' },
      against: { value: bare, unit: 'bytes', of: 'the same host without us' },
      goal: `≤ ${maxBytes / 1_000_000} MB more`,
      pass: ours - bare <= maxBytes,
      note: `Heap after garbage collection. All rows were drawn, the window had the focus, and a clock advanced by an hour, with a poll in each minute. Includes VS Code's objects for our rows. Medians of ${samples.length} windows with us and without us.`,
      samples: { ours: samples.map(({ heap }) => heap), bare: without },
    },
    {
      figure: 'hidden window: wake-ups per minute',
      ours: { value: wakeUps, unit: 'calls' },
      goal: `≤ ${maxWakeUps}`,
      pass: wakeUps <= maxWakeUps,
      note: `Timers of the extension that fire in an hour of its clock, while the view is hidden and the window has no focus. One Datasource has failed. Maximum of ${samples.length} windows.`,
    },
  ];
}

/** Measures the memory of the extension host after an hour, and wake-ups in a hidden window. */
export const hostMemory: Row = { name: 'hostMemory', measure };
