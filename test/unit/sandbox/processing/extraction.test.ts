import assert from 'node:assert/strict';
import { Fixture } from '../support/fixture.ts';
import { pdfOf } from '../../../support/pdf.ts';

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
});
