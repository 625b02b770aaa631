import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { deleteNode } from '../../../../src/model/manage/deletion.ts';
import { NodeEdits } from '../../../../src/model/manage/nodeEdits.ts';
import { failureOf } from '../../onna/failureOf.ts';
import { ScriptedServer, json, type Seen } from '../../onna/scriptedServer.ts';
import { ManageWorld } from './manageWorld.ts';

const path = '/workspaces/harbour/wiki';
const wiki = {
  '@id': `/api/rel0/lumenfjord${path}`,
  '@type': 'ConfluenceDatasource',
  '@uid': 'uid-wiki',
  title: 'Wiki',
  sync_status: 'synced',
  type_sync: 'auto',
};

describe('A change without a clear outcome', () => {
  let server: ScriptedServer;
  let world: ManageWorld;
  let edits: NodeEdits;
  /** Responds to every request except requests for the list. */
  let answer: (request: Seen, response: ServerResponse) => void;

  beforeEach(async () => {
    server = await ScriptedServer.start((request, response) => {
      if (request.path.endsWith('@data')) json(response, { updates: [wiki], deleted: [], cursor: null });
      else answer(request, response);
    });
    const address = { baseUrl: server.baseUrl, container: 'rel0', account: 'lumenfjord' };
    world = new ManageWorld(address, 'ines@lumenfjord.test', server.client());
    edits = new NodeEdits(world.context);
    await world.poll();
    server.seen.length = 0;
  });
  afterEach(() => server.close());

  const sent = (): readonly string[] => server.seen.map(({ method }) => method);

  it('is reported as ignored if the service responds with 204 but keeps the old values', async () => {
    answer = ({ method }, response) =>
      method === 'PATCH' ? response.writeHead(204).end() : json(response, wiki);
    const result = await edits.rename(world.id, world.datasource('Wiki'), 'Tides');
    assert.deepEqual(result, { ignored: ['title'], isVerified: true });
    assert.deepEqual(await edits.changeSyncType(world.id, world.datasource('Wiki'), 'one'), {
      ignored: ['type_sync'],
      isVerified: true,
    });
    assert.deepEqual(world.rows(), ['Wiki auto /workspaces/harbour']);
  });

  it('is rolled back if the result cannot be read, because the next poll returns only changes', async () => {
    answer = ({ method }, response) =>
      method === 'PATCH' ? response.writeHead(204).end() : json(response, { reason: 'broken' }, 500);
    const result = await edits.rename(world.id, world.datasource('Wiki'), 'Tides');
    assert.deepEqual(result, { ignored: [], isVerified: false });
    assert.deepEqual(world.rows(), ['Wiki auto /workspaces/harbour']);
    assert.deepEqual(world.acted, ['uid-wiki']);
  });

  it('is sent only once, rolled back and followed by an early poll if the connection is lost', async () => {
    answer = (_, response) => response.socket?.destroy();
    const failure = await failureOf(edits.rename(world.id, world.datasource('Wiki'), 'Tides'));
    assert.equal(failure.kind, 'unreachable');
    assert.deepEqual(sent(), ['PATCH']);
    assert.deepEqual(world.rows(), ['Wiki auto /workspaces/harbour']);
    assert.deepEqual(world.acted, ['uid-wiki']);
  });

  it('is followed by an early poll if the service does not identify the created object', async () => {
    answer = (_, response) => response.writeHead(201).end();
    const content = { '@type': 'Workspace', title: 'Quay' };
    const result = await edits.create(world.id, '/workspaces', content);
    assert.deepEqual(result, { ignored: [], isVerified: false, path: undefined, id: undefined });
    assert.equal(world.acted.length, 1);
  });

  it('is treated as a successful deletion if the answer is lost but the object no longer exists', async () => {
    answer = ({ method }, response) => {
      if (method === 'DELETE') response.socket?.destroy();
      else json(response, { reason: 'object and/or route not found' }, 404);
    };
    assert.equal(await deleteNode(world.context, world.id, path), true);
    assert.deepEqual(sent(), ['DELETE', 'GET']);
    assert.deepEqual(world.rows(), []);
  });

  it('is treated as a failed deletion if the answer is lost and the object still exists', async () => {
    answer = ({ method }, response) => {
      if (method === 'DELETE') response.socket?.destroy();
      else json(response, wiki);
    };
    assert.equal((await failureOf(deleteNode(world.context, world.id, path))).kind, 'unreachable');
    assert.deepEqual(sent(), ['DELETE', 'GET']);
    assert.equal(world.rows().length, 1);
  });

  it('is treated as a failed deletion if the service confirms the deletion but keeps the object', async () => {
    answer = ({ method }, response) => (method === 'DELETE' ? response.end() : json(response, wiki));
    assert.equal(await deleteNode(world.context, world.id, path), false);
    assert.equal(world.rows().length, 1);
  });

  it('leaves a moved Datasource that has no uid only at its new path', async () => {
    const unnamed = { ...wiki, '@uid': undefined };
    server.answer = ({ method, path: asked }, response) => {
      if (asked.endsWith('@data')) json(response, { updates: [unnamed], deleted: [], cursor: null });
      else if (method === 'POST') json(response, {});
      else json(response, { ...wiki, '@id': '/api/rel0/lumenfjord/workspaces/pier/wiki' });
    };
    await world.poll();
    await edits.move(world.id, world.datasource('Wiki'), '/workspaces/pier');
    assert.deepEqual(world.rows(), ['Wiki auto /workspaces/pier']);
  });
});
