import * as vscode from 'vscode';
import { datasourcesView } from '../../ids.ts';
import { availableActions } from '../../model/availability.ts';
import type { DatasourceAction } from '../../model/availability.ts';
import type { Services } from '../services.ts';
import type { Notifier } from '../notify.ts';
import { statusLabel } from '../statusWords.ts';
import type { DatasourcePicker, DatasourceTarget } from './targets.ts';

/** Shows VS Code's progress line over the tree while `work` runs. */
function inView<T>(title: string, work: () => Promise<T>): Thenable<T> {
  return vscode.window.withProgress({ location: { viewId: datasourcesView }, title }, work);
}

/** What can be done with a Datasource, from its row or from the palette. */
export class DatasourceCommands {
  readonly #services: Services;
  readonly #picker: DatasourcePicker;
  readonly #notifier: Notifier;

  constructor(services: Services, picker: DatasourcePicker, notifier: Notifier) {
    this.#services = services;
    this.#picker = picker;
    this.#notifier = notifier;
  }

  async syncNow(args: readonly unknown[]): Promise<void> {
    const target = await this.#target(args, vscode.l10n.t('Sync Now'), 'sync');
    if (!target) return;
    const { connectionId, datasource } = target;
    try {
      await inView(vscode.l10n.t('Syncing'), () => this.#services.actions.sync(connectionId, datasource));
    } catch (error) {
      await this.#notifier.error(
        vscode.l10n.t('“{0}” could not be synced.', datasource.title),
        error,
        () => void this.syncNow(args),
      );
    }
  }

  async writeStatus(args: readonly unknown[], status: 'paused' | 'resuming'): Promise<void> {
    const pausing = status === 'paused';
    const target = await this.#target(
      args,
      pausing ? vscode.l10n.t('Pause') : vscode.l10n.t('Resume'),
      pausing ? 'pause' : 'resume',
    );
    if (!target) return;
    const { connectionId, datasource } = target;
    try {
      const changed = await inView(pausing ? vscode.l10n.t('Pausing') : vscode.l10n.t('Resuming'), () =>
        this.#services.actions.writeStatus(connectionId, datasource, status),
      );
      if (!changed) {
        const now = this.#services.store.find(connectionId, datasource.id) ?? datasource;
        void vscode.window.showWarningMessage(
          vscode.l10n.t(
            'The service accepted the request for “{0}” but left it as it is ({1}). It may not offer this for Datasources of this type.',
            datasource.title,
            statusLabel(now.status, now.rawStatus),
          ),
        );
      }
    } catch (error) {
      const what = pausing
        ? vscode.l10n.t('“{0}” could not be paused.', datasource.title)
        : vscode.l10n.t('“{0}” could not be resumed.', datasource.title);
      await this.#notifier.error(what, error, () => void this.writeStatus(args, status));
    }
  }

  async reprocess(args: readonly unknown[]): Promise<void> {
    const target = await this.#target(args, vscode.l10n.t('Reprocess Unprocessed'), 'reprocess');
    if (!target) return;
    const { connectionId, datasource } = target;
    try {
      await inView(vscode.l10n.t('Sending to processing'), () =>
        this.#services.actions.reprocess(connectionId, datasource),
      );
      vscode.window.setStatusBarMessage(
        vscode.l10n.t('Unprocessed Resources of “{0}” were sent to processing', datasource.title),
        5_000,
      );
    } catch (error) {
      await this.#notifier.error(
        vscode.l10n.t('“{0}” could not be sent to processing.', datasource.title),
        error,
        () => void this.reprocess(args),
      );
    }
  }

  async refreshCredentials(args: readonly unknown[]): Promise<void> {
    const target = await this.#target(args, vscode.l10n.t('Refresh Credentials'), 'credentials');
    if (!target) return;
    const { connectionId, datasource } = target;
    const kept = await this.#services.authSecrets.read(connectionId, datasource.id);
    const secret = await vscode.window.showInputBox({
      title: vscode.l10n.t('Refresh Credentials of “{0}”', datasource.title),
      prompt: vscode.l10n.t(
        'The X-Auth-Secret for this Datasource. It is kept in VS Code’s secret storage and sent to your Onna server only.',
      ),
      password: true,
      value: kept ?? '',
      ignoreFocusOut: true,
      validateInput: (value) => (value.trim() === '' ? vscode.l10n.t('Please enter a value.') : undefined),
    });
    if (secret === undefined) return;
    try {
      await inView(vscode.l10n.t('Refreshing credentials'), () =>
        this.#services.actions.refreshCredentials(connectionId, datasource, secret.trim()),
      );
      // Only one that worked is worth keeping.
      await this.#services.authSecrets.keep(connectionId, datasource.id, secret.trim());
      vscode.window.setStatusBarMessage(
        vscode.l10n.t('Credentials of “{0}” were refreshed', datasource.title),
        5_000,
      );
    } catch (error) {
      await this.#notifier.error(
        vscode.l10n.t('The credentials of “{0}” could not be refreshed.', datasource.title),
        error,
        () => void this.refreshCredentials(args),
      );
    }
  }

  /** The row's Datasource if it allows the action now, else one that the user picks among those that do. */
  async #target(
    args: readonly unknown[],
    title: string,
    action: DatasourceAction,
  ): Promise<DatasourceTarget | undefined> {
    const target = await this.#picker.resolve(args, title, (datasource) =>
      availableActions(datasource).has(action),
    );
    if (!target || availableActions(target.datasource).has(action)) return target;
    const { datasource } = target;
    void vscode.window.showInformationMessage(
      vscode.l10n.t(
        '{0}: “{1}” does not allow this at the moment ({2}).',
        title,
        datasource.title,
        statusLabel(datasource.status, datasource.rawStatus),
      ),
    );
    return undefined;
  }
}
