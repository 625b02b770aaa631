import assert from 'node:assert/strict';
import { desktop } from '../../../doubles/desktop.ts';
import '../../../doubles/useFakeVscode.ts';

const { BulkRunner, confirmMany } = await import('../../../../src/ui/commands/bulk.ts');
const { Log } = await import('../../../../src/ui/text/log.ts');
const { OnnaError } = await import('../../../../src/onna/errors.ts');

function lastMessage(): string {
  return desktop.notifications.at(-1)?.message ?? '';
}

describe('A command on several rows', () => {
  const log = new Log(() => 0);
  const runner = new BulkRunner(log);
  /** The buttons that the user presses, one per notification. */
  let presses: string[];
  let offered: (readonly string[])[];
  let acted: string[];

  beforeEach(() => {
    presses = [];
    offered = [];
    acted = [];
    desktop.notifications.length = 0;
    desktop.attendant = {
      pick: () => undefined,
      choose: (choices) => {
        offered.push(choices);
        return presses.shift();
      },
      secret: () => undefined,
      running: () => () => undefined,
      attend: () => undefined,
    };
  });
  afterEach(() => {
    desktop.attendant = undefined;
  });
  after(() => log.dispose());

  const run = (
    items: readonly string[],
    skipped = 0,
    act: (item: string) => Promise<void> = () => Promise.resolve(),
  ): Promise<void> =>
    runner.run({
      title: 'Pause',
      progress: 'Pausing',
      items,
      skipped,
      moment: 'action',
      concurrency: 1,
      name: (item) => item,
      done: (count) => `${count} were paused.`,
      act: (item) => {
        acted.push(item);
        return act(item);
      },
    });
  const refuse = (refused: string) => (item: string) =>
    item === refused ? Promise.reject(new OnnaError({ kind: 'notFound' })) : Promise.resolve();

  it('shows no notification if it succeeds on all rows', async () => {
    await run(['a', 'b']);
    assert.deepEqual(acted, ['a', 'b']);
    assert.equal(desktop.notifications.length, 0);
  });

  it('reports how many of the selected rows do not allow the command', async () => {
    await run(['a'], 1);
    assert.equal(lastMessage(), '1 were paused. 1 other selected row does not allow this action.');
    await run(['a', 'b'], 2);
    assert.equal(lastMessage(), '2 were paused. 2 other selected rows do not allow this action.');
  });

  it('shows one message for all failures, with the cause of the first failure', async () => {
    await run(['a', 'b', 'c'], 0, refuse('b'));
    assert.match(lastMessage(), /^Pause: 2 of 3 done, 1 failed\. b: ./);
    assert.deepEqual(offered, [['Try Again', 'Show Log']]);
    assert.match(desktop.errors.at(-1) ?? '', /^Pause: “b”: /);
  });

  it('runs only on the failed rows when the user presses Try Again', async () => {
    presses = ['Try Again'];
    await run(['a', 'b', 'c'], 1, refuse('b'));
    assert.deepEqual(acted, ['a', 'b', 'c', 'b']);
    assert.match(lastMessage(), /^Pause: 0 of 1 done, 1 failed\./);
  });

  it('reports the number of cancelled rows, and offers no retry for these rows', async () => {
    await run(['a', 'b', 'c'], 0, (item) =>
      item === 'a' ? Promise.resolve() : Promise.reject(new OnnaError({ kind: 'cancelled' })),
    );
    assert.equal(lastMessage(), 'Pause: 1 of 3 done, 2 cancelled.');
    assert.deepEqual(offered, [[]]);
  });

  it('asks for confirmation if the number of rows exceeds the limit', async () => {
    assert.equal(await confirmMany('Pause', 20, 20), true);
    assert.deepEqual(offered, []);
    presses = ['Pause'];
    assert.equal(await confirmMany('Pause', 21, 20), true);
    assert.equal(lastMessage(), 'Apply “Pause” to 21 rows?');
    assert.equal(await confirmMany('Pause', 21, 20), false);
  });
});
