import { Agent } from 'node:http';
import { writeTextFiles } from '../collecting/textFiles.ts';
import { startSandboxProcess } from '../../support/sandbox.ts';
import type { SandboxConnection } from '../../support/sandbox.ts';
import { makeTemporaryFolder } from '../../support/temporaryFolder.ts';
import { ask, askForCode, askForToken } from '../httpRequest.ts';
import type { Figure, Row } from '../row.ts';
import type { Bench } from '../session.ts';
import { median } from '../statistics.ts';

const clients = 200;
const maxTimesMedian = 3;
const datasources = 1_000;

/** Times from the start until each client had a response, in ms. */
interface Times {
  readonly first: number[];
  readonly token: number[];
  readonly list: number[];
}

/** Lets all clients connect at once. Each signs in and reads the first page of the list. */
async function connectAll(connection: SandboxConnection): Promise<Times> {
  const { baseUrl, container, account } = connection;
  const listUrl = `${baseUrl}/api/${container}/${account}/@data?types=_datasources_`;
  const times: Times = { first: [], token: [], list: [] };
  const began = performance.now();
  const connect = async (): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    try {
      const code = await askForCode(agent, connection);
      times.first.push(performance.now() - began);
      const token = await askForToken(agent, connection, code);
      times.token.push(performance.now() - began);
      await ask(agent, listUrl, { authorization: `Bearer ${token}` });
      times.list.push(performance.now() - began);
    } finally {
      agent.destroy();
    }
  };
  await Promise.all(Array.from({ length: clients }, connect));
  return times;
}

function figuresOf(where: string, times: Times): Figure[] {
  const names = { first: 'first response', token: 'token', list: `first page of ${datasources} Datasources` };
  return (['first', 'token', 'list'] as const).map((name): Figure => {
    const slowest = Math.max(...times[name]);
    const middle = median(times[name]);
    return {
      figure: `sandbox, ${where}: ${clients} clients connect at once: slowest ${names[name]}`,
      ours: { value: slowest, unit: 'ms' },
      against: { value: middle, unit: 'ms', of: 'the median of the clients' },
      ratio: slowest / middle,
      goal: `≤ ${maxTimesMedian} ×`,
      pass: slowest <= maxTimesMedian * middle,
      note: 'From the start of all clients. Each client has one connection, and signs in with the same password.',
      samples: { ms: times[name] },
    };
  });
}

async function measure(bench: Bench): Promise<readonly Figure[]> {
  const folder = await makeTemporaryFolder('onna-texts');
  try {
    await writeTextFiles(folder.path, bench.size(20_000, 5_000));
    const figures: Figure[] = [];
    for (const [where, args] of [
      ['idle', []],
      ['collecting files', ['--origin', `Notes=${folder.path}`]],
    ] as const) {
      const sandbox = await startSandboxProcess(['--generate-datasources', String(datasources), ...args]);
      try {
        figures.push(...figuresOf(where, await connectAll(sandbox.connection)));
      } finally {
        await sandbox.process.stop();
      }
    }
    return figures;
  } finally {
    await folder.remove();
  }
}

/** Measures how long the last of many clients waits that connect at the same moment. */
export const connecting: Row = { name: 'connecting', measure };
