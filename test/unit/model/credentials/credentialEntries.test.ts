import assert from 'node:assert/strict';
import {
  dueEntries,
  entryOf,
  nearExpiryMs,
  noFacts,
  type WalletFacts,
} from '../../../../src/model/credentials/credentialEntries.ts';
import type { ConnectionSnapshot } from '../../../../src/model/datasources/connectionSnapshot.ts';
import { DatasourceStore } from '../../../../src/model/datasources/datasourceStore.ts';
import type { WalletEntry } from '../../../../src/onna/wire/wallet.ts';
import { connection, listing, node } from '../datasources/wireNodes.ts';

const now = Date.parse('2026-03-01T12:00:00Z');

function snapshotOf(fields: Readonly<Record<string, Readonly<Record<string, unknown>>>>): ConnectionSnapshot {
  const store = new DatasourceStore();
  store.open(connection);
  const nodes = Object.entries(fields).map(([name, more]) => node(name, more));
  store.applyListing(connection.id, listing(nodes), true, now);
  const snapshot = store.get(connection.id);
  assert.ok(snapshot);
  return snapshot;
}

function facts(...entries: readonly (Partial<WalletEntry> & { uid: string })[]): WalletFacts {
  return {
    entries: new Map(
      entries.map((entry): [string, WalletEntry] => [
        entry.uid,
        {
          ...{ path: `/wallet/${entry.uid}`, title: `Entry ${entry.uid}`, type: undefined, isBroken: false },
          ...{ expires: undefined, permissions: undefined },
          ...entry,
        },
      ]),
    ),
    usage: new Map(),
  };
}

const expired = { credential_state: 'expired' };

describe('The credentials that need renewal', () => {
  it('are known without reading the wallet, each entry with the Datasources that it stops', () => {
    const snapshot = snapshotOf({
      wiki: { ...expired, wallet_entry: 'a' },
      chat: { ...expired, wallet_entry: 'a' },
      box: { ...expired, wallet_entry: 'b' },
      drive: { credential_state: 'valid', wallet_entry: 'c' },
    });
    assert.deepEqual(
      dueEntries(snapshot, noFacts, now).map(({ id, datasources, isExpired, used }) => [
        id,
        datasources.map(({ title }) => title),
        isExpired,
        used,
      ]),
      [
        ['a', ['chat', 'wiki'], true, 2],
        ['b', ['box'], true, 1],
      ],
    );
  });

  it('have one entry per Datasource if the service does not say which entry a Datasource uses', () => {
    const due = dueEntries(snapshotOf({ wiki: expired, chat: expired }), noFacts, now);
    assert.deepEqual(
      due.map(({ datasources }) => datasources.length),
      [1, 1],
    );
  });

  it('include credentials that expire within a week, listed after the expired ones', () => {
    const snapshot = snapshotOf({ wiki: { ...expired, wallet_entry: 'a' }, chat: { wallet_entry: 'b' } });
    const due = dueEntries(
      snapshot,
      facts(
        { uid: 'a', expires: now - 1 },
        { uid: 'b', expires: now + nearExpiryMs, type: 'SlackDatasource' },
        { uid: 'c', expires: now + nearExpiryMs + 1 },
        { uid: 'd', expires: now + 1, type: 'BoxDatasource' },
      ),
      now,
    );
    assert.deepEqual(
      due.map(({ id, isExpired, type, path, title }) => [id, isExpired, type, path, title]),
      [
        ['a', true, 'ConfluenceDatasource', '/workspaces/harbour/wiki', 'Entry a'],
        ['d', false, 'BoxDatasource', '/wallet/d', 'Entry d'],
        ['b', false, 'ConfluenceDatasource', '/workspaces/harbour/chat', 'Entry b'],
      ],
    );
  });

  it('leave out an entry whose Datasources report that it is valid again', () => {
    const snapshot = snapshotOf({ chat: { credential_state: 'valid', wallet_entry: 'a' } });
    assert.deepEqual(dueEntries(snapshot, facts({ uid: 'a', expires: now - 1, isBroken: true }), now), []);
  });

  it('include a suspended entry that no visible Datasource uses', () => {
    const [entry] = dueEntries(snapshotOf({}), facts({ uid: 'a', isBroken: true }), now);
    assert.deepEqual([entry?.isExpired, entry?.path, entry?.used], [true, '/wallet/a', 0]);
  });

  it('have a usage count that includes Datasources hidden from the user', () => {
    const snapshot = snapshotOf({ chat: { ...expired, wallet_entry: 'a' } });
    const [entry] = dueEntries(snapshot, { ...noFacts, usage: new Map([['a', 4]]) }, now);
    assert.deepEqual([entry?.used, entry?.datasources.length], [4, 1]);
  });

  it('can be renewed only through a Datasource that the user may change', () => {
    const locked = { '@users-permissions': { 'guillotina.ModifyContent': false } };
    const shared = { ...expired, wallet_entry: 'a' };
    const [one] = dueEntries(snapshotOf({ chat: { ...shared, ...locked }, wiki: shared }), noFacts, now);
    assert.deepEqual([one?.mayRenew, one?.path], [true, '/workspaces/harbour/wiki']);
    const [none] = dueEntries(snapshotOf({ chat: { ...shared, ...locked } }), noFacts, now);
    assert.equal(none?.mayRenew, false);
  });
});

describe('The credentials of a Datasource', () => {
  it('list all Datasources that share the wallet entry, and are undefined for a folder Datasource', () => {
    const snapshot = snapshotOf({
      ...{ wiki: { wallet_entry: 'a' }, chat: { wallet_entry: 'a' }, box: { wallet_entry: 'b' } },
      folder: { '@type': 'StaticDatasource', type_sync: 'one' },
    });
    const of = (name: string): ReturnType<typeof entryOf> => {
      const datasource = snapshot.datasources.get(`uid-${name}`);
      assert.ok(datasource);
      return entryOf(snapshot, datasource, noFacts, now);
    };
    assert.deepEqual(
      of('wiki')?.datasources.map(({ title }) => title),
      ['chat', 'wiki'],
    );
    assert.equal(of('wiki')?.isExpired, false);
    assert.equal(of('folder'), undefined);
  });
});
