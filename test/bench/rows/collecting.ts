import path from 'node:path';
import { startProcess } from '../../support/processes.ts';
import { node24, repository } from '../../support/repository.ts';
import { makeTemporaryFolder } from '../../support/temporaryFolder.ts';
import type { CollectingResult } from '../collecting/result.ts';
import { writeTextFiles } from '../collecting/textFiles.ts';
import type { Figure, Row } from '../row.ts';
import type { Bench } from '../session.ts';
import { median } from '../statistics.ts';

const maxTimesFloor = 2;
const worker = path.join(repository, 'test/bench/collecting/worker.ts');

async function run(way: 'ours' | 'floor', folder: string, count: number): Promise<CollectingResult> {
  let told = '';
  const started = await startProcess(node24, [worker, way, folder], {
    onOutput: (text, stream) => {
      if (stream === 'stdout') told += text;
      else process.stderr.write(text);
    },
  });
  const code = await started.exited;
  if (code !== 0) throw new Error(`The process for “${way}” exited with code ${code}.`);
  const result = JSON.parse(told) as CollectingResult;
  if (result.found !== count)
    throw new Error(`The process for “${way}” found ${result.found} of ${count} files.`);
  return result;
}

async function measure(bench: Bench): Promise<readonly Figure[]> {
  const count = bench.size(20_000, 2_500);
  const rounds = bench.size(5, 3);
  const folder = await makeTemporaryFolder('onna-texts');
  const ours: CollectingResult[] = [];
  const floor: CollectingResult[] = [];
  try {
    const bytes = await writeTextFiles(folder.path, count);
    for (let round = 0; round < rounds; round++) {
      floor.push(await run('floor', folder.path, count));
      ours.push(await run('ours', folder.path, count));
    }
    // Compute the ratio in each round, because the speed of a shared machine changes over time.
    const ratioOf = (time: 'ms' | 'processorMs'): number =>
      median(ours.map((round, index) => round[time] / (floor[index]?.[time] ?? Number.NaN)));
    const ratio = ratioOf('ms');
    const size = `${count.toLocaleString('en')} text files of ${(bytes / count / 1_000).toFixed(1)} KB`;
    return [
      {
        figure: `sandbox: collecting and indexing ${size}`,
        ours: { value: median(ours.map(({ ms }) => ms)), unit: 'ms' },
        against: {
          value: median(floor.map(({ ms }) => ms)),
          unit: 'ms',
          of: 'reading the files and inserting their text into an FTS5 table',
        },
        ratio,
        goal: `≤ ${maxTimesFloor} ×`,
        pass: ratio <= maxTimesFloor,
        note: `From the creation of the Datasource until a search finds every file. ${rounds} rounds in new processes, alternating with the baseline. The baseline inserts the same cached files into one table, with the same tokenizer and journal mode, in one transaction. CPU time, on which other processes have little effect: ${ratioOf('processorMs').toFixed(2)} × the baseline. Longest stall of the event loop: ${median(ours.map(({ stallMs }) => stallMs)).toFixed(0)} ms. The baseline blocks the event loop from start to end.`,
        samples: {
          oursMs: ours.map(({ ms }) => ms),
          floorMs: floor.map(({ ms }) => ms),
          oursProcessorMs: ours.map(({ processorMs }) => processorMs),
          floorProcessorMs: floor.map(({ processorMs }) => processorMs),
          stallMs: ours.map(({ stallMs }) => stallMs),
        },
      },
    ];
  } finally {
    await folder.remove();
  }
}

/** Measures how long the sandbox takes to collect a folder, and compares this time with the minimum work. */
export const collecting: Row = { name: 'collecting', measure };
