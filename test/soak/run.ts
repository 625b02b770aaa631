// Runs the soak test and prints its report as JSON:  node test/soak/run.ts [--seed N] [--hours 24] [--datasources 10000] [--pause SECONDS] [--json]
import { parseArgs } from 'node:util';
import { Soak } from './soak.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    hours: { type: 'string', default: '24' },
    datasources: { type: 'string', default: '10000' },
    pause: { type: 'string', default: '80' },
    json: { type: 'boolean', default: false },
  },
});
const soak = await Soak.start({
  seed: Number(values.seed),
  hours: Number(values.hours),
  datasources: Number(values.datasources),
  maxPauseMs: Number(values.pause) * 1_000,
  log: (line) => console.error(line),
});
const report = await soak.run();
console.log(JSON.stringify(report, undefined, values.json ? undefined : 2));
