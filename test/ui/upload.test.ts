import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { dragFromExplorer } from '../support/dragging.ts';
import { until } from '../support/until.ts';
import { connectionEnv } from '../support/sandboxConnection.ts';
import { keepPicturesOfFailures, openWorkbench } from '../support/workbench.ts';
import type { Workbench } from '../support/workbench.ts';

const fileCount = 1_000;
const filesPerFolder = 100;

/** Script for the page. Drops a file on the row “Desk”, like a user who drags the file from the desktop. */
const dropNote = `{
  const rows = [...document.querySelectorAll('.part.sidebar [role="treeitem"]')];
  const desk = rows.find((row) => row.textContent.includes('Desk'));
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File(['From the desktop'], 'note.txt', { type: 'text/plain' }));
  for (const type of ['dragenter', 'dragover', 'drop'])
    desk.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
}`;

describe('The upload of dropped files', () => {
  let sandbox: Sandbox;
  let workbench: Workbench;
  let folder: string;
  /** The MD5 of each file, by its path. */
  const expected = new Map<string, string>();

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'onna-upload-'));
    const shelf = path.join(folder, 'workspace/shelf');
    for (let index = 0; index < fileCount; index++) {
      const inner = `box ${Math.floor(index / filesPerFolder)}`;
      const content = `Letter ${index}\n`.repeat(1 + (index % 50));
      await mkdir(path.join(shelf, inner), { recursive: true });
      await writeFile(path.join(shelf, inner, `letter ${index}.txt`), content);
      expected.set(`shelf/${inner}/letter ${index}.txt`, createHash('md5').update(content).digest('hex'));
    }
    sandbox = await startSandbox({ user: 'ines@sandbox.test' });
    sandbox.addWorkspace('Archive', 'archive');
    sandbox.addDatasource({ parent: '/workspaces/archive', title: 'Letters', id: 'letters' });
    sandbox.addDatasource({ parent: '/workspaces/archive', title: 'Desk', id: 'desk' });
    sandbox.addDatasource({ parent: '/workspaces/archive', title: 'Chat', type: 'slack', status: 'synced' });
    const env = await connectionEnv(folder, sandbox);
    workbench = await openWorkbench({
      folder: path.join(folder, 'workspace'),
      env,
    });
    await workbench.openView();
    await row('Letters').waitFor();
  });
  after(async () => {
    await workbench.close();
    await sandbox.close();
    await rm(folder, { recursive: true });
  });
  keepPicturesOfFailures(() => workbench);

  const row = (text: string | RegExp): Locator => workbench.treeRow(text).first();
  const received = (): number => sandbox.requests().filter(({ method }) => method === 'PATCH').length;
  const center = (): Locator => workbench.page.locator('.notifications-center');

  /** Saves a screenshot in both themes. */
  const bothThemes = (name: string): Promise<void> => workbench.screenshotInBothThemes(name);

  /** Drags the folder “shelf” from the Explorer to a row. */
  const dragTo = (target: string): Promise<void> => dragFromExplorer(workbench, 'shelf', row(target));

  /** The MD5 of each stored file, by its path. */
  function stored(): ReadonlyMap<string, string> {
    const { nodes, resources, contents } = sandbox.stores;
    const letters = nodes.byPath('/workspaces/archive/letters');
    const found = new Map<string, string>();
    for (const { originKey, contentId } of resources.some(letters?.id ?? 0, 0, fileCount * 2))
      found.set(originKey, contents.md5(contentId ?? 0) ?? '');
    return found;
  }

  it('refuses a drop on a Datasource that is not a folder', async () => {
    await dragTo('Chat');
    await workbench.runCommand('Notifications: Show Notifications');
    await center().getByText('Files can be uploaded only to a folder Datasource').waitFor();
    await bothThemes('upload-refused');
    await workbench.runCommand('Notifications: Clear All Notifications');
    assert.equal(received(), 0);
  });

  it('sends a file from the desktop, which has no path in a browser window', async () => {
    await row('Desk').waitFor();
    await workbench.page.evaluate(dropNote);
    const desk = sandbox.stores.nodes.byPath('/workspaces/archive/desk')?.id ?? 0;
    const note = await until('the file has arrived', () =>
      sandbox.stores.resources.byOriginKey(desk, 'note.txt'),
    );
    const md5 = createHash('md5').update('From the desktop').digest('hex');
    assert.equal(sandbox.stores.contents.md5(note.contentId ?? 0), md5);
    await row(/^Desk.*Synced/s).waitFor();
  });

  it('sends the files of a dropped folder, and continues after a window reload', async () => {
    sandbox.setSwitches({ latencyMs: 60 });
    await dragTo('Letters');
    await until('some files have arrived', () => received() > 200);
    await workbench.runCommand('Notifications: Show Notifications');
    await center().getByText('Uploading to “Letters”').waitFor();
    await bothThemes('upload-progress');
    await until('half of the files have arrived', () => received() > fileCount / 2);
    await workbench.reload();
    sandbox.setSwitches({ latencyMs: 0 });
    await workbench.openView();
    const resume = await workbench.viewAction('Datasources', 'Resume Uploads…');
    await resume.waitFor();
    const before = stored().size;
    assert.ok(before < fileCount, `${before} files have arrived`);
    await bothThemes('upload-interrupted');
    await (await workbench.viewAction('Datasources', 'Resume Uploads…')).click();
    await workbench.quickPickRow(/Letters.*of 1,000 files left/s).waitFor();
    await bothThemes('upload-resume');
    await workbench.quickPick('Letters');
    await until('all files have arrived', () => stored().size === fileCount);
    assert.deepEqual(new Map([...stored()].sort()), new Map([...expected].sort()));
    await resume.waitFor({ state: 'detached' });
  });

  it('asks only once about all names that already exist', async () => {
    await dragTo('Letters');
    await workbench.page.locator('.monaco-dialog-box').getByText('of these names').waitFor();
    await bothThemes('upload-names-exist');
    const patches = received();
    await workbench.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Skip' }).click();
    await workbench.runCommand('Notifications: Show Notifications');
    await center().getByText('There is nothing to upload to “Letters”').waitFor();
    assert.equal(received(), patches);
  });
});
