import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import {
  attentionView,
  authenticationProviderId,
  commandIds,
  datasourcesView,
  savedSearchesView,
} from '../../src/ids.ts';
import type { SettingId } from '../../src/model/settings/settingValues.ts';

interface Manifest {
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
  contributes: {
    commands: { command: string; title: string }[];
    views: Record<string, { id: string }[]>;
    menus: Record<string, { command: string; when: string }[]>;
    keybindings: { command: string }[];
    authentication: { id: string }[];
    configuration: { properties: Record<string, { scope: string; type: string; enum?: string[] }> };
    walkthroughs: { steps: { description: string; media: { svg: string } }[] }[];
  };
}

const root = new URL('../../', import.meta.url);
const manifestText = await readFile(new URL('package.json', root), 'utf8');
const { capabilities, contributes } = JSON.parse(manifestText) as Manifest;
const words = JSON.parse(await readFile(new URL('package.nls.json', root), 'utf8')) as Record<string, string>;

describe('package.json', () => {
  it('contributes exactly the commands, the views and the authentication provider that src/ids.ts lists', () => {
    assert.deepEqual(
      contributes.commands.map(({ command }) => command),
      [...commandIds],
    );
    assert.deepEqual(
      Object.values(contributes.views)
        .flat()
        .map(({ id }) => id),
      [attentionView, datasourcesView, savedSearchesView],
    );
    assert.deepEqual(
      contributes.authentication.map(({ id }) => id),
      [authenticationProviderId],
    );
  });

  it('declares exactly the settings that the code reads', () => {
    const settings: Record<SettingId, true> = {
      'onna.server': true,
      'onna.pageSize': true,
      'onna.groupBy': true,
      'onna.statusBar': true,
      'onna.notify': true,
      'onna.timeZone': true,
      'onna.assistant.actions': true,
      'onna.mcp.enabled': true,
    };
    assert.deepEqual(Object.keys(contributes.configuration.properties), Object.keys(settings));
  });

  it('prevents every workspace, even a trusted one, from choosing the server that receives the password', () => {
    // A workspace may change only the settings with the scope "window". Add each new setting to this list.
    const scopes: Record<SettingId, 'application' | 'window'> = {
      'onna.server': 'application',
      'onna.pageSize': 'window',
      'onna.groupBy': 'window',
      'onna.statusBar': 'window',
      'onna.notify': 'application',
      'onna.timeZone': 'application',
      'onna.assistant.actions': 'application',
      'onna.mcp.enabled': 'application',
    };
    const { properties } = contributes.configuration;
    assert.deepEqual(
      Object.fromEntries(Object.entries(properties).map(([name, { scope }]) => [name, scope])),
      scopes,
    );
    assert.deepEqual(
      capabilities.untrustedWorkspaces.restrictedConfigurations,
      Object.keys(scopes).filter((name) => scopes[name as SettingId] === 'application'),
    );
    // A workspace may change only numbers, enums and booleans, and never addresses, paths or commands.
    for (const [name, { scope, type, enum: choices }] of Object.entries(properties)) {
      const isHarmless = type === 'integer' || type === 'boolean' || choices !== undefined;
      assert.ok(scope !== 'window' || isHarmless, name);
    }
  });

  it('uses only existing commands in menus, key bindings and links', () => {
    const views = [attentionView, datasourcesView, savedSearchesView];
    const known = new Set<string>([...commandIds, ...views.map((view) => `${view}.focus`)]);
    const menus = [...Object.values(contributes.menus).flat(), ...contributes.keybindings].map(
      ({ command }) => command,
    );
    const links = [...JSON.stringify(words).matchAll(/\(command:([\w.]+)\)/g)].map(
      ([, command = '']) => command,
    );
    assert.deepEqual(
      [...menus, ...links].filter((command) => !known.has(command)),
      [],
    );
  });

  it('gives every command except “Sign In”, “Show Log” and “Collect Diagnostics” a condition in the command palette', () => {
    const conditioned = new Set(contributes.menus['commandPalette']?.map(({ command }) => command));
    assert.deepEqual(
      commandIds.filter((id) => !conditioned.has(id)),
      ['onna.signIn', 'onna.showLog', 'onna.collectDiagnostics'],
    );
  });

  it('refers to each text in package.nls.json, and only to texts that exist there', () => {
    const used = [...manifestText.matchAll(/"%([^%]+)%"/g)].map(([, key = '']) => key);
    assert.deepEqual([...new Set(used)].sort(), Object.keys(words).sort());
  });
});
