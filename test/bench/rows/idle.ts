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
      // The poll that the clock started sets the next timer when it ends.
      while (clock.pending === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    };
    // Warm-up, because compiled code takes memory too.
    for (let round = 0; round < polls / 2; round++) await pass();
    const start = { heap: await liveHeapBytes(), handles: process.getActiveResourcesInfo().length };
    const requests = transport.requests;
    changes = 0;
    for (let round = 0; round < polls; round++) await pass();
    const growth = (await liveHeapBytes()) - start.heap;
    const handles = process.getActiveResourcesInfo().length - start.handles;
    // A full listing happens once an hour, page by page.
    const full = Math.ceil((polls * fiveMinutesMs) / 3_600_000) * (pages - 1);
    const perFiveMinutes = (transport.requests - requests - full) / polls;
    const note = `The model's own Poller in Node, in an unfocused window. Nothing is syncing in ${datasources.toLocaleString('en')} Datasources. A fake clock advances ${polls} times by 5 min; the requests go to a real sandbox.`;
    return [
      {
        figure: `idle for ${polls.toLocaleString('en')} polls: growth of the heap`,
        ours: { value: growth, unit: 'bytes' },
        goal: 'none (≤ 256 KB of noise)',
        pass: growth <= 256 * 1_024,
        note,
      },
      {
        figure: 'the same: growth of handles and timers',
        ours: { value: handles, unit: 'handles' },
        goal: '≤ 0',
        pass: handles <= 0,
        note,
      },
      {
        figure: 'the same: requests in 5 min',
        ours: { value: perFiveMinutes, unit: 'requests' },
        goal: '≤ 1, without the further pages of the hourly listing',
        pass: perFiveMinutes <= 1.01 && changes === 0,
        note: `${note} Total: ${transport.requests - requests} requests; the store reported ${changes} changes.`,
      },
    ];
  } finally {
    poller.dispose();
    await ours.close();
  }
}

/** The cost of an idle extension. */
export const idle: Row = { name: 'idle', measure };
