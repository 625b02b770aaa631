import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { inspect } from 'node:util';
import { pageSizeOf, pageSizes } from '../../../../src/model/settings/pageSize.ts';

describe('pageSizeOf', () => {
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
    it(`returns ${size} if the setting is ${inspect(setting)}`, () => {
      assert.equal(pageSizeOf(setting), size);
    });
  }

  it('uses the same limits and the same default value as package.json', async () => {
    const manifest = JSON.parse(
      await readFile(new URL('../../../../package.json', import.meta.url), 'utf8'),
    ) as {
      contributes: { configuration: { properties: Record<string, Record<string, unknown>> } };
    };
    const declared = manifest.contributes.configuration.properties['onna.pageSize'];
    assert.deepEqual(
      [declared?.['minimum'], declared?.['default'], declared?.['maximum']],
      Object.values(pageSizes),
    );
  });
});
