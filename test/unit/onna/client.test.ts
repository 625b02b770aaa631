import assert from 'node:assert/strict';
import { failureOf } from './failureOf.ts';
import { ScriptedServer, json } from './scriptedServer.ts';

describe('OnnaClient, given an unusable response with status 200,', () => {
  let server: ScriptedServer;
  beforeEach(async () => (server = await ScriptedServer.start()));
  afterEach(() => server.close());

  it('rejects a web page as the response to an action', async () => {
    server.answer = (_, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<title>Sign in</title>');
    assert.equal((await failureOf(server.client().sendToSpyder('/ws/wiki'))).kind, 'decode');
  });

  it('rejects a node whose JSON is nested too deeply, without a stack overflow', async () => {
    const deep = `{"deep":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    server.answer = (_, response) => response.end(deep);
    assert.equal((await failureOf(server.client().nodeText('/ws/wiki'))).kind, 'decode');
    server.answer = (_, response) => json(response, { a: [{ b: 1 }] });
    assert.equal(
      await server.client().nodeText('/ws/wiki'),
      `${JSON.stringify({ a: [{ b: 1 }] }, null, 2)}\n`,
    );
  });

  it('rejects a search response that contains no usable hit', async () => {
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

  it('rejects an array in place of an object', async () => {
    server.answer = (_, response) => json(response, []);
    assert.equal((await failureOf(server.client().size('/ws/wiki'))).kind, 'decode');
  });
});

describe('OnnaClient.log', () => {
  let server: ScriptedServer;
  beforeEach(async () => (server = await ScriptedServer.start()));
  afterEach(() => server.close());

  it('sends no query parameters if the caller gives no options', async () => {
    await server.client().log('/ws/wiki', 'audit', {});
    const { method, path, query } = server.seen[0] ?? assert.fail();
    assert.deepEqual([method, path], ['GET', '/api/rel0/lumenfjord/ws/wiki/@getAuditLogDS']);
    assert.equal(query.size, 0);
  });

  it('sends the cursor, the limit and the time span, which is rounded outwards to whole seconds', async () => {
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

describe('OnnaClient.unprocessedCsv', () => {
  let server: ScriptedServer;
  beforeEach(async () => (server = await ScriptedServer.start()));
  afterEach(() => server.close());

  it('returns the CSV file as a stream', async () => {
    server.answer = (_, response) =>
      response.writeHead(200, { 'content-type': 'text/csv' }).end('uid,path\nu1,/a\n');
    const response = await server.client().unprocessedCsv('/ws/wiki');
    const chunks: Uint8Array[] = [];
    for await (const chunk of response.body) chunks.push(chunk);
    assert.equal(Buffer.concat(chunks).toString(), 'uid,path\nu1,/a\n');
    assert.match(server.seen[0]?.path ?? '', /@downloadUnprocessedCsv$/);
  });

  it('fails with the error of the service, and does not retry', async () => {
    server.answer = (_, response) => json(response, {}, 503);
    assert.equal((await failureOf(server.client().unprocessedCsv('/ws/wiki'))).kind, 'serverError');
    assert.equal(server.seen.length, 1);
  });
});
