import assert from 'node:assert/strict';
import { failureOf } from './failureOf.ts';
import { ScriptedServer, json } from './scriptedServer.ts';

describe('a wrong answer with status 200', () => {
  let server: ScriptedServer;
  beforeEach(async () => (server = await ScriptedServer.start()));
  afterEach(() => server.close());

  it('makes an action fail when the answer is a web page', async () => {
    server.answer = (_, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<title>Sign in</title>');
    assert.equal((await failureOf(server.client().sendToSpyder('/ws/wiki'))).kind, 'decode');
  });

  it('is rejected, without a stack overflow, when a node’s JSON is nested too deeply to display', async () => {
    const deep = `{"deep":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    server.answer = (_, response) => response.end(deep);
    assert.equal((await failureOf(server.client().nodeText('/ws/wiki'))).kind, 'decode');
    server.answer = (_, response) => json(response, { a: [{ b: 1 }] });
    assert.equal(
      await server.client().nodeText('/ws/wiki'),
      `${JSON.stringify({ a: [{ b: 1 }] }, null, 2)}\n`,
    );
  });

  it('makes a search fail, rather than find nothing, when no hit is usable', async () => {
    server.answer = (_, response) => json(response, { member: [{ title: 'Tides' }], items_count: 1 });
    const request = {
      advanced: { and: [] },
      from: 0,
      size: 10,
      includes: [],
      highlight: false,
      hide_children: true,
    };
    assert.equal((await failureOf(server.client().search('', request))).kind, 'decode');
  });

  it('is rejected when it is an array but should be an object', async () => {
    server.answer = (_, response) => json(response, []);
    assert.equal((await failureOf(server.client().size('/ws/wiki'))).kind, 'decode');
  });
});

describe('A log', () => {
  let server: ScriptedServer;
  beforeEach(async () => (server = await ScriptedServer.start()));
  afterEach(() => server.close());

  it('is requested without parameters that are not known', async () => {
    await server.client().log('/ws/wiki', 'audit', {});
    const { method, path, query } = server.seen[0] ?? assert.fail();
    assert.deepEqual([method, path], ['GET', '/api/rel0/lumenfjord/ws/wiki/@getAuditLogDS']);
    assert.equal(query.size, 0);
  });

  it('is requested from a cursor and for a span in whole seconds that contains the wanted one', async () => {
    await server
      .client()
      .log('/ws/wiki', 'processing', { from: 1_999, to: 2_001, limit: 7, cursor: 'a b&c' });
    const { path, query } = server.seen[0] ?? assert.fail();
    assert.match(path, /@getAuditLogBeats$/);
    assert.deepEqual(Object.fromEntries(query), {
      ...{ epoch_from: '1', epoch_to: '3', limit: '7', cursor: 'a b&c' },
    });
  });
});

describe('The table of unprocessed Resources', () => {
  let server: ScriptedServer;
  beforeEach(async () => (server = await ScriptedServer.start()));
  afterEach(() => server.close());

  it('is opened without being read', async () => {
    server.answer = (_, response) =>
      response.writeHead(200, { 'content-type': 'text/csv' }).end('uid,path\nu1,/a\n');
    const response = await server.client().unprocessedCsv('/ws/wiki');
    const chunks: Uint8Array[] = [];
    for await (const chunk of response.body) chunks.push(chunk);
    assert.equal(Buffer.concat(chunks).toString(), 'uid,path\nu1,/a\n');
    assert.match(server.seen[0]?.path ?? '', /@downloadUnprocessedCsv$/);
  });

  it('fails with the error of the service, and is not requested again', async () => {
    server.answer = (_, response) => json(response, {}, 503);
    assert.equal((await failureOf(server.client().unprocessedCsv('/ws/wiki'))).kind, 'serverError');
    assert.equal(server.seen.length, 1);
  });
});
