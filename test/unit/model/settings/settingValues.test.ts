import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { settingDefaults, validSetting } from '../../../../src/model/settings/settingValues.ts';

describe('settingValues', () => {
  it('returns the value of a setting only if the value is valid', () => {
    assert.equal(validSetting('onna.groupBy', 'status'), 'status');
    assert.equal(validSetting('onna.pageSize', 1e9), 1_000);
    assert.equal(validSetting('onna.timeZone', 'Asia/Tokyo'), 'Asia/Tokyo');
    assert.equal(validSetting('onna.timeZone', 'auto'), 'auto');
    assert.equal(validSetting('onna.statusBar', false), false);
    for (const bad of [undefined, null, 'owner', '', 7, [], {}, 'Workspace'])
      assert.equal(validSetting('onna.groupBy', bad), undefined, JSON.stringify(bad));
    for (const bad of ['Mars/Olympus', '', 9])
      assert.equal(validSetting('onna.timeZone', bad), undefined, JSON.stringify(bad));
    assert.equal(validSetting('onna.statusBar', 'false'), undefined);
    assert.equal(validSetting('onna.server', ['https://x.test']), undefined);
    assert.equal(validSetting('onna.pageSize', '200'), undefined);
  });

  it('has the same default values as package.json', async () => {
    const manifest = JSON.parse(
      await readFile(new URL('../../../../package.json', import.meta.url), 'utf8'),
    ) as { contributes: { configuration: { properties: Record<string, { default: unknown }> } } };
    const declared = Object.entries(manifest.contributes.configuration.properties).map(
      ([id, { default: value }]) => [id, value] as const,
    );
    assert.deepEqual(Object.fromEntries(declared), settingDefaults);
  });
});
