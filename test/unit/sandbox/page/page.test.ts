import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { launchBrowser } from '../../../support/browser.ts';
import { Fixture, eventually } from '../support/fixture.ts';
import { throwUncaught } from '../../../support/throwUncaught.ts';

/** Collects the page's console errors, uncaught errors and dialogs. */
function watch(page: Page): string[] {
  const problems: string[] = [];
  page.on('console', (message) => {
    // The browser logs an error for every HTTP error response. These errors are expected.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    dialog.dismiss().catch(throwUncaught);
  });
  return problems;
}

describe('The sandbox’s overview page', function () {
  this.timeout(60_000);
  const fixture = new Fixture();
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let problems: string[] = [];

  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());
  beforeEach(async () => {
    await fixture.start();
    context = await browser.newContext({ viewport: { width: 1400, height: 900 }, locale: 'en' });
    page = await context.newPage();
    problems = watch(page);
    await page.addInitScript(
      `window.violations = [];
       addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective + ' ' + event.blockedURI));`,
    );
    await page.goto(`${fixture.sandbox.baseUrl}/`);
  });
  afterEach(async () => {
    assert.deepEqual(problems, []);
    assert.deepEqual(await page.evaluate('window.violations'), []);
    await context.close();
    await fixture.stop();
  });

  async function signIn(user = fixture.sandbox.user, password = fixture.sandbox.password): Promise<void> {
    await page.getByLabel('User').fill(user);
    await page.getByLabel('Password').fill(password);
    await page.getByLabel('Password').press('Enter');
  }

  function row(title: string): Locator {
    return page.locator('#datasource-rows tr').filter({ has: page.getByText(title, { exact: true }) });
  }

  async function said(text: string | RegExp): Promise<void> {
    await page.locator('#notice').getByText(text).waitFor();
  }

  function switchControl(name: string): Locator {
    return page.locator(`#switch-${name}`);
  }

  it('shows the overview only after the sandbox’s own user has signed in', async () => {
    await fixture.datasource({}, { title: 'Harbour wiki' });
    const { login, password } = await fixture.sandbox.addUser({ login: 'viewer@sandbox.test' });
    assert.equal(await page.locator('#overview').count(), 0);
    await signIn(fixture.sandbox.user, 'wrong');
    await said(/password is wrong/);
    await signIn(login, password);
    await said(/not the sandbox’s own user/);
    assert.equal(await page.locator('#overview').count(), 0);
    await signIn();
    await row('Harbour wiki').waitFor();
    assert.equal(await page.getByLabel('Password').inputValue(), '');
  });

  it('keeps the token only in memory, and discards the token on reload and on sign-out', async () => {
    await fixture.datasource({}, { title: 'Harbour wiki' });
    await signIn();
    await row('Harbour wiki').waitFor();
    const { cookies, origins } = await context.storageState({ indexedDB: true });
    assert.deepEqual([cookies, origins], [[], []]);
    assert.equal(await page.evaluate('sessionStorage.length'), 0);
    assert.equal(new URL(page.url()).search, '');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await said('Signed out.');
    assert.equal(await page.getByText('Harbour wiki').count(), 0);
    await signIn();
    await row('Harbour wiki').waitFor();
    await page.reload();
    await page.getByLabel('Password').waitFor();
    assert.equal(await page.locator('#overview').count(), 0);
  });

  it('explains that all sign-ins were ended, and shows the sign-in form again', async () => {
    await signIn();
    await page.getByRole('button', { name: 'End all sign-ins' }).click();
    await said('You are no longer signed in.');
    await signIn();
    await page.getByRole('heading', { name: 'Switches' }).waitFor();
  });

  it('updates the status, the sync queue and the log while a sync runs', async () => {
    const { sandbox, folders, clock } = fixture;
    await signIn();
    await page.getByText('There is no Datasource yet.').waitFor();
    const workspace = sandbox.addWorkspace('Harbour', 'harbour');
    const origin = await folders.make({ 'a.md': 'one', 'b.md': 'two' });
    const common = { parent: workspace.path, type: 'slack', origin } as const;
    sandbox.addDatasource({ ...common, title: 'Crew channel', paceMs: 60_000 });
    sandbox.addDatasource({ ...common, title: 'Pilot channel' });
    const crew = row('Crew channel');
    await crew.getByText('syncing').waitFor();
    await row('Pilot channel').getByText('pending').waitFor();
    assert.equal(await crew.locator('.dot-syncing').count(), 1);
    await page.getByRole('heading', { name: 'Active runs: 1' }).waitFor();
    assert.deepEqual(await page.locator('#running li').allTextContents(), ['Crew channel']);
    assert.deepEqual(await page.locator('#waiting li').allTextContents(), ['Pilot channel']);
    await page.getByText('2 in all, 1 pending, 1 syncing').waitFor();
    await eventually(async () => {
      clock.advanceSync(60_000);
      return (await crew.getByText('synced', { exact: true }).count()) === 1;
    });
    assert.equal(await crew.locator('.number').textContent(), '2');
    await row('Pilot channel').getByText('synced').waitFor();
    await page.getByRole('log').getByText('Crew channel: synced, 2 added, 0 changed, 0 removed').waitFor();
  });

  it('can set a status, expire and refresh credentials, and start a sync', async () => {
    const { path } = await fixture.datasource({ 'a.md': 'one' }, { title: 'Harbour wiki' });
    await signIn();
    const wiki = row('Harbour wiki');
    await wiki.getByRole('button', { name: 'Set status… of Harbour wiki' }).click();
    const dialog = page.getByRole('dialog', { name: 'Set a status' });
    await dialog.getByLabel('Status').fill('dreaming');
    await dialog.getByLabel('Message').fill('Of the sea');
    await page.keyboard.press('Enter');
    await wiki.getByText('Of the sea').waitFor();
    assert.equal(await fixture.caller.status(path), 'dreaming');
    await wiki.getByRole('button', { name: 'Set status… of Harbour wiki' }).click();
    await dialog.getByLabel('Status').fill('paused');
    await page.keyboard.press('Escape');
    assert.equal(await fixture.caller.status(path), 'dreaming');
    await wiki.getByRole('button', { name: 'Expire credentials of Harbour wiki' }).click();
    await wiki.getByText('expired', { exact: true }).waitFor();
    await wiki.getByRole('button', { name: 'Sync of Harbour wiki' }).click();
    await wiki.getByText('error', { exact: true }).waitFor();
    await wiki.getByRole('button', { name: 'Refresh credentials of Harbour wiki' }).click();
    await wiki.getByText('synced', { exact: true }).waitFor();
    assert.equal(await fixture.caller.status(path), 'synced');
  });

  it('applies a switch of each kind to API calls: a flag, a number, a choice, a text and a burst of errors', async () => {
    const { path } = await fixture.datasource({}, { title: 'Harbour wiki' });
    await signIn();
    await page.getByLabel('Unknown status', { exact: true }).fill('dreaming');
    await page.keyboard.press('Enter');
    await eventually(async () => (await fixture.caller.status(path)) === 'dreaming');
    // The switches do not affect the page itself, so it still shows the real status.
    await row('Harbour wiki').getByText('synced').waitFor();
    await page.getByRole('switch', { name: 'PATCH ignores the status' }).check();
    await eventually(() => fixture.sandbox.switches.patchIgnoresStatus);
    assert.equal((await fixture.caller.patch(path, { sync_status: 'paused' })).status, 204);
    await row('Harbour wiki').getByText('synced').waitFor();
    await page.getByLabel('JSON bodies', { exact: true }).selectOption('html');
    await eventually(async () => (await fixture.caller.call('/@data')).json === undefined);
    await page.getByLabel('Latency', { exact: true }).fill('5');
    await page.keyboard.press('Tab');
    await eventually(() => fixture.sandbox.switches.latencyMs === 5);
    const burst = page.getByRole('group', { name: 'Burst of errors' });
    await burst.getByLabel('Status').selectOption('429');
    await burst.getByLabel('Requests').fill('2');
    await burst.getByLabel('Retry-After, s').fill('7');
    await burst.getByRole('button', { name: 'Start' }).click();
    await burst.getByText('2 more requests fail with 429').waitFor();
    const failed = await fixture.caller.call('/@workspaces');
    assert.deepEqual([failed.status, failed.headers['retry-after']], [429, '7']);
    await burst.getByText('1 more request fails with 429').waitFor();
    await burst.getByRole('button', { name: 'Stop' }).click();
    await burst.getByText('off', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Reset Latency' }).click();
    await eventually(() => fixture.sandbox.switches.latencyMs === 0);
    await page.getByRole('button', { name: 'Reset all' }).click();
    await eventually(() => fixture.sandbox.switches.jsonBodies === 'normal');
    await eventually(async () => (await page.locator('#switch-unknownStatus').inputValue()) === '');
  });

  it('keeps showing a change of the user when the answer to an earlier poll arrives after it', async () => {
    await signIn();
    const flag = page.getByRole('switch', { name: 'PATCH ignores the status' });
    await flag.waitFor();
    const held = Promise.withResolvers<undefined>();
    const isHeld = Promise.withResolvers<undefined>();
    let later = 0;
    await page.route('**/_sandbox/state*', async (route) => {
      if (later++ > 0) return route.abort();
      // Without a change, the answer would be empty.
      await fixture.datasource({}, { title: 'Harbour wiki' });
      const response = await route.fetch();
      isHeld.resolve(undefined);
      await held.promise;
      return route.fulfill({ response });
    });
    await isHeld.promise;
    await flag.click();
    await eventually(() => fixture.sandbox.switches.patchIgnoresStatus);
    const arrived = page.waitForResponse('**/_sandbox/state*');
    held.resolve(undefined);
    await (await arrived).finished();
    // The page polls again once it has taken this answer.
    await eventually(() => later > 1);
    assert.equal(await flag.isChecked(), true);
    await page.unroute('**/_sandbox/state*');
  });

  it('sets a switch for one user without affecting other users', async () => {
    const { login } = await fixture.sandbox.addUser({ login: 'viewer@sandbox.test' });
    await signIn();
    await page.getByLabel('For', { exact: true }).selectOption(login);
    await page.getByRole('switch', { name: 'No auth code' }).check();
    await eventually(() => fixture.sandbox.switchesOf(login).authCodeNull);
    assert.equal(fixture.sandbox.switches.authCodeNull, false);
    await page.getByLabel('For', { exact: true }).selectOption('everybody');
    assert.equal(await switchControl('authCodeNull').isChecked(), false);
    await page.getByLabel('For', { exact: true }).selectOption(login);
    assert.equal(await switchControl('authCodeNull').isChecked(), true);
  });

  it('explains why a switch value was rejected, and restores the previous value', async () => {
    await signIn();
    await page.getByLabel('Foreign host in @id', { exact: true }).fill('no address');
    await page.keyboard.press('Enter');
    await said(/A URL is required/);
    await eventually(async () => (await page.locator('#switch-foreignIdHost').inputValue()) === '');
    assert.equal(fixture.sandbox.switches.foreignIdHost, null);
  });

  it('shows hostile titles, messages and logins as plain text, and runs no code from them', async () => {
    const hostile = `<img src=x onerror=alert(1)><script>alert(2)</script>\u202E "'&amp; {{7*7}} \u0000`;
    const { path } = await fixture.datasource({}, { title: hostile, id: 'hostile' });
    await fixture.datasource({}, { title: 'A'.repeat(200_000), id: 'long', type: 'box' });
    await fixture.datasource({}, { title: '__proto__', id: 'proto', type: 'jira' });
    await fixture.sandbox.setStatus(path, '"><svg/onload=alert(3)>', '<b>bold</b>');
    await fixture.sandbox.addUser({ login: '<i>@x.test', name: '<script>alert(4)</script>' });
    fixture.sandbox.setSwitches({ unknownStatus: '"><img src=x onerror=alert(5)>' });
    await signIn();
    // An HTML document cannot contain NUL, so the filter compares only the text before it.
    await page
      .locator('#datasource-rows bdi')
      .filter({ hasText: '<img src=x onerror=alert(1)><script>alert(2)</script>' })
      .waitFor();
    await row('__proto__').waitFor();
    await page.getByText('<b>bold</b>').waitFor();
    await page.getByText('<script>alert(4)</script>').waitFor();
    assert.equal(await page.locator('main img, main svg, main script, main b, main i').count(), 0);
    assert.equal(await switchControl('unknownStatus').inputValue(), '"><img src=x onerror=alert(5)>');
    const box = await row('A'.repeat(200_000)).boundingBox();
    assert.ok(
      box && box.height < 200,
      `the row with a title of 200,000 letters is ${String(box?.height)} px high`,
    );
    await page.getByRole('button', { name: /^Set status… of <img/ }).click();
    assert.ok((await page.locator('#status-dialog-title').textContent())?.startsWith('<img src=x'));
  });

  it('keeps the focus on the same button while the list of Datasources changes', async () => {
    const { path } = await fixture.datasource({}, { title: 'Harbour wiki' });
    await signIn();
    const button = row('Harbour wiki').getByRole('button', { name: /^Set status/ });
    await button.focus();
    await fixture.datasource({}, { title: 'A newcomer', id: 'newcomer', type: 'box' });
    await fixture.sandbox.setStatus(path, 'failed');
    await row('Harbour wiki').getByText('failed').waitFor();
    await row('A newcomer').waitFor();
    assert.equal(
      await page.evaluate(`document.activeElement.getAttribute('aria-label')`),
      'Set status… of Harbour wiki',
    );
  });

  it('stops polling while hidden, and shows the current status as soon as it is visible again', async () => {
    const { path } = await fixture.datasource({}, { title: 'Harbour wiki' });
    await signIn();
    await row('Harbour wiki').getByText('synced').waitFor();
    let requests = 0;
    page.on('request', () => requests++);
    const hide = (isHidden: boolean): Promise<unknown> =>
      page.evaluate(
        `Object.defineProperty(document, 'hidden', { configurable: true, value: ${String(isHidden)} });
         document.dispatchEvent(new Event('visibilitychange'));`,
      );
    await hide(true);
    const before = requests;
    await fixture.sandbox.setStatus(path, 'failed');
    // Waits longer than the page's polling interval.
    await page.evaluate('new Promise((resolve) => setTimeout(resolve, 1500))');
    assert.ok(requests - before <= 2, 'only the poll in progress may send requests');
    await hide(false);
    await row('Harbour wiki').getByText('failed').waitFor();
  });

  it('reports that the sandbox does not respond, and recovers when the sandbox responds again', async () => {
    await signIn();
    await page.getByRole('heading', { name: 'Switches' }).waitFor();
    await context.setOffline(true);
    await said(/does not answer/);
    await context.setOffline(false);
    await said('The sandbox answers again.');
    problems = problems.filter((problem) => !problem.includes('ERR_INTERNET_DISCONNECTED'));
  });

  it('filters the list of Datasources by the text in the Find box', async () => {
    await fixture.datasource({}, { title: 'Harbour wiki', id: 'wiki' });
    await fixture.datasource({}, { title: 'Crew', id: 'crew', type: 'slack' });
    await signIn();
    await row('Crew').waitFor();
    await page.getByLabel('Find').fill('HARBOUR WIKI');
    await row('Crew').waitFor({ state: 'detached' });
    await row('Harbour wiki').waitFor();
    await page.getByText('2 in all, 2 synced, 1 found').waitFor();
  });

  describe('attacked by a page of another origin', () => {
    let evil: Server;
    before(async () => {
      evil = createServer((_request, response) => {
        response
          .setHeader('content-type', 'text/html')
          .end('<!doctype html><title>Evil</title><body></body>');
      });
      await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve));
    });
    after(() => new Promise((resolve) => evil.close(resolve)));

    // `localhost` is another site. `127.0.0.1` is the same site with another port.
    for (const host of ['localhost', '127.0.0.1']) {
      describe(`served from ${host}`, () => {
        let evilPage: Page;
        beforeEach(async () => {
          await signIn();
          await page.getByRole('heading', { name: 'Switches' }).waitFor();
          evilPage = await context.newPage();
          await evilPage.goto(`http://${host}:${(evil.address() as AddressInfo).port}/`);
        });

        it('cannot be embedded in a frame by a page of another origin', async () => {
          await evilPage.evaluate(
            `new Promise((resolve) => {
               const frame = document.createElement('iframe');
               frame.onload = resolve;
               frame.src = '${fixture.sandbox.baseUrl}/';
               document.body.append(frame);
             })`,
          );
          const framed = evilPage.frames().find((frame) => frame !== evilPage.mainFrame());
          assert.ok(framed);
          assert.equal(await framed.getByLabel('Password').count(), 0);
          assert.match(framed.url(), /^chrome-error:/);
        });

        it('rejects requests from a page of another origin, even with a stolen token', async () => {
          const statuses: number[] = [];
          evilPage.on('response', (response) => statuses.push(response.status()));
          const order = (mode: string, headers: string): Promise<unknown> =>
            evilPage.evaluate(
              `fetch('${fixture.sandbox.baseUrl}/_sandbox/switches', {
                 method: 'POST', mode: '${mode}', headers: ${headers}, body: '{"latencyMs": 500}'
               }).then((response) => response.type + response.status, () => 'refused')`,
            );
          assert.equal(await order('cors', `{ authorization: 'Bearer ${fixture.caller.token}' }`), 'refused');
          assert.equal(await order('cors', '{}'), 'refused');
          assert.ok(['refused', 'opaque0'].includes(String(await order('no-cors', '{}'))));
          const posted = evilPage.waitForResponse(/_sandbox/);
          await evilPage.evaluate(
            `const form = document.createElement('form');
             form.method = 'post'; form.enctype = 'text/plain';
             form.action = '${fixture.sandbox.baseUrl}/_sandbox/expireTokens';
             document.body.append(form); form.submit();`,
          );
          assert.equal((await posted).status(), 403);
          assert.ok(statuses.every((status) => status >= 400));
          assert.equal(fixture.sandbox.switches.latencyMs, 0);
          assert.equal((await fixture.caller.call('/@workspaces')).status, 200);
        });

        it('prevents a page of another origin from reading any response, script, image or window', async () => {
          const read = (path: string, options: string): Promise<unknown> =>
            evilPage.evaluate(
              `fetch('${fixture.sandbox.baseUrl}${path}', ${options})
                 .then((response) => response.text()).then((text) => text.length, () => 'refused')`,
            );
          const token = `{ headers: { authorization: 'Bearer ${fixture.caller.token}' } }`;
          for (const path of ['/_sandbox/state', '/_sandbox/log', '/api/rel0/sandbox/@data', '/'])
            assert.equal(await read(path, token), 'refused', path);
          assert.equal(await read('/', '{}'), 'refused');
          assert.equal(await read('/', `{ mode: 'no-cors' }`), 'refused');
          const load = (tag: string, path: string): Promise<unknown> =>
            evilPage.evaluate(
              `new Promise((resolve) => {
                 const loaded = document.createElement('${tag}');
                 loaded.onload = () => resolve('loaded');
                 loaded.onerror = () => resolve('refused');
                 loaded.src = '${fixture.sandbox.baseUrl}${path}';
                 document.body.append(loaded);
               })`,
            );
          assert.equal(await load('script', '/_sandbox/page/main.js'), 'refused');
          assert.equal(await load('img', '/_sandbox/page/icon.svg'), 'refused');
          const opened = context.waitForEvent('page');
          await evilPage.evaluate(`window.other = window.open('${fixture.sandbox.baseUrl}/'); undefined`);
          const other = await opened;
          await other.getByLabel('Password').waitFor();
          assert.equal(await other.evaluate('window.opener'), null);
          // The page that opened the window sees it as closed.
          assert.equal(await evilPage.evaluate('window.other.closed'), true);
        });
      });
    }
  });
});
