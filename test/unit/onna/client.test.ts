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
