// Implements `npm test`: builds the extension, and then runs all layers, even if a layer fails. By default, two
// processes run at a time. Each file of the ui layer has a separate process:
//   node test/support/test.ts [check|unit|fuzz|faults|soak|host|ui …] [FILE…] [--grep WORDS] [--jobs 1]
//     [--vscode VERSION]
// The folder of a FILE in test/ determines its layer. With --vscode, the layers host and ui run in that version of VS
// Code, such as 1.105.1; other layers run only if they are named. The last line of the output shows the totals.
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { getBrowser } from './browser.ts';
import type { LayerReport } from './layerReporter.ts';
import { layerOf, layers, testFiles, type Job, type Layer } from './layers.ts';
import { packageFiles, packageListVariable } from './packageFiles.ts';
import { startProcess, stopOnSignals, type StartedProcess } from './processes.ts';
import { node24, repository } from './repository.ts';
import { makeTemporaryFolder } from './temporaryFolder.ts';
import { throwUncaught } from './throwUncaught.ts';
import { getServerVsCode } from './vscode.ts';

interface Outcome {
  readonly passed: number;
  readonly failed: number;
}

/**
 * The folder of Node's compile cache. Many tests start programs of this repository, and the cache shortens each start
 * by about a third.
 */
const compileCache = path.join(repository, 'node_modules/.cache/onna-tests');

/** Receives the output of a job. */
type Write = (text: string, stream?: 'stdout' | 'stderr') => void;

const modules = path.join(repository, 'node_modules');
const checks: Readonly<Record<string, readonly string[]>> = {
  'types of the extension and the sandbox': [path.join(modules, 'typescript-7/bin/tsc'), '-p', '.'],
  'types of the search page': [path.join(modules, 'typescript-7/bin/tsc'), '-p', 'src/webview'],
  'types of the sandbox’s page': [path.join(modules, 'typescript-7/bin/tsc'), '-p', 'src/sandbox/page'],
  lint: [path.join(modules, 'eslint/bin/eslint.js'), '.'],
  format: [path.join(modules, 'prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'],
};
/** Timeout of each command, in ms, so that a hanging command cannot block the test run. */
const commandTimeoutMs = 25 * 60_000;

/** Default number of concurrent jobs. With more jobs, tests time out on a small machine. */
const defaultJobs = 2;

const running = new Set<StartedProcess>();
let isStopping = false;
stopOnSignals(async () => {
  isStopping = true;
  await Promise.all([...running].map((started) => started.stop()));
});

/** Writes to the console immediately. */
const writeNow: Write = (text, stream = 'stdout') => process[stream].write(text);

async function run(args: readonly string[], write: Write, env: NodeJS.ProcessEnv = {}): Promise<number> {
  // After a signal, start no further processes.
  if (isStopping) return 1;
  const started = await startProcess(node24, args, {
    cwd: repository,
    env: { NODE_COMPILE_CACHE: compileCache, ...process.env, ...env },
    onOutput: write,
  });
  running.add(started);
  const timer = setTimeout(() => {
    write(`  ✗ Timed out after ${commandTimeoutMs / 60_000} minutes.\n`);
    started.stop().catch(throwUncaught);
  }, commandTimeoutMs);
  return started.exited.finally(() => {
    clearTimeout(timer);
    running.delete(started);
  });
}

async function runChecks(write: Write): Promise<Outcome> {
  let failed = 0;
  for (const [name, args] of Object.entries(checks)) {
    const code = await run(args, write);
    write(`  ${code === 0 ? '✓' : '✗'} ${name}\n`);
    if (code !== 0) failed++;
  }
  return { passed: Object.keys(checks).length - failed, failed };
}

/** Runs tests. The outcome is a failure if no tests ran, or if the process exited without a report. */
async function runTests(args: readonly string[], report: string, write: Write): Promise<Outcome> {
  const code = await run(args, write, { ONNA_TEST_REPORT: report });
  if (!existsSync(report)) {
    write('  ✗ The test process exited without a report.\n');
    return { passed: 0, failed: 1 };
  }
  const { passed, failed } = JSON.parse(readFileSync(report, 'utf8')) as LayerReport;
  if (passed + failed === 0) write('  ✗ No tests ran.\n');
  return passed + failed === 0 || (code !== 0 && failed === 0)
    ? { passed, failed: failed + 1 }
    : { passed, failed };
}

/** Returns the name of a job for the output, such as `unit`, or `ui ages` for one file of a layer. */
function nameOf({ layer, files }: Job): string {
  return [layer, ...files.map((file) => path.basename(file, '.test.ts'))].join(' ');
}

async function runJob({ layer, files }: Job, report: string, write: Write): Promise<Outcome> {
  const startedAt = Date.now();
  let outcome: Outcome;
  switch (layer) {
    case 'check':
      outcome = await runChecks(write);
      break;
    case 'host':
      outcome = await runTests(['test/support/host.ts', ...files], report, write);
      break;
    case 'unit':
    case 'fuzz':
    case 'faults':
    case 'soak':
    case 'ui':
      outcome = await runTests(['test/support/runLayer.ts', layer, ...files], report, write);
  }
  const seconds = ((Date.now() - startedAt) / 1_000).toFixed(0);
  write(
    `  ${nameOf({ layer, files })}: ${outcome.passed} passed, ${outcome.failed} failed in ${seconds} s\n`,
  );
  return outcome;
}

/**
 * Runs at most `atATime` jobs concurrently. One worker takes jobs from the end of the list, and the others from the
 * start, so that jobs of the same layer rarely run at the same time. The output of concurrent jobs is written when a job
 * ends.
 */
async function runJobs(jobs: readonly Job[], atATime: number, reports: string): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const queue = [...jobs.entries()];
  const isAlone = atATime === 1 || jobs.length === 1;
  const work = async (take: () => (typeof queue)[number] | undefined): Promise<void> => {
    for (let next = take(); next && !isStopping; next = take()) {
      const [index, job] = next;
      const report = path.join(reports, `${index}.json`);
      console.log(isAlone ? nameOf(job) : `started: ${nameOf(job)}`);
      let output = `${nameOf(job)}\n`;
      const write: Write = isAlone ? writeNow : (text) => void (output += text);
      outcomes.push(await runJob(job, report, write));
      if (!isAlone) writeNow(output);
    }
  };
  const fromStart = (): (typeof queue)[number] | undefined => queue.shift();
  const fromEnd = (): (typeof queue)[number] | undefined => queue.pop();
  await Promise.all([...Array.from({ length: atATime - 1 }, () => work(fromStart)), work(fromEnd)]);
  return outcomes;
}

