import { openLargeAccount } from '../largeAccount.ts';
import { reloadFigure, takeReloads } from '../reloads.ts';
import type { Figure, Row } from '../row.ts';
import type { Bench } from '../session.ts';

const datasources = 100_000;

async function measure(bench: Bench): Promise<readonly Figure[]> {
  if (bench.quick) return [];
  const { window } = await openLargeAccount(bench, datasources);
  const reloads = await takeReloads(window, 3);
  await window.close();
  return [reloadFigure(reloads, datasources)];
}

/** Measures a reload with 100,000 remembered Datasources. Takes minutes, so a quick run leaves it out. */
export const hugeAccount: Row = { name: 'hugeAccount', measure };
