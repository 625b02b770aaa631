import * as vscode from 'vscode';
import type { SettingId, Settings } from '../model/settings/settingValues.ts';
import { settingDefaults, validSetting } from '../model/settings/settingValues.ts';

/** The extension's settings: read with their values checked, and written where they take effect. */
export class ExtensionSettings {
  readonly #warn: (message: string) => void;
  readonly #warned = new Set<string>();

  /** @param warn Told once of each invalid value. */
  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  /** The value in force; the default where that is invalid. */
  get<Id extends SettingId>(id: Id): Settings[Id] {
    const value = vscode.workspace.getConfiguration().get<unknown>(id);
    const valid = validSetting(id, value);
    if (valid !== undefined) return valid;
    const usual = settingDefaults[id];
    if (value !== undefined) this.#warnOnce(id, value, usual);
    return usual;
  }

  /**
   * Writes a value into the settings that decide in this window: the workspace's where they have one, else the user's.
   * VS Code itself sees to a remote machine's: it writes there what stands there.
   * @returns False when something else still overrides it.
   * @throws Error with VS Code's words when it can't be written.
   */
  async write<Id extends SettingId>(id: Id, value: Settings[Id]): Promise<boolean> {
    const configuration = vscode.workspace.getConfiguration();
    const target =
      configuration.inspect(id)?.workspaceValue === undefined
        ? vscode.ConfigurationTarget.Global
        : vscode.ConfigurationTarget.Workspace;
    await configuration.update(id, value, target);
    return vscode.workspace.getConfiguration().get<unknown>(id) === value;
  }

  #warnOnce(id: SettingId, value: unknown, usual: unknown): void {
    const message = `The setting ${id} has an invalid value, ${JSON.stringify(value)}; ${JSON.stringify(usual)} is used.`;
    if (this.#warned.has(message)) return;
    this.#warned.add(message);
    this.#warn(message);
  }
}
