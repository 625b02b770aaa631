import assert from 'node:assert/strict';
import fc from 'fast-check';
import { datasourceFrom } from '../../../../src/model/datasources/datasource.ts';
import type { Datasource } from '../../../../src/model/datasources/datasource.ts';
import { compareTitles, inTitleOrder } from '../../../../src/model/datasources/titleOrder.ts';
import { node } from './wireNodes.ts';

function datasource(id: number, title: string): Datasource {
  return datasourceFrom(node(`id-${id}`, { title, '@uid': `id-${id}` }), undefined, 0);
}

function mapOf(entries: readonly Datasource[]): Map<string, Datasource> {
  return new Map(entries.map((entry) => [entry.id, entry]));
}

describe('inTitleOrder', () => {
  it('returns the same order whether it sorts all titles or only the changed ones', () => {
    const titles = fc.array(
      fc.string({ unit: fc.constantFrom('a', 'B', '1', '2', ' ', 'ä'), maxLength: 4 }),
      {
        maxLength: 30,
      },
    );
    fc.assert(
      fc.property(titles, titles, fc.infiniteStream(fc.nat(3)), (before, after, choices) => {
        const entries = before.map((title, index) => datasource(index, title));
        const known = inTitleOrder(mapOf(entries), new Set(entries.map(({ id }) => id)));
        const misplaced = new Set<string>();
        for (const [index, title] of after.entries()) {
          const entry = datasource(index, title);
          if (choices.next().value === 0) known.delete(entry.id);
          else if (known.get(entry.id)?.title !== title) {
            known.set(entry.id, entry);
            misplaced.add(entry.id);
          }
        }
        const merged = [...inTitleOrder(known, misplaced).values()];
        const sorted = [...inTitleOrder(known, new Set(known.keys())).values()];
        assert.deepEqual(merged, sorted);
        assert.equal(merged.length, known.size);
        for (const [index, { title }] of merged.entries())
          assert.ok(index === 0 || compareTitles(merged[index - 1]?.title ?? '', title) <= 0);
      }),
      { numRuns: 1000 },
    );
  });
});
