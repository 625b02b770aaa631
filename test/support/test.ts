// npm test: builds, then runs the layers one after the other, even if an earlier one fails:
//   node test/support/test.ts [check|unit|fuzz|faults|soak|host|ui …] [FILE…] [--grep WORDS]
// The folder of a FILE below test/ determines the layer. The last line is the total.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { getBrowser } from './browser.ts';
import type { LayerReport } from './layerReporter.ts';
import { startProcess, stopOnSignals } from './processes.ts';
import type { StartedProcess } from './processes.ts';
import { node24, repository } from './repository.ts';
import { makeTemporaryFolder } from './temporaryFolder.ts';
import { throwUncaught } from './throwUncaught.ts';

interface Outcome {
  readonly passed: number;
  readonly failed: number;
}

const modules = path.join(repository, 'node_modules');
const checks: Readonly<Record<string, readonly string[]>> = {
  'types of the extension and the sandbox': [path.join(modules, 'typescript-7/bin/tsc'), '-p', '.'],
  'types of the search page': [path.join(modules, 'typescript-7/bin/tsc'), '-p', 'src/webview'],
  'types of the sandbox’s page': [path.join(modules, 'typescript-7/bin/tsc'), '-p', 'src/sandbox/page'],
  lint: [path.join(modules, 'eslint/bin/eslint.js'), '.'],
  format: [path.join(modules, 'prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'],
};
const layers = ['check', 'unit', 'fuzz', 'faults', 'soak', 'host', 'ui'] as const;
type Layer = (typeof layers)[number];

/** Timeout of each command, in ms: a command that hangs must not block the whole run. */
const commandTimeoutMs = 15 * 60_000;

let running: StartedProcess | undefined;
stopOnSignals(async () => running?.stop());

async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<number> {
  running = await startProcess(node24, args, {
    cwd: repository,
    env: { ...process.env, ...env },
    onOutput: (text, stream) => process[stream].write(text),
  });
  const timer = setTimeout(() => {
    console.log(`  ✗ Timed out after ${commandTimeoutMs / 60_000} minutes.`);
    running?.stop().catch(throwUncaught);
  }, commandTimeoutMs);
  return running.exited.finally(() => clearTimeout(timer));
}

async function runChecks(): Promise<Outcome> {
  let failed = 0;
  for (const [name, args] of Object.entries(checks)) {
    const code = await run(args);
    console.log(`  ${code === 0 ? '✓' : '✗'} ${name}`);
    if (code !== 0) failed++;
  }
  return { passed: Object.keys(checks).length - failed, failed };
}

/** Runs a layer of tests. It fails if it ran no tests, or ended before it could write its report. */
async function runTests(args: readonly string[], report: string): Promise<Outcome> {
  const code = await run(args, { ONNA_TEST_REPORT: report });
  if (!existsSync(report)) {
    console.log('  ✗ The run ended without a report.');
    return { passed: 0, failed: 1 };
  }
  const { passed, failed } = JSON.parse(readFileSync(report, 'utf8')) as LayerReport;
  if (passed + failed === 0) console.log('  ✗ No tests were run.');
  return passed + failed === 0 || (code !== 0 && failed === 0)
    ? { passed, failed: failed + 1 }
    : { passed, failed };
}

function runLayer(layer: Layer, files: readonly string[], report: string): Promise<Outcome> {
  switch (layer) {
    case 'check':
      return runChecks();
    case 'host':
      return runTests(['test/support/host.ts', ...files], report);
    case 'unit':
    case 'fuzz':
    case 'faults':
    case 'soak':
    case 'ui':
      return runTests(['test/support/runLayer.ts', layer, ...files], report);
  }
}

/** `unit` for `test/unit/model/poller.test.ts`. */
function layerOf(file: string): string | undefined {
  return path.relative(path.join(repository, 'test'), path.resolve(file)).split(path.sep)[0];
}

interface Choice {
  readonly layers: readonly Layer[];
  readonly filesOf: (layer: Layer) => readonly string[];
}

function readChoice(): Choice {
  const { values, positionals } = parseArgs({
    options: { grep: { type: 'string' } },
    allowPositionals: true,
  });
  if (values.grep !== undefined) process.env['ONNA_TEST_GREP'] = values.grep;
  const files = positionals.filter((word) => word.endsWith('.test.ts'));
  const filesOf = (layer: Layer) => files.filter((file) => layerOf(file) === layer);
  const named = positionals.filter((word) => !files.includes(word));
  const unknown = named.find((name) => !layers.some((layer) => layer === name));
  if (unknown !== undefined) throw new Error(`Unknown layer “${unknown}”. Layers: ${layers.join(', ')}.`);
  const everything = positionals.length === 0;
  return {
    layers: layers.filter((layer) => everything || named.includes(layer) || filesOf(layer).length > 0),
    filesOf,
  };
}

async function main(): Promise<void> {
  const { layers: chosen, filesOf } = readChoice();
  console.log('build');
  let passed = 0;
  let failed = 0;
  if ((await run(['esbuild.js'])) === 0) passed++;
  else failed++;
  if (chosen.some((layer) => layer !== 'check')) getBrowser();
  const reports = await makeTemporaryFolder('onna-reports');
  try {
    for (const layer of chosen) {
      const started = Date.now();
      console.log(layer);
      const outcome = await runLayer(layer, filesOf(layer), path.join(reports.path, `${layer}.json`));
      console.log(
        `  ${layer}: ${outcome.passed} passed, ${outcome.failed} failed in ${((Date.now() - started) / 1_000).toFixed(0)} s`,
      );
      passed += outcome.passed;
      failed += outcome.failed;
    }
  } finally {
    await reports.remove();
  }
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
