import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compareRuns, describeComparison, readRun, whyIncomparable } from '../../bench/compare.ts';
import type { Run } from '../../bench/compare.ts';
import type { Unit } from '../../bench/row.ts';

const machine = { cpus: 2, model: 'A processor', memory: 8 };

function figure(
  name: string,
  value: number,
  unit: Unit,
  more: { against?: number; samples?: Readonly<Record<string, readonly number[]>> } = {},
): Run['figures'][number] {
  const { against, samples } = more;
  return {
    ...{ figure: name, ours: { value, unit } },
    ...(against === undefined ? {} : { against: { value: against, unit }, ratio: value / against }),
    ...(samples ? { samples } : {}),
  };
}

function run(...figures: Run['figures']): Run {
  return { quick: false, machine, figures };
}

/** Compares two values of one figure. */
function verdict(before: Run['figures'][number], after: Run['figures'][number]): string | undefined {
  return compareRuns(run(before), run(after))[0]?.verdict;
}

describe('The comparison of two benchmark runs', () => {
  it('reports each additional request, call or row', () => {
    assert.equal(verdict(figure('start', 1, 'requests'), figure('start', 2, 'requests')), 'slower');
    assert.equal(verdict(figure('start', 702, 'calls'), figure('start', 703, 'calls')), 'slower');
    assert.equal(verdict(figure('start', 702, 'calls'), figure('start', 701, 'calls')), 'faster');
    assert.equal(verdict(figure('start', 0, 'calls'), figure('start', 0, 'calls')), 'same');
  });

  it('compares a time with a baseline by its ratio, so that a slow machine does not matter', () => {
    const before = figure('expand', 100, 'ms', { against: 80 });
    assert.equal(verdict(before, figure('expand', 400, 'ms', { against: 320 })), 'same');
    assert.equal(verdict(before, figure('expand', 100, 'ms', { against: 40 })), 'slower');
    const [compared] = compareRuns(run(before), run(figure('expand', 100, 'ms', { against: 40 })));
    assert.deepEqual([compared?.before, compared?.after, compared?.unit], [1.25, 2.5, '×']);
  });

  it('allows a larger difference if the samples of either run vary more', () => {
    const steady = { ms: [98, 99, 100, 101, 102] };
    const varied = { ms: [60, 80, 100, 150, 220] };
    const time = (value: number, samples: { ms: number[] }): Run['figures'][number] =>
      figure('filter', value, 'ms', { samples });
    assert.equal(verdict(time(100, steady), time(130, steady)), 'slower');
    assert.equal(verdict(time(100, steady), time(130, varied)), 'same');
    assert.equal(verdict(time(100, varied), time(130, steady)), 'same');
    assert.equal(verdict(time(100, varied), time(160, varied)), 'slower');
  });

  it('needs a larger difference if there are few samples', () => {
    assert.equal(verdict(figure('one', 100, 'ms'), figure('one', 130, 'ms')), 'same');
    assert.equal(verdict(figure('one', 100, 'ms'), figure('one', 145, 'ms')), 'slower');
    assert.equal(verdict(figure('one', 100, 'ms'), figure('one', 55, 'ms')), 'faster');
  });

  it('ignores differences that nobody notices', () => {
    assert.equal(verdict(figure('poll', 0.5, 'ms'), figure('poll', 2.4, 'ms')), 'same');
    assert.equal(verdict(figure('poll', 10, 'bytes'), figure('poll', 60, 'bytes')), 'same');
  });

  it('skips figures that only one run contains, and matches figures of the same name in order', () => {
    const before = run(figure('page', 5, 'calls'), figure('page', 9, 'calls'), figure('old', 1, 'calls'));
    const after = run(figure('page', 5, 'calls'), figure('new', 1, 'calls'), figure('page', 8, 'calls'));
    assert.deepEqual(
      compareRuns(before, after).map(({ figure: name, before: was, after: is }) => [name, was, is]),
      [
        ['page', 5, 5],
        ['page', 9, 8],
      ],
    );
  });

  it('names the greatest slowdown first, and counts what is the same', () => {
    const before = run(figure('a', 10, 'calls'), figure('b', 10, 'calls'), figure('c', 10, 'calls'));
    const after = run(figure('a', 12, 'calls'), figure('b', 30, 'calls'), figure('c', 10, 'calls'));
    assert.equal(
      describeComparison(compareRuns(before, after)),
      [
        'Slower or larger than in the earlier run:',
        '  b: 10 → 30 calls (noise: ± 0)',
        '  a: 10 → 12 calls (noise: ± 0)',
        '1 of 3 figures are the same, within the noise.',
      ].join('\n'),
    );
  });

  it('refuses a run of another machine, or a run of other sizes', () => {
    const { quick } = run();
    assert.equal(whyIncomparable(run(), run()), undefined);
    assert.match(
      whyIncomparable({ quick, machine: { ...machine, model: 'Another' } }, run()) ?? '',
      /another machine/,
    );
    assert.match(
      whyIncomparable({ quick, machine: { ...machine, cpus: 4 } }, run()) ?? '',
      /another machine/,
    );
    assert.match(whyIncomparable({ quick: true, machine }, run()) ?? '', /a quick run/);
  });

  describe('reads a stored run', () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'onna-bench-runs-'));
    });
    afterEach(() => rm(folder, { recursive: true }));

    it('with all its figures, even if a sample was not a number', async () => {
      const file = path.join(folder, 'run.json');
      const stored = run(figure('start', 3, 'ms', { samples: { ms: [1, Number.NaN, 2] } }));
      await writeFile(file, JSON.stringify(stored));
      const read = await readRun(file);
      assert.deepEqual(read.figures[0]?.ours, { value: 3, unit: 'ms' });
      assert.equal(compareRuns(read, read)[0]?.verdict, 'same');
    });

    it('and refuses a file that is missing or contains something else', async () => {
      const file = path.join(folder, 'run.json');
      await assert.rejects(readRun(file), /Could not read/);
      await writeFile(file, '{"figures": 7}');
      await assert.rejects(readRun(file), /not a run/);
    });
  });
});
