import assert from 'node:assert/strict';
import { Actions } from '../../../../src/model/datasources/actions.ts';
import type { Datasource } from '../../../../src/model/datasources/datasource.ts';
import { DatasourceStore } from '../../../../src/model/datasources/datasourceStore.ts';
import { OnnaError } from '../../../../src/onna/errors.ts';
import type { OnnaClient } from '../../../../src/onna/client.ts';
import { FakeClock } from '../../../doubles/fakeClock.ts';
import { connection, listing, node } from './wireNodes.ts';

const { id } = connection;

describe('Actions, if the service accepts an action but the result cannot be read,', () => {
  const store = new DatasourceStore();
  const clock = new FakeClock();
  const acted: string[] = [];
  const client = {
    sendToSpyder: () => Promise.resolve(),
    writeStatus: () => Promise.resolve(),
    node: () => Promise.reject(new OnnaError({ kind: 'serverError', status: 502, eid: undefined })),
  };
  const actions = new Actions({
    ...{ store, clock },
    client: () => Promise.resolve(client as unknown as OnnaClient),
    acted: (connectionId) => acted.push(connectionId),
  });
  const wiki = (): Datasource => {
    const datasource = store.find(id, 'uid-wiki');
    assert.ok(datasource);
    return datasource;
  };

  before(() => {
    store.open(connection);
    store.applyListing(id, listing([node('wiki')]), true, clock.now());
  });

  it('restores the last reported status, and requests an early poll', async () => {
    const syncing = actions.sync(id, wiki());
    assert.equal(wiki().status, 'pending');
    await syncing;
    assert.equal(wiki().status, 'synced');
    assert.deepEqual(acted, [id]);
  });

  it('returns true from writeStatus, because the service has accepted the status', async () => {
    assert.equal(await actions.writeStatus(id, wiki(), 'paused'), true);
    assert.equal(wiki().status, 'synced');
  });
});
