import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { DatasourceStore } from '../../../../src/model/datasources/datasourceStore.ts';
import { StatusWatch } from '../../../../src/model/datasources/statusTransitions.ts';
import { NewsClaims } from '../../../../src/model/notifications/newsClaims.ts';
import { StatusNews, type NewsChoice } from '../../../../src/model/notifications/statusNews.ts';
import { FakeClock } from '../../../doubles/fakeClock.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../../support/temporaryFolder.ts';
import { until } from '../../../support/until.ts';
import { connection, listing, node } from '../datasources/wireNodes.ts';

const noon = Date.parse('2026-03-01T12:00:00Z');

/** A simulated VS Code window. All windows share a folder, in which only one window can claim each news item. */
class NewsWindow {
  readonly clock = new FakeClock(noon);
  readonly store = new DatasourceStore();
  readonly digests: string[] = [];
  readonly errors: unknown[] = [];
  choice: NewsChoice = 'attention';
  readonly #news: StatusNews;
  readonly #claims: NewsClaims;
  #claimed = 0;

  constructor(folder: string) {
    const claims = new NewsClaims(folder);
    this.#claims = claims;
    this.#news = new StatusNews({
      watch: new StatusWatch(this.store),
      claims: {
        claim: async (connectionId, keys) => {
          const own = await claims.claim(connectionId, keys);
          this.#claimed += 1;
          return own;
        },
      },
      clock: this.clock,
      choice: () => this.choice,
      onError: (error) => this.errors.push(error),
    });
    this.#news.onDidHappen(({ items }) => {
      this.digests.push(items.map(({ kind, datasource }) => `${kind} ${datasource.title}`).join(', '));
    });
    this.store.open(connection);
  }

  see(fields: Record<string, unknown>, names = ['wiki']): void {
    const nodes = names.map((name) => node(name, { '@timestamp': new Date(noon).toISOString(), ...fields }));
    this.store.applyListing(connection.id, listing(nodes), false, this.clock.now());
  }

  /** Waits until the window has claimed its news, and returns all digests. @param claims Expected number of claims. */
  async told(claims: number): Promise<readonly string[]> {
    await this.clock.advance(2_000);
    await until('the window has claimed its news', () => this.#claimed >= claims);
    return this.digests;
  }

  /** Signs out, as the extension does. */
  async signOut(): Promise<void> {
    this.store.close(connection.id);
    this.#news.forget(connection.id);
    await this.#claims.forget(connection.id);
  }

  close(): void {
    assert.deepEqual(this.errors, []);
    this.#news.dispose();
  }
}

describe('StatusNews', () => {
  let folder: TemporaryFolder;
  let window: NewsWindow;
  beforeEach(async () => {
    folder = await makeTemporaryFolder('onna-news');
    window = new NewsWindow(folder.path);
    window.see({ sync_status: 'synced' });
  });
  afterEach(async () => {
    window.close();
    await folder.remove();
  });

  it('reports an error and expired credentials at once', async () => {
    window.see({ sync_status: 'error' });
    assert.deepEqual(await window.told(1), ['error wiki']);
    window.see({ sync_status: 'synced', credential_state: 'expired' });
    assert.deepEqual(await window.told(2), ['error wiki', 'expired wiki']);
  });

  it('reports a failure only once, and only after a retry has also failed', async () => {
    window.see({ sync_status: 'failed' });
    window.see({ sync_status: 'pending' });
    assert.deepEqual(await window.told(0), []);
    window.see({ sync_status: 'failed' });
    assert.deepEqual(await window.told(1), ['failing wiki']);
    window.see({ sync_status: 'pending' });
    window.see({ sync_status: 'failed' });
    assert.deepEqual(await window.told(1), ['failing wiki']);
  });

  it('reports the simultaneous errors of 10,000 Datasources in one digest', async () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `d${index}`);
    window.see({ sync_status: 'synced' }, names);
    window.see({ sync_status: 'error' }, names);
    const [digest = '', ...others] = await window.told(1);
    assert.equal(digest.split(', ').length, 10_000);
    assert.deepEqual(others, []);
  });

  it('shows news in only one of several windows', async () => {
    const second = new NewsWindow(folder.path);
    second.see({ sync_status: 'synced' });
    for (const each of [window, second]) each.see({ sync_status: 'error' });
    const told = [...(await window.told(1)), ...(await second.told(1))];
    assert.deepEqual(told, ['error wiki']);
    second.close();
  });

  it('reports no news of an account that signs out before the report, and leaves no file behind', async () => {
    window.see({ sync_status: 'error' });
    // The account signs out while the window claims the news.
    window.clock.advanceSync(2_000);
    await window.signOut();
    assert.deepEqual(await window.told(1), []);
    assert.deepEqual(await readdir(folder.path), []);
    window.store.open(connection);
    window.see({ sync_status: 'synced' });
    window.see({ sync_status: 'error' });
    assert.deepEqual(await window.told(2), ['error wiki']);
  });

  it('ignores changes from before the window was opened', async () => {
    const late = new NewsWindow(folder.path);
    late.store.close(connection.id);
    const known = window.store.get(connection.id);
    assert.ok(known);
    late.store.open(connection, { datasources: known.datasources, asOf: noon, since: 's0' });
    late.see({ sync_status: 'error' });
    assert.deepEqual(await late.told(0), []);
    late.see({ sync_status: 'synced' });
    late.see({ sync_status: 'error' });
    assert.deepEqual(await late.told(1), ['error wiki']);
    late.close();
  });

  it('reports nothing if the setting is “off”, and reports recoveries too if the setting is “all”', async () => {
    window.choice = 'off';
    window.see({ sync_status: 'error' });
    assert.deepEqual(await window.told(0), []);
    window.choice = 'all';
    window.see({ sync_status: 'synced' });
    assert.deepEqual(await window.told(1), ['recovered wiki']);
  });
});
