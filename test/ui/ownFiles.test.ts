import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { until } from '../support/until.ts';
import { connectionEnv } from '../support/sandboxConnection.ts';
import { keepPicturesOfFailures, openWorkbench } from '../support/workbench.ts';
import type { Workbench } from '../support/workbench.ts';
import { officeDocument, zipOf } from '../unit/sandbox/support/officeDocuments.ts';
import { putFiles } from '../unit/sandbox/support/temporaryFolders.ts';

const mail = [
  'From: ines@lumenfjord.test',
  'To: pilot@lumenfjord.test',
  'Subject: Berth plan',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary="cut"',
  '',
  '--cut',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'The plan is attached.',
  '--cut',
  'Content-Type: text/plain; charset=utf-8; name="berths.txt"',
  'Content-Disposition: attachment; filename="berths.txt"',
  '',
  'Berth seven is free for the turnstone.',
  '--cut--',
  '',
].join('\r\n');

/** 「契約書を確認した」 in Shift_JIS. */
const japaneseLog = Buffer.from('8c5f96f18f9182f08a6d944682b582bd0d0a', 'hex');

describe('A folder with files of many formats', () => {
  let sandbox: Sandbox;
  let workbench: Workbench;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'onna-own-files-'));
    const origin = path.join(folder, 'origin');
    await putFiles(origin, {
      'mails/berth plan.eml': mail,
      'charter.docx': officeDocument({
        'word/document.xml|wordprocessingml.document.main':
          '<w:document><w:body><w:p><w:r><w:t>The demurrage is due.</w:t></w:r></w:p></w:body></w:document>',
      }),
      'archive.zip': zipOf({ 'logs/tides.log': 'A kittiwake over the bar.' }),
      'sjis.log': japaneseLog,
      'contract.txt': '本契約書は三部作成する。\n',
      'picture.bin': new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]),
    });
    sandbox = await startSandbox({ user: 'ines@sandbox.test' });
    sandbox.addWorkspace('Harbour', 'harbour');
    sandbox.addDatasource({
      parent: '/workspaces/harbour',
      ...{ title: 'Own files', id: 'own', type: 'dropbox', origin },
    });
    await sandbox.settled();
    workbench = await openWorkbench({ folder, env: await connectionEnv(folder, sandbox) });
    await workbench.openView();
    await row('Own files').waitFor();
  });
  after(async () => {
    await workbench.close();
    await sandbox.close();
    await rm(folder, { recursive: true });
  });
  keepPicturesOfFailures(() => workbench);

  const row = (text: string | RegExp): Locator => workbench.treeRow(text).first();

  /**
   * Searches, and waits until the page shows these titles and their number. The page shows the hits of the previous search
   * until the new hits arrive.
   */
  async function search(query: string, titles: readonly string[]): Promise<void> {
    const page = workbench.webviewFrame();
    const box = page.locator('input').first();
    await box.fill(query);
    await box.press('Enter');
    await until(`the hits of ${query} are shown`, async () => {
      const found = await page.locator('.hit .title').allInnerTexts();
      assert.deepEqual(found.map((text) => text.trim()).sort(), titles);
      return true;
    });
    await page.getByText(new RegExp(`^${titles.length} result`)).waitFor();
  }

  it('is searched in every format and language, attachments and members of archives included', async () => {
    await workbench.rowAction(row('Own files'), 'Search');
    await workbench.editorTab('Search: Own files').waitFor();
    await search('demurrage', ['charter.docx']);
    await search('kittiwake', ['tides.log']);
    await search('契約書', ['contract.txt', 'sjis.log']);
    await workbench.screenshotInBothThemes('own-files-search');
    await search('turnstone', ['berths.txt']);
  });

  it('opens an attachment from the list of hits', async () => {
    const hit = workbench.webviewFrame().locator('[role="option"]').first();
    await hit.dblclick();
    await until('the text of the attachment is shown', async () =>
      (await workbench.editorText())
        .replaceAll(/\s/g, ' ')
        .includes('Berth seven is free for the turnstone.'),
    );
  });

  it('lists attachments and members of archives, and marks a file without text with a note', async () => {
    await row('Own files').click();
    await row('berths.txt').waitFor();
    await row('tides.log').waitFor();
    await workbench.screenshotInBothThemes('own-files-tree');
    const label = await row('picture.bin').getAttribute('aria-label');
    assert.match(label ?? '', /Note: No Text Content/);
  });
});
