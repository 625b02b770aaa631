import { Agent } from 'node:http';
import { writeTextFiles } from '../collecting/textFiles.ts';
import { ask, askForCode, askForToken } from '../httpRequest.ts';
import { startSandboxProcess } from '../../support/sandbox.ts';
import type { SandboxConnection } from '../../support/sandbox.ts';
import { makeTemporaryFolder } from '../../support/temporaryFolder.ts';
import type { Figure, Row } from '../row.ts';
import type { Bench } from '../session.ts';

const resources = 20_000;
const maxTimesIdle = 3;
const maxWaitMs = 250;
/** Words of the generated texts. Each search combines two of them and a number, so that no result is cached. */
const words = ['berth', 'timber', 'cement', 'pilot', 'grain', 'salt', 'gale', 'warning'];

/** The value below which 99 % of the values are. */
function percentile99(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.ceil(values.length * 0.99) - 1] ?? Number.NaN;
}

/** Signs in once. All clients use this token. */
async function signIn(connection: SandboxConnection): Promise<string> {
  const agent = new Agent();
  return askForToken(agent, connection, await askForCode(agent, connection));
}

/**
 * Lets clients send requests, each the next one after a response. Half of them are searches, half read the list of
 * Datasources.
 * @returns the duration of each request, in ms
 */
async function requestTimes(
  connection: SandboxConnection,
  clients: number,
  requestsPerClient: number,
): Promise<number[]> {
  const { baseUrl, container, account } = connection;
  const root = `${baseUrl}/api/${container}/${account}`;
  const authorization = `Bearer ${await signIn(connection)}`;
  const times: number[] = [];
  let searches = 0;
  const client = async (): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    try {
      for (let index = 0; index < requestsPerClient; index++) {
        const number = searches++;
        const text = `${words[number % 8] ?? ''} ${words[(number >> 3) % 8] ?? ''} ${number >> 6}`;
        const advanced = { and: [{ text_contains: [{ var: 'extracted_text' }, text] }] };
        const started = performance.now();
        await (number % 2 === 0
          ? ask(agent, `${root}/@frontsearch`, { authorization }, { advanced, from: 0, size: 10 })
          : ask(agent, `${root}/@data?types=_datasources_`, { authorization }));
        times.push(performance.now() - started);
      }
    } finally {
      agent.destroy();
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return times;
}

async function measure(bench: Bench): Promise<readonly Figure[]> {
  const folder = await makeTemporaryFolder('onna-texts');
  const times: { idle: number[]; busy: number[]; alone: number[] } = { idle: [], busy: [], alone: [] };
  try {
    await writeTextFiles(folder.path, bench.size(20_000, 5_000));
    const collecting = ['--origin', `Notes=${folder.path}`];
    for (const [name, args, clients, requests] of [
      ['idle', [], 200, 20],
      ['busy', collecting, 200, 20],
      ['alone', collecting, 1, 400],
    ] as const) {
      const sandbox = await startSandboxProcess(['--generate', String(resources), ...args]);
      try {
        times[name] = await requestTimes(sandbox.connection, clients, requests);
      } finally {
        await sandbox.process.stop();
      }
    }
  } finally {
    await folder.remove();
  }
  const [idle, busy] = [percentile99(times.idle), percentile99(times.busy)];
  const slowest = Math.max(...times.alone);
  return [
    {
      figure: 'sandbox: 200 clients read and search while files are collected: 99th percentile',
      ours: { value: busy, unit: 'ms' },
      against: { value: idle, unit: 'ms', of: 'the same requests while nothing is collected' },
      ratio: busy / idle,
      goal: `≤ ${maxTimesIdle} ×`,
      pass: busy <= maxTimesIdle * idle,
      note: `${times.busy.length} requests. Each client sends the next request after a response. The requests begin together with the collection.`,
      samples: { idleMs: times.idle, busyMs: times.busy },
    },
    {
      figure: 'sandbox: one client reads and searches while files are collected: slowest request',
      ours: { value: slowest, unit: 'ms' },
      goal: `≤ ${maxWaitMs} ms`,
      pass: slowest <= maxWaitMs,
      note: `${times.alone.length} requests. With one client, a request waits only for the collection.`,
      samples: { aloneMs: times.alone },
    },
  ];
}

/** Measures how long clients wait for the sandbox while it collects files. */
export const busyClients: Row = { name: 'busyClients', measure };
