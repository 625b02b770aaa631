// Implements `npm run fuzz`: runs rounds with new seeds until the user stops the program or `--minutes` have passed:
//   node test/fuzz/support/fuzzWithNewSeeds.ts [--minutes N] [--times N] [--seed N] [FILE…] [--grep WORDS]
// A failed round prints its seed and the shrunk counterexample, and does not stop the program.
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { startProcess, stopOnSignals } from '../../support/processes.ts';
import type { StartedProcess } from '../../support/processes.ts';
import { node24, repository } from '../../support/repository.ts';

const { values, positionals } = parseArgs({
  options: {
    minutes: { type: 'string', default: 'Infinity' },
    times: { type: 'string', default: '3' },
    seed: { type: 'string' },
    grep: { type: 'string', default: '' },
  },
  allowPositionals: true,
});
const endsAt = performance.now() + Number(values.minutes) * 60_000;

let round: StartedProcess | undefined;
let rounds = 0;
let failedRounds = 0;

function conclude(): void {
  console.log(`${rounds} rounds, ${failedRounds} failed`);
}

stopOnSignals(async () => {
  await round?.stop();
  conclude();
});

async function runRound(seed: string): Promise<void> {
  console.log(`Seed ${seed}`);
  round = await startProcess(node24, ['test/support/runLayer.ts', 'fuzz', ...positionals], {
    cwd: repository,
    env: {
      ...process.env,
      ONNA_FUZZ_SEED: seed,
      ONNA_FUZZ_TIMES: values.times,
      ONNA_TEST_GREP: values.grep,
    },
    onOutput: (text, stream) => process[stream].write(text),
  });
  if ((await round.exited) !== 0) failedRounds++;
  rounds++;
}

if (values.seed !== undefined) {
  await runRound(values.seed);
} else {
  do await runRound(String(randomInt(2 ** 31)));
  while (performance.now() < endsAt);
}
conclude();
process.exit(failedRounds > 0 ? 1 : 0);
