import assert from 'node:assert/strict';
import { ExceptionList } from '../../src/model/history/exceptionList.ts';
import {
  detailsTabs,
  firstExceptionChoice,
  type DetailsLog,
  type DetailsTab,
  type RunView,
} from '../../src/shared/detailsProtocol.ts';
import { exceptionCount, logLength, noteCount } from './detailsRecords.ts';
import type { AccountRequest } from './exchange.ts';
import { OpenDetails } from './openDetails.ts';
import { ends, wiki, type Operation, type Place } from './operation.ts';
import { describeError } from './words.ts';
import type { World } from './world.ts';

/** The parts of the page that a fault may affect. All other parts must still be shown. */
interface Affected {
  readonly tab?: DetailsTab;
  readonly fact?: 'Resources' | 'Exceptions';
}

/** An operation on an open details page. */
interface DetailsOperation {
  readonly name: string;
  readonly place: Place;
  readonly paged?: boolean;
  readonly maxRequests: number;
  readonly concerns: Operation['concerns'];
  readonly affected: Affected;
  /** The tab with which the page is opened, before the fault. */
  readonly openWith: DetailsTab;
  act(page: OpenDetails): Promise<void>;
  /** Repeats the operation, as the user can do after a failure. Default: {@link act}. */
  again?(page: OpenDetails): Promise<void>;
  message(page: OpenDetails): string | undefined;
  check(page: OpenDetails): void;
  kept?(page: OpenDetails): readonly string[];
}

const isJournal = ({ source }: { readonly source: string }): boolean => source === 'journal';

const labelOf = ({ source, end }: { readonly source: string; readonly end?: number | undefined }): string =>
  `${source} ${end ?? ''}`;

const firstRuns = new WeakMap<OpenDetails, readonly RunView[]>();

/**
 * Returns the runs of the first load, except lost runs. A run that is no longer shown is lost, unless the
 * history was read without a failure or the user may no longer read the run.
 */
function keptRuns(page: OpenDetails): readonly string[] {
  const first = firstRuns.get(page) ?? page.runs;
  firstRuns.set(page, first);
  const isRead = page.load('history').notice === undefined;
  const shown = page.runs.map(labelOf);
  return first
    .filter((run) => isRead || (page.isForbidden && !isJournal(run)) || shown.includes(labelOf(run)))
    .map(labelOf);
}

/** Asserts that the unaffected parts of the page are shown while the fault lasts. */
async function checkOthers(page: OpenDetails, { tab: affected, fact }: Affected): Promise<void> {
  if (fact !== 'Resources') assert.equal(page.fact('Resources'), '5');
  if (fact !== 'Exceptions') assert.equal(page.fact('Exceptions'), String(exceptionCount - noteCount));
  for (const tab of detailsTabs) {
    if (tab === affected) continue;
    // The history is built from two of the logs, so it may lack some runs.
    if (tab === 'logs') await page.chooseLog({ log: 'processing', errorsOnly: true });
    else await page.show(tab);
    assert.equal(page.load(tab).phase, 'ready', `the tab ${tab} is not loaded`);
    if (tab === 'history') assert.ok(page.runs.some(isJournal), 'the runs from the own journal are missing');
    else assert.ok((tab === 'logs' ? page.items : page.rows).length > 0, `the tab ${tab} is empty`);
  }
}

/** Makes the wiki fail in this session, so that the extension's own journal contains a run. */
function openWiki(world: World): void {
  world.open(true);
  world.see({ sync_status: 'syncing', '@timestamp': '2026-03-01T11:30:00.000000+00:00' });
  world.see({ sync_status: 'failed', '@timestamp': '2026-03-01T11:40:00.000000+00:00' });
}

