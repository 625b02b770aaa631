// Runs the tests of a layer in this process:  node test/support/runLayer.ts unit|fuzz|faults|soak|ui [FILE…]
import path from 'node:path';
import { isTooLittle, tally } from '../fuzz/support/fuzz.ts';
import { print } from './layerReporter.ts';
import { testFiles } from './layers.ts';
import { stopOnSignals } from './processes.ts';
import { repository } from './repository.ts';
import { runMocha } from './runMocha.ts';

/**
 * Maximum time of a test and of a hook. In the ui layer, only a test that hangs reaches it: each wait of a test has its
 * own, shorter limit, and its error says what did not happen.
 */
const timeoutsMs: Readonly<Record<string, number>> = {
  unit: 10_000,
  fuzz: 300_000,
  faults: 300_000,
  soak: 900_000,
  ui: 300_000,
};

const [layer = '', ...chosen] = process.argv.slice(2);
const timeoutMs = timeoutsMs[layer];
if (timeoutMs === undefined) throw new Error(`Unknown layer “${layer}”.`);
const files = chosen.length > 0 ? chosen : testFiles(layer);
// On a signal, exit immediately. processes.ts and Playwright terminate the child processes on exit.
stopOnSignals(() => Promise.resolve());
const failures = await runMocha(
  files.map((file) => path.resolve(repository, file)),
  { timeoutMs },
);
if (layer === 'fuzz') for (const line of tally()) print(line);
if (isTooLittle()) print('  ✗ The fuzz tests have run fewer cases than required.');
// Exit explicitly, because a leaked timer or socket of a test would keep the process running.
process.exit(failures > 0 || isTooLittle() ? 1 : 0);
