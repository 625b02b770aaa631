import assert from 'node:assert/strict';
import { failureOf } from './failureOf.ts';
import { ScriptedServer, json } from './scriptedServer.ts';

const missing = { reason: 'object and/or route not found' };
const code = 'canary-code-7f3b29c1';
const query = {
  ...{ type: 'SlackDatasource', userFolder: '/ines@lumenfjord.test' },
  redirectTo: 'vscode://onna-datasources.onna-datasources/callback?state=s1&windowId=2',
};

describe('CredentialsClient', () => {
  let server: ScriptedServer;
  beforeEach(async () => (server = await ScriptedServer.start()));
  afterEach(() => server.close());

  const paths = (): string[] => server.seen.map(({ path }) => path.replace('/api/rel0/lumenfjord', ''));

  it('reads all pages of wallet entries, and stops if the service repeats a page', async () => {
    const entry = (uid: string): object => ({
      ...{ '@id': `/lumenfjord/wallet/${uid}`, '@type': 'WalletEntry', '@uid': uid, title: uid },
    });
    server.answer = ({ query: asked }, response) =>
      json(response, { updates: [entry(asked.get('cursor') === null ? 'a' : 'b')], cursor: 'more' });
    const entries = await server.client().credentials.entries();
    assert.deepEqual(
      entries.map(({ uid, path }) => [uid, path]),
      [
        ['a', '/wallet/a'],
        ['b', '/wallet/b'],
      ],
    );
    assert.equal(server.seen.length, 3);
    assert.deepEqual(
      new Set(server.seen.map(({ query: asked }) => asked.get('types'))),
      new Set(['WalletEntry']),
    );
  });

  it('sends a code once, and writes the code neither to the log nor to errors', async () => {
    for (const status of [204, 412, 500]) {
      server.seen.length = 0;
      server.answer = (_, response) =>
        status === 204
          ? response.writeHead(204).end()
          : json(response, { message: 'Invalid auth_code' }, status);
      const { credentials } = server.client();
      const update = credentials.update('/ws/chat', code);
      let failure: unknown;
      if (status === 204) await update;
      else failure = await failureOf(update);
      assert.equal(server.seen.length, 1);
      assert.equal(server.seen[0]?.query.get('auth_code'), code);
      assert.equal(paths()[0], '/ws/chat/@updateServiceCredentials');
      assert.doesNotMatch(JSON.stringify([failure, server.log]), /canary/);
    }
    assert.equal(server.log.length, 3);
  });

  it('writes the code neither to the error or its stack nor to the log after a network failure', async () => {
    const { credentials } = server.client();
    server.answer = (_, response) => response.destroy();
    const error = await credentials.update('/ws/chat', code).then(
      () => assert.fail('the request succeeded'),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof Error);
    assert.doesNotMatch(`${error.stack ?? ''}${JSON.stringify(error)}${String(error)}`, /canary/);
    assert.doesNotMatch(JSON.stringify(server.log), /canary/);
  });

  it('requests the consent page with the address to return to', async () => {
    server.answer = (_, response) => json(response, { url: 'https://slack.example.test/authorize' });
    const { credentials } = server.client();
    const page = await credentials.consentPage(query);
    assert.equal(page.href, 'https://slack.example.test/authorize');
    assert.deepEqual(paths(), ['/@datasourceAuthCode/SlackDatasource']);
    assert.equal(server.seen[0]?.query.get('redirect_to'), query.redirectTo);
    await credentials.consentPage({ ...query, showsCode: true });
    assert.equal(server.seen[1]?.query.has('redirect_to'), false);
  });

  it('uses the older endpoint of the user or of the account if the service does not have the newer one', async () => {
    server.answer = ({ path }, response) =>
      path.includes('@datasourceAuthCode')
        ? json(response, missing, 404)
        : json(response, 'https://provider.example.test/');
    const { credentials } = server.client();
    await credentials.consentPage({ ...query, showsCode: true });
    await credentials.consentPage({ ...query, type: 'DropboxDatasource' });
    assert.ok(
      server.seen
        .filter(({ path }) => !path.includes('@datasourceAuthCode'))
        .every(({ query: asked }) => asked.get('redirect_to') === query.redirectTo),
    );
    assert.deepEqual(
      paths().filter((path) => !path.includes('@datasourceAuthCode')),
      ['/ines@lumenfjord.test/@getSlackAuthCode', '/@getDOAuthCode'],
    );
    assert.equal(
      (await failureOf(credentials.consentPage({ ...query, type: 'NewDatasource' }))).kind,
      'notFound',
    );
  });

  it('accepts an address in plain text, and rejects an answer without a valid address', async () => {
    const { credentials } = server.client();
    server.answer = (_, response) => response.end('https://provider.example.test/\n');
    assert.equal((await credentials.consentPage(query)).hostname, 'provider.example.test');
    for (const body of ['{}', '"http://provider.example.test/"', '', '<html>']) {
      server.answer = (_, response) => response.end(body);
      assert.equal((await failureOf(credentials.consentPage(query))).kind, 'decode', body);
    }
  });

  it('never repeats a request for a consent page', async () => {
    server.answer = (_, response) => json(response, {}, 503);
    await failureOf(server.client().credentials.consentPage(query));
    assert.equal(server.seen.length, 1);
  });
});
