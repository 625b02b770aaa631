import assert from 'node:assert/strict';
import { strToU8, zipSync } from 'fflate';
import type { ExtractionLimits } from '../../../../src/sandbox/extraction/limits.ts';
import { Fixture } from '../support/fixture.ts';

function zip(files: Readonly<Record<string, string | Uint8Array>>): Uint8Array {
  return zipSync(
    Object.fromEntries(
      Object.entries(files).map(([name, content]) => [
        name,
        typeof content === 'string' ? strToU8(content) : content,
      ]),
    ),
  );
}

describe('The limits for the parts of a collected file at all depths', function () {
  this.timeout(60_000);
  const fixture = new Fixture();
  afterEach(() => fixture.stop());

  /** Collects an archive. Returns its exception and those of its parts by title. */
  async function outcomes(
    archive: Uint8Array,
    extractionLimits: Partial<ExtractionLimits> = {},
  ): Promise<Readonly<Record<string, unknown>>> {
    await fixture.start({ extractionLimits });
    await fixture.datasource({ 'all.zip': archive });
    const { member } = await fixture.caller.search('', {
      advanced: { and: [{ in: [{ var: 'type_name' }, ['Resource']] }] },
      ...{ hide_children: false, includes: ['title', 'processing_exception'] },
    });
    return Object.fromEntries<unknown>(
      member.map(({ title, processing_exception: exception }) => [
        String(title),
        typeof exception === 'string' ? exception : 'none',
      ]),
    );
  }

  const texts = ['1.txt', '2.txt', '3.txt', '4.txt'];
  const first = zip({ '1.txt': 'one', '2.txt': 'two' });
  const second = zip({ '3.txt': 'ebb', '4.txt': 'sea' });

  for (const [limit, limits] of [
    ['number', { parts: 5 }],
    ['size', { expandedBytes: first.length + second.length + 9 }],
  ] as const)
    it(`count the ${limit} of parts of inner archives together, although two workers read them at a time`, async () => {
      const found = await outcomes(zip({ 'a.zip': first, 'b.zip': second }), limits);
      assert.equal(texts.filter((name) => found[name] === 'none').length, 3);
      // The other archive is complete.
      assert.deepEqual([found['a.zip'], found['b.zip']].sort(), ['Large', 'none']);
      assert.equal(found['all.zip'], 'none');
    });

  it('read a part in five files, but not the parts in it', async () => {
    let archive = zip({ 'inner.txt': 'out of reach' });
    for (let depth = 5; depth >= 1; depth--) archive = zip({ [`${depth}.zip`]: archive });
    assert.deepEqual(await outcomes(archive), {
      ...{ 'all.zip': 'none', '1.zip': 'none', '2.zip': 'none', '3.zip': 'none', '4.zip': 'none' },
      '5.zip': 'Large',
    });
    const { member } = await fixture.caller.search('', {
      advanced: { and: [{ text_contains: [{ var: 'extracted_text' }, 'inner.txt'] }] },
      ...{ hide_children: false, includes: ['title'] },
    });
    assert.deepEqual(
      member.map((hit) => hit['title']),
      ['5.zip'],
    );
  });
});
