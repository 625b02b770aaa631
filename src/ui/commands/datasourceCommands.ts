import * as vscode from 'vscode';
import { availableActions } from '../../model/availability.ts';
import type { DatasourceAction } from '../../model/availability.ts';
import type { Services } from '../services.ts';
import { askText, required } from '../askText.ts';
import { showBriefly, showInformation, showWarning } from '../messages.ts';
import type { Notifier } from '../notify.ts';
import { nodeName } from '../plainText.ts';
import { statusLabel } from '../statusWords.ts';
import { inView } from './progress.ts';
import type { DatasourcePicker, DatasourceTarget } from './targets.ts';

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

  /** Syncs the row's Datasource, or all that are selected. */
  async syncNow(args: readonly unknown[]): Promise<void> {
    const targets = await this.#targets(args, vscode.l10n.t('Sync Now'), 'sync');
    await this.#each(targets, vscode.l10n.t('Syncing'), (target) => this.#sync(target));
  }

  /** Pauses or resumes the row's Datasource, or all that are selected. */
  async writeStatus(args: readonly unknown[], status: 'paused' | 'resuming'): Promise<void> {
    const pausing = status === 'paused';
    const title = pausing ? vscode.l10n.t('Pause') : vscode.l10n.t('Resume');
    const targets = await this.#targets(args, title, pausing ? 'pause' : 'resume');
    const progress = pausing ? vscode.l10n.t('Pausing') : vscode.l10n.t('Resuming');
    await this.#each(targets, progress, (target) => this.#write(target, status));
  }

  /** Sends what was not processed to processing, of the row's Datasource or of all that are selected. */
  async reprocess(args: readonly unknown[]): Promise<void> {
    const targets = await this.#targets(args, vscode.l10n.t('Reprocess Unprocessed'), 'reprocess');
    await this.#each(targets, vscode.l10n.t('Sending to processing'), (target) => this.#reprocess(target));
  }

  async #sync(target: DatasourceTarget): Promise<void> {
    const { connectionId, datasource } = target;
    try {
      await this.#services.actions.sync(connectionId, datasource);
    } catch (error) {
      const name = nodeName(datasource);
      const failed = vscode.l10n.t('“{0}” could not be synced.', name);
      const action = vscode.l10n.t('Sync Now');
      void this.#notifier.actionFailed({ failed, name, action }, error, () => this.#sync(target));
    }
  }

  async #write(target: DatasourceTarget, status: 'paused' | 'resuming'): Promise<void> {
    const { connectionId, datasource } = target;
    try {
      if (await this.#services.actions.writeStatus(connectionId, datasource, status)) return;
      const now = this.#services.store.find(connectionId, datasource.id) ?? datasource;
      void showWarning(
        vscode.l10n.t(
          'The service accepted the request for “{0}” but left it as it is ({1}). It may not offer this for Datasources of this type.',
          nodeName(datasource),
          statusLabel(now.status, now.rawStatus),
        ),
      );
    } catch (error) {
      const name = nodeName(datasource);
      const told =
        status === 'paused'
          ? { failed: vscode.l10n.t('“{0}” could not be paused.', name), action: vscode.l10n.t('Pause') }
          : { failed: vscode.l10n.t('“{0}” could not be resumed.', name), action: vscode.l10n.t('Resume') };
      void this.#notifier.actionFailed({ name, ...told }, error, () => this.#write(target, status));
    }
  }

  async #reprocess(target: DatasourceTarget): Promise<void> {
    const { connectionId, datasource } = target;
    try {
      await this.#services.actions.reprocess(connectionId, datasource);
      const done = vscode.l10n.t(
        'Unprocessed Resources of “{0}” were sent to processing',
        nodeName(datasource),
      );
      showBriefly(done);
    } catch (error) {
      const name = nodeName(datasource);
      const failed = vscode.l10n.t('“{0}” could not be sent to processing.', name);
      const action = vscode.l10n.t('Reprocess Unprocessed');
      void this.#notifier.actionFailed({ failed, name, action }, error, () => this.#reprocess(target));
    }
  }

  async refreshCredentials(args: readonly unknown[]): Promise<void> {
    const [target] = await this.#targets(
      args.slice(0, 1),
      vscode.l10n.t('Refresh Credentials'),
      'credentials',
    );
    if (!target) return;
    const { connectionId, datasource } = target;
    const kept = await this.#services.authSecrets.read(connectionId, datasource.id);
    let secret = '';
    const asked = await askText({
      title: vscode.l10n.t('Refresh Credentials of “{0}”', nodeName(datasource)),
      prompt: vscode.l10n.t(
        'The X-Auth-Secret for this Datasource. It is kept in VS Code’s secret storage and sent to your Onna server only.',
      ),
      password: true,
      value: kept ?? '',
      accept: (value) => required(value, (typed) => (secret = typed)),
    });
    if (asked !== 'next') return;
    try {
      await inView(
        () => this.#services.actions.refreshCredentials(connectionId, datasource, secret),
        vscode.l10n.t('Refreshing credentials'),
      );
      // Only one that worked is worth keeping; and none of an account that has signed out meanwhile.
      if (this.#services.accounts.connections().some(({ id }) => id === connectionId))
        await this.#services.authSecrets.keep(connectionId, datasource.id, secret);
      showBriefly(vscode.l10n.t('Credentials of “{0}” were refreshed', nodeName(datasource)));
    } catch (error) {
      const name = nodeName(datasource);
      const failed = vscode.l10n.t('The credentials of “{0}” could not be refreshed.', name);
      const action = vscode.l10n.t('Refresh Credentials');
      const again = (): Promise<void> => this.refreshCredentials(args);
      await this.#notifier.actionFailed({ failed, name, action }, error, again);
    }
  }

  /** The Datasource, or those selected, that allow the action now; from the palette one that the user picks. */
  async #targets(
    args: readonly unknown[],
    title: string,
    action: DatasourceAction,
  ): Promise<readonly DatasourceTarget[]> {
    const targets = await this.#picker.resolveAll(args, title, (datasource) =>
      availableActions(datasource).has(action),
    );
    const [first] = targets;
    if (!first || availableActions(first.datasource).has(action)) return targets;
    const { datasource } = first;
    void showInformation(
      vscode.l10n.t(
        '{0}: “{1}” does not allow this at the moment ({2}).',
        title,
        nodeName(datasource),
        statusLabel(datasource.status, datasource.rawStatus),
      ),
    );
    return [];
  }

  /** One after the other: the service has many users. */
  async #each(
    targets: readonly DatasourceTarget[],
    title: string,
    act: (target: DatasourceTarget) => Promise<void>,
  ): Promise<void> {
    if (targets.length === 0) return;
    await inView(async () => {
      for (const target of targets) await act(target);
    }, title);
  }
}
