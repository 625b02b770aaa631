import { until } from '../support/until.ts';
import type { BenchWindow } from './benchWindow.ts';
import { Pair } from './pair.ts';
import type { StaticRow } from './probe/protocol.ts';
import type { Figure } from './row.ts';

/** Gives copies of our rows other names and URIs, so that VS Code knows none of them. */
export function renamed(rows: readonly StaticRow[]): StaticRow[] {
  return rows.map((row) => ({
    ...row,
    label: row.label.replace('Datasource', 'Static'),
    ...(row.uri !== undefined && { uri: `${row.uri}-static` }),
    children: renamed(row.children),
  }));
}

/**
 * Reloads a window with a large account, alternately with our view open and with the view of the comparison tree, which
 * reads copies of our rows from the disk.
 */
export async function takeReloads(window: BenchWindow, rounds: number): Promise<Pair> {
  const { probe, workbench } = window;
  const [ours, bare] = [/Datasource 00000/, /Static 00000/];
  const samples = new Pair();
  await workbench.openView();
  await workbench.treeRow(ours).first().waitFor();
  const copies = renamed(await probe.ask('rowCopies'));
  await window.openBenchView('Bench Static');
  await probe.ask('showStatic', copies);
  await probe.ask('keepStatic');
  for (let round = 0; round < rounds; round++) {
    await workbench.treeRow(bare).first().waitFor();
    samples.bare.push(await window.reloadUntil(bare));
    await workbench.openView();
    await workbench.treeRow(ours).first().waitFor();
    await until('the snapshot is on disk', () => probe.ask('hasSnapshot'));
    samples.ours.push(await window.reloadUntil(ours));
    await window.openBenchView('Bench Static');
  }
  return samples;
}

/** The figure for {@link takeReloads}. */
export function reloadFigure(samples: Pair, datasources: number): Figure {
  return samples.figure(
    `${datasources.toLocaleString('en')} Datasources in a window: reload until the tree stands`,
    'From the start of the page until the first row is painted. Both trees read their rows from the disk.',
  );
}
