import assert from 'node:assert/strict';
import path from 'node:path';
import { Fixture } from '../support/fixture.ts';
import { downgrade } from '../support/olderSchema.ts';
import { numberedFiles } from '../support/temporaryFolders.ts';

describe('A search index that an upgrade emptied', () => {
  const fixture = new Fixture();
  let dataFolder: string;
  beforeEach(async () => {
    dataFolder = await fixture.folders.make();
    await fixture.start({ dataFolder });
    await fixture.datasource({
      ...numberedFiles(300),
      '契約.md': '昨日、契約書の確認',
    });
    await fixture.sandbox.close();
    downgrade(path.join(dataFolder, 'sandbox.sqlite'), 8);
  });
  afterEach(() => fixture.stop());

  async function count(text: string, field = 'extracted_text'): Promise<number> {
    const advanced = { and: [{ text_contains: [{ var: field }, text] }] };
    return (await fixture.caller.search('', { advanced })).items_count;
  }

  it('is rebuilt in the background, and the log says so', async () => {
    const lines: string[] = [];
    await fixture.start({ dataFolder, log: (line) => lines.push(line) });
    await fixture.sandbox.settled();
    assert.equal(await count('契約書'), 1);
    assert.equal(await count('md', 'title'), 301);
    assert.equal(await count('wiki', 'title'), 1);
    const told = lines.filter((line) => line.includes('search index'));
    assert.match(told[0] ?? '', /rebuilding the search index of 303 documents/);
    assert.match(told.at(-1) ?? '', /the search index is complete/);
    await fixture.restart({ dataFolder, log: (line) => lines.push(line) });
    assert.equal(lines.filter((line) => line.includes('search index')).length, told.length);
  });

  it('continues after a restart, with the changes made meanwhile', async () => {
    await fixture.start({ dataFolder });
    const { index, resources } = fixture.sandbox.stores;
    const ids = [...resources.byIds(Array.from({ length: 310 }, (_, number) => number)).keys()];
    const [first = 0, last = 0] = [ids[0], ids.at(-1)];
    index.retitle(first, 'renamed ébb');
    index.retitle(last, 'renamed ебб');
    await fixture.restart({ dataFolder });
    await fixture.sandbox.settled();
    assert.equal(await count('renamed', 'title'), 2);
    assert.equal(await count('md', 'title'), 299);
    fixture.sandbox.stores.index.removeResources([first, last]);
    assert.equal(await count('renamed', 'title'), 0);
  });
});
