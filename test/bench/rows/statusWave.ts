import { until } from '../../support/until.ts';
import type { BenchWindow } from '../benchWindow.ts';
import { largeAccountSize, openLargeAccount } from '../largeAccount.ts';
import type { HostLoad, TreeCounts } from '../probe/protocol.ts';
import type { Figure, Row } from '../row.ts';
import type { Bench } from '../session.ts';
import { median } from '../statistics.ts';

const changes = 5_000;
const maxMs = 2_000;
const maxStallMs = 50;
const maxUris = 250;

interface Wave {
  /** Time from the last byte of the service's response until all visible rows are correct, in ms. */
  readonly ms: number;
  readonly load: HostLoad;
  readonly counts: TreeCounts;
  readonly maxTaskMs: number;
}

/**
 * Time for which the measurement continues after the rows are correct, in ms. Late work may still stall the
 * host.
 */
const aftermathMs = 3_000;

/**
 * Minimum and maximum time since the last poll, in ms. After an action, the extension polls every few seconds
 * for a while. If the minimum time has passed since the last poll, the extension polls only once a minute again.
 * If the maximum time has not passed yet, the next poll is not due soon.
 */
const [restsAfterMs, restsUntilMs] = [12_000, 25_000];
const restTimeoutMs = 180_000;

/** Waits until the next poll of the extension is at least half a minute away. */
async function whileItRests({ probe }: BenchWindow): Promise<void> {
  await until(
    'the extension no longer polls every few seconds',
    async () => {
      const looks = (await probe.ask('requests')).filter(({ path }) => path.includes('/@data'));
      const sinceMs = Date.now() - (looks.at(-1)?.sentAt ?? 0);
      return sinceMs > restsAfterMs && sinceMs < restsUntilMs;
    },
    restTimeoutMs,
  );
}

/**
 * Changes 5,000 statuses in the service, makes the extension poll, and measures the time until the rows are correct.
 */
async function sendWave(
  bench: Bench,
  status: string,
  visible: { before: RegExp; after: RegExp },
): Promise<Wave> {
  const { window, sandbox } = await openLargeAccount(bench);
  const { probe, screen, workbench } = window;
  const listed = (await sandbox.datasources()).toSorted((left, right) => left.path.localeCompare(right.path));
  // An action on a Datasource makes the extension poll. The status of this Datasource does not change.
  const other = listed.at(-1)?.uid ?? '';
  const row = (await probe.ask('rowIds', 'datasource')).find((id) => id.endsWith(`/${other}`));
  // A quick run does not wait, although a poll may then interfere.
  if (!bench.quick) await whileItRests(window);
  await probe.ask('reset');
  // The first Datasources are visible. Change their statuses last, so that all other statuses change before the visible
  // ones.
  const paths = listed.slice(0, changes).map(({ path }) => path);
  await sandbox.setStatuses(paths.reverse(), status);
  const tooSoon = (await probe.ask('requests')).some(({ path }) => path.includes('/@data'));
  if (tooSoon) throw new Error('The extension polled before all statuses had changed.');
  await workbench.treeRow(visible.before).first().waitFor();
  await probe.ask('startWatching');
  const rightAt = await screen.rowsTurn(visible.before, visible.after, () =>
    probe.ask('run', 'onna.syncNow', row),
  );
  await workbench.page.waitForTimeout(aftermathMs);
  const load = await probe.ask('stopWatching');
  const answers = (await probe.ask('requests')).filter(({ path }) => path.includes('/@data'));
  const ends = answers.map(({ endedAt }) => endedAt ?? Number.POSITIVE_INFINITY).filter((at) => at < rightAt);
  if (ends.length === 0) throw new Error('The rows were correct before the service had responded.');
  const answeredAt = Math.max(...ends);
  return {
    ...{ ms: rightAt - answeredAt, load, counts: await probe.ask('counts') },
    maxTaskMs: await screen.maxTask(answeredAt),
  };
}

async function measure(bench: Bench): Promise<readonly Figure[]> {
  const waves: Wave[] = [];
  const { window } = await openLargeAccount(bench);
  for (let round = 0; round < bench.size(3, 1); round++) {
    const [synced, failed] = [/Datasource \d+\s*Synced/, /Datasource \d+\s*Failed/];
    const [status, visible] =
      round % 2 === 0
        ? ['failed', { before: synced, after: failed }]
        : ['synced', { before: failed, after: synced }];
    waves.push(await window.profiled(`statusWave-${round}`, () => sendWave(bench, status, visible)));
  }
  const times = waves.map(({ ms }) => ms);
  const stall = median(waves.map(({ load }) => load.maxStallMs));
  const uris = Math.max(...waves.flatMap(({ counts }) => counts.eventUris), 0);
  const calls = median(waves.map(({ counts }) => counts.getTreeItem));
  const of = `${changes.toLocaleString('en')} of ${largeAccountSize.toLocaleString('en')} statuses change at once`;
  return [
    {
      figure: `${of}: time until the rows are correct`,
      ours: { value: median(times), unit: 'ms', of: `with ${calls} getTreeItem calls` },
      goal: `≤ ${maxMs.toLocaleString('en')} ms`,
      pass: Math.max(...times) <= maxMs,
      note: `From the last byte of the service's response until every row on screen is correct. All groups are expanded. Median of ${waves.length} measurements, each of which must meet the goal. Longest task of the window: ${Math.max(...waves.map(({ maxTaskMs }) => maxTaskMs)).toFixed(0)} ms.`,
      samples: { ms: times },
    },
    {
      figure: `${of}: longest stall of the extension host`,
      ours: { value: stall, unit: 'ms' },
      goal: `≤ ${maxStallMs} ms`,
      pass: stall <= maxStallMs,
      note: `Maximum delay of a 5 ms timer through work of the thread that runs extensions, from the request until ${aftermathMs / 1_000} s after the rows were correct. Median of ${waves.length} measurements.`,
      samples: {
        maxMs: waves.map(({ load }) => load.maxStallMs),
        stalls: waves.map(({ load }) => load.stalls),
      },
    },
    {
      figure: `${of}: URIs in a decoration event`,
      ours: { value: uris, unit: 'URIs' },
      goal: `≤ ${maxUris}`,
      pass: uris <= maxUris,
      note: `Maximum of all events. An event without URIs counts as 0; it makes VS Code request only the visible rows. Number of events in each measurement: ${waves.map(({ counts }) => counts.eventUris.length).join(', ')}.`,
    },
  ];
}

/** Measures the reaction to a poll in which thousands of statuses have changed. */
export const statusWave: Row = { name: 'statusWave', measure };
