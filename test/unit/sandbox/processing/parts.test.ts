import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { Fixture } from '../support/fixture.ts';
import { Caller } from '../support/wire.ts';
import { officeDocument } from '../support/officeDocuments.ts';
import { putFiles } from '../support/temporaryFolders.ts';

function zip(files: Readonly<Record<string, string | Uint8Array>>): Uint8Array {
  const members = Object.entries(files).map(
    ([name, content]) => [name, typeof content === 'string' ? strToU8(content) : content] as const,
  );
  return zipSync(Object.fromEntries(members));
}

interface Resource {
  readonly '@id': string;
  readonly '@uid': string;
  readonly title: string;
  readonly length: number;
  readonly parent: { readonly '@uid': string };
}

describe('Members of archives as Resources below their Resource', () => {
  const fixture = new Fixture();
  beforeEach(() => fixture.start());
  afterEach(() => fixture.stop());

  /** All Resources at or below a path by title, as `@getAllChildrenData` lists them. */
  async function listed(at: string): Promise<ReadonlyMap<string, Resource>> {
    const { items } = await fixture.caller.json<{ items: Resource[] }>(`${at}/@getAllChildrenData`);
    return new Map(items.map((item) => [item.title, item]));
  }

  async function found(words: string, hideChildren: boolean, at = ''): Promise<unknown[]> {
    const { member } = await fixture.caller.search(at, {
      advanced: { and: [{ text_contains: [{ var: 'extracted_text' }, words] }] },
      hide_children: hideChildren,
      includes: ['title'],
    });
    return member.map((hit) => hit['title']);
  }

  async function sync(datasource: string): Promise<void> {
    fixture.clock.advanceSync(60_000);
    await fixture.caller.call(`${datasource}/@sendToSpyder?force=true`);
    await fixture.sandbox.settled();
  }

  const inner = zip({ 'deep.txt': 'the deepest sounding' });

  function pathOf({ '@id': id }: Resource): string {
    return new URL(id).pathname.replace(/^\/api\/[^/]+\/[^/]+/, '');
  }

  it('lists, downloads and finds members, and members of nested archives', async () => {
    const { path: wiki } = await fixture.datasource({
      'note.zip': zip({ 'tides.txt': 'the ebb begins', 'inner.zip': inner }),
    });
    const all = await listed(wiki);
    assert.deepEqual([...all.keys()].sort(), ['deep.txt', 'inner.zip', 'note.zip', 'tides.txt']);
    const uidOf = (title: string): string | undefined => all.get(title)?.['@uid'];
    assert.equal(all.get('tides.txt')?.parent['@uid'], uidOf('note.zip'));
    assert.equal(all.get('deep.txt')?.parent['@uid'], uidOf('inner.zip'));
    assert.equal(all.get('note.zip')?.length, 2);
    const note = all.get('note.zip');
    assert.ok(note);
    assert.deepEqual([...(await listed(pathOf(note))).keys()].sort(), ['deep.txt', 'inner.zip', 'tides.txt']);
    const tides = all.get('tides.txt');
    assert.ok(tides);
    const { text } = await fixture.caller.call(`${pathOf(tides)}/@download/file`);
    assert.equal(text, 'the ebb begins');
    assert.deepEqual(await found('deepest sounding', false), ['deep.txt']);
    assert.deepEqual(await found('deepest sounding', true), []);
    assert.deepEqual(await found('deepest sounding', false, pathOf(note)), ['deep.txt']);
    const size = await fixture.caller.json<{ doc_count: number }>(`${wiki}/@size`);
    assert.equal(size.doc_count, 4);
  });

  it('lists and finds a document that is embedded in a document', async () => {
    const document = (text: string, embedded: Readonly<Record<string, Uint8Array>> = {}): Uint8Array =>
      officeDocument({
        'word/document.xml|wordprocessingml.document.main': `<w:document><w:body><w:p><w:r><w:t>${text}</w:t></w:r></w:p></w:body></w:document>`,
        ...embedded,
      });
    const { path: wiki } = await fixture.datasource({
      'report.docx': document('outer words', { 'word/embeddings/letter.docx': document('deepest sounding') }),
    });
    const all = await listed(wiki);
    assert.deepEqual([...all.keys()].sort(), ['letter.docx', 'report.docx']);
    assert.equal(all.get('letter.docx')?.parent['@uid'], all.get('report.docx')?.['@uid']);
    assert.deepEqual(await found('deepest sounding', false), ['letter.docx']);
  });

  it('keeps the uids of members when the file changes, and removes those that are no longer in it', async () => {
    const { path: wiki, origin } = await fixture.datasource({
      'note.zip': zip({ 'kept.txt': 'first', 'gone.txt': 'second', 'inner.zip': inner }),
    });
    const before = await listed(wiki);
    await putFiles(origin, { 'note.zip': zip({ 'kept.txt': 'changed words' }) });
    await sync(wiki);
    const after = await listed(wiki);
    assert.deepEqual([...after.keys()].sort(), ['kept.txt', 'note.zip']);
    assert.equal(after.get('kept.txt')?.['@uid'], before.get('kept.txt')?.['@uid']);
    assert.deepEqual(await found('changed words', false), ['kept.txt']);
    assert.deepEqual(await found('deepest sounding', false), []);
  });

  it('keeps members in a run of the mirror, and removes them with their file', async () => {
    const { path: wiki, origin } = await fixture.datasource({
      'note.zip': zip({ 'tides.txt': 'the ebb begins' }),
      'other.md': 'other',
    });
    await sync(wiki);
    assert.deepEqual([...(await listed(wiki)).keys()].sort(), ['note.zip', 'other.md', 'tides.txt']);
    await rm(path.join(origin, 'note.zip'));
    await sync(wiki);
    assert.deepEqual([...(await listed(wiki)).keys()], ['other.md']);
    assert.deepEqual(await found('the ebb begins', false), []);
  });

  it('removes members when a plain file replaces the archive, and when a client deletes it', async () => {
    const files = {
      'note.zip': zip({ 'tides.txt': 'the ebb begins' }),
      'b.zip': zip({ 'b.txt': 'b' }),
    };
    const { path: wiki, origin } = await fixture.datasource(files);
    const second = (await listed(wiki)).get('b.zip');
    assert.ok(second);
    await fixture.caller.call(pathOf(second), { method: 'DELETE' });
    await putFiles(origin, { 'note.zip': 'plain text' });
    await rm(path.join(origin, 'b.zip'));
    await sync(wiki);
    assert.deepEqual([...(await listed(wiki)).keys()], ['note.zip']);
  });

  it('moves members with their file', async () => {
    const { path: wiki } = await fixture.datasource({ 'note.zip': zip({ 'tides.txt': 'ebb' }) });
    const note = (await listed(wiki)).get('note.zip');
    assert.ok(note);
    await fixture.caller.json(`${pathOf(note)}/@move`, {
      method: 'POST',
      body: { new_id: 'new.zip' },
    });
    const tides = (await listed(wiki)).get('tides.txt');
    assert.ok(tides);
    assert.match(tides['@id'], /\/new\.zip\/tides\.txt$/);
    assert.equal((await fixture.caller.call(`${pathOf(tides)}/@download/file`)).text, 'ebb');
  });

  it('hides members from a login that may not see their file', async () => {
    const { path: wiki } = await fixture.datasource({
      'note.zip': zip({ 'tides.txt': 'ebb words' }),
    });
    const note = (await listed(wiki)).get('note.zip');
    assert.ok(note);
    const principal = 'guest@sandbox.test';
    const { password } = await fixture.sandbox.addUser({
      ...{ login: principal, role: 'guillotina.Reader', at: '/workspaces/harbour' },
    });
    const guest = await Caller.signedIn(fixture.sandbox, principal, password);
    const query = {
      advanced: { and: [{ text_contains: [{ var: 'extracted_text' }, 'ebb words'] }] },
      hide_children: false,
    };
    assert.equal((await guest.search('', query)).items_count, 1);
    const denied = { prinrole: [{ principal, role: 'guillotina.Reader', setting: 'Deny' }] };
    await fixture.caller.call(`${pathOf(note)}/@sharing`, { method: 'POST', body: denied });
    assert.equal((await guest.search('', query)).items_count, 0);
    assert.deepEqual(await guest.children(wiki), []);
  });
});
