import assert from 'node:assert/strict';
import { settle } from '../doubles/fakeClock.ts';
import { OnnaError } from '../../src/onna/errors.ts';
import type { Moment } from '../../src/ui/text/errorMoment.ts';
import { ends, messageFor } from './operation.ts';
import type { Operation, Place, Run } from './operation.ts';
import type { World } from './world.ts';
import { describeError } from './words.ts';

/** For each place: runs `work`, and returns the message that the place shows if `work` fails. */
const presenters = {
  'sign-in box: server': (_: World, work: () => Promise<void>) => outcomeOf(work, 'serverStep'),
  'sign-in box: account': (_: World, work: () => Promise<void>) => outcomeOf(work, 'accountStep'),
  'sign-in box: token': (_: World, work: () => Promise<void>) => outcomeOf(work, 'tokenStep'),
  'tooltip, which shows no error': async (_: World, work: () => Promise<void>) => {
    await outcomeOf(work, 'other');
    return undefined;
  },
  'check before a command, which shows no error': async (_: World, work: () => Promise<void>) => {
    await outcomeOf(work, 'other');
    return undefined;
  },
  'group Needs Renewal, which shows no error': async (_: World, work: () => Promise<void>) => {
    await outcomeOf(work, 'other');
    return undefined;
  },
  'list of suggestions': (_: World, work: () => Promise<void>) => outcomeOf(work, 'other'),
  'notification of a read': (world: World, work: () => Promise<void>) => world.command(work, 'other'),
  notification: (world: World, work: () => Promise<void>) => world.command(work, 'download'),
};

async function outcomeOf(work: () => Promise<void>, moment: Moment): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return messageFor(error, moment);
  }
}

function placeOf(presenter: keyof typeof presenters): Place {
  if (presenter.startsWith('sign-in box')) return 'sign-in box';
  return presenter === 'notification of a read' ? 'notification' : (presenter as Place);
}

/** Returns an operation that sends one read request. @param wanted text that the JSON of a complete result contains */
export function reading(
  name: string,
  presenter: keyof typeof presenters,
  concerns: Operation['concerns'],
  ask: (world: World) => Promise<unknown>,
  wanted: string,
): Operation {
  return {
    name,
    place: placeOf(presenter),
    concerns,
    prepare: (world) => {
      let came: unknown;
      const work = async (): Promise<void> => {
        came = await ask(world);
      };
      return Promise.resolve({
        run: () => presenters[presenter](world, work),
        check: () => assert.ok(JSON.stringify(came ?? null).includes(wanted), `“${wanted}” is missing`),
        kept: () => [],
      });
    },
  };
}

/** A time longer than the hour between two full listings, in ms. */
const maxUntilListedMs = 65 * 60_000;

/**
 * Returns a run that polls the list of Datasources once. After the fault, the timer of the poller starts more
 * polls.
 */
export function pollOnce(world: World, everything: boolean): Run {
  const all = ['drive synced', 'slack synced', 'wiki synced'];
  const wanted = world.account.listsStatus ? all : [...all.slice(0, 2), 'wiki paused'];
  const isAll = (): boolean => world.rows().join() === wanted.join();
  return {
    run: async () => {
      await world.poller.refresh(everything);
      return world.trouble();
    },
    check: () => assert.deepEqual(world.rows(), wanted),
    kept: () => world.ids(),
    recover: async () => {
      // No user action is needed, because the next full listing contains all missed changes.
      const start = world.pollClock.now();
      while (world.pollClock.now() - start < maxUntilListedMs) {
        const wait = world.pollClock.nextIn;
        if (wait === undefined) return 'the poller has stopped';
        await world.pass(wait);
        while (world.store.get(world.connection.id)?.loading) await settle();
        if (world.trouble() === undefined && isAll()) break;
        // After the service has refused a Datasource, the poller does not read the Datasource again until the user runs
        // Refresh.
        const readLog = world.store.get(world.connection.id)?.readLog;
        if (readLog?.get('uid-wiki')?.last?.outcome !== 'refused') continue;
        await world.poller.refresh(true);
        break;
      }
      return world.trouble();
    },
  };
}

/**
 * Returns an operation that runs an action on the wiki.
 * @param after the title and status of a row after success, or a function that checks the world
 */
