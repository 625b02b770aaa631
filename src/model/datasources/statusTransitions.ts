import { Emitter, Owner } from '../../base/event.ts';
import type { Datasource } from './datasource.ts';
import type { DatasourceStore, StoreChange } from './datasourceStore.ts';
import type { ReadEntry } from './readLog.ts';

/** The fields of a Datasource whose changes are reported. */
export type StatusFacts = Pick<Datasource, 'status' | 'credential' | 'lastResult' | 'message'>;

/** A change of a Datasource's status, result, credentials or message. */
export interface StatusTransition {
  readonly before: StatusFacts;
  readonly datasource: Datasource;
  /** Whether the change happened before this window was opened. If so, `before` is from the last session. */
  readonly isFirst: boolean;
}

/** All transitions in one change of the store. */
export interface StatusTransitions {
  readonly connectionId: string;
  readonly transitions: readonly StatusTransition[];
}

/** The last known facts. The raw status is undefined until the service reports one. */
type KnownFacts = StatusFacts & Pick<Datasource, 'rawStatus'>;

function hasChanged(before: KnownFacts, datasource: KnownFacts): boolean {
  const { status, credential, lastResult, message } = datasource;
  // The listing may omit the status, which is then read later (docs/onna-api.md §14.9).
  const isFirstStatus = before.rawStatus === undefined && datasource.rawStatus !== undefined;
  if (isFirstStatus) return false;
  return (
    before.status !== status ||
    before.credential !== credential ||
    before.lastResult?.at !== lastResult?.at ||
    before.lastResult?.outcome !== lastResult?.outcome ||
    (before.message !== message && message !== undefined)
  );
}

/**
 * Reports status changes of Datasources. The first known state of a Datasource is not a change. A status that is only
 * expected after an action is not reported, because the service may refuse the action.
 */
export class StatusWatch extends Owner {
  readonly #store: DatasourceStore;
  /** The last reported state of each Datasource, by connection. */
  readonly #known = new Map<string, Map<string, KnownFacts>>();
  /** The Datasources whose state in the store still comes from the last session, by connection. */
  readonly #restored = new Map<string, ReadonlyMap<string, unknown>>();
  readonly #changes = this.register(new Emitter<StatusTransitions>());
  readonly onDidChange = this.#changes.event;

  constructor(store: DatasourceStore) {
    super();
    this.#store = store;
    for (const { connection } of store.connections()) this.#open(connection.id);
    this.register(store.onDidChange((change) => this.#follow(change)));
    this.register(
      store.onDidConfirm(({ connectionId, datasource }) => this.#report(connectionId, [datasource])),
    );
  }

  #open(connectionId: string): void {
    const snapshot = this.#store.get(connectionId);
    const datasources = snapshot?.datasources ?? new Map<string, Datasource>();
    if (snapshot?.restored) this.#restored.set(connectionId, datasources);
    this.#known.set(connectionId, new Map(datasources));
  }

  #follow({ connectionId, added, removed, changed }: StoreChange): void {
    const snapshot = this.#store.get(connectionId);
    if (!snapshot) {
      this.#known.delete(connectionId);
      this.#restored.delete(connectionId);
      return;
    }
    const known = this.#known.get(connectionId);
    if (!known) {
      this.#open(connectionId);
      return;
    }
    for (const id of removed) known.delete(id);
    for (const id of added) {
      const datasource = snapshot.datasources.get(id);
      if (datasource) known.set(id, datasource);
    }
    const reported = changed.flatMap((id) => snapshot.datasources.get(id) ?? []);
    this.#report(
      connectionId,
      reported.filter((datasource) => !this.#store.isExpected(datasource)),
    );
  }

  #report(connectionId: string, datasources: readonly Datasource[]): void {
    const known = this.#known.get(connectionId);
    const snapshot = this.#store.get(connectionId);
    if (!known || !snapshot) return;
    const restored = this.#restored.get(connectionId);
    const transitions: StatusTransition[] = [];
    for (const datasource of datasources) {
      const { id } = datasource;
      const before = known.get(id);
      const isFirst = restored?.has(id) === true && isFirstReport(snapshot.readLog.get(id));
      if (before && hasChanged(before, datasource)) transitions.push({ before, datasource, isFirst });
      known.set(id, datasource);
    }
    // A list that contains every status replaces all states of the last session. Otherwise, only single reads replace
    // them.
    if (restored && !snapshot.restored && snapshot.readLog.size === 0) this.#restored.delete(connectionId);
    if (transitions.length > 0) this.#changes.fire({ connectionId, transitions });
  }
}

/** @param entry Undefined if the list contains the status. */
function isFirstReport(entry: ReadEntry | undefined): boolean {
  return entry?.firstReadAt === undefined || entry.firstReadAt === entry.last?.at;
}
