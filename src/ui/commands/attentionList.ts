import * as vscode from 'vscode';
import { summary } from '../../model/datasources/summary.ts';
import { focusDatasources } from '../contributions.ts';
import type { Services } from '../services.ts';
import type { DatasourcePicker, DatasourceTarget } from './targets.ts';

/** The list that a click on the status bar item opens. */
export class AttentionList {
  readonly #services: Pick<Services, 'ready' | 'store'>;
  readonly #picker: DatasourcePicker;
  readonly #showDetails: (target: DatasourceTarget) => Promise<void>;

  constructor(
    services: Pick<Services, 'ready' | 'store'>,
    picker: DatasourcePicker,
    showDetails: (target: DatasourceTarget) => Promise<void>,
  ) {
    this.#services = services;
    this.#picker = picker;
    this.#showDetails = showDetails;
  }

  /**
   * Handles a click on the status bar item. Lists the Datasources that need attention or have failed. If there are
   * none, lists those that are syncing. Opens the details of the chosen Datasource. If there is nothing to list,
   * focuses the view.
   */
  async show(): Promise<void> {
    await this.#services.ready();
    const { attention, failed, active } = summary(this.#services.store.connections());
    const isUrgent = attention.length > 0 || failed.length > 0;
    const listed = new Set(isUrgent ? [...attention, ...failed] : active);
    if (listed.size === 0) {
      await focusDatasources();
      return;
    }
    const title = isUrgent ? vscode.l10n.t('Needs Attention') : vscode.l10n.t('Syncing');
    const picked = await this.#picker.pick(title, (datasource) => listed.has(datasource));
    if (picked) await this.#showDetails(picked);
  }
}
