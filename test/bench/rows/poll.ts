import { Poller } from '../../../src/model/datasources/poller.ts';
import { DatasourceStore } from '../../../src/model/datasources/datasourceStore.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { Relay } from '../../support/relay.ts';
import type { SandboxConnection } from '../../support/sandbox.ts';
import { cpuOf, signedInClient } from '../modelClient.ts';
import type { Figure, Row } from '../row.ts';
import type { Bench } from '../session.ts';
import { median } from '../statistics.ts';

/**
 * Number of Datasources that the baseline reads, one per request. The cost of reading all Datasources is estimated from
 * this sample.
 */
const sampleOfReads = 200;

/** Maximum size of a poll without changes, in both directions, without the token. */
const maxWireBytes = 600;

/** Counts the bytes of polls on the wire, including headers, through a relay. */
async function measureWire(address: SandboxConnection): Promise<{
  readonly quiet: number;
  readonly token: number;
  readonly full: number;
  readonly compressed: number;
}> {
  const relay = await Relay.start(Number(new URL(address.baseUrl).port));
  const ours = await signedInClient({ ...address, baseUrl: `http://127.0.0.1:${relay.port}` });
  const store = new DatasourceStore();
  store.open(ours.connection);
  const poller = new Poller({
    ...{ connectionId: ours.connection.id, store, clock: systemClock },
    client: () => Promise.resolve(ours.client),
  });
  const bytesOf = async (everything: boolean): Promise<number> => {
    const before = relay.sentBytes + relay.receivedBytes;
    await poller.refresh(everything);
    return relay.sentBytes + relay.receivedBytes - before;
  };
  try {
    const full = await bytesOf(true);
    const quiet = await bytesOf(false);
    await ours.control('switches', { compression: true });
    const compressed = await bytesOf(true);
    return { quiet, token: ours.token.length, full, compressed };
  } finally {
    await ours.control('switches', { compression: false });
    poller.dispose();
    await ours.close();
    await relay.close();
  }
}

/** The cost of one poll for the client. */
interface Look {
  /** CPU time, in ms. */
  readonly cpu: number;
  readonly requests: number;
  readonly bytes: number;
}

async function measure(bench: Bench): Promise<readonly Figure[]> {
  const datasources = bench.size(10_000, 2_000);
  const { connection: address } = await bench.sandbox('--generate-datasources', String(datasources));
  const ours = await signedInClient(address);
  const { connection, client, transport } = ours;
  const store = new DatasourceStore();
  store.open(connection);
  const poller = new Poller({
    ...{ connectionId: connection.id, store, clock: systemClock },
    client: () => Promise.resolve(client),
  });
  try {
    await poller.refresh(true);
    const known = [...(store.get(connection.id)?.datasources.values() ?? [])];
    if (known.length !== datasources)
      throw new Error(`${known.length} of ${datasources} Datasources were listed`);
    // Warm-up, so that start-up costs do not count.
    for (let round = 0; round < 5; round++) await poller.refresh(false);
    const look = async (): Promise<Look> => {
      const before = { requests: transport.requests, bytes: transport.bytes };
      const cpu = await cpuOf(() => poller.refresh(false));
      return { cpu, requests: transport.requests - before.requests, bytes: transport.bytes - before.bytes };
    };
    const quiet: Look[] = [];
    for (let round = 0; round < 30; round++) quiet.push(await look());
    const busy: Look[] = [];
    // An even number of rounds restores the statuses in the sandbox, which other benchmarks share.
    for (let round = 0; round < 6; round++) {
      const path = known.slice(0, 100).map((datasource) => datasource.path);
      await ours.control('status', { path, sync_status: round % 2 === 0 ? 'failed' : 'synced' });
      busy.push(await look());
    }
    const reads = await cpuOf(async () => {
      for (const { path } of known.slice(0, sampleOfReads)) await client.node(path);
    });
    const wire = await measureWire(address);
    const peerCpu = (reads / sampleOfReads) * datasources;
    const of = (rounds: readonly Look[], name: keyof Look): number =>
      median(rounds.map((round) => round[name]));
    const note = `The Poller of the model in Node. Medians of ${quiet.length} polls without changes and ${busy.length} polls with changes. Baseline: one GET per Datasource, as in similar extensions; the cost of ${sampleOfReads} GETs is multiplied by ${datasources / sampleOfReads}.`;
    return [
      {
        figure: `poll of ${datasources.toLocaleString('en')} Datasources without changes: requests`,
        ours: { value: of(quiet, 'requests'), unit: 'requests' },
        against: { value: datasources, unit: 'requests', of: 'one GET per Datasource' },
        ratio: of(quiet, 'requests') / datasources,
        goal: '1 request',
        pass: quiet.every(({ requests }) => requests === 1) && busy.every(({ requests }) => requests === 1),
        note: `${note} A poll with 100 changed Datasources also sends one request.`,
      },
      {
        figure: `poll of ${datasources.toLocaleString('en')} Datasources without changes: CPU time of the client`,
        ours: { value: of(quiet, 'cpu'), unit: 'ms' },
        against: { value: peerCpu, unit: 'ms', of: 'one GET per Datasource' },
        ratio: of(quiet, 'cpu') / peerCpu,
        goal: '≤ 5 ms',
        pass: of(quiet, 'cpu') <= 5,
        note,
        samples: { cpuMs: quiet.map(({ cpu }) => cpu) },
      },
      {
        figure: 'poll without changes: bytes on the wire, without the token',
        ours: { value: wire.quiet - wire.token, unit: 'bytes' },
        goal: `≤ ${maxWireBytes} bytes`,
        pass: wire.quiet - wire.token <= maxWireBytes,
        note: `Request and response with their headers. The service decides how long its tokens are; that of the sandbox has ${wire.token} bytes.`,
      },
      {
        figure: `full list of ${datasources.toLocaleString('en')} Datasources, compressed by the service: bytes on the wire`,
        ours: { value: wire.compressed, unit: 'bytes' },
        against: { value: wire.full, unit: 'bytes', of: 'not compressed' },
        ratio: wire.compressed / wire.full,
        goal: '≤ 0.2 ×',
        pass: wire.compressed <= wire.full / 5,
        note: 'The client accepts gzip and br. The sandbox compresses with its switch `compression`.',
      },
      {
        figure: `poll of ${datasources.toLocaleString('en')} Datasources with 100 changes: bytes per changed Datasource`,
        ours: { value: (of(busy, 'bytes') - of(quiet, 'bytes')) / 100, unit: 'bytes' },
        against: { value: of(quiet, 'bytes'), unit: 'bytes', of: 'a poll without changes' },
        goal: '≤ 2,000 bytes per change',
        pass: of(busy, 'bytes') - of(quiet, 'bytes') <= 200_000,
        note,
      },
      {
        figure: `poll of ${datasources.toLocaleString('en')} Datasources with 100 changes: CPU time of the client`,
        ours: { value: of(busy, 'cpu'), unit: 'ms' },
        against: { value: peerCpu, unit: 'ms', of: 'one GET per Datasource' },
        ratio: of(busy, 'cpu') / peerCpu,
        goal: '≤ 1 % of one GET per Datasource + 20 ms',
        pass: of(busy, 'cpu') <= peerCpu / 100 + 20,
        note,
        samples: { cpuMs: busy.map(({ cpu }) => cpu) },
      },
    ];
  } finally {
    poller.dispose();
    await ours.close();
  }
}

/** Measures the cost of polls in a large account. */
export const poll: Row = { name: 'poll', measure };
