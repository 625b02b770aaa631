import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { pageSizeOf, pageSizes } from '../../../../src/model/settings/pageSize.ts';

describe('the number of Resources loaded at a time', () => {
  for (const [setting, size] of [
    [50, 50],
    [10, 10],
    [1_000, 1_000],
    [0, 10],
    [-5, 10],
    [99.6, 100],
    [1e9, 1_000],
    [Number.POSITIVE_INFINITY, 1_000],
    [Number.NaN, 200],
    ['500', 200],
    [null, 200],
    [undefined, 200],
    [[], 200],
  ] as const) {
    it(`is ${size} where the setting holds ${JSON.stringify(setting)} (${typeof setting})`, () => {
      assert.equal(pageSizeOf(setting), size);
    });
  }

  it('has the limits that package.json tells', async () => {
    const manifest = JSON.parse(
      await readFile(new URL('../../../../package.json', import.meta.url), 'utf8'),
    ) as {
      contributes: { configuration: { properties: Record<string, Record<string, unknown>> } };
    };
    const told = manifest.contributes.configuration.properties['onna.pageSize'];
    assert.deepEqual([told?.['minimum'], told?.['default'], told?.['maximum']], Object.values(pageSizes));
  });
});
