import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { datasourceFrom } from '../../../src/model/datasources/datasource.ts';
import type { Datasource } from '../../../src/model/datasources/datasource.ts';
import type { DatasourceStore, StoreChange } from '../../../src/model/datasources/datasourceStore.ts';
import { readSyncStatus } from '../../../src/model/datasources/syncStatus.ts';
import { compareTitles } from '../../../src/model/datasources/titleOrder.ts';
import type { WireNode } from '../../../src/onna/wire/node.ts';

/** A simple model of the store's contents for one connection. */
export class StoreModel {
  readonly datasources = new Map<string, Datasource>();
  readonly workspaces = new Map<string, string>();
  /** For each Datasource whose status is only expected so far: its state as the service last reported it. */
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
    // The expected status has arrived, so it is now a fact.
    else if (known) this.#facts.delete(known);
  }

  list(nodes: readonly WireNode[], deleted: readonly string[], complete: boolean, now: number): void {
    const before = new Map(this.datasources);
    const isWorkspace = (place: string): boolean =>
      nodes.some(({ type, path }) => type === 'Workspace' && path === place);
    for (const node of nodes) this.put(node, now);
    const named = new Set(nodes.map(({ type, uid, path }) => (type === 'Workspace' ? path : (uid ?? path))));
    const placesBefore = new Map([...before].map(([id, { path }]) => [id, path]));
    // The workspaces of this test have no uid, so the same path is the same workspace.
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

  /** @returns A function that undoes the expectation. */
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

  /** Checks that the store has the same contents, ordered by title. */
  isHeldBy(store: DatasourceStore, connectionId: string): void {
    const snapshot = store.get(connectionId);
    const held = [...(snapshot?.datasources.values() ?? [])];
    assert.deepEqual(new Map(held.map((entry) => [entry.id, entry])), this.datasources);
    assert.deepEqual(new Map(snapshot?.workspaces), this.workspaces);
    for (const [index, { title, path }] of held.slice(1).entries()) {
      const before = held[index];
      const order = compareTitles(before?.title ?? '', title);
      assert.ok(order < 0 || (order === 0 && (before?.path ?? '') <= path), 'out of order');
    }
  }
}

/** A copy of a connection, built only from the store's events and the entries that they name. */
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
    assert.ok(added.length + changed.length + removed.length > 0 || regrouped || state, 'says nothing');
    if (state) this.#state = this.#stateNow();
    const isElsewhere = new Set<string>();
    for (const id of removed) {
      assert.ok(this.#datasources.delete(id), `${id} was not there`);
      assert.equal(this.#store.find(this.#connectionId, id), undefined, `${id} is still there`);
    }
    for (const id of [...added, ...changed]) {
      const known = this.#datasources.get(id);
      const now = this.#store.find(this.#connectionId, id);
      assert.ok(now, `${id} is not there`);
      assert.equal(
        known !== undefined,
        changed.includes(id),
        `${id} is wrongly reported as added or changed`,
      );
      assert.notDeepEqual(now, known, `${id} has not changed`);
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
    assert.equal(regrouped, isRegrouped, 'regrouping is wrongly reported');
    this.#workspaces = workspaces;
  }

  /** The state that the connection's row shows. */
  #stateNow(): unknown {
    const snapshot = this.#store.get(this.#connectionId);
    return snapshot && [snapshot.failure, snapshot.asOf === undefined, snapshot.restored];
  }

  /** Checks that every change was reported. */
  isUpToDate(): void {
    const snapshot = this.#store.get(this.#connectionId);
    assert.deepEqual(this.#datasources, new Map(snapshot?.datasources));
    assert.deepEqual(this.#workspaces, new Map(snapshot?.workspaces));
    assert.deepEqual(this.#state, this.#stateNow());
  }
}