function details(operation: DetailsOperation): Operation {
  const { name, place, paged = false, maxRequests, concerns, openWith, affected } = operation;
  return {
    ...{ name, place, paged, maxRequests, concerns },
    prepare: async (world) => {
      openWiki(world);
      const page = new OpenDetails(world);
      world.whenClosed(page);
      await page.open(openWith);
      let isFirst = true;
      return {
        run: async () => {
          if (!isFirst) {
            await (operation.again ?? operation.act)(page);
            return operation.message(page);
          }
          isFirst = false;
          await operation.act(page);
          const message = operation.message(page);
          await checkOthers(page, affected);
          return message;
        },
        check: () => operation.check(page),
        kept: () => operation.kept?.(page) ?? [],
        idle: () => page.passTime(),
      };
    },
  };
}

const services: Readonly<Record<DetailsLog, string>> = {
  collection: '@getAuditLogSpyder',
  processing: '@getAuditLogBeats',
  audit: '@getAuditLogDS',
};

function failureIn(tab: DetailsTab): (page: OpenDetails) => string | undefined {
  return (page) => {
    const { phase, notice } = page.load(tab);
    return phase === 'failed' ? notice : undefined;
  };
}

/** Returns an operation that shows the errors in a log, or all entries. */
function log(name: string, chosen: DetailsLog, errorsOnly: boolean, atLeast: number): Operation {
  return details({
    ...{ name, place: 'tab of the details page', paged: true, maxRequests: 12, openWith: 'exceptions' },
    concerns: ends(services[chosen]),
    affected: { tab: 'logs' },
    act: async (page) => {
      await page.chooseLog({ log: chosen, errorsOnly });
    },
    message: failureIn('logs'),
    check: ({ items, hasOlder }) => assert.ok(items.length >= atLeast || hasOlder, String(items.length)),
  });
}

/** Returns an operation that opens the tab with the runs for the first time. */
function history(name: string, chosen: DetailsLog, source: string): Operation {
  return details({
    ...{ name, place: 'note above the runs', paged: true, maxRequests: 6, openWith: 'exceptions' },
    concerns: ends(services[chosen]),
    affected: { tab: 'history' },
    act: (page) => page.show('history'),
    again: (page) => page.refresh('history'),
    message: (page) => {
      assert.equal(page.load('history').phase, 'ready');
      assert.ok(page.runs.some(isJournal), 'the runs from the own journal are missing');
      return page.load('history').notice;
    },
    check: ({ runs }) =>
      assert.ok(
        runs.some((run) => run.source === source),
        `no run is from ${source}`,
      ),
  });
}

/** Returns whether a request asks for a page of the wiki's exceptions. */
function isExceptionSearch({ path, body }: AccountRequest): boolean {
  return path === `${wiki}/@frontsearch` && (body as { readonly size?: number }).size === 200;
}

/**
 * Returns an operation that refreshes a value in the header. The extension sends a separate request for the
 * value.
 */
function fact(
  name: string,
  label: 'Resources' | 'Exceptions',
  concerns: Operation['concerns'],
  value: string,
): Operation {
  return details({
    ...{ name, place: 'header of the details page, which shows no error', maxRequests: 4 },
    ...{ concerns, openWith: 'exceptions', affected: { fact: label } },
    act: (page) => page.refresh('exceptions'),
    message: () => undefined,
    check: (page) => assert.equal(page.fact(label), value),
  });
}

/** Loads a page of exceptions that can be reached only with sort values (docs/onna-api.md §6). */
const pastTheWindow: Operation = {
  name: 'exceptions past 10,000',
  place: 'tab of the details page',
  paged: true,
  maxRequests: 4,
  concerns: ({ path, body }) => path.endsWith('@frontsearch') && 'search_after' in (body as object),
  prepare: (world) => {
    const list = new ExceptionList(() => world.client());
    const place = { from: 10_000, after: [1_772_362_800_000, 9], lastId: 'the last row' };
    let ids: readonly string[] = [];
    return Promise.resolve({
      run: async () => {
        const { id } = world.connection;
        const { signal } = new AbortController();
        try {
          const { rows } = await list.page(id, wiki, firstExceptionChoice, place, signal);
          ids = rows.map(({ hit }) => hit.id);
          return undefined;
        } catch (error) {
          world.note(error);
          return describeError(error, 'details');
        }
      },
      check: () => assert.ok(ids.length > 0, 'there are no ids'),
      kept: () => [],
    });
  },
};

