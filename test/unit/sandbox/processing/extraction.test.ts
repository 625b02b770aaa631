import assert from 'node:assert/strict';
import path from 'node:path';
import { storeRetryMs } from '../../../../src/sandbox/store/storeFailure.ts';
import { Fixture, eventually } from '../support/fixture.ts';
import { putFiles } from '../support/temporaryFolders.ts';
import { encryptedPdf, pdfOf, pdfOfPages } from '../../../support/pdf.ts';

const mail = [
  'From: =?utf-8?Q?In=C3=A9s?= <ines@lumenfjord.test>',
  'To: pilot@lumenfjord.test',
  'Subject: =?utf-8?B?R2V6ZWl0ZW4gw7xiZXJt?=',
  'MIME-Version: 1.0',
  'Content-Type: text/html; charset=utf-8',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  '<p>The flood=20begins</p>',
].join('\r\n');

describe('Text extraction from PDFs and emails', () => {
  const fixture = new Fixture();
  beforeEach(() => fixture.start());
  afterEach(() => fixture.stop());

  async function found(words: string): Promise<unknown[]> {
    const { member } = await fixture.caller.search('', {
      advanced: { and: [{ text_contains: [{ var: 'extracted_text' }, words] }] },
      includes: ['title'],
    });
    return member.map((hit) => hit['title']);
  }

  it('indexes the text layer of a PDF, and the subject, sender and decoded body of an email', async () => {
    await fixture.datasource({ 'chart.pdf': pdfOf('Soundings of the fairway'), 'note.eml': mail });
    assert.deepEqual(await found('soundings of the fairway'), ['chart.pdf']);
    assert.deepEqual(await found('Gezeiten überm'), ['note.eml']);
    assert.deepEqual(await found('"The flood begins"'), ['note.eml']);
    assert.deepEqual(await found('ines@lumenfjord.test'), ['note.eml']);
    assert.deepEqual(await found('quoted-printable'), []);
  });

  it('marks an encrypted PDF with a note, which disappears when a readable PDF replaces the file', async () => {
    const { path: wiki, origin } = await fixture.datasource({ 'locked.pdf': encryptedPdf() });
    const notes = async (): Promise<unknown[]> => {
      const exceptions = { exists: [{ var: 'processing_exception' }] };
      const { member } = await fixture.caller.search(wiki, {
        advanced: { and: [exceptions] },
        includes: ['title', 'processing_exception'],
      });
      return member.map((hit) => [hit['title'], hit['processing_exception']]);
    };
    assert.deepEqual(await notes(), [['locked.pdf', 'Encrypted Document']]);
    await putFiles(origin, { 'locked.pdf': pdfOf('Tide tables') });
    fixture.clock.advanceSync(60_000);
    await fixture.caller.call(`${wiki}/@sendToSpyder?force=true`);
    await fixture.sandbox.settled();
    assert.deepEqual(await notes(), []);
    assert.deepEqual(await found('tide tables'), ['locked.pdf']);
  });

  it('lists a broken PDF with its exception in the CSV of unprocessed files, and queues the PDF again on request', async () => {
    const { path } = await fixture.datasource({ '=broken".pdf': 'not a PDF', 'a.md': 'words' });
    const csv = await fixture.caller.call(`${path}/@downloadUnprocessedCsv`);
    assert.equal(csv.status, 200);
    assert.match(String(csv.headers['content-type']), /^text\/csv/);
    const [head, line = '', ...rest] = csv.text.split('\r\n');
    assert.equal(head, '"uid","path","title","exception"');
    assert.match(line, /^"[0-9a-f]{32}","[^"]+","'=broken""\.pdf","Has Error"$/);
    assert.deepEqual(rest, ['']);
    const again = await fixture.caller.json<{ queued: number }>(`${path}/@sendToComputeMissing`);
    assert.deepEqual(again, { queued: 1 });
    await fixture.sandbox.settled();
  });

  for (const [what, name, content] of [
    ['a large table', 'table.html', `<table>${'<tr><td>a</td><td>b</td></tr>'.repeat(100_000)}</table>`],
    [
      'a PDF of 1,000 pages',
      'book.pdf',
      pdfOfPages(Array.from({ length: 1_000 }, (_, page) => `a b ${page}`)),
    ],
  ] as const)
    it(`answers requests while a worker reads ${what}`, async function () {
      this.timeout(60_000);
      const { path: wiki, origin } = await fixture.datasource({ 'a.md': 'words' });
      await putFiles(origin, { [name]: content });
      fixture.clock.advanceSync(60_000);
      await fixture.caller.call(`${wiki}/@sendToSpyder?force=true`);
      await eventually(async () => (await fixture.caller.names(wiki)).includes(name));
      const isFound = async (): Promise<boolean> => (await found('a b')).includes(name);
      let answers = 0;
      while (!(await isFound())) answers++;
      // If the server read the file in its own thread, it would answer the first search after it.
      assert.ok(answers >= 5, `${answers} answers`);
    });

  it('reads a file later if no worker can be started now', async () => {
    const logged: string[] = [];
    await fixture.restart({ log: (line) => logged.push(line) });
    const { execPath } = process;
    process.execPath = path.join(import.meta.dirname, 'no such program');
    let adding: Promise<unknown>;
    try {
      adding = fixture.datasource({ 'chart.pdf': pdfOf('Soundings of the fairway') });
      await eventually(() =>
        logged.some((line) => line.startsWith('processing will be retried: a reader could not be started')),
      );
    } finally {
      process.execPath = execPath;
    }
    fixture.clock.advanceSync(storeRetryMs);
    await adding;
    assert.deepEqual(await found('soundings of the fairway'), ['chart.pdf']);
  });

  it('indexes the last of 1,000 pages of a PDF', async () => {
    const pages = Array.from({ length: 1_000 }, (_, page) => `sounding number${page}`);
    await fixture.datasource({ 'book.pdf': pdfOfPages(pages) });
    assert.deepEqual(await found('number999'), ['book.pdf']);
  }).timeout(60_000);
});
