import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { moment } from '../../src/ui/text/age.ts';
import { ExtensionSettings } from '../../src/ui/settings.ts';

const { Global, Workspace } = vscode.ConfigurationTarget;

/** Writes any value to `onna.groupBy`, even an invalid one. */
async function set(value: unknown, target: vscode.ConfigurationTarget): Promise<void> {
  await vscode.workspace.getConfiguration().update('onna.groupBy', value, target);
}

describe('The settings access of the extension', () => {
  const warnings: string[] = [];
  let settings: ExtensionSettings;
  beforeEach(() => {
    warnings.length = 0;
    settings = new ExtensionSettings((message) => warnings.push(message));
  });
  afterEach(async () => {
    await set(undefined, Workspace);
    await set(undefined, Global);
  });

  it('writes a setting to the workspace settings if they define it, and otherwise to the user settings', async () => {
    const inspected = (): unknown => {
      const values = vscode.workspace.getConfiguration().inspect('onna.groupBy');
      return [values?.globalValue, values?.workspaceValue];
    };
    assert.equal(await settings.write('onna.groupBy', 'type'), true);
    assert.deepEqual(inspected(), ['type', undefined]);
    await set('workspace', Workspace);
    assert.equal(await settings.write('onna.groupBy', 'status'), true);
    assert.deepEqual(inspected(), ['type', 'status']);
    assert.equal(settings.get('onna.groupBy'), 'status');
  });

  it('uses the default value of a setting with an invalid value, and warns once', async () => {
    await set('owner', Workspace);
    assert.equal(settings.get('onna.groupBy'), 'workspace');
    assert.equal(settings.get('onna.groupBy'), 'workspace');
    assert.deepEqual(warnings, [
      'The setting onna.groupBy has an invalid value, "owner"; "workspace" is used.',
    ]);
  });
});

describe('Formatting a date for a tooltip', () => {
  const at = Date.UTC(2024, 4, 5, 20);

  it('uses the user’s time zone, or the server’s time zone with its name if the user’s time zone is unknown', () => {
    assert.match(moment(at, { timeZone: 'Asia/Tokyo', isReaders: true }), /^May 6, 2024, 5:00\sAM$/);
    assert.match(moment(at, { timeZone: 'UTC', isReaders: false }), /^May 5, 2024, 8:00\sPM UTC$/);
  });
});
