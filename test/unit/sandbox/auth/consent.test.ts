import assert from 'node:assert/strict';
import { Fixture } from '../support/fixture.ts';
import { Caller, send } from '../support/wire.ts';
import type { WireAnswer } from '../support/wire.ts';

const type = 'SlackDatasource';
const callback = 'vscode://onna-datasources.onna-datasources/callback?state=s%201';

describe('The sandbox’s consent page', () => {
  const fixture = new Fixture();
  let slack = '';
  beforeEach(async () => {
    await fixture.start();
    ({ path: slack } = await fixture.datasource({ 'a.md': 'words' }, { type: 'slack', id: 'slack' }));
    fixture.sandbox.expireCredentials(slack);
  });
  afterEach(() => fixture.stop());

  /** Requests a consent page. @returns The path of the page, with its query. */
  async function pageOf(service: string, caller = fixture.caller): Promise<string> {
    const { url } = await caller.json<{ url: string }>(service);
    const { origin, pathname, search } = new URL(url);
    assert.equal(origin, fixture.sandbox.baseUrl);
    return pathname + search;
  }

  function open(path: string): Promise<WireAnswer> {
    return send(fixture.sandbox.baseUrl, path);
  }

  /** Submits the form of a page, as a browser does. */
  function submit(path: string, decision: string, headers: Record<string, string> = {}): Promise<WireAnswer> {
    const request = new URLSearchParams(path.split('?')[1]).get('request') ?? '';
    return send(fixture.sandbox.baseUrl, '/_sandbox/consent', {
      method: 'POST',
      headers: { origin: fixture.sandbox.baseUrl, 'sec-fetch-site': 'same-origin', ...headers },
      body: new URLSearchParams({ request, decision }).toString(),
    });
  }

  function shownCode({ text }: WireAnswer): string {
    return /<code id="code">([^<]+)<\/code>/.exec(text)?.[1] ?? '';
  }

  async function update(code: string, path = slack, caller = fixture.caller): Promise<number> {
    const answer = await caller.post(
      `${path}/@updateServiceCredentials?auth_code=${encodeURIComponent(code)}`,
      {},
    );
    return answer.status;
  }

  async function state(): Promise<unknown> {
    return (await fixture.caller.node(slack))['credential_state'];
  }

  it('names the user, the provider and the target of the code, but not the query of the target address', async () => {
    const path = await pageOf(`/@datasourceAuthCode/${type}?redirect_to=${encodeURIComponent(callback)}`);
    const { status, text, headers } = await open(path);
    assert.equal(status, 200);
    for (const words of ['Slack: allow access?', fixture.sandbox.user, '<strong>vscode:</strong>'])
      assert.ok(text.includes(words), words);
    assert.ok(!text.includes('state='));
    assert.match(String(headers['content-type']), /^text\/html/);
    assert.match(
      String(headers['content-security-policy']),
      /frame-ancestors 'none'; form-action 'self' vscode:$/,
    );
  });

  it('adds a code to the address in redirect_to, and the code renews the credentials', async () => {
    const path = await pageOf(`/@datasourceAuthCode/${type}?redirect_to=${encodeURIComponent(callback)}`);
    const { status, headers } = await submit(path, 'allow');
    const target = new URL(String(headers['location']));
    assert.equal(status, 303);
    assert.equal(target.href.split('?')[0], callback.split('?')[0]);
    assert.equal(target.searchParams.get('state'), 's 1');
    assert.equal(await update(target.searchParams.get('code') ?? ''), 204);
    assert.equal(await state(), 'valid');
  });

  it('shows the code if the request has no redirect_to, or if the user wants to copy the code', async () => {
    for (const [query, decision] of [
      ['', 'allow'],
      [`?redirect_to=${encodeURIComponent(callback)}`, 'show'],
    ] as const) {
      fixture.sandbox.expireCredentials(slack);
      const answer = await submit(await pageOf(`/@datasourceAuthCode/${type}${query}`), decision);
      assert.deepEqual([answer.status, answer.headers['location']], [200, undefined]);
      assert.equal(await update(shownCode(answer)), 204);
      assert.equal(await state(), 'valid');
    }
  });

  it('issues no code if the user denies access', async () => {
    const redirect = `?redirect_to=${encodeURIComponent(callback)}`;
    const denied = await submit(await pageOf(`/@datasourceAuthCode/${type}${redirect}`), 'deny');
    const target = new URL(String(denied.headers['location']));
    assert.deepEqual(
      [target.searchParams.get('error'), target.searchParams.has('code')],
      ['access_denied', false],
    );
    const shown = await submit(await pageOf(`/@datasourceAuthCode/${type}`), 'deny');
    assert.match(shown.text, /Access denied/);
  });

  it('accepts an answer only once, within ten minutes, and from its own form', async () => {
    const path = await pageOf(`/@datasourceAuthCode/${type}`);
    for (const headers of [
      { origin: 'http://evil.test', 'sec-fetch-site': 'cross-site' },
      { origin: 'http://127.0.0.1:1', 'sec-fetch-site': 'same-site' },
      { origin: 'null', 'sec-fetch-site': 'cross-site' },
    ])
      assert.equal((await submit(path, 'allow', headers)).status, 403);
    assert.equal((await submit(path, 'allow')).status, 200);
    assert.equal((await submit(path, 'allow')).status, 410);
    assert.equal((await open(path)).status, 410);
    const late = await pageOf(`/@datasourceAuthCode/${type}`);
    fixture.clock.advanceSync(10 * 60_000);
    assert.equal((await submit(late, 'allow')).status, 410);
  });

  it('issues a code that is valid only once, for ten minutes, and only for its user and type', async () => {
    const { sandbox } = fixture;
    const code = sandbox.consentCode(type);
    assert.equal(await update(code), 204);
    sandbox.expireCredentials(slack);
    assert.equal(await update(code), 412);

    const late = sandbox.consentCode(type);
    fixture.clock.advanceSync(10 * 60_000);
    assert.equal(await update(late), 412);

    const { login, password } = await sandbox.addUser({
      ...{ login: 'olaf@sandbox.test', role: 'guillotina.Editor', at: '/workspaces' },
    });
    const olaf = await Caller.signedIn(sandbox, login, password);
    const foreign = sandbox.consentCode(type, login);
    assert.equal(await update(foreign), 412);
    assert.equal(await update(foreign, slack, olaf), 412, 'the first attempt used the code up');
    assert.equal(await update(sandbox.consentCode(type, login), slack, olaf), 204);

    sandbox.expireCredentials(slack);
    assert.equal(await update(sandbox.consentCode('BoxDatasource')), 412);
    assert.equal(await state(), 'expired');
  });

  it('has older endpoints, which require redirect_to', async () => {
    const { user } = fixture.sandbox;
    const redirect = `?redirect_to=${encodeURIComponent(callback)}`;
    for (const endpoint of [
      ...[`/${user}/@getSlackAuthCode`, `/${user}/@getBoxAuthCode`, `/${user}/@getGDriveAuthCode`],
      ...['/@getDOAuthCode', '/@getESlackAuthCode', '/@getMGraphAuthCode'],
    ]) {
      assert.equal((await fixture.caller.call(endpoint)).status, 412, endpoint);
      assert.equal((await open(await pageOf(endpoint + redirect))).status, 200, endpoint);
    }
    assert.equal((await fixture.caller.call(`/@getSlackAuthCode${redirect}`)).status, 404);
  });

  it('cannot be requested for other types, without a token, or with a script as the redirect address', async () => {
    for (const path of ['ConfluenceDatasource', 'StaticDatasource', 'nonsense', `${type}/more`])
      assert.equal((await fixture.caller.call(`/@datasourceAuthCode/${path}`)).status, 412, path);
    for (const target of ['javascript:alert(1)', 'data:text/html,x', 'not an address'])
      assert.equal(
        (await fixture.caller.call(`/@datasourceAuthCode/${type}?redirect_to=${encodeURIComponent(target)}`))
          .status,
        412,
      );
    const anonymous = new Caller(fixture.sandbox, 'none');
    assert.equal((await anonymous.call(`/@datasourceAuthCode/${type}`)).status, 401);
  });

  it('shows a hostile login as plain text', async () => {
    const { sandbox } = fixture;
    const login = `<script>'x'</script>&"@sandbox.test`;
    await sandbox.addUser({ login, password: 'password', at: '' });
    const caller = await Caller.signedIn(sandbox, login, 'password');
    const { text } = await open(await pageOf(`/@datasourceAuthCode/${type}`, caller));
    assert.ok(text.includes('&lt;script&gt;&#39;x&#39;&lt;/script&gt;&amp;&quot;@sandbox.test'));
    assert.ok(!text.includes('<script'));
  });
});

