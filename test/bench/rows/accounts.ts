import { connectionTo } from '../../../src/model/accounts/connection.ts';
import { DatasourceStore } from '../../../src/model/datasources/datasourceStore.ts';
import { Poller } from '../../../src/model/datasources/poller.ts';
import { PollTurns } from '../../../src/model/datasources/pollTurns.ts';
import { OnnaClient } from '../../../src/onna/client.ts';
import { Caller } from '../../../src/onna/caller.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { FakeClock } from '../../doubles/fakeClock.ts';
import { throwUncaught } from '../../support/throwUncaught.ts';
import { until } from '../../support/until.ts';
import { signedInClient } from '../modelClient.ts';
import type { Figure, Row } from '../row.ts';
import type { Bench } from '../session.ts';

const accounts = 10;
const datasources = 1_000;
const maxConcurrent = 2;
const focusedPollMs = 60_000;

async function measure(bench: Bench): Promise<readonly Figure[]> {
  const { connection: address } = await bench.sandbox('--generate-datasources', String(datasources));
  const ours = await signedInClient(address);
  const { transport, token } = ours;
  const store = new DatasourceStore();
  const turns = new PollTurns();
  const clock = new FakeClock();
  const tokens = { token: () => Promise.resolve(token), renew: () => Promise.resolve(token) };
  const caller = new Caller({ transport, tokens, clock: systemClock, log: () => undefined });
  const pollers = Array.from({ length: accounts }, (_, index) => {
    const connection = connectionTo(address, `user${index}@sandbox.test`);
    store.open(connection);
    return new Poller({
      ...{ connectionId: connection.id, store, clock, turns, server: new URL(address.baseUrl).origin },
      client: () => Promise.resolve(new OnnaClient(connection, caller)),
      onError: throwUncaught,
    });
  });
  try {
    for (const poller of pollers) {
      poller.setAttention('focused');
      poller.start();
    }
    const asOf = (): number => Math.min(...store.connections().map((snapshot) => snapshot.asOf ?? 0));
    await until('all accounts are listed', () => asOf() > 0);
    transport.requests = 0;
    transport.maxConcurrent = 0;
    const rounds = bench.size(20, 5);
    for (let round = 0; round < rounds; round++) {
      const now = clock.now();
      clock.advanceSync(focusedPollMs * 1.2);
      await until('all accounts are polled', () => asOf() > now);
      // Each poller starts its next timer when its poll ends.
      await until('all polls have ended', () => clock.pending >= accounts);
    }
    const perPoll = transport.requests / rounds;
    const listed = store.connections().map((snapshot) => snapshot.datasources.size);
    const note = `The Pollers of the model in Node, with the settings for a focused window and a fake clock. A real sandbox receives the requests. Every account lists ${Math.min(...listed)} Datasources. ${rounds} polls of each account; all become due together.`;
    const of = `polls of ${accounts} accounts of ${datasources.toLocaleString('en')} Datasources`;
    return [
      {
        figure: `${of}: requests`,
        ours: { value: perPoll, unit: 'requests' },
        against: { value: 1, unit: 'requests', of: 'one account' },
        goal: '1 per account',
        pass: perPoll === accounts,
        note,
      },
      {
        figure: `${of}: requests at the same time`,
        ours: { value: transport.maxConcurrent, unit: 'requests' },
        goal: `≤ ${maxConcurrent}`,
        pass: transport.maxConcurrent <= maxConcurrent,
        note,
      },
    ];
  } finally {
    for (const poller of pollers) poller.dispose();
    await ours.close();
  }
}

/** Measures the polls of many accounts on one server. */
export const manyAccounts: Row = { name: 'accounts', measure };
