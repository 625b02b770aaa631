import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isOnnaError } from '../../src/onna/errors.ts';
import type { Habits } from './support/childrenService.ts';
import { habits, plainHabits, quiet } from './support/childrenService.ts';
import { fuzz } from './support/fuzz.ts';
import { Walked } from './support/walked.ts';

type Moment = 'going' | 'coming';

const rests = fc.array(fc.constantFrom<number[]>(0, 0, 0, 20_000, 120_000), { maxLength: 8 });
const pageSize = fc.constantFrom<number[]>(1, 3, 5, 10);

const repeat = { ...quiet, repeat: true };
const expire = { ...quiet, expired: 404 } as const;
const addInFront = { ...quiet, change: { kind: 'add', at: 0 } } as const;

/** Behaviors of services that once made the client lose rows while it paged through Resources. */
const regressions = {
  'ignores the page size, and refuses POST': [
    plainHabits({ size: 'own', limit: 5, otherwise: 'refuses' }),
    3,
    [],
  ],
  'sends its first page twice, and refuses POST': [
    plainHabits({ otherwise: 'refuses', events: [quiet, repeat] }),
    3,
    [],
  ],
  'has new rows at the front after its scroll expired': [
    plainHabits({ events: [quiet, quiet, quiet, quiet, addInFront, expire] }),
    1,
    [],
  ],
  'breaks the connection after advancing its scroll': [
    plainHabits({ limit: 2, events: [quiet, quiet, { ...quiet, lost: 'broken' }] }),
    3,
    [],
  ],
} satisfies Record<string, [Habits, number, number[]]>;

/** Behaviors of services that once caused lost rows after a cancellation, because the scroll had already advanced. */
const cancelledRegressions = {
  'keeps the same cursor': [plainHabits({}), 2, [], 1, 'coming'],
} satisfies Record<string, [Habits, number, number[], number, Moment]>;

describe('The client, while paging through the Resources of any service,', () => {
  it('reaches the end of the list, and returns each row exactly once if the row exists during all requests', async () => {
    const property = fc.asyncProperty(habits, pageSize, rests, async (of, size, restsMs) => {
      const walked = new Walked(of, size);
      await walked.toTheEnd(restsMs);
      walked.isComplete();
      const { requests } = walked.service;
      await walked.step();
      assert.equal(walked.service.requests, requests, 'the client sent a request after the end of the list');
    });
    await fuzz('paging through Resources', property, Object.values(regressions));
  });

  it('stops as soon as the user cancels, and loses no rows when the user continues', async () => {
    const property = fc.asyncProperty(
      ...([habits, pageSize, rests, fc.nat(8), fc.constantFrom<Moment[]>('going', 'coming')] as const),
      async (of, size, restsMs, cancelledAt, moment) => {
        const walked = new Walked(of, size);
        const abort = new AbortController();
        let asked = 0;
        walked.onRequest = (now) => {
          assert.ok(
            !abort.signal.aborted || now === 'coming',
            'the client sent a request after the cancellation',
          );
          if (now === moment && asked++ === cancelledAt) abort.abort();
        };
        while (!walked.walk.done && !abort.signal.aborted) {
          await walked.step(abort.signal).catch((error: unknown) => {
            if (!isOnnaError(error)) throw error;
            if (abort.signal.aborted) assert.equal(error.failure.kind, 'cancelled');
          });
        }
        walked.onRequest = () => undefined;
        await walked.toTheEnd(restsMs);
        walked.isComplete();
      },
    );
    await fuzz('paging through Resources with a cancellation', property, Object.values(cancelledRegressions));
  });

  it('sends at most two requests per page, and twelve more in total, even if one response is lost', async () => {
    const property = fc.asyncProperty(
      ...([habits, fc.nat(24), fc.constantFrom('cut off', 'hangs', 'refused')] as const),
      async (of, lostAt, how) => {
        const rows = 200;
        const size = 10;
        const plain = { rows, limit: size, size: 'asked', rubbish: [], events: [] } as const;
        const walked = new Walked({ ...of, ...plain }, size);
        let asked = 0;
        walked.onAnswer = (answer) => {
          if (asked++ !== lostAt || answer.status !== 200) return answer;
          if (how === 'hangs') walked.clock.jump(30_000);
          if (how === 'cut off') return { status: 200, body: answer.body.slice(0, 40) };
          return { status: how === 'hangs' ? 504 : 500, body: '{}' };
        };
        await walked.toTheEnd([]);
        const isTold = walked.walk.missing > 0;
        if (!isTold) walked.isComplete();
        assert.ok(walked.service.requests <= (2 * rows) / size + 12, String(walked.service.requests));
      },
    );
    await fuzz('paging through Resources with a lost response', property);
  });
});
