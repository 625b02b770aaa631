import * as vscode from 'vscode';
import {
  settingDefaults,
  validSetting,
  type SettingId,
  type Settings,
} from '../model/settings/settingValues.ts';

/**
 * Reads and writes the extension's settings. Validates each value that it reads, and writes to the scope that takes
 * effect.
 */
export class ExtensionSettings {
  readonly #warn: (message: string) => void;
  readonly #warned = new Set<string>();

  /** @param warn Called once for each invalid value. */
  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  /** The effective value, or the default if that value is invalid. */
  get<Id extends SettingId>(id: Id): Settings[Id] {
    const value = vscode.workspace.getConfiguration().get<unknown>(id);
    const valid = validSetting(id, value);
    if (valid !== undefined) return valid;
    const usual = settingDefaults[id];
    if (value !== undefined) this.#warnOnce(id, value, usual);
    return usual;
  }

  /**
   * Writes a value where it takes effect in this window: to the workspace settings if they contain the
   * setting, otherwise to the user settings. If the settings of a remote machine contain the setting, VS Code
   * itself writes to them.
   * @returns False if another source, such as a policy, still overrides the value.
   * @throws Error with VS Code's message if the value can't be written.
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
