import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { SoakReport } from './soak.ts';

const program = fileURLToPath(new URL('./run.ts', import.meta.url));
/**
 * Fixed here, while `npm run soak` uses other seeds. With seed 8, the store once kept the expected statuses of two
 * refused actions.
 */
const seed = 8;
/** Growth that is not a leak: compiled code, and rows of another grouping. In bytes. */
const noiseBytes = 12_000_000;

/** Runs in a separate process, so that heap and handles belong to this test only. */
function soak(...args: readonly string[]): Promise<SoakReport> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [program, ...args],
      { maxBuffer: 64 << 20, timeout: 400_000 },
      (error, output, errors) => {
        if (error) reject(new Error(`${error.message}\n${errors.slice(-4_000)}`));
        else resolve(JSON.parse(output) as SoakReport);
      },
    );
  });
}

describe(`The extension, in a day with 10,000 Datasources, random faults and user actions (seed ${seed})`, () => {
  let report: SoakReport;

  before(async function () {
    this.timeout(420_000);
    report = await soak('--seed', String(seed), '--hours', '24', '--datasources', '10000', '--pause', '600');
  });

  it('goes through many polls, faults, user actions and changes', () => {
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

  it('shows the state of the service one poll after the faults have stopped, each hour', () => {
    assert.deepEqual(report.failures, []);
  });

  it('does not let the heap grow', () => {
    const [, second, ...later] = report.readings.map(({ heapBytes }) => heapBytes);
    const growth = (later.at(-1) ?? 0) - (second ?? 0);
    assert.ok(growth < noiseBytes, `${growth} bytes more after 24 hours than after two`);
  });

  it('has at most 20 open sockets and other handles', () => {
    const handles = report.readings.map((reading) => reading.handles);
    // The pool has six sockets on each side. The others are the test's servers.
    assert.ok(Math.max(...handles) <= 20, handles.join(' '));
  });

  it('leaves no timer, listener, registration or handle after deactivation', () =>
    assert.deepEqual(report.left, { timers: 0, listeners: 0, things: 0, handles: 0 }));
});
