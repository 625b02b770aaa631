import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { Fixture } from '../support/fixture.ts';
import { send } from '../support/wire.ts';

describe('The HTTP server of the sandbox', () => {
  const fixture = new Fixture();
  beforeEach(() => fixture.start());
  afterEach(() => fixture.stop());

  const notFound = { reason: 'object and/or route not found' };

  it('returns the same 404 body as Onna for unknown objects, services, accounts and routes', async () => {
    const { path } = await fixture.datasource({ 'a.md': 'text' });
    for (const unknown of [
      '/nothing',
      '/workspaces/nothing',
      `${path}/nothing.md`,
      '/@nothing',
      `${path}/@nothing`,
      `${path}/@size/more`,
    ]) {
      const answer = await fixture.caller.call(unknown);
      assert.deepEqual([unknown, answer.status, answer.json], [unknown, 404, notFound]);
    }
    for (const unknown of [
      '/api/rel0/elsewhere/@workspaces',
      '/api/other/sandbox',
      '/api/rel0',
      '/auth/oauth/nothing',
      '/auth/oauth/get_auth_token/',
      '/auth',
      '/nothing',
      '/_sandbox/nothing',
      '/_sandbox/page/nothing.js',
      '/_sandbox/page/constructor',
      '/_sandbox/state/',
      '/_sandbox/page/..%2foverview.ts',
    ]) {
      const answer = await fixture.caller.raw(unknown);
      assert.deepEqual([unknown, answer.status, answer.json], [unknown, 404, notFound]);
    }
  });

  it('ignores empty segments anywhere in a path', async () => {
    assert.equal((await fixture.caller.raw('//api///rel0//sandbox////@workspaces')).status, 200);
  });

  it('returns 400 and the same error body as Onna for an id that the framework can’t look up', async () => {
    const { path } = await fixture.datasource({ 'a.md': 'text' });
    for (const trick of [
      ...['/..', '/.', '/../other', '/%2e%2e/x', '/%2E%2e%2fetc', '/x%00y', '/_x', '/workspaces/_x/y'],
      ...[`${path}/..%2f..%2f`, '/_x/@canido?permission=x'],
    ]) {
      const answer = await fixture.caller.call(trick);
      assert.equal(answer.status, 400, trick);
      const { reason } = answer.json as { reason: object };
      assert.deepEqual(Object.keys(reason), ['success', 'exception_message', 'exception_type']);
    }
  });

  it('returns 404 for a path with invalid escapes, and treats an encoded slash as a separator', async () => {
    const { path } = await fixture.datasource({ 'a.md': 'text' });
    for (const broken of ['/%ff%fe', '/%zz', '/%', '/x%5c..%5cy', '/none/_x']) {
      const answer = await fixture.caller.call(broken);
      assert.deepEqual([broken, answer.status, answer.json], [broken, 404, notFound]);
    }
    assert.equal((await fixture.caller.call(`/${path.slice(1).replaceAll('/', '%2F')}`)).status, 200);
  });

  it('returns 412 for a body that is not valid JSON', async () => {
    const answer = await fixture.caller.call('/@frontsearch', { method: 'POST', body: '{"advanced": ' });
    assert.equal(answer.status, 412);
    assert.equal((answer.json as { reason: string }).reason, 'jsonDecodeError');
  });

  it('parses a JSON body regardless of its content type', async () => {
    const answer = await fixture.caller.call('/@frontsearch', {
      method: 'POST',
      body: '{"size": 0}',
      headers: { 'content-type': 'text/plain' },
    });
    assert.equal(answer.status, 200);
  });

  it('returns 413 for a body over 8 MiB, with or without a Content-Length header', async () => {
    const tooLong = 'x'.repeat(8 * 1024 * 1024 + 1);
    const withLength = await fixture.caller.call('/@frontsearch', { method: 'POST', body: tooLong });
    assert.equal(withLength.status, 413);
    const answer = await new Promise<string>((resolve, reject) => {
      const { port } = new URL(fixture.sandbox.baseUrl);
      const socket = connect(Number(port), '127.0.0.1');
      let received = '';
      socket.on('error', reject);
      socket.on('data', (chunk) => {
        received += chunk.toString();
        if (received.includes('\r\n\r\n')) {
          socket.destroy();
          resolve(received);
        }
      });
      socket.write(
        `POST /api/rel0/sandbox/@frontsearch HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${fixture.caller.token}\r\n` +
          `Transfer-Encoding: chunked\r\n\r\n${tooLong.length.toString(16)}\r\n${tooLong}\r\n`,
      );
    });
    assert.match(answer, /^HTTP\/1\.1 413 /);
  });

  it('accepts only loopback host names, which prevents DNS rebinding', async () => {
    const { baseUrl } = fixture.sandbox;
    for (const host of ['localhost:80', 'api.localhost', '127.0.0.1', '[::1]:9']) {
      assert.equal((await send(baseUrl, '/nothing', { headers: { host } })).status, 404);
    }
    for (const host of ['example.test', '127.0.0.1.example.test', 'localhost.example.test', '192.168.0.1']) {
      assert.equal((await send(baseUrl, '/nothing', { headers: { host } })).status, 421);
    }
  });

  it('returns 404 for a method that the requested service does not have, and 405 for a method that no service has', async () => {
    const other = await fixture.caller.call('/@frontsearch');
    assert.deepEqual([other.status, other.json], [404, notFound]);
    const unknown = await fixture.caller.call('/workspaces', { method: 'PROPFIND' });
    assert.deepEqual([unknown.status, unknown.text], [405, '{}']);
    assert.match(String(unknown.headers['allow']), /GET,HEAD/);
  });

  it('returns the content type that the client prefers, and escapes HTML', async () => {
    const at = '/workspaces/@canido?permissions=%3Cb%3E';
    for (const [accept, type, body] of [
      ['text/html', 'text/html', "<html><body>{'&lt;b&gt;': False}</body></html>"],
      ['text/*', 'text/html', "<html><body>{'&lt;b&gt;': False}</body></html>"],
      ['image/png, text/plain', 'text/plain', '{"<b>":false}'],
      ['application/json;q=0.5, TEXT/HTML', 'text/html', "<html><body>{'&lt;b&gt;': False}</body></html>"],
      ['text/html;q=0.5, application/json', 'application/json', '{"<b>":false}'],
      ['*/*', 'application/json', '{"<b>":false}'],
      ['image/png', 'application/json', '{"<b>":false}'],
    ] as const) {
      const { headers, text } = await fixture.caller.call(at, { headers: { accept } });
      assert.deepEqual([accept, String(headers['content-type']).split(';')[0], text], [accept, type, body]);
    }
    for (const [accept, type, body] of [
      ['text/html', 'text/html', '<html><body>None</body></html>'],
      ['text/plain', 'text/plain', 'null'],
      ['application/json', 'application/json', ''],
    ] as const) {
      const emptyAnswer = await fixture.caller.call('/@invalidate-cache', { headers: { accept } });
      const sent = { method: 'PATCH', body: {}, headers: { accept } };
      const noContent = await fixture.caller.call('/', sent);
      assert.deepEqual([emptyAnswer.text, noContent.text, noContent.status], [body, '', 204]);
      for (const { headers } of [emptyAnswer, noContent])
        assert.equal(String(headers['content-type']).split(';')[0], type);
    }
    const missing = await fixture.caller.call('/nothing', { headers: { accept: 'text/html' } });
    assert.equal(missing.status, 404);
    assert.match(missing.text, /^<html>/);
  });
});