export function action(
  name: string,
  concerns: Operation['concerns'],
  act: (world: World, datasource: NonNullable<ReturnType<World['store']['find']>>) => Promise<unknown>,
  after: string | ((world: World) => boolean) = 'wiki synced',
): Operation {
  return {
    name,
    place: 'notification',
    writes: true,
    concerns,
    prepare: (world) => {
      world.open(true);
      const { id } = world.connection;
      const datasource = world.store.find(id, 'uid-wiki');
      assert.ok(datasource);
      return Promise.resolve({
        run: () => world.command(() => act(world, datasource), 'action'),
        check: () => {
          const isDone = typeof after === 'string' ? world.rows().includes(after) : after(world);
          assert.ok(isDone, world.rows().join());
        },
        kept: () => world.ids(),
      });
    },
  };
}

/** Returns an operation that loads the next page of Resources. @param loaded number of pages that are already loaded */
export function page(
  name: string,
  datasource: string,
  concerns: Operation['concerns'],
  loaded: number,
): Operation {
  return {
    name,
    place: 'row below the Datasource',
    paged: true,
    concerns,
    prepare: async (world) => {
      const list = world.resources(datasource);
      for (let pages = 0; pages < loaded; pages++) await list.loadMore();
      const run = async (): Promise<string | undefined> => {
        await list.loadMore();
        return list.failure && describeError(list.failure, loaded > 0 ? 'moreResources' : 'resources');
      };
      return {
        run,
        check: () => {
          assert.equal(list.failure, undefined);
          assert.ok(list.children.length > loaded * 2, String(list.children.length));
        },
        kept: () => list.children.map(({ path }) => path),
        recover: async () => {
          // A complete list has no next page, so the user has to run Refresh, which reads the list from the start.
          if (list.done) await list.refresh();
          return run();
        },
      };
    },
  };
}

/** The text of the document for a Resource without content. */
const noContent = describeError(new OnnaError({ kind: 'noContent' }));

/** Returns an operation that opens a read-only document. */
export function document(
  name: string,
  kind: 'text' | 'properties',
  path: string,
  service: string,
  text: string,
): Operation {
  return {
    name,
    place: 'document',
    concerns: ({ method, path: asked }) => method === 'GET' && asked === path + service,
    prepare: (world) => {
      let shown = '';
      return Promise.resolve({
        run: async () => {
          shown = await world.document(kind, path);
          if (shown === noContent) return shown;
          return /^The document could not be loaded\. (.*)$/s.exec(shown)?.[1];
        },
        check: () => assert.ok(shown.includes(text), shown),
        kept: () => [],
      });
    },
  };
}

/** Returns an operation that loads the first or the second page of search hits. */
export function search(name: string, firstPage: boolean): Operation {
  return {
    name,
    place: 'search page',
    paged: true,
    concerns: ends('@frontsearch'),
    prepare: async (world) => {
      const session = world.search();
      if (!firstPage) await session.run('tides');
      const failure = (): string | undefined => {
        const { state } = session;
        const hasFailed = state.phase === 'failed' || state.more === 'failed';
        return hasFailed ? messageFor(state.failure, 'search') : undefined;
      };
      return {
        run: async () => {
          if (firstPage) await session.run('tides');
          else await session.loadMore();
          return failure();
        },
        check: () => assert.ok(session.state.hits.length > (firstPage ? 0 : 50), 'hits are missing'),
        kept: () => session.state.hits.map(({ id }) => id),
        recover: async () => {
          // The search page shows “Try again” next to the failure.
          await session.retry();
          return failure();
        },
      };
    },
  };
}

/** Returns an operation that signs in a second user with a password. */
export const signInByPassword = (name: string, concerns: Operation['concerns']): Operation => ({
  name,
  place: 'sign-in box',
  concerns,
  prepare: (world) => {
    const { accounts, connection } = world;
    const run = async (): Promise<string | undefined> => {
      try {
        await accounts.addByPassword(connection, 'tom@lumenfjord.test', 'p');
        return undefined;
      } catch (error) {
        return messageFor(error, 'passwordStep');
      }
    };
    return Promise.resolve({
      run,
      check: () => assert.equal(accounts.connections().length, 2),
      kept: () => [connection.id],
    });
  },
});
