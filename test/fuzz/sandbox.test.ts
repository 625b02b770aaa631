import assert from 'node:assert/strict';
import { connect } from 'node:net';
import fc from 'fast-check';
import { Fixture } from '../unit/sandbox/support/fixture.ts';
import { publishedPaths } from '../unit/sandbox/support/publishedPaths.ts';
import type { WireAnswer, WireRequest } from '../unit/sandbox/support/wire.ts';
import { fuzz } from './support/fuzz.ts';
import { fieldNames, hostileBody, hostileHeaders, hostileText } from './support/hostileRequests.ts';

const answered = publishedPaths.filter(({ kind, method }) => kind === 'answered' && method !== 'HEAD');
const segment = fc.constantFrom(
  ...[
    'workspaces',
    'harbour',
    'wiki',
    'wallet',
    'x',
    '..',
    '%2e%2e',
    '%00',
    '%ff',
    '%2f',
    '_x',
    '__proto__',
    '@data',
    '',
  ],
);
const query = fc
  .array(fc.tuple(fc.constantFrom(...fieldNames), hostileText), { maxLength: 3 })
  .map(
    (parameters) =>
      new URLSearchParams(parameters.map(([name, value]): [string, string] => [name, value.slice(0, 2000)])),
  );

/** Paths outside the API of an account. Some paths do not exist. */
const otherPaths = [
  ...[
    '/auth/oauth/get_auth_token',
    '/auth/oauth/me',
    '/auth/oauth/refresh',
    '/auth/oauth',
    '/',
    '//',
    '/api',
  ],
  ...['/api/rel0', '/api/rel0/nobody/@data', '/_sandbox/token', '/_sandbox/state', '/_sandbox/log'],
  ...['/_sandbox/requests', '/_sandbox/status', '/_sandbox/sync', '/_sandbox/switches', '/_sandbox/nothing'],
  ...['/_sandbox/expireCredentials', '/_sandbox/refreshCredentials', '/_sandbox/page/main.js'],
  ...['/_sandbox/consent', '/_sandbox/consent?request=x'],
  ...['/_sandbox/page/..%2f..%2fcli.ts', '/_sandbox/page/%00', '/_sandbox/switchDescriptions', '/%', '*'],
];

/** Malformed HTTP requests, as raw bytes. */
const rawBytes = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...['GET / HTTP/1.1\r\n', 'Host: 127.0.0.1\r\n', '\r\n', '\n', 'POST /api/x/y HTTP/1.0\r\n', 'GET'],
        ...['Content-Length: 5\r\n', 'Content-Length: -1\r\n', 'Transfer-Encoding: chunked\r\n', '5\r\nab'],
        ...[
          'Expect: 100-continue\r\n',
          'Upgrade: websocket\r\nConnection: Upgrade\r\n',
          'X: \0\r\n',
          'TRACE * ',
        ],
        ...[
          'CONNECT elsewhere.test:443 HTTP/1.1\r\n',
          'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
          '0\r\n\r\n',
          'Host: \r\n',
        ],
      ),
      fc.uint8Array({ maxLength: 20 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => Buffer.concat(parts.map((part) => Buffer.from(part))));

/** Sends raw bytes over a new connection. @returns the received text, once the connection is closed */
function sendRaw(baseUrl: string, bytes: Uint8Array): Promise<string> {
  const { hostname, port } = new URL(baseUrl);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => socket.end(bytes));
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    // Ignore errors, because the server may reset the connection.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
  });
}

describe('The sandbox, for any request,', () => {
  const fixture = new Fixture();
  const lines: string[] = [];
  beforeEach(() => fixture.start({ log: (line) => lines.push(line) }));
  afterEach(() => fixture.stop());

  /** Asserts that the response is not a server error, and that the body of a client error is not empty. */
  function isAnswered(answer: WireAnswer, method: string, place: string): void {
    assert.ok(
      answer.status < 500,
      `${method} ${place}: ${answer.status} ${answer.text}\n${lines.at(-1) ?? ''}`,
    );
    if (answer.status >= 400 && method !== 'HEAD') assert.notEqual(answer.text, '');
  }

  it('never responds to an API request with a server error, and explains each client error', async () => {
    const { path: wiki } = await fixture.datasource({ 'a.md': 'words', 'b.md': 'more' });
    const [child = ''] = await fixture.caller.children(wiki);
    const parent = '/workspaces/harbour';
    const folder = fixture.sandbox.addDatasource({ parent, title: 'Papers', id: 'papers' });
    const at = fc.constantFrom(wiki, child, folder.path, parent);
    const fill = (known: string): string => known.replaceAll(/\{\w+\}/g, 'file');
    const target = fc.oneof(
      {
        weight: 5,
        arbitrary: fc
          .tuple(fc.constantFrom(...answered), at)
          .map(([known, place]) => [known.method, fill(known.path.replace('{ds}', place))] as const),
      },
      fc.tuple(
        fc.constantFrom('GET', 'POST', 'PATCH', 'PUT', 'HEAD', 'OPTIONS', 'DELETE'),
        fc.array(segment, { maxLength: 5 }).map((parts) => `/none/${parts.join('/')}`),
      ),
    );
    const property = fc.asyncProperty(
      ...([target, query, hostileBody, hostileHeaders] as const),
      async ([method, place], parameters, body, headers) => {
        // Skip requests that delete or move objects, because the next cases need the objects.
        if ((method === 'DELETE' && !place.startsWith('/none/')) || place.includes('/@move')) return;
        const request: WireRequest = { method, headers, ...(method === 'HEAD' ? {} : { body }) };
        const answer = await fixture.caller.call(`${place}?${parameters.toString()}`, request);
        isAnswered(answer, method, place);
      },
    );
    await fuzz('requests to the API of the sandbox', property);
    assert.equal((await fixture.caller.call(wiki)).status, 200);
  });

  it('continues to run after malformed requests and requests outside the API', async () => {
    const { path: wiki } = await fixture.datasource({ 'a.md': 'words' });
    const ask = fc.record({
      method: fc.constantFrom('GET', 'POST', 'DELETE', 'PUT', 'HEAD', 'OPTIONS'),
      place: fc.constantFrom(...otherPaths),
      query,
      headers: hostileHeaders,
      body: hostileBody,
    });
    const property = fc.asyncProperty(fc.oneof(ask, rawBytes), async (sent) => {
      const { caller, sandbox } = fixture;
      if (sent instanceof Uint8Array) {
        const text = await sendRaw(sandbox.baseUrl, sent);
        assert.doesNotMatch(text, /^HTTP\/1\.1 5/);
      } else {
        const { method, place, headers } = sent;
        const request = { method, headers, ...(method === 'HEAD' ? {} : { body: sent.body }) };
        isAnswered(await caller.raw(`${place}?${sent.query.toString()}`, request), method, place);
      }
      // The request may have changed switches, so reset them.
      const reset = await caller.raw('/_sandbox/switches', { method: 'DELETE' });
      assert.equal(reset.status, 200, reset.text);
    });
    await fuzz('other requests to the sandbox', property);
    assert.equal((await fixture.caller.call(wiki)).status, 200);
  });
});
