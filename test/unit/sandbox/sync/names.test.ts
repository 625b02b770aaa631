import assert from 'node:assert/strict';
import { ChildrenWalk } from '../../../../src/onna/childrenWalk.ts';
import { ResourceList } from '../../../../src/model/resources/resourceList.ts';
import { systemClock } from '../../../../src/base/clock.ts';
import { nodeName } from '../../../../src/ui/text/plainText.ts';
import { signedInClient } from '../../../bench/modelClient.ts';
import type { ModelClient } from '../../../bench/modelClient.ts';
import { Fixture } from '../support/fixture.ts';

/** Typical file names in several scripts. */
const names = [
  ...['契約書.txt', 'договор.md', 'Über die Größe.txt', 'naïve café.txt', '日本', '_draft.txt'],
  ...['plain.txt', 'with space (1).txt', 'a-b-c.txt', 'Grüße & Küsse.pdf', 'x=1+2.txt', '100%.txt'],
];

describe('The Resource list with file names from the sandbox', () => {
  const fixture = new Fixture();
  let client: ModelClient;
  let list: ResourceList;
  beforeEach(() => fixture.start());
  afterEach(async () => {
    list.dispose();
    await client.close();
    await fixture.stop();
  });

  const open = async (files: readonly string[], pageSize: number): Promise<void> => {
    const { path } = await fixture.datasource(Object.fromEntries(files.map((name) => [name, name])));
    client = await signedInClient(fixture.sandbox);
    const before = client.transport.requests;
    // The extension takes this count from the list of Datasources.
    const knownCount = (): number => files.length;
    list = new ResourceList(
      pageSize,
      () => new ChildrenWalk(() => Promise.resolve(client.client), systemClock, path, pageSize, knownCount),
    );
    await list.loadAll(new AbortController().signal, () => undefined);
    requests = client.transport.requests - before;
  };
  let requests = 0;
  const shown = (): string[] => list.children.map((child) => nodeName(child)).sort();

  it('shows file names in any script unchanged, with one request in addition to the pages', async () => {
    await open(names, 200);
    assert.deepEqual(shown(), names.toSorted());
    assert.equal(requests, 2);
    await list.refresh();
    assert.deepEqual(shown(), names.toSorted());
  });

  it('shows file names unchanged even if only a later page contains non-Latin names', async () => {
    const plain = Array.from({ length: 30 }, (_, index) => `a${String(index).padStart(2, '0')} note.txt`);
    const files = [...plain, 'я.txt'];
    await open(files, 10);
    assert.deepEqual(shown(), files.toSorted());
    assert.ok(requests <= 2 * 4 + 1, String(requests));
  });

  it('takes the file names from the paths, without additional requests, if all names are valid ids', async () => {
    const files = ['plain.txt', 'with space (1).txt', 'a+b.txt', '2024/x.txt', 'cafe/y.txt'];
    await open(files, 3);
    assert.equal(requests, 2);
    assert.deepEqual(shown(), ['a+b.txt', 'plain.txt', 'with space (1).txt', 'x.txt', 'y.txt']);
  });
});
