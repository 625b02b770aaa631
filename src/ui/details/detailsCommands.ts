import * as vscode from 'vscode';
import { Owner } from '../../base/event.ts';
import { ExceptionList } from '../../model/history/exceptionList.ts';
import { HistoryReader } from '../../model/history/historyReader.ts';
import type { DetailsTab } from '../../shared/detailsProtocol.ts';
import type { DatasourcePicker, DatasourceTarget } from '../commands/targets.ts';
import type { RowCall } from '../contributions.ts';
import type { OnnaDocuments } from '../documents/documents.ts';
import type { FirstCode } from '../pages/pageHtml.ts';
import type { Services } from '../services.ts';
import { withCancel } from '../text/progress.ts';
import { showBriefly } from '../text/messages.ts';
import type { Notifier } from '../text/notifier.ts';
import { nodeName } from '../text/plainText.ts';
import type { TreeViewController } from '../tree/treeViewController.ts';
import { DetailsPanels } from './detailsPanels.ts';
import { OnnaDetailsHost } from './onnaDetailsHost.ts';
import { saveUnprocessed } from './saveUnprocessed.ts';

/** Dependencies of {@link DetailsCommands}. */
export interface DetailsCommandsParts {
  readonly extensionUri: vscode.Uri;
  readonly firstCode: FirstCode;
  readonly services: Services;
  readonly documents: OnnaDocuments;
  readonly tree: TreeViewController;
  readonly picker: DatasourcePicker;
  readonly notifier: Notifier;
}

/**
 * The details pages and the commands that open them. They are loaded when the first of these commands runs.
 */
export class DetailsCommands extends Owner {
  readonly panels: DetailsPanels;
  readonly #parts: DetailsCommandsParts;

  constructor(parts: DetailsCommandsParts) {
    super();
    this.#parts = parts;
    const { services, extensionUri, firstCode, documents, tree, notifier } = parts;
    const { accounts, clock, zone, journal, logs, log } = services;
    const client = services.client.bind(services);
    const exceptions = new ExceptionList(client);
    const host = this.register(new OnnaDetailsHost({ services, documents, tree, notifier, exceptions }));
    const history = new HistoryReader(journal, logs);
    const onError = (error: unknown): void => log.error('A details page failed', error);
    this.panels = this.register(
      new DetailsPanels(
        { host, history, exceptions, logs, zone, clock, client, onError, extensionUri, firstCode },
        (connectionId) => accounts.connections().some(({ id }) => id === connectionId),
      ),
    );
    this.register(accounts.onDidChange(() => this.panels.closeSignedOut()));
  }

  /** Opens the details page of the row's Datasource. Without a row, lets the user pick a Datasource. */
  async show(call: RowCall, title: string, tab?: DetailsTab): Promise<void> {
    const target = await this.#parts.picker.resolve(call, title, () => true);
    if (!target) return;
    this.showTarget(target, tab);
  }

  /** Opens the page of a Datasource. */
  showTarget({ connectionId, datasource }: DatasourceTarget, tab?: DetailsTab): void {
    this.panels.show({ connectionId, datasourceId: datasource.id }, tab);
  }

  /** Saves the service's table of unprocessed Resources as a CSV file. */
  async saveUnprocessed(call: RowCall): Promise<void> {
    const { services, picker, notifier } = this.#parts;
    const target = await picker.resolve(call, vscode.l10n.t('Save Unprocessed as CSV'), () => true);
    if (!target) return;
    const { connectionId, datasource } = target;
    const name = nodeName(datasource);
    try {
      const client = await services.client(connectionId);
      const isSaved = await saveUnprocessed(client, datasource.path, name, (work) =>
        withCancel(vscode.l10n.t('Saving the unprocessed Resources of “{0}”', name), work),
      );
      if (isSaved) showBriefly(vscode.l10n.t('The unprocessed Resources of “{0}” were saved', name));
    } catch (error) {
      const what = vscode.l10n.t('The unprocessed Resources of “{0}” could not be saved.', name);
      notifier.report(what, error, () => this.saveUnprocessed(call));
    }
  }
}
