// npm test: builds, then runs the layers in a row:  node test/support/test.ts [check|unit|host|ui …]
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { getBrowser } from './browser.ts';
import type { LayerReport } from './layerReporter.ts';
import { startProcess, stopOnSignals } from './processes.ts';
import type { StartedProcess } from './processes.ts';
import { node24, repository } from './repository.ts';

interface Outcome {
  readonly passed: number;
  readonly failed: number;
}

const modules = path.join(repository, 'node_modules');
const checks: Readonly<Record<string, readonly string[]>> = {
  'types of the extension and the sandbox': [path.join(modules, 'typescript/bin/tsc'), '-p', '.'],
  'types of the search page': [path.join(modules, 'typescript/bin/tsc'), '-p', 'src/webview'],
  lint: [path.join(modules, 'eslint/bin/eslint.js'), '.'],
  format: [path.join(modules, 'prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'],
};
const layers = ['check', 'unit', 'host', 'ui'] as const;
type Layer = (typeof layers)[number];

let running: StartedProcess | undefined;
stopOnSignals(async () => running?.stop());

async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<number> {
  running = await startProcess(node24, args, {
    cwd: repository,
    env: { ...process.env, ...env },
    onOutput: (text, stream) => process[stream].write(text),
  });
  return running.exited;
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

/** Runs a layer of tests; one that ran none, or that broke off before it could report, has failed. */
async function runTests(args: readonly string[], report: string): Promise<Outcome> {
  const code = await run(args, { ONNA_TEST_REPORT: report });
  if (!existsSync(report)) {
    console.log('  ✗ It broke off before it could report.');
    return { passed: 0, failed: 1 };
  }
  const { passed, failed } = JSON.parse(readFileSync(report, 'utf8')) as LayerReport;
  if (passed + failed === 0) console.log('  ✗ It ran no test.');
  return passed + failed === 0 || (code !== 0 && failed === 0)
    ? { passed, failed: failed + 1 }
    : { passed, failed };
}

function runLayer(layer: Layer, report: string): Promise<Outcome> {
  switch (layer) {
    case 'check':
      return runChecks();
    case 'host':
      return runTests(['test/support/host.ts'], report);
    case 'unit':
    case 'ui':
      return runTests(['test/support/runLayer.ts', layer], report);
  }
}

async function main(): Promise<void> {
  const named = process.argv.slice(2);
  const unknown = named.find((name) => !layers.some((layer) => layer === name));
  if (unknown !== undefined) throw new Error(`There is no layer “${unknown}”: ${layers.join(', ')}.`);
  const chosen = layers.filter((layer) => named.length === 0 || named.includes(layer));
  console.log('build');
  let passed = 0;
  let failed = 0;
  if ((await run(['esbuild.js'])) === 0) passed++;
  else failed++;
  if (chosen.some((layer) => layer !== 'check')) getBrowser();
  const reports = await mkdtemp(path.join(os.tmpdir(), 'onna-reports-'));
  try {
    for (const layer of chosen) {
      const started = Date.now();
      console.log(layer);
      const outcome = await runLayer(layer, path.join(reports, `${layer}.json`));
      console.log(
        `  ${layer}: ${outcome.passed} passed, ${outcome.failed} failed in ${((Date.now() - started) / 1_000).toFixed(0)} s`,
      );
      passed += outcome.passed;
      failed += outcome.failed;
    }
  } finally {
    await rm(reports, { recursive: true, force: true });
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