/** The operations on the details page. */
export const detailsOperations: readonly Operation[] = [
  log('collection log', 'collection', true, logLength),
  details({
    ...{ name: 'older entries', place: 'tab of the details page', paged: true, maxRequests: 15 },
    ...{ openWith: 'exceptions', affected: { tab: 'logs' } },
    concerns: ({ path, query }) => path.endsWith('@getAuditLogSpyder') && query.has('cursor'),
    act: async (page) => {
      await page.chooseLog({ log: 'collection', errorsOnly: false });
      await page.olderLog();
    },
    again: async (page) => {
      if (!page.hasOlder) await page.refresh('logs');
      await page.olderLog();
    },
    message: failureIn('logs'),
    check: ({ items }) => assert.ok(items.length >= 120, String(items.length)),
    kept: ({ items }) => items.map(({ id }) => id ?? ''),
  }),
  log('processing log', 'processing', true, logLength),
  log('audit log', 'audit', false, 5),
  history('history: audit log', 'audit', 'audit'),
  history('history: collection log', 'collection', 'collection'),
  details({
    ...{ name: 'history again', place: 'note above the runs', paged: true, maxRequests: 6 },
    ...{ openWith: 'history', affected: { tab: 'history' } },
    concerns: ends('@getAuditLogDS'),
    act: (page) => page.refresh('history'),
    message: (page) => {
      assert.equal(page.load('history').phase, 'ready');
      return page.load('history').notice;
    },
    check: ({ runs }) => assert.ok(runs.length >= 5, JSON.stringify(runs)),
    kept: keptRuns,
  }),
  details({
    ...{ name: 'exceptions', place: 'tab of the details page', paged: true, maxRequests: 4 },
    ...{ concerns: isExceptionSearch, openWith: 'logs', affected: { tab: 'exceptions' } },
    act: (page) => page.show('exceptions'),
    again: (page) => page.refresh('exceptions'),
    message: failureIn('exceptions'),
    check: ({ rows }) => assert.ok(rows.length > 0, 'there are no rows'),
  }),
  details({
    ...{ name: 'more exceptions', place: 'tab of the details page', paged: true, maxRequests: 8 },
    ...{ openWith: 'exceptions', affected: { tab: 'exceptions' } },
    concerns: (request) => isExceptionSearch(request) && 'search_after' in (request.body as object),
    act: (page) => page.moreExceptions(),
    again: async (page) => {
      await page.refresh('exceptions');
      await page.moreExceptions();
    },
    message: failureIn('exceptions'),
    check: ({ rows }) => assert.ok(rows.length > 10, String(rows.length)),
    kept: ({ rows }) => rows.map(({ id }) => id),
  }),
  pastTheWindow,
  details({
    ...{
      name: 'Resource of a log entry',
      place: 'notification',
      maxRequests: 4,
      openWith: 'logs',
      affected: {},
    },
    concerns: ({ path, body }) => path.endsWith('@frontsearch') && JSON.stringify(body).includes('"uuid"'),
    act: (page) => page.openResource('uid-berths-0'),
    message: (page) => (page.opened === undefined ? page.lastMessage() : undefined),
    check: ({ opened }) => assert.equal(opened, `${wiki}/berths-0.pdf`),
  }),
  fact('number of Resources', 'Resources', ends('@size'), '5'),
  fact(
    'number of exceptions',
    'Exceptions',
    ({ path, body }) => path.endsWith('@frontsearch') && (body as { readonly size: number }).size === 1,
    String(exceptionCount - noteCount),
  ),
];
