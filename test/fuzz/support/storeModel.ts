import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { datasourceFrom } from '../../../src/model/datasources/datasource.ts';
import type { Datasource } from '../../../src/model/datasources/datasource.ts';
import type { DatasourceStore, StoreChange } from '../../../src/model/datasources/datasourceStore.ts';
import { readSyncStatus } from '../../../src/model/datasources/syncStatus.ts';
import { compareTitles } from '../../../src/model/datasources/titleOrder.ts';
import type { WireNode } from '../../../src/onna/wire/node.ts';

/** A simple model of the Datasources and workspaces that the store should contain for one connection. */
export class StoreModel {
  readonly datasources = new Map<string, Datasource>();
  readonly workspaces = new Map<string, string>();
  /** The last state that the service reported for each Datasource with an expected status. */
  readonly #facts = new Map<Datasource, Datasource>();

  put(node: WireNode, now: number): void {
    if (node.type === 'Workspace') {
      this.workspaces.set(node.path, node.title);
      return;
    }
    const id = node.uid ?? node.path;
    const known = this.datasources.get(id);
    const next = datasourceFrom(node, known, now);
    if (!isDeepStrictEqual(known, next)) this.datasources.set(id, next);
    // The service has confirmed the expected status.
    else if (known) this.#facts.delete(known);
  }

  list(nodes: readonly WireNode[], deleted: readonly string[], complete: boolean, now: number): void {
    const before = new Map(this.datasources);
    const isWorkspace = (place: string): boolean =>
      nodes.some(({ type, path }) => type === 'Workspace' && path === place);
    for (const node of nodes) this.put(node, now);
    const named = new Set(nodes.map(({ type, uid, path }) => (type === 'Workspace' ? path : (uid ?? path))));
    const placesBefore = new Map([...before].map(([id, { path }]) => [id, path]));
    // The workspaces in this test have no UID, so their path identifies them.
    const isDeleted = (path: string): boolean =>
      deleted.some(
        (place) => `${path}/`.startsWith(`${place}/`) && !(named.has(place) && isWorkspace(place)),
      );
    for (const [id, path] of placesBefore)
      if (!named.has(id) && (complete || deleted.includes(id) || isDeleted(path)))
        this.datasources.delete(id);
    for (const path of this.workspaces.keys())
      if (!named.has(path) && (complete || deleted.includes(path))) this.workspaces.delete(path);
  }

  /** Sets an expected status. @returns a function that restores the status that the service reported */
  expect(id: string, rawStatus: string): () => void {
    const before = this.datasources.get(id);
    if (!before || before.rawStatus === rawStatus) return () => undefined;
    const expected = { ...before, rawStatus, status: readSyncStatus(rawStatus) };
    this.datasources.set(id, expected);
    this.#facts.set(expected, this.#facts.get(before) ?? before);
    return () => {
      const fact = this.#facts.get(expected);
      if (fact && this.datasources.get(id) === expected) this.datasources.set(id, fact);
    };
  }

  /** Asserts that the store has the same contents as this model, sorted by title. */
  isHeldBy(store: DatasourceStore, connectionId: string): void {
    const snapshot = store.get(connectionId);
    const held = [...(snapshot?.datasources.values() ?? [])];
    assert.deepEqual(new Map(held.map((entry) => [entry.id, entry])), this.datasources);
    assert.deepEqual(new Map(snapshot?.workspaces), this.workspaces);
    for (const [index, { title, path }] of held.slice(1).entries()) {
      const before = held[index];
      const order = compareTitles(before?.title ?? '', title);
      assert.ok(
        order < 0 || (order === 0 && (before?.path ?? '') <= path),
        'the Datasources are not sorted by title',
      );
    }
  }
}

/** A copy of the data of one connection, updated only through the events of the store. */
export class Mirror {
  readonly #store: DatasourceStore;
  readonly #connectionId: string;
  #datasources = new Map<string, Datasource>();
  #workspaces = new Map<string, string>();
  #state: unknown;

  constructor(store: DatasourceStore, connectionId: string) {
    this.#store = store;
    this.#connectionId = connectionId;
    store.onDidChange((change) => this.#follow(change));
  }

  #follow({ added, changed, removed, regrouped, state }: StoreChange): void {
    assert.ok(
      added.length + changed.length + removed.length > 0 || regrouped || state,
      'the event contains no change',
    );
    if (state) this.#state = this.#stateNow();
    const isElsewhere = new Set<string>();
    for (const id of removed) {
      assert.ok(this.#datasources.delete(id), `${id} was removed but did not exist`);
      assert.equal(this.#store.find(this.#connectionId, id), undefined, `${id} was removed but still exists`);
    }
    for (const id of [...added, ...changed]) {
      const known = this.#datasources.get(id);
      const now = this.#store.find(this.#connectionId, id);
      assert.ok(now, `${id} was added or changed but does not exist`);
      assert.equal(
        known !== undefined,
        changed.includes(id),
        `${id} was reported as changed instead of added, or vice versa`,
      );
      assert.notDeepEqual(now, known, `${id} was reported as changed but is the same`);
      if (known && (known.path !== now.path || known.title !== now.title)) isElsewhere.add(id);
      this.#datasources.set(id, now);
    }
    const snapshot = this.#store.get(this.#connectionId);
    if (!snapshot) {
      this.#datasources.clear();
      this.#workspaces.clear();
      return;
    }
    const workspaces = new Map(snapshot.workspaces);
    const isRegrouped = isElsewhere.size > 0 || !isDeepStrictEqual(workspaces, this.#workspaces);
    assert.equal(regrouped, isRegrouped, 'the event has a wrong value of "regrouped"');
    this.#workspaces = workspaces;
  }

  /** Returns the part of the state that the row of the account shows. */
  #stateNow(): unknown {
    const snapshot = this.#store.get(this.#connectionId);
    return snapshot && [snapshot.failure, snapshot.asOf === undefined, snapshot.restored];
  }

  /** Asserts that the events of the store have reported all changes. */
  isUpToDate(): void {
    const snapshot = this.#store.get(this.#connectionId);
    assert.deepEqual(this.#datasources, new Map(snapshot?.datasources));
    assert.deepEqual(this.#workspaces, new Map(snapshot?.workspaces));
    assert.deepEqual(this.#state, this.#stateNow());
  }
}
