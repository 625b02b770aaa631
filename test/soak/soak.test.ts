import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { SoakReport } from './soak.ts';

const program = fileURLToPath(new URL('./run.ts', import.meta.url));
/** The same each time; `npm run soak` takes others. With 8 the store once kept what two refused actions had expected. */
const seed = 8;
/** Growth from hour to hour that is no leak: code that was compiled, and rows of another grouping, in bytes. */
const noiseBytes = 12_000_000;

/** In a process of its own, whose heap and handles are nobody else's. */
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

describe(`A day with 10,000 Datasources, random faults and user actions (seed ${seed})`, () => {
  let report: SoakReport;

  before(async function () {
    this.timeout(420_000);
    report = await soak('--seed', String(seed), '--hours', '24', '--datasources', '10000', '--pause', '600');
  });

  it('is a day in which much happens', () => {
    const { hours, datasources, readings, rowsCompared, looks, happenings } = report;
    assert.deepEqual([hours, datasources, readings.length], [24, 10_000, 24]);
    const faults = Object.values(report.faults).reduce((sum, count) => sum + count, 0);
    const actions = Object.values(report.actions).reduce((sum, count) => sum + count, 0);
    assert.ok(looks > 200 && faults > 30 && actions > 50 && happenings > 50, JSON.stringify(report.faults));
    assert.ok(rowsCompared > 50_000, `${rowsCompared} rows`);
  });

  it('shows what the service holds one look after the faults have stopped, each hour', () => {
    assert.deepEqual(report.failures, []);
  });

  it('keeps the heap flat', () => {
    const [, second, ...later] = report.readings.map(({ heapBytes }) => heapBytes);
    const growth = (later.at(-1) ?? 0) - (second ?? 0);
    assert.ok(growth < noiseBytes, `${growth} bytes more after 24 hours than after two`);
  });

  it('keeps sockets and other handles few', () => {
    const handles = report.readings.map((reading) => reading.handles);
    // Six sockets of the pool, on either side, and the servers of the test.
    assert.ok(Math.max(...handles) <= 20, handles.join(' '));
  });

  it('leaves no timer, listener, registration or handle after deactivation', () =>
    assert.deepEqual(report.left, { timers: 0, listeners: 0, things: 0, handles: 0 }));
});
