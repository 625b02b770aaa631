import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { SoakReport } from './soak.ts';

const program = fileURLToPath(new URL('./run.ts', import.meta.url));
/**
 * A fixed seed makes failures reproducible; `npm run soak` uses a new seed by default. Seed 8 once found a bug: the
 * store kept the expected statuses of two refused actions.
 */
const seed = 8;
/**
 * Heap growth that does not count as a leak, in bytes. Compiled code and rows of other groupings cause some
 * growth.
 */
const noiseBytes = 12_000_000;

/** Runs the soak test in a separate process, so that other tests do not affect the heap and the handles. */
function soak(...args: readonly string[]): Promise<SoakReport> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [program, ...args],
      { maxBuffer: 64 << 20, timeout: 800_000 },
      (error, output, errors) => {
        if (error) reject(new Error(`${error.message}\n${errors.slice(-4_000)}`));
        else resolve(JSON.parse(output) as SoakReport);
      },
    );
  });
}

describe(`The extension during 24 simulated hours with 10,000 Datasources and random faults (seed ${seed})`, () => {
  let report: SoakReport;

  before(async function () {
    this.timeout(840_000);
    report = await soak('--seed', String(seed), '--hours', '24', '--datasources', '10000', '--pause', '600');
  });

  it('processes many polls, faults, user actions and service changes', () => {
    const { hours, datasources, readings, rowsCompared, polls, serviceEvents } = report;
    assert.deepEqual([hours, datasources, readings.length], [24, 10_000, 24]);
    const faults = Object.values(report.faults).reduce((sum, count) => sum + count, 0);
    const actions = Object.values(report.actions).reduce((sum, count) => sum + count, 0);
    assert.ok(
      polls > 200 && faults > 30 && actions > 50 && serviceEvents > 50,
      JSON.stringify(report.faults),
    );
    assert.ok(rowsCompared > 50_000, `${rowsCompared} rows`);
  });

  it('shows the current state of the service after the first poll without faults, in each hour', () => {
    assert.deepEqual(report.failures, []);
  });

  it('does not leak memory', () => {
    const [, second, ...later] = report.readings.map(({ heapBytes }) => heapBytes);
    const growth = (later.at(-1) ?? 0) - (second ?? 0);
    assert.ok(growth < noiseBytes, `${growth} bytes more after 24 hours than after two`);
  });

  it('has at most 20 open handles, such as sockets', () => {
    const handles = report.readings.map((reading) => reading.handles);
    // The connections to the proxy and from the proxy to the service use up to six sockets each. The other handles
    // belong to the servers.
    assert.ok(Math.max(...handles) <= 20, handles.join(' '));
  });

  it('leaves no timers, listeners, registrations or handles after deactivation', () =>
    assert.deepEqual(report.left, { timers: 0, listeners: 0, things: 0, handles: 0 }));
});