interface Choice {
  readonly jobs: readonly Job[];
  /** Maximum number of concurrent jobs. */
  readonly atATime: number;
}

function readChoice(): Choice {
  const { values, positionals } = parseArgs({
    options: {
      grep: { type: 'string' },
      jobs: { type: 'string', default: String(defaultJobs) },
      vscode: { type: 'string' },
    },
    allowPositionals: true,
  });
  const atATime = Number(values.jobs);
  if (!Number.isInteger(atATime) || atATime < 1) throw new Error('--jobs must be a positive integer.');
  if (values.grep !== undefined) process.env['ONNA_TEST_GREP'] = values.grep;
  const files = positionals.filter((word) => word.endsWith('.test.ts'));
  const filesOf = (layer: string) => files.filter((file) => layerOf(file) === layer);
  const named = positionals.filter((word) => !files.includes(word));
  const unknown = named.find((name) => !layers.some((layer) => layer === name));
  if (unknown !== undefined) throw new Error(`Unknown layer “${unknown}”. Layers: ${layers.join(', ')}.`);
  if (values.vscode !== undefined) process.env['ONNA_TEST_VSCODE_VERSION'] = values.vscode;
  const everything = positionals.length === 0;
  const inVsCode: readonly Layer[] = ['ui', 'host'];
  const jobs = layers
    .filter(
      (layer) =>
        (everything && (values.vscode === undefined || inVsCode.includes(layer))) ||
        named.includes(layer) ||
        filesOf(layer).length > 0,
    )
    .flatMap((layer): Job[] => {
      const chosen = filesOf(layer);
      if (layer !== 'ui') return [{ layer, files: chosen }];
      return (chosen.length > 0 ? chosen : testFiles(layer)).map((file) => ({ layer, files: [file] }));
    });
  return { jobs, atATime };
}

/** Lists the files of the .vsix once for all jobs. */
async function listPackageFiles(folder: string): Promise<void> {
  const list = path.join(folder, 'package-files.json');
  await writeFile(list, JSON.stringify(await packageFiles()));
  process.env[packageListVariable] = list;
}

async function main(): Promise<void> {
  const { jobs, atATime } = readChoice();
  console.log('build');
  const built = (await run(['esbuild.js'], writeNow)) === 0;
  if (jobs.some(({ layer }) => layer !== 'check')) getBrowser();
  // Install VS Code before the tests, because their timeouts are shorter than an installation.
  if (jobs.some(({ layer }) => layer === 'ui')) await getServerVsCode();
  const reports = await makeTemporaryFolder('onna-reports');
  const outcomes: Outcome[] = [{ passed: built ? 1 : 0, failed: built ? 0 : 1 }];
  try {
    if (built && jobs.some(({ layer }) => layer === 'ui')) await listPackageFiles(reports.path);
    outcomes.push(...(await runJobs(jobs, atATime, reports.path)));
  } finally {
    await reports.remove();
  }
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
}
