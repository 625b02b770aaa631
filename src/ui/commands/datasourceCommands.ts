import * as vscode from 'vscode';
import { availableActions, type DatasourceAction } from '../../model/datasources/availableActions.ts';
import type { Services } from '../services.ts';
import { showBriefly, warn } from '../text/messages.ts';
import type { Notifier } from '../text/notifier.ts';
import { nodeName } from '../text/plainText.ts';
import { statusLabel } from '../text/statusText.ts';
import { confirmMany, type BulkRunner } from './bulk.ts';
import { inView } from '../text/progress.ts';
import type { DatasourcePicker, DatasourceTarget, DatasourceTargets } from './targets.ts';
import type { RowCall } from '../contributions.ts';

/** Maximum number of Datasources that are synced or processed again without confirmation. */
const maxSyncedUnasked = 20;

/** Commands on Datasources, from their rows or from the Command Palette. */
export class DatasourceCommands {
  readonly #services: Services;
  readonly #picker: DatasourcePicker;
  readonly #notifier: Notifier;
  readonly #bulk: BulkRunner;

  constructor(services: Services, picker: DatasourcePicker, notifier: Notifier, bulk: BulkRunner) {
    this.#services = services;
    this.#picker = picker;
    this.#notifier = notifier;
    this.#bulk = bulk;
  }

  /** Syncs the row's Datasource, or all selected Datasources. */
  async syncNow(call: RowCall): Promise<void> {
    const title = vscode.l10n.t('Sync Now');
    await this.#run(await this.#targets(call, title, 'sync'), {
      title,
      progress: vscode.l10n.t('Syncing'),
      maxUnasked: maxSyncedUnasked,
      one: (target) => this.#sync(target),
      act: ({ connectionId, datasource }, signal) =>
        this.#services.actions.sync(connectionId, datasource, signal),
      done: (count) =>
        count === 1
          ? vscode.l10n.t('Sync requested for 1 Datasource.')
          : vscode.l10n.t('Sync requested for {0} Datasources.', count),
    });
  }

  /** Pauses or resumes the row's Datasource, or all selected Datasources. */
  async writeStatus(call: RowCall, status: 'paused' | 'resuming'): Promise<void> {
    const pausing = status === 'paused';
    const title = pausing ? vscode.l10n.t('Pause') : vscode.l10n.t('Resume');
    await this.#run(await this.#targets(call, title, pausing ? 'pause' : 'resume'), {
      title,
      progress: pausing ? vscode.l10n.t('Pausing') : vscode.l10n.t('Resuming'),
      one: (target) => this.#write(target, status),
      act: async (target, signal) => {
        const { connectionId, datasource } = target;
        if (!(await this.#services.actions.writeStatus(connectionId, datasource, status, signal)))
          throw new Error(this.#unchanged(target));
      },
      done: (count) => {
        if (count === 1)
          return pausing
            ? vscode.l10n.t('1 Datasource was paused.')
            : vscode.l10n.t('1 Datasource was resumed.');
        return pausing
          ? vscode.l10n.t('{0} Datasources were paused.', count)
          : vscode.l10n.t('{0} Datasources were resumed.', count);
      },
    });
  }

  /** Sends unprocessed Resources to processing: those of the row's Datasource, or of all selected Datasources. */
  async reprocess(call: RowCall): Promise<void> {
    const title = vscode.l10n.t('Reprocess Unprocessed');
    await this.#run(await this.#targets(call, title, 'reprocess'), {
      title,
      progress: vscode.l10n.t('Sending to processing'),
      maxUnasked: maxSyncedUnasked,
      one: (target) => this.#reprocess(target),
      act: ({ connectionId, datasource }, signal) =>
        this.#services.actions.reprocess(connectionId, datasource, signal),
      done: (count) =>
        count === 1
          ? vscode.l10n.t('Unprocessed Resources of 1 Datasource were sent to processing.')
          : vscode.l10n.t('Unprocessed Resources of {0} Datasources were sent to processing.', count),
    });
  }

  async #sync(target: DatasourceTarget): Promise<void> {
    const { connectionId, datasource } = target;
    try {
      await this.#services.actions.sync(connectionId, datasource);
    } catch (error) {
      const name = nodeName(datasource);
      const failed = vscode.l10n.t('“{0}” could not be synced.', name);
      const action = vscode.l10n.t('Sync Now');
      this.#notifier.actionFailed({ failed, name, action }, error, () => this.#sync(target));
    }
  }

  async #write(target: DatasourceTarget, status: 'paused' | 'resuming'): Promise<void> {
    const { connectionId, datasource } = target;
    try {
      if (await this.#services.actions.writeStatus(connectionId, datasource, status)) return;
      warn(this.#unchanged(target));
    } catch (error) {
      const name = nodeName(datasource);
      const words =
        status === 'paused'
          ? { failed: vscode.l10n.t('“{0}” could not be paused.', name), action: vscode.l10n.t('Pause') }
          : { failed: vscode.l10n.t('“{0}” could not be resumed.', name), action: vscode.l10n.t('Resume') };
      this.#notifier.actionFailed({ name, ...words }, error, () => this.#write(target, status));
    }
  }

  #unchanged({ connectionId, datasource }: DatasourceTarget): string {
    const now = this.#services.store.find(connectionId, datasource.id) ?? datasource;
    return vscode.l10n.t(
      'The service accepted the request, but did not change the status of “{0}” ({1}). It may not support this action for Datasources of this type.',
      nodeName(datasource),
      statusLabel(now.status, now.rawStatus),
    );
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
      this.#notifier.actionFailed({ failed, name, action }, error, () => this.#reprocess(target));
    }
  }

  /**
   * The selected Datasources that currently allow the action. If nothing is selected, a Datasource that the
   * user picks.
   */
  #targets(call: RowCall, title: string, action: DatasourceAction): Promise<DatasourceTargets> {
    return this.#picker.resolveAllowed(call, title, (datasource) => availableActions(datasource).has(action));
  }

  /**
   * Runs a command. For a single Datasource, its row shows the outcome. For several, one message shows all
   * outcomes.
   */
  async #run({ targets, skipped }: DatasourceTargets, action: DatasourceCommand): Promise<void> {
    const { title, progress, one, maxUnasked = Infinity } = action;
    const [first] = targets;
    if (!first) return;
    if (targets.length === 1 && skipped === 0) {
      await inView(() => one(first), progress);
      return;
    }
    if (!(await confirmMany(title, targets.length, maxUnasked))) return;
    const name = ({ datasource }: DatasourceTarget): string => nodeName(datasource);
    await this.#bulk.run({ ...action, items: targets, skipped, name, moment: 'action' });
  }
}

/** The texts and the action of a command on Datasources. */
interface DatasourceCommand {
  readonly title: string;
  readonly progress: string;
  /** Maximum number of Datasources without confirmation. Default: no limit. */
  readonly maxUnasked?: number;
  /** Acts on a single Datasource, and shows an error if that fails. */
  readonly one: (target: DatasourceTarget) => Promise<void>;
  act(target: DatasourceTarget, signal: AbortSignal): Promise<void>;
  done(count: number): string;
}
