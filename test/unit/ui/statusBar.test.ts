import assert from 'node:assert/strict';
import { DatasourceStore } from '../../../src/model/datasources/datasourceStore.ts';
import { OnnaError } from '../../../src/onna/errors.ts';
import { FakeClock } from '../../doubles/fakeClock.ts';
import type { MarkdownString } from '../../doubles/vscodeValues.ts';
import { desktop } from '../../doubles/desktop.ts';
import '../../doubles/useFakeVscode.ts';
import { connection, listing, node } from '../model/datasources/wireNodes.ts';

const { StatusBar } = await import('../../../src/ui/statusBar.ts');
const { ExtensionSettings } = await import('../../../src/ui/settings.ts');

describe('The status bar item', () => {
  let store: DatasourceStore;
  let clock: FakeClock;
  let bar: InstanceType<typeof StatusBar>;

  beforeEach(() => {
    desktop.configuration.clear();
    store = new DatasourceStore();
    clock = new FakeClock();
    bar = new StatusBar(store, clock, new ExtensionSettings(() => undefined));
  });
  afterEach(() => {
    bar.dispose();
    store.dispose();
    desktop.configuration.clear();
  });

  const list = (statuses: readonly string[]): void => {
    store.open(connection);
    const now = new Date(clock.now()).toISOString();
    const nodes = statuses.map((sync_status, index) =>
      node(`wiki ${index}`, { sync_status, '@timestamp': now }),
    );
    store.applyListing(connection.id, listing(nodes), true, clock.now());
  };
  const spoken = (): string | undefined => desktop.status?.accessibilityInformation?.label;
  const tooltip = (): string => (desktop.status?.tooltip as MarkdownString).value;

  it('is hidden without an account, and when the setting is off', () => {
    assert.equal(desktop.status?.isShown, false);
    list(['synced']);
    assert.equal(desktop.status.isShown, true);
    desktop.configure('onna.statusBar', false);
    assert.equal(desktop.status.isShown, false);
  });

  it('says that there is nothing to report when all Datasources are synced', () => {
    list(['synced', 'paused']);
    assert.equal(desktop.status?.text, '$(pass) Onna');
    assert.equal(spoken(), 'Onna Datasources: nothing to report');
    assert.match(tooltip(), /Nothing is syncing/);
  });

  it('counts Datasources that sync, need attention or have failed, on screen and for a screen reader', () => {
    list(['syncing', 'pending', 'error', 'failed', 'failed', 'synced']);
    assert.equal(desktop.status?.text, '$(sync~spin) 2 syncing · $(error) 1 · $(warning) 2');
    assert.equal(spoken(), 'Onna Datasources: 2 syncing, 1 needs attention, 2 failed and will be retried');
  });

  it('names eight Datasources of each list in its tooltip, and counts the others', () => {
    list(Array.from({ length: 11 }, () => 'error'));
    assert.equal(tooltip().match(/wiki/g)?.length, 8);
    assert.match(tooltip(), /and 3 more/);
  });

  it('says that the list is not up to date after a failed poll', () => {
    list(['synced']);
    store.fail(connection.id, new OnnaError({ kind: 'signedOut' }));
    assert.equal(desktop.status?.text, 'Onna · $(debug-disconnect)');
    assert.equal(spoken(), 'Onna Datasources: not up to date');
  });

  it('updates the ages in its tooltip each minute, even if no poll finds anything new', async () => {
    list(['error']);
    assert.match(tooltip(), /just now/);
    await clock.advance(121_000);
    assert.match(tooltip(), /2 min ago/);
  });
});
