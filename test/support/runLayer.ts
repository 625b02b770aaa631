// Runs a layer's tests in this process:  node test/support/runLayer.ts unit|fuzz|faults|soak|ui [FILE…]
import path from 'node:path';
import { isTooLittle, tally } from '../fuzz/support/fuzz.ts';
import { print } from './layerReporter.ts';
import { testFiles } from './layers.ts';
import { stopOnSignals } from './processes.ts';
import { repository } from './repository.ts';
import { runMocha } from './runMocha.ts';

const timeoutsMs: Readonly<Record<string, number>> = {
  unit: 10_000,
  fuzz: 300_000,
  faults: 300_000,
  soak: 900_000,
  ui: 120_000,
};

const [layer = '', ...chosen] = process.argv.slice(2);
const timeoutMs = timeoutsMs[layer];
if (timeoutMs === undefined) throw new Error(`Unknown layer “${layer}”.`);
const files = chosen.length > 0 ? chosen : testFiles(layer);
// On a signal, exit at once. Child processes end with this one (see processes.ts; Playwright ends its own).
stopOnSignals(() => Promise.resolve());
const failures = await runMocha(
  files.map((file) => path.resolve(repository, file)),
  { timeoutMs },
);
if (layer === 'fuzz') for (const line of tally()) print(line);
if (isTooLittle()) print('  ✗ Fewer cases than required.');
// Exit explicitly, because a timer or socket that a test leaves behind must not prevent the run from ending.
process.exit(failures > 0 || isTooLittle() ? 1 : 0);
