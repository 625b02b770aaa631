import { stat } from 'node:fs/promises';
import path from 'node:path';
import { repository } from '../../support/repository.ts';
import { until } from '../../support/until.ts';
import { openWorkbench } from '../../support/workbench.ts';
import type { Workbench } from '../../support/workbench.ts';
import { doNothing, installBenchExtensions } from '../benchExtensions.ts';
import type { Figure, Row } from '../row.ts';
import type { Bench } from '../session.ts';
import { mean, median } from '../statistics.ts';

/** The name of our extension in *Show Running Extensions*. */
const ours = 'Datasources for Onna';
/** Extensions that do nothing. One sorts before our extension and one after it, so that the order has no effect. */
const idle = ['a-does-nothing', 'z-does-nothing'];
const maxTimesIdle = 3;
const maxEntryBytes = 4_096;

/**
 * Returns the activation time that *Show Running Extensions* shows for an extension: load plus call, in ms.
 */
export async function reportedActivation(workbench: Workbench, name: string): Promise<number> {
  // The list appears several seconds after the command, because VS Code first scans all extensions.
  const row = workbench.page.locator('.runtime-extensions-editor .extension').filter({ hasText: name });
  return until(`VS Code lists the activation time of ${name}`, async () => {
    const text = await row.first().locator('.activation-time').innerText({ timeout: 2_000 });
    const ms = /Activation: (\d+)\s*ms/.exec(text)?.[1];
    return ms === undefined ? undefined : Number(ms);
  });
}

async function measureWindows(workbench: Workbench, windows: number): Promise<Record<string, number[]>> {
  const samples: Record<string, number[]> = {};
  // Make the window tall, because VS Code renders only the visible rows of the list.
  await workbench.page.setViewportSize({ width: 1280, height: 2_400 });
  for (let window = 0; window < windows; window++) {
    if (window > 0) {
      await workbench.page.reload();
      await workbench.waitUntilReady();
    }
    await workbench.runCommand('Developer: Show Running Extensions');
    for (const name of [ours, ...idle])
      (samples[name] ??= []).push(await reportedActivation(workbench, name));
  }
  return samples;
}

async function measure(bench: Bench): Promise<readonly Figure[]> {
  const workbench = await openWorkbench({
    isUnwatched: true,
    addExtensions: (folder) => installBenchExtensions(folder, idle.map(doNothing)),
  });
  const windows = bench.size(7, 2);
  const samples = await measureWindows(workbench, windows).finally(() => workbench.close());
  const own = median(samples[ours] ?? []);
  const floors = (samples[idle[0] ?? ''] ?? []).map((ms, window) =>
    mean([ms, samples[idle[1] ?? '']?.[window] ?? ms]),
  );
  const floor = median(floors);
  const entry = await stat(path.join(repository, 'dist/extension/extension.cjs'));
  return [
    {
      figure: 'activation time reported by VS Code (load + call)',
      ours: { value: own, unit: 'ms' },
      against: { value: floor, unit: 'ms', of: 'an extension that does nothing, same window' },
      ratio: own / floor,
      goal: `≤ ${maxTimesIdle} ×`,
      pass: own <= maxTimesIdle * floor,
      note: `Medians of ${windows} windows. The baseline is the mean of two extensions that do nothing. VS Code reports whole ms.`,
      samples,
    },
    {
      figure: 'entry file, minified',
      ours: { value: entry.size, unit: 'bytes' },
      goal: '≤ 4 KB',
      pass: entry.size <= maxEntryBytes,
      note: 'Production build. A unit test of the bundle asserts that activation loads no other file.',
    },
  ];
}

/** Measures the activation time, compared with extensions that do nothing. */
export const activation: Row = { name: 'activation', measure };
