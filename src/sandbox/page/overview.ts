import { randomUUID } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { isoFromMicros } from '../store/timestamps.ts';
import type { Micros } from '../store/timestamps.ts';
import type { SwitchBoard } from '../switches/switchBoard.ts';
import type { SyncEngine } from '../sync/engine.ts';
import type { DatasourceOverview, OverviewState, QueuedRun, UserOverview } from './overviewState.ts';
import type { Stores } from '../store/stores.ts';

/** Maximum number of Datasources, users, waiting runs, and roles per user in an answer. */
const maxListed = 200;
const maxNextResources = 10;

/**
 * Maximum delay, in ms, before the page shows a change that is caused only by the passing of time, such as
 * expired credentials.
 */
const maxStaleMs = 30_000;

/** Constructor dependencies of {@link Overview}. */
interface OverviewDeps extends Pick<
  Stores,
  'database' | 'timestamps' | 'nodes' | 'datasources' | 'wallet' | 'processingQueue' | 'grants' | 'users'
> {
  readonly container: string;
  readonly account: string;
  readonly owner: string;
  readonly clock: Clock;
  readonly engine: SyncEngine;
  readonly switches: SwitchBoard;
}

function iso(micros: Micros | undefined): string | null {
  return micros === undefined ? null : isoFromMicros(micros);
}

/** Makes the answer of `/_sandbox/state`: the real state of the sandbox, unaffected by the switches. */
export class Overview {
  readonly #deps: OverviewDeps;
  /** Makes the cursors of each start unique, because the counters restart from 0. */
  readonly #start = randomUUID().slice(0, 8);

  constructor(deps: OverviewDeps) {
    this.#deps = deps;
  }

  /**
   * A text that changes whenever the result of {@link state} changes. Computing it is fast, because it reads
   * no rows.
   */
  cursor(): string {
    const { database, switches, clock } = this.#deps;
    const age = Math.floor(clock.now() / maxStaleMs);
    return `${this.#start}.${database.totalChanges}.${switches.revision}.${age}`;
  }

  /** @param find Filters Datasources by title, type, path or status, ignoring case. */
  state(find: string): OverviewState {
    const { container, account, owner, switches } = this.#deps;
    return {
      cursor: this.cursor(),
      account: { container, account, owner, users: this.#users() },
      datasources: this.#datasources(find),
      queue: this.#queue(),
      switches: { common: switches.state, own: switches.own() },
    };
  }

  #users(): UserOverview[] {
    const { users, grants } = this.#deps;
    return users.all(maxListed).map(({ login, name, surname, superuser }) => ({
      ...{ login, name, surname, superuser },
      roles: grants.given(login, maxListed),
    }));
  }

  #datasources(find: string): OverviewState['datasources'] {
    const { database } = this.#deps;
    const statuses = database.all(
      'SELECT sync_status, count(*) AS n FROM datasources GROUP BY sync_status ORDER BY sync_status',
    );
    const matching = `FROM datasources JOIN nodes ON nodes.id = node_id
      WHERE instr(lower(title || ' ' || type || ' ' || path || ' ' || sync_status), lower(?)) > 0`;
    const found = Number(database.get(`SELECT count(*) AS n ${matching}`, find)?.['n']);
    const rows = database.all(
      `SELECT node_id ${matching} ORDER BY title COLLATE NOCASE, node_id LIMIT ${maxListed}`,
      find,
    );
    return {
      total: statuses.reduce((sum, { n }) => sum + Number(n), 0),
      found,
      statuses: Object.fromEntries(statuses.map((row) => [String(row['sync_status']), Number(row['n'])])),
      items: rows.flatMap((row) => this.#datasource(Number(row['node_id']))),
    };
  }

  #datasource(nodeId: number): DatasourceOverview[] {
    const { nodes, datasources, wallet, timestamps } = this.#deps;
    const node = nodes.byId(nodeId);
    const state = datasources.byId(nodeId);
    if (!node || !state) return [];
    return [
      {
        path: node.path,
        uid: node.uid,
        title: node.title === '' ? node.name : node.title,
        type: node.type,
        type_sync: state.typeSync,
        sync_status: state.syncStatus,
        sync_message: state.syncMessage ?? null,
        doc_count: state.docCount,
        last_sync: iso(state.lastSync),
        next_sync: iso(state.nextRun),
        credential_state: wallet.credentialState(state, timestamps.now()),
      },
    ];
  }

  #queue(): OverviewState['queue'] {
    const { engine, datasources, processingQueue } = this.#deps;
    const running = new Set(engine.running);
    const waiting = datasources.queued().filter(({ nodeId }) => !running.has(nodeId));
    return {
      running: [...running].flatMap((nodeId) => this.#name(nodeId)),
      waiting: waiting.slice(0, maxListed).flatMap(({ nodeId }) => this.#name(nodeId)),
      waiting_count: waiting.length,
      resources_count: processingQueue.count(),
      resources: processingQueue.next(maxNextResources).map(({ title, datasourceId }) => ({
        title,
        datasource: this.#deps.nodes.byId(datasourceId)?.title ?? null,
      })),
    };
  }

  #name(nodeId: number): QueuedRun[] {
    const node = this.#deps.nodes.byId(nodeId);
    return node ? [{ path: node.path, title: node.title }] : [];
  }
}
