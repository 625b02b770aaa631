import assert from 'node:assert/strict';
import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  SavedSearches,
  maxSavedSearches,
  type SavedSearchContent,
} from '../../../../src/model/search/savedSearches.ts';
import { noFilters } from '../../../../src/shared/searchFilters.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../../support/temporaryFolder.ts';

const ebb: SavedSearchContent = { name: 'Ebb', query: 'ebb tide', sort: 'newest', filters: noFilters };

describe('SavedSearches', () => {
  let home: TemporaryFolder;
  let folder: string;
  let here: SavedSearches;
  /** Another window of the same profile. */
  let there: SavedSearches;

  beforeEach(async () => {
    home = await makeTemporaryFolder('onna-saved');
    folder = path.join(home.path, 'savedSearches');
    here = new SavedSearches(folder);
    there = new SavedSearches(folder);
  });
  afterEach(() => home.remove());

  async function names(searches = here, connectionId = 'one'): Promise<string[]> {
    return (await searches.list(connectionId)).map(({ name }) => name);
  }

  it('keeps the name, the query, the scope, the order and the filters of a search per account', async () => {
    const whole = {
      ...ebb,
      filters: { ...noFilters, type: ['pdf'] },
      datasource: { id: 'w', title: 'Wiki' },
    };
    assert.equal(await here.add('one', whole), true);
    const [saved] = await there.list('one');
    assert.ok(saved);
    const { id, connectionId, ...content } = saved;
    assert.deepEqual(content, whole);
    assert.equal(connectionId, 'one');
    assert.ok(id.startsWith('one.'));
    assert.deepEqual(await here.list('two'), []);
    assert.equal((await stat(path.join(folder, `${id}.json`))).mode & 0o777, 0o600);
  });

  it('sorts searches by name, and sorts numbers in names by value', async () => {
    for (const name of ['Search 10', 'search 9', 'Ärger', 'Zoo']) await here.add('one', { ...ebb, name });
    assert.deepEqual(await names(), ['Ärger', 'search 9', 'Search 10', 'Zoo']);
  });

  it('keeps every change if two windows save, rename and delete searches at the same time', async () => {
    await here.add('one', { ...ebb, name: 'Old' });
    await there.add('one', { ...ebb, name: 'Kept' });
    const [kept, old] = await here.list('one');
    assert.ok(kept && old);
    await Promise.all([
      ...Array.from({ length: 20 }, (_, index) => here.add('one', { ...ebb, name: `a${index}` })),
      ...Array.from({ length: 20 }, (_, index) => there.add('one', { ...ebb, name: `b${index}` })),
      here.rename(kept, 'Renamed'),
      there.remove(old.id),
    ]);
    const all = await names(there);
    assert.equal(all.length, 41);
    assert.ok(all.includes('Renamed') && all.includes('a19') && all.includes('b19'));
    assert.ok((await readdir(folder)).every((name) => name.endsWith('.json')));
  });

  it('does not create a deleted search again when another window renames it', async () => {
    await here.add('one', ebb);
    const [saved] = await here.list('one');
    assert.ok(saved);
    await there.remove(saved.id);
    assert.equal(await here.rename(saved, 'Back'), false);
    assert.deepEqual(await names(), []);
  });

  it(`saves at most ${maxSavedSearches} searches per account`, async () => {
    await mkdir(folder);
    const text = JSON.stringify(ebb);
    for (let index = 0; index < maxSavedSearches; index++)
      await writeFile(path.join(folder, `one.${index}.json`), text);
    assert.equal(await here.add('one', ebb), false);
    assert.equal(await here.add('two', ebb), true);
    assert.equal((await here.list('one')).length, maxSavedSearches);
  });

  it('leaves out files that are damaged, too long, or from another version', async () => {
    await mkdir(folder);
    await here.add('one', ebb);
    const bad = [
      '',
      '{"name":"Cut off","que',
      'null',
      JSON.stringify({ ...ebb, name: '' }),
      JSON.stringify({ ...ebb, name: 'x'.repeat(101) }),
      JSON.stringify({ ...ebb, query: 'x'.repeat(2001) }),
      JSON.stringify({ ...ebb, sort: 'by smell' }),
      JSON.stringify({ ...ebb, filters: { type: [7] } }),
      JSON.stringify({ ...ebb, filters: { type: Array.from({ length: 101 }, () => 'pdf') } }),
      `${JSON.stringify(ebb)}${' '.repeat(300_000)}`,
    ];
    for (const [index, text] of bad.entries()) await writeFile(path.join(folder, `one.${index}.json`), text);
    await mkdir(path.join(folder, 'one.folder.json'));
    assert.deepEqual(await names(), ['Ebb']);
  });

  it('accepts a search that an older version saved without some filters', async () => {
    await mkdir(folder);
    const { name, query, sort } = ebb;
    await writeFile(path.join(folder, 'one.old.json'), JSON.stringify({ name, query, sort, filters: {} }));
    assert.deepEqual((await here.list('one'))[0]?.filters, noFilters);
  });

  it('deletes the searches of an account after a sign-out, including a search that is being saved', async () => {
    await here.add('two', ebb);
    await here.add('one', ebb);
    const saving = here.add('one', { ...ebb, name: 'Late' });
    await here.forget('one');
    await saving;
    assert.deepEqual(await names(there), []);
    assert.deepEqual(await names(there, 'two'), ['Ebb']);
  });

  it('fires an event after each change', async () => {
    let changes = 0;
    here.onDidChange(() => changes++);
    await here.add('one', ebb);
    const [saved] = await here.list('one');
    assert.ok(saved);
    await here.rename(saved, 'Tide');
    assert.match(await readFile(path.join(folder, `${saved.id}.json`), 'utf8'), /"Tide"/);
    await here.remove(saved.id);
    assert.equal(changes, 3);
  });
});
