// Implements `npm run bench`: measures the extension and the sandbox, and prints one table.
import { mkdir, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startProcess, stopOnSignals } from '../support/processes.ts';
import { node24, repository } from '../support/repository.ts';
import { serverVersion } from '../support/serverInstall.ts';
import { appendGraph } from './appendGraph.ts';
import { compareRuns, describeComparison, readRun, whyIncomparable } from './compare.ts';
import type { Run } from './compare.ts';
import { pageSize } from './generatedResources.ts';
import type { Figure, Row } from './row.ts';
import { rows } from './rows.ts';
import { Bench } from './session.ts';
import { formatTable } from './table.ts';

const usage = `npm run bench -- [options]

  --quick           use fewer samples and smaller sizes; takes less than three minutes
  --only NAME[,…]   run only these benchmarks: ${rows.map(({ name }) => name).join(', ')}
  --compare FILE    compare with an earlier run of this machine, which is stored in bench-results/; the exit
                    code is 1 if something got slower beyond the noise
  --profile         save CPU profiles of the extension host in bench-results/
  --no-build        measure the existing build in dist/, which should be a production build`;

/** The folder for results. Git ignores it. */
const resultsFolder = path.join(repository, 'bench-results');

/** The error that ended the benchmark before it was complete. */
interface Failure {
  readonly row: string;
  readonly error: string;
}

async function build(): Promise<void> {
  console.log('Building for production …');
  const built = await startProcess(node24, ['esbuild.js', '--production'], {
    cwd: repository,
    onOutput: (text, stream) => process[stream].write(text),
  });
  if ((await built.exited) !== 0) throw new Error('Building the extension failed. See the output above.');
}

function choose(only: string | undefined): readonly Row[] {
  if (only === undefined) return rows;
  const names = only.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !rows.some((row) => row.name === name));
  if (unknown !== undefined) {
    throw new Error(
      `There is no benchmark “${unknown}”. The benchmarks are ${rows.map(({ name }) => name).join(', ')}.`,
    );
  }
  return rows.filter(({ name }) => names.includes(name));
}

async function keep(content: object): Promise<string> {
  await mkdir(resultsFolder, { recursive: true });
  const name = new Date().toISOString().replaceAll(/[:.]/g, '-').slice(0, 19);
  const file = path.join(resultsFolder, `${name}.json`);
  const json = `${JSON.stringify(content, undefined, 2)}\n`;
  await writeFile(file, json);
  await writeFile(path.join(resultsFolder, 'latest.json'), json);
  return path.relative(repository, file);
}

/** Draws the graph in the README, except after a quick run. */
async function drawGraph(figures: readonly Figure[], isQuick: boolean): Promise<void> {
  if (isQuick || figures.every(({ series }) => series === undefined)) return;
  const file = path.join(repository, 'media/append.svg');
  await writeFile(file, appendGraph(figures, pageSize));
  console.log(`The graph is in ${path.relative(repository, file)}.`);
}

async function measure(chosen: readonly Row[], bench: Bench): Promise<[Figure[], Failure[]]> {
  const figures: Figure[] = [];
  const failures: Failure[] = [];
  for (const row of chosen) {
    const started = Date.now();
    process.stdout.write(`${row.name} … `);
    try {
      const measured = await row.measure(bench);
      figures.push(...measured);
      const verdict = measured.every(({ pass }) => pass) ? 'passed' : 'missed a goal';
      console.log(`${verdict}, ${((Date.now() - started) / 1_000).toFixed(0)} s`);
    } catch (error) {
      const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
      failures.push({ row: row.name, error: told });
      console.log(`failed\n${told}`);
    }
  }
  return [figures, failures];
}

/** Prints what has changed since an earlier run. */
function compare(earlier: Run, run: Run): void {
  const compared = compareRuns(earlier, run);
  console.log(`\n${describeComparison(compared)}`);
  if (compared.some(({ verdict }) => verdict === 'slower')) process.exitCode = 1;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      compare: { type: 'string' },
      profile: { type: 'boolean', default: false },
      build: { type: 'boolean', default: true },
      help: { type: 'boolean', default: false },
    },
    allowNegative: true,
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const chosen = choose(values.only);
  const machine = { cpus: os.cpus().length, model: os.cpus()[0]?.model, memory: os.totalmem() };
  const earlier = values.compare === undefined ? undefined : await readRun(values.compare);
  const problem = earlier && whyIncomparable(earlier, { quick: values.quick, machine });
  if (problem !== undefined) throw new Error(problem);
  if (values.build) await build();
  const started = new Date();
  const bench = new Bench({ quick: values.quick, profile: values.profile });
  stopOnSignals(() => bench.close());
  const [figures, failures] = await measure(chosen, bench).finally(() => bench.close());
  console.log(`\n${formatTable(figures)}\n`);
  for (const { row, error } of failures)
    console.log(`The benchmark “${row}” failed: ${error.split('\n')[0] ?? ''}`);
  const file = await keep({
    ...{ started, seconds: (Date.now() - started.getTime()) / 1_000, quick: values.quick },
    ...{ vscode: serverVersion, node: process.version, machine, load: os.loadavg() },
    ...{ figures, failures },
  });
  await drawGraph(figures, values.quick);
  const short = figures.filter(({ pass }) => !pass).length;
  console.log(`${figures.length - short} goals met, ${short} goals missed. The results are in ${file}.`);
  if (failures.length > 0) process.exitCode = 1;
  if (earlier) compare(earlier, { quick: values.quick, machine, figures });
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
