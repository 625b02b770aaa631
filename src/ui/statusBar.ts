import * as vscode from 'vscode';
import { accountName } from '../model/accounts/connection.ts';
import type { Datasource } from '../model/datasources/datasource.ts';
import { Owner } from '../base/event.ts';
import type { DatasourceStore } from '../model/datasources/datasourceStore.ts';
import { summary } from '../model/datasources/summary.ts';
import type { CommandId } from '../ids.ts';
import type { SettingId } from '../model/settings/settingValues.ts';
import type { Clock } from '../base/clock.ts';
import { describeError } from './text/errorText.ts';
import { unreadableItems } from './text/listText.ts';
import { nodeName } from './text/plainText.ts';
import type { ExtensionSettings } from './settings.ts';
import { statusDescription } from './text/statusText.ts';
import { Tooltip } from './text/tooltip.ts';

/**
 * Maximum number of Datasources in each list of the tooltip. The tooltip shows only the number of the others.
 */
const maxNamed = 8;
const setting = 'onna.statusBar' satisfies SettingId;
/**
 * Update interval of the ages in the tooltip, in ms. It is longer while the window has no focus, because the user can
 * hardly read the tooltip then, and each update wakes up the computer. The tooltip is also updated when the focus returns.
 */
const ageTickMs = { focused: 60_000, unfocused: 5 * 60_000 } as const;

/**
 * The status bar item. It shows how many Datasources are syncing or need attention. Clicking it lists the Datasources
 * that need attention.
 */
export class StatusBar extends Owner {
  readonly #store: DatasourceStore;
  readonly #clock: Clock;
  readonly #settings: ExtensionSettings;
  readonly #item: vscode.StatusBarItem;
  #cancelTick: (() => void) | undefined;

  constructor(store: DatasourceStore, clock: Clock, settings: ExtensionSettings) {
    super();
    this.#store = store;
    this.#clock = clock;
    this.#settings = settings;
    this.#item = this.register(
      vscode.window.createStatusBarItem('onna.status', vscode.StatusBarAlignment.Left, 0),
    );
    this.#item.name = vscode.l10n.t('Onna Datasources');
    const command: CommandId = 'onna.showAttention';
    this.#item.command = command;
    this.register(store.onDidChange(() => this.#update()));
    this.register(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(setting)) this.#update();
      }),
    );
    this.register(vscode.window.onDidChangeWindowState(() => this.#update()));
    this.register({ dispose: () => this.#cancelTick?.() });
    this.#update();
  }

  #update(): void {
    this.#cancelTick?.();
    this.#cancelTick = undefined;
    const snapshots = this.#store.connections();
    if (snapshots.length === 0 || !this.#settings.get(setting)) {
      this.#item.hide();
      return;
    }
    const { attention, failed, active } = summary(snapshots);
    const troubles: string[] = [];
    const gaps: string[] = [];
    const connections = snapshots.map(({ connection }) => connection);
    for (const snapshot of snapshots) {
      const { connection, failure, unreadable } = snapshot;
      const name = accountName(connection, connections);
      if (failure) troubles.push(`${name}: ${describeError(failure, 'list')}`);
      const gap = unreadableItems(unreadable);
      if (gap !== undefined) gaps.push(`${name}: ${gap}`);
    }
    const text: string[] = [];
    const spoken: string[] = [];
    // Without the name “Onna”, users could mistake the numbers for VS Code's own counts of errors and warnings.
    if (active.length === 0) text.push(vscode.l10n.t('Onna'));
    if (active.length > 0) {
      text.push(`$(sync~spin) ${vscode.l10n.t('{0} syncing', active.length)}`);
      spoken.push(vscode.l10n.t('{0} syncing', active.length));
    }
    if (troubles.length > 0) {
      text.push('$(debug-disconnect)');
      spoken.push(vscode.l10n.t('not up to date'));
    }
    if (gaps.length > 0) {
      text.push('$(question)');
      spoken.push(vscode.l10n.t('list incomplete'));
    }
    if (attention.length > 0) {
      text.push(`$(error) ${attention.length}`);
      spoken.push(
        attention.length === 1
          ? vscode.l10n.t('1 needs attention')
          : vscode.l10n.t('{0} need attention', attention.length),
      );
    }
    if (failed.length > 0) {
      text.push(`$(warning) ${failed.length}`);
      spoken.push(vscode.l10n.t('{0} failed and will be retried', failed.length));
    }
    this.#set(
      spoken.length === 0 ? `$(pass) ${vscode.l10n.t('Onna')}` : text.join(' · '),
      `${vscode.l10n.t('Onna Datasources')}: ${spoken.length === 0 ? vscode.l10n.t('nothing to report') : spoken.join(', ')}`,
      this.#tooltip([...troubles, ...gaps], attention, failed, active),
    );
    this.#item.show();
    // If a poll finds nothing new, the store does not change, but the ages in the tooltip still grow.
    if (attention.length + failed.length + active.length > 0) {
      const tickMs = ageTickMs[vscode.window.state.focused ? 'focused' : 'unfocused'];
      this.#cancelTick = this.#clock.after(tickMs, () => this.#update());
    }
  }

  /** Sets only changed values, so that VS Code does not redraw the item after every poll. */
  #set(text: string, label: string, tooltip: vscode.MarkdownString): void {
    if (this.#item.text !== text) this.#item.text = text;
    if (this.#item.accessibilityInformation?.label !== label) this.#item.accessibilityInformation = { label };
    const before = this.#item.tooltip;
    if (!(before instanceof vscode.MarkdownString) || before.value !== tooltip.value)
      this.#item.tooltip = tooltip;
  }

  #tooltip(
    troubles: readonly string[],
    attention: readonly Datasource[],
    failed: readonly Datasource[],
    active: readonly Datasource[],
  ): vscode.MarkdownString {
    const now = this.#clock.now();
    const tooltip = new Tooltip();
    for (const trouble of troubles) tooltip.paragraph(trouble);
    const part = (title: string, datasources: readonly Datasource[]): void => {
      if (datasources.length === 0) return;
      tooltip.heading(title);
      for (const datasource of datasources.slice(0, maxNamed))
        tooltip.line(nodeName(datasource), statusDescription(datasource, now));
      const others = datasources.length - maxNamed;
      if (others > 0) tooltip.entry(vscode.l10n.t('and {0} more', others));
      tooltip.gap();
    };
    part(vscode.l10n.t('Needs attention'), attention);
    part(vscode.l10n.t('Failed, will be retried'), failed);
    part(vscode.l10n.t('Syncing'), active);
    if (tooltip.isEmpty) tooltip.paragraph(vscode.l10n.t('Nothing is syncing.'));
    return tooltip.markdown;
  }
}
