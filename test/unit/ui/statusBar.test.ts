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

  it('is hidden if there is no account or the setting is off', () => {
    assert.equal(desktop.status?.isShown, false);
    list(['synced']);
    assert.equal(desktop.status.isShown, true);
    desktop.configure('onna.statusBar', false);
    assert.equal(desktop.status.isShown, false);
  });

  it('shows that there is nothing to report if all Datasources are synced or paused', () => {
    list(['synced', 'paused']);
    assert.equal(desktop.status?.text, '$(pass) Onna');
    assert.equal(spoken(), 'Onna Datasources: nothing to report');
    assert.match(tooltip(), /Nothing is syncing/);
  });

  it('shows and announces how many Datasources are syncing, need attention or have failed', () => {
    list(['syncing', 'pending', 'error', 'failed', 'failed', 'synced']);
    assert.equal(desktop.status?.text, '$(sync~spin) 2 syncing · $(error) 1 · $(warning) 2');
    assert.equal(spoken(), 'Onna Datasources: 2 syncing, 1 needs attention, 2 failed and will be retried');
  });

  it('lists at most eight Datasources per status in the tooltip, and counts the rest', () => {
    list(Array.from({ length: 11 }, () => 'error'));
    assert.equal(tooltip().match(/wiki/g)?.length, 8);
    assert.match(tooltip(), /and 3 more/);
  });

  it('shows that the list is out of date after a failed poll', () => {
    list(['synced']);
    store.fail(connection.id, new OnnaError({ kind: 'signedOut' }));
    assert.equal(desktop.status?.text, 'Onna · $(debug-disconnect)');
    assert.equal(spoken(), 'Onna Datasources: not up to date');
  });

  it('updates relative times in the tooltip every minute, even if no Datasource changes', async () => {
    list(['error']);
    assert.match(tooltip(), /just now/);
    await clock.advance(121_000);
    assert.match(tooltip(), /2 min ago/);
  });

  it('updates relative times only every five minutes while the window has no focus, and when the focus returns', async () => {
    list(['error']);
    desktop.setFocus(false);
    await clock.advance(299_000);
    assert.match(tooltip(), /just now/);
    await clock.advance(2_000);
    assert.match(tooltip(), /5 min ago/);
    await clock.advance(120_000);
    assert.match(tooltip(), /5 min ago/);
    desktop.setFocus(true);
    assert.match(tooltip(), /7 min ago/);
  });
});
