import { Poller } from '../../../src/model/datasources/poller.ts';
import { DatasourceStore } from '../../../src/model/datasources/datasourceStore.ts';
import { FakeClock } from '../../doubles/fakeClock.ts';
import { liveHeapBytes, signedInClient } from '../modelClient.ts';
import type { Figure, Row } from '../row.ts';
import type { Bench } from '../session.ts';

const fiveMinutesMs = 5 * 60_000;

async function measure(bench: Bench): Promise<readonly Figure[]> {
  const datasources = bench.size(10_000, 2_000);
  const polls = bench.size(1_000, 100);
  const { connection: address } = await bench.sandbox('--generate-datasources', String(datasources));
  const ours = await signedInClient(address);
  const { connection, client, transport } = ours;
  const store = new DatasourceStore();
  store.open(connection);
  const clock = new FakeClock();
  const poller = new Poller({
    ...{ connectionId: connection.id, store, clock },
    client: () => Promise.resolve(client),
  });
  let changes = 0;
  store.onDidChange(() => changes++);
  try {
    const listed = transport.requests;
    await poller.refresh(true);
    const pages = transport.requests - listed;
    poller.setAttention('unfocused');
    const pass = async (): Promise<void> => {
      await clock.advance(fiveMinutesMs);
      // The poller starts its next timer when the poll ends.
      while (clock.pending === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    };
    // Warm-up, because compiled code increases the heap.
    for (let round = 0; round < polls / 2; round++) await pass();
    const start = { heap: await liveHeapBytes(), handles: process.getActiveResourcesInfo().length };
    const requests = transport.requests;
    changes = 0;
    for (let round = 0; round < polls; round++) await pass();
    const growth = (await liveHeapBytes()) - start.heap;
    const handles = process.getActiveResourcesInfo().length - start.handles;
    // A full listing is due once an hour, and each page needs a request.
    const full = Math.ceil((polls * fiveMinutesMs) / 3_600_000) * (pages - 1);
    const perFiveMinutes = (transport.requests - requests - full) / polls;
    const note = `The Poller of the model in Node, with the settings for an unfocused window. None of the ${datasources.toLocaleString('en')} Datasources is syncing. A fake clock advances ${polls} times by 5 min. A real sandbox receives the requests.`;
    return [
      {
        figure: `idle for ${polls.toLocaleString('en')} polls: heap growth`,
        ours: { value: growth, unit: 'bytes' },
        goal: 'none (≤ 256 KB of noise)',
        pass: growth <= 256 * 1_024,
        note,
      },
      {
        figure: `idle for ${polls.toLocaleString('en')} polls: growth of handles and timers`,
        ours: { value: handles, unit: 'handles' },
        goal: '≤ 0',
        pass: handles <= 0,
        note,
      },
      {
        figure: `idle for ${polls.toLocaleString('en')} polls: requests per 5 min`,
        ours: { value: perFiveMinutes, unit: 'requests' },
        goal: '≤ 1, without pages 2 and later of the hourly listing',
        pass: perFiveMinutes <= 1.01 && changes === 0,
        note: `${note} Total: ${transport.requests - requests} requests. The store reported ${changes} changes.`,
      },
    ];
  } finally {
    poller.dispose();
    await ours.close();
  }
}

/** Measures memory, handles and requests of an idle extension. */
export const idle: Row = { name: 'idle', measure };