describe('A wallet entry that two Datasources share', () => {
  const fixture = new Fixture();
  beforeEach(() => fixture.start());
  afterEach(() => fixture.stop());

  it('expires and is renewed for both', async () => {
    const { sandbox, caller } = fixture;
    const first = await fixture.datasource({ 'a.md': 'words' }, { type: 'slack', id: 'first' });
    const second = sandbox.addDatasource({
      ...{ parent: '/workspaces/harbour', title: 'Second', id: 'second', type: 'slack' },
      credentialsOf: first.path,
    });
    const states = async (): Promise<unknown[]> =>
      Promise.all([first, second].map(async ({ path }) => (await caller.node(path))['credential_state']));
    const entry = (await caller.node(first.path))['wallet_entry'];
    assert.equal((await caller.node(second.path))['wallet_entry'], entry);
    sandbox.expireCredentials(second.path);
    assert.deepEqual(await states(), ['expired', 'expired']);
    const listed = async (): Promise<Record<string, unknown> | undefined> =>
      (await caller.json<{ updates: Record<string, unknown>[] }>('/@data?types=WalletEntry')).updates.find(
        (item) => item['@uid'] === entry,
      );
    const before = await listed();
    assert.deepEqual(
      [before?.['credential_state'], before?.['datasource_type']],
      ['expired', 'SlackDatasource'],
    );
    assert.match(String(before?.['expiration_date']), /^2026-/);
    await caller.post(
      `${first.path}/@updateServiceCredentials?auth_code=${sandbox.consentCode('SlackDatasource')}`,
      {},
    );
    assert.deepEqual(await states(), ['valid', 'valid']);
    const after = await listed();
    assert.deepEqual([after?.['credential_state'], after?.['expiration_date']], ['valid', null]);
  });

  it('can be shared only by Datasources of the same type', async () => {
    const { path } = await fixture.datasource({}, { type: 'slack' });
    for (const [credentialsOf, type] of [
      [path, 'box'],
      ['/workspaces/harbour', 'slack'],
    ] as const)
      assert.throws(
        () =>
          fixture.sandbox.addDatasource({
            parent: '/workspaces/harbour',
            title: 'Other',
            ...{ type, credentialsOf },
          }),
        /there are no credentials/,
      );
  });
});
