import { generateDatasources } from '../../../../src/sandbox/samples/generatedDatasources.ts';
import assert from 'node:assert/strict';
import { desktop } from '../../../doubles/desktop.ts';
import type { MarkdownString } from '../../../doubles/vscodeValues.ts';
import { OpenWindow, hourMs, minuteMs } from './openWindow.ts';
import { throwUncaught } from '../../../support/throwUncaught.ts';

/** Maximum time until an outdated “5 min ago” is redrawn, in ms. The extension updates relative times every minute. */
const lateMs = minuteMs + 2_000;

function age(elapsedMs: number): string {
  if (elapsedMs < minuteMs) return 'just now';
  if (elapsedMs < hourMs) return `${Math.floor(elapsedMs / minuteMs)} min ago`;
  return `${Math.floor(elapsedMs / hourMs)} h ago`;
}

describe('The tree view', function () {
  this.timeout(30_000);
  let window: OpenWindow;

  const open = async (datasources = 120): Promise<void> => {
    window = await OpenWindow.open(datasources);
  };
  afterEach(() => window.close());

  /** Asserts that all visible Datasources show the correct relative time, both on screen and to a screen reader. */
  function agesAreRight(toleranceMs = lateMs): void {
    const rows = window.datasources();
    assert.ok(rows.length >= 20, `${rows.length} Datasources are in view`);
    const elapsed = window.clock.now() - window.syncedAt;
    const right = [...new Set([age(elapsed), age(elapsed - toleranceMs)])].map((words) => `Synced ${words}`);
    for (const { item } of rows) {
      assert.ok(
        right.includes(item.description ?? ''),
        `${item.label}: ${item.description}, not ${right[0]}`,
      );
      assert.equal(item.accessibilityInformation?.label.endsWith(`, ${item.description}`), true);
    }
  }

  /** Asserts that relative times are correct after each of the next four minutes, and again ten minutes later. */
  async function agesStayRight(): Promise<void> {
    for (let minute = 0; minute < 4; minute++) {
      await window.pass(minuteMs);
      agesAreRight();
    }
    await window.pass(10 * minuteMs);
    agesAreRight();
  }

  it('keeps relative times correct in a window that was open before the user signed in', async () => {
    await open();
    await window.signIn();
    await agesStayRight();
  });

  it('keeps relative times correct for Datasources that are added one by one while the window is open', async () => {
    await open(1);
    await window.signIn();
    await generateDatasources(window.sandbox, 30);
    await window.pass(minuteMs);
    await agesStayRight();
  });

  it('keeps relative times correct in rows restored from disk, whether or not the service responds', async () => {
    await open();
    await window.signIn();
    await window.pass(5_000);
    await window.network.become('offline');
    await window.reopen(10 * minuteMs);
    assert.match(desktop.view.message ?? '', /Last updated 10 min ago/);
    await agesStayRight();
    assert.match(desktop.view.message ?? '', /Last updated 2\d min ago/);
    await window.network.become('fair');
    await window.reopen(10 * minuteMs);
    await agesStayRight();
    assert.equal(desktop.view.message, undefined);
  });

  it('keeps relative times correct in filtered rows, and in all rows once the filter is cleared', async () => {
    await open();
    await window.signIn();
    await window.pass(3 * minuteMs);
    desktop.attendant = {
      pick: () => undefined,
      choose: () => undefined,
      secret: () => undefined,
      running: () => () => undefined,
      attend: (box) =>
        queueMicrotask(() => {
          box.accept('Datasource 0000 OR Datasource').catch(throwUncaught);
        }),
    };
    await window.run('onna.filter');
    await agesStayRight();
    await window.run('onna.clearFilter');
    agesAreRight();
    await agesStayRight();
  });

  it('keeps relative times correct in each grouping mode', async () => {
    await open();
    await window.signIn();
    for (const grouping of ['type', 'status', 'workspace']) {
      await window.pass(3 * minuteMs);
      desktop.configure('onna.groupBy', grouping);
      await window.drawn();
      await agesStayRight();
    }
  });

  it('updates the relative time of a row when the row scrolls into view, even if it was last visible long ago', async () => {
    await open(1_000);
    await window.signIn();
    for (const top of [0, 400, 900, 0, 900]) {
      window.screen.scrollTo(top);
      await window.drawn();
      agesAreRight();
      await agesStayRight();
    }
  });

  it('updates the relative times in a group when the group is expanded again', async () => {
    await open();
    await window.signIn();
    window.screen.toggle(window.group('Generated 000'));
    await window.pass(7 * minuteMs);
    window.screen.toggle(window.group('Generated 000'));
    await window.drawn();
    agesAreRight();
    await agesStayRight();
  });

  it('requests no rows while hidden, and updates relative times as soon as it is visible again', async () => {
    await open();
    await window.signIn();
    await window.pass(minuteMs);
    desktop.setVisible(false);
    const requested = window.screen.itemsAsked;
    await window.pass(3 * hourMs);
    assert.equal(window.screen.itemsAsked, requested);
    assert.equal(desktop.decorations.size, 2, 'VS Code requests only badges while the view is hidden');
    desktop.setVisible(true);
    await window.drawn();
    agesAreRight();
    await agesStayRight();
  });

  it('keeps relative times correct while the window has no focus', async () => {
    await open();
    await window.signIn();
    desktop.setFocus(false);
    await agesStayRight();
    desktop.setFocus(true);
    await agesStayRight();
  });

  it('updates relative times as soon as the window regains focus after the computer slept', async () => {
    await open();
    await window.signIn();
    desktop.setFocus(false);
    await window.pass(10_000);
    window.clock.jump(8 * hourMs);
    desktop.setFocus(true);
    await window.drawn();
    agesAreRight();
    await agesStayRight();
  });

  it('updates relative times within a minute after the computer woke up if the window kept the focus', async () => {
    await open();
    await window.signIn();
    window.clock.jump(8 * hourMs);
    await agesStayRight();
  });

  it('keeps relative times correct after the clock was set back', async () => {
    await open();
    await window.signIn();
    await window.pass(2 * hourMs);
    window.clock.jump(-hourMs);
    await agesStayRight();
  });

  it('keeps relative times correct when the statuses of hundreds of Datasources change', async () => {
    await open(600);
    await window.signIn();
    await window.pass(3 * minuteMs);
    const paths = Array.from({ length: 600 }, (_, index) => {
      const number = String(index).padStart(5, '0');
      return `/workspaces/generated-${String(Math.floor(index / 100)).padStart(3, '0')}/datasource-${number}`;
    });
    for (const path of paths) assert.ok(await window.sandbox.setStatus(path, 'failed'));
    await window.pass(2 * minuteMs);
    const failed = (): Set<string | undefined> =>
      new Set(window.datasources().map(({ item }) => item.description));
    assert.match([...failed()].join(), /^Failed [12] min ago · will retry$|^Failed just now · will retry$/);
    await window.pass(5 * minuteMs);
    assert.match([...failed()].join(), /^Failed [67] min ago · will retry$/);
  });

  it('keeps relative times in the status bar tooltip correct while polls find nothing new', async () => {
    await open();
    await window.signIn();
    await window.sandbox.setStatus('/workspaces/generated-000/datasource-00003', 'failed');
    await window.pass(2 * minuteMs);
    const words = (): string => (desktop.status?.tooltip as MarkdownString).value;
    for (let minute = 2; minute < 8; minute++) {
      const ages = new RegExp(`Failed (${minute - 2}|${minute - 1}|${minute}) min ago|Failed just now`);
      assert.match(words().replaceAll(/&#\d+;/g, ' '), ages);
      if (minute > 3) assert.doesNotMatch(words(), /just now/);
      await window.pass(minuteMs);
    }
  });

  it('wakes up at most once in two minutes while the view is hidden and the window has no focus', async () => {
    await open();
    await window.signIn();
    await window.sandbox.setStatus('/workspaces/generated-000/datasource-00003', 'failed');
    await window.sandbox.setStatus('/workspaces/generated-000/datasource-00004', 'error');
    await window.pass(5 * minuteMs);
    desktop.setVisible(false);
    desktop.setFocus(false);
    await window.pass(minuteMs);
    const before = window.wakeUps;
    await window.pass(2 * hourMs);
    const perHour = (window.wakeUps - before) / 2;
    assert.ok(perHour >= 12 && perHour <= 30, `${perHour} wake-ups per hour`);
  });

  it('requests only visible rows, even with thousands of rows in expanded groups', async () => {
    await open(3_000);
    await window.signIn();
    await window.pass(minuteMs);
    assert.ok(window.screen.rows().length > 3_000);
    // Scrolls through the entire tree, so that every row has been on screen.
    for (let top = 0; top < window.screen.rows().length; top += 40) window.screen.scrollTo(top);
    await window.drawn();
    for (let minute = 0; minute < 5; minute++) {
      const before = window.screen.itemsAsked;
      await window.pass(minuteMs);
      const requested = window.screen.itemsAsked - before;
      assert.ok(requested >= 20 && requested <= 60, `${requested} rows were requested in a minute`);
      agesAreRight();
    }
    const before = window.screen.itemsAsked;
    await window.pass(10 * minuteMs);
    assert.ok(window.screen.itemsAsked - before <= 10 * 60);
    assert.deepEqual(window.screen.complaints, []);
  });
});
