import assert from 'node:assert/strict';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { systemClock } from '../../../../src/base/clock.ts';
import type { RowCall } from '../../../../src/ui/contributions.ts';
import type { Services } from '../../../../src/ui/services.ts';
import { rowFor } from '../../../../src/ui/tree/nodes.ts';
import { desktop } from '../../../doubles/desktop.ts';
import '../../../doubles/useFakeVscode.ts';
import { ManageWorld } from '../../model/manage/manageWorld.ts';
import { SandboxAccount } from '../../model/history/sandboxAccount.ts';
import { Fixture } from '../../sandbox/support/fixture.ts';

const { DatasourceDownloads } = await import('../../../../src/ui/commands/datasourceDownloads.ts');
const { DatasourcePicker } = await import('../../../../src/ui/commands/targets.ts');
const { Notifier } = await import('../../../../src/ui/text/notifier.ts');

describe('The Download Datasource command', () => {
  const fixture = new Fixture();
  let account: SandboxAccount;
  let chosen: string;
  let origin: string;
  let choices: (string | undefined)[];
  let run: () => Promise<void>;

  beforeEach(async () => {
    await fixture.start();
    ({ origin } = await fixture.datasource({ 'docs/plan.md': 'The plan', 'notes.md': 'Notes' }));
    account = await SandboxAccount.signedIn(fixture.sandbox);
    const known = new ManageWorld(fixture.sandbox, fixture.sandbox.user, account.client);
    await known.poll();
    chosen = await fixture.folders.make({});
    choices = [];
    desktop.notifications.length = 0;
    desktop.chosenFolder = chosen;
    desktop.attendant = {
      pick: (items) => items[0],
      choose: () => choices.shift(),
      secret: () => undefined,
      attend: () => undefined,
      running: () => () => undefined,
    };
    const services = {
      ...{ store: known.store, clock: systemClock, client: () => Promise.resolve(account.client) },
      log: { error: () => undefined, warn: () => undefined, info: () => undefined, show: () => undefined },
    } as unknown as Services;
    const picker = new DatasourcePicker(
      known.store,
      systemClock,
      () => Promise.resolve(),
      () => [],
    );
    const downloads = new DatasourceDownloads(services, picker, new Notifier(services.log));
    const row = rowFor(known.id, known.datasource('Wiki').id);
    const call: RowCall = { row, rows: [row], isOnRow: true };
    run = () => downloads.run(call);
  });
  afterEach(async () => {
    desktop.attendant = undefined;
    desktop.chosenFolder = undefined;
    await account.close();
    await fixture.stop();
  });

  const told = (): readonly string[] => desktop.notifications.map(({ message }) => message);
  const filesIn = async (folder: string): Promise<readonly string[]> =>
    (await readdir(folder, { recursive: true })).sort();

  it('saves all files and a report in a folder named after the Datasource, and shows the outcome', async () => {
    await run();
    assert.deepEqual(told(), ['“Wiki” was downloaded: 2 files saved.']);
    assert.deepEqual(await filesIn(path.join(chosen, 'Wiki')), [
      'docs',
      path.join('docs', 'plan.md'),
      'notes.md',
      'onna-download.csv',
    ]);
    const report = await readFile(path.join(chosen, 'Wiki/onna-download.csv'), 'utf8');
    assert.match(report, /plan\.md,saved,8,[0-9a-f]{32},\n/);
  });

  it('lets the user choose between continuing in a non-empty folder and saving in a new folder', async () => {
    await run();
    choices = ['Continue There'];
    await run();
    assert.equal(told().at(-1), '“Wiki” was downloaded: 0 files saved, 2 unchanged.');
    choices = ['New Folder'];
    await run();
    assert.deepEqual((await readdir(chosen)).sort(), ['Wiki', 'Wiki (2)']);
    await run();
    assert.equal(told().at(-1)?.startsWith('The folder “Wiki” is not empty.'), true);
  });

  it('reports how many files failed, and offers to continue', async () => {
    await mkdir(path.join(chosen, 'Wiki'));
    await writeFile(path.join(chosen, 'Wiki/docs'), 'in the way');
    choices = ['Continue There'];
    await run();
    const last = desktop.notifications.at(-1);
    assert.match(
      last?.message ?? '',
      /^Some files of “Wiki” could not be downloaded: 1 file saved, 1 failed\. /,
    );
    assert.deepEqual(last?.buttons, ['Continue', 'Show Report']);
    await rm(path.join(chosen, 'Wiki/docs'));
    choices = ['Continue There', undefined];
    await run();
    assert.equal(await readFile(path.join(chosen, 'Wiki/docs/plan.md'), 'utf8'), 'The plan');
    assert.equal(await readFile(path.join(origin, 'docs/plan.md'), 'utf8'), 'The plan');
  });
});
