import assert from 'node:assert/strict';
import { failureOf } from './failureOf.ts';
import { ScriptedServer, json } from './scriptedServer.ts';

describe('what the service answers with 200 all the same', () => {
  let server: ScriptedServer;
  beforeEach(async () => (server = await ScriptedServer.start()));
  afterEach(() => server.close());

  it('given a web page in answer to an action, then does not take it for a yes', async () => {
    server.answer = (_, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<title>Sign in</title>');
    assert.equal((await failureOf(server.client().sendToSpyder('/ws/wiki'))).kind, 'decode');
  });

  it('given a node nested beyond what can be laid out, then refuses to, and does not overflow the stack', async () => {
    const deep = `{"deep":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    server.answer = (_, response) => response.end(deep);
    assert.equal((await failureOf(server.client().nodeText('/ws/wiki'))).kind, 'decode');
    server.answer = (_, response) => json(response, { a: [{ b: 1 }] });
    assert.equal(
      await server.client().nodeText('/ws/wiki'),
      `${JSON.stringify({ a: [{ b: 1 }] }, null, 2)}\n`,
    );
  });

  it('given hits of which none can be used, then does not say that nothing was found', async () => {
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

  it('given a list where an object belongs, then does not take it for an empty one', async () => {
    server.answer = (_, response) => json(response, []);
    assert.equal((await failureOf(server.client().size('/ws/wiki'))).kind, 'decode');
  });
});
