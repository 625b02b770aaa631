import * as vscode from 'vscode';
import type { CommandId } from '../../ids.ts';
import { accountLabel } from '../../model/accounts/connection.ts';
import { workspaceOf } from '../../model/datasources/grouping.ts';
import { sharingWith } from '../../model/datasources/connectionSnapshot.ts';
import type { Datasource } from '../../model/datasources/datasource.ts';
import type {
  DetailsHost,
  DetailsNumbers,
  DetailsResource,
  DetailsTarget,
} from '../../model/details/detailsHost.ts';
import { Emitter, Owner } from '../../base/event.ts';
import type { ExceptionList } from '../../model/history/exceptionList.ts';
import type { History } from '../../model/history/historyReader.ts';
import { nodePath, type NodePath } from '../../onna/address.ts';
import type {
  DetailsAction,
  DetailsHeader,
  DetailsLog,
  ExceptionChoice,
  LogChoice,
} from '../../shared/detailsProtocol.ts';
import { confirmMany } from '../commands/bulk.ts';
import { maxProcessedUnasked, openText } from '../commands/resourceCommands.ts';
import type { OnnaDocuments } from '../documents/documents.ts';
import { logUri } from '../documents/uris.ts';
import type { Services } from '../services.ts';
import { describeError } from '../text/errorText.ts';
import type { Log } from '../text/log.ts';
import { inform } from '../text/messages.ts';
import type { Notifier } from '../text/notifier.ts';
import { nodeName, plainText } from '../text/plainText.ts';
import { withCancel } from '../text/progress.ts';
import { rowFor } from '../tree/nodes.ts';
import { revealResource } from '../tree/revealResource.ts';
import type { TreeViewController } from '../tree/treeViewController.ts';
import { detailsHeader, goneHeader, unknownHeader } from './detailsHeader.ts';
import { saveExceptions } from './saveExceptions.ts';

/** Dependencies of {@link OnnaDetailsHost}. */
export interface DetailsHostParts {
  readonly services: Pick<Services, 'store' | 'clock' | 'actions'> & { readonly log: Pick<Log, 'show'> };
  readonly documents: OnnaDocuments;
  readonly tree: Pick<TreeViewController, 'revealDatasource' | 'revealResource'>;
  readonly notifier: Notifier;
  readonly exceptions: ExceptionList;
}

const commands: Readonly<Record<Exclude<DetailsAction, 'reveal'>, CommandId>> = {
  sync: 'onna.syncNow',
  pause: 'onna.pause',
  resume: 'onna.resume',
  reprocess: 'onna.reprocess',
  credentials: 'onna.renewCredentials',
  search: 'onna.search',
  openInBrowser: 'onna.openInBrowser',
};

/** Implements {@link DetailsHost} with the store, the commands and the tree. */
export class OnnaDetailsHost extends Owner implements DetailsHost {
  readonly #parts: DetailsHostParts;
  readonly #changes = this.register(new Emitter<string>());
  readonly onDidChange = this.#changes.event;

  constructor(parts: DetailsHostParts) {
    super();
    this.#parts = parts;
    this.register(parts.services.store.onDidChange(({ connectionId }) => this.#changes.fire(connectionId)));
  }

  datasource({ connectionId, datasourceId }: DetailsTarget): Datasource | undefined {
    return this.#parts.services.store.find(connectionId, datasourceId);
  }

  isGone(target: DetailsTarget): boolean {
    const snapshot = this.#parts.services.store.get(target.connectionId);
    return !snapshot || (snapshot.asOf !== undefined && !this.datasource(target));
  }

  header(target: DetailsTarget, numbers: DetailsNumbers, last: DetailsHeader | undefined): DetailsHeader {
    const { store, clock } = this.#parts.services;
    const snapshot = store.get(target.connectionId);
    const datasource = this.datasource(target);
    if (!snapshot || this.isGone(target)) return goneHeader(last);
    if (!datasource) return unknownHeader(last);
    const { connection, workspaces } = snapshot;
    const { kind, path } = workspaceOf(connection, datasource);
    return detailsHeader(datasource, numbers, {
      place:
        kind === 'mySources' ? vscode.l10n.t('My Sources') : nodeName({ title: workspaces.get(path), path }),
      account: plainText(
        accountLabel(
          connection,
          store.connections().map((other) => other.connection),
        ),
      ),
      sharing: sharingWith(datasource, snapshot).map((other) => nodeName(other)),
      now: clock.now(),
    });
  }

  resourcePath(target: DetailsTarget, reference: string): NodePath | undefined {
    const snapshot = this.#parts.services.store.get(target.connectionId);
    const datasource = this.datasource(target);
    if (!snapshot || !datasource) return undefined;
    const path = nodePath(snapshot.connection, reference, (possible) =>
      `${possible}/`.startsWith(`${datasource.path}/`),
    );
    // The Datasource may have been moved since the rows were read.
    return path?.startsWith(`${datasource.path}/`) ? path : undefined;
  }

  describeError(error: unknown): string {
    return describeError(error, 'details');
  }

  describeHistory({ audit, collection, failure }: History): string | undefined {
    if (audit === 'noPermission' && collection === 'noPermission')
      return vscode.l10n.t(
        'You may not read the logs of this Datasource. The list contains only runs that this extension saw.',
      );
    if (audit === 'noPermission')
      return vscode.l10n.t('You may not read the audit log of this Datasource, so some runs may be missing.');
    if (collection === 'noPermission')
      return vscode.l10n.t(
        'You may not read the collection log of this Datasource, so some counts are unknown.',
      );
    if (audit === 'missing' && collection === 'missing')
      return vscode.l10n.t(
        'The service could not find the logs of this Datasource. The runs below are those that this extension saw.',
      );
    if (audit === 'missing')
      return vscode.l10n.t(
        'The service could not find the audit log of this Datasource, so some runs may be missing.',
      );
    if (collection === 'missing')
      return vscode.l10n.t(
        'The service could not find the collection log of this Datasource, so some counts are unknown.',
      );
    return failure && vscode.l10n.t('Some runs may be missing. {0}', describeError(failure, 'details'));
  }

  describeLimit(shown: number): string {
    return vscode.l10n.t(
      'Only the first {0} rows are shown. Use a filter or a date range to see the others.',
      shown.toLocaleString(vscode.env.language),
    );
  }

  describeNoAccess(log: DetailsLog): string {
    return log === 'audit'
      ? vscode.l10n.t('You may not read the audit log of this Datasource. Ask its owner or an administrator.')
      : vscode.l10n.t('You may not read this log. Ask someone with the Manage role for access.');
  }

  describeSent(error: unknown): string {
    return error === undefined ? vscode.l10n.t('Sent to processing') : describeError(error, 'action');
  }

  async act(target: DetailsTarget, action: DetailsAction): Promise<void> {
    const { connectionId, datasourceId } = target;
    if (action === 'reveal') {
      await this.#parts.tree.revealDatasource(connectionId, datasourceId);
      return;
    }
    await vscode.commands.executeCommand(commands[action], rowFor(connectionId, datasourceId));
  }

  async open({ connectionId }: DetailsTarget, resource: DetailsResource): Promise<void> {
    await openText(this.#parts.documents, connectionId, resource);
  }

  async reveal({ connectionId }: DetailsTarget, { path, title }: DetailsResource): Promise<void> {
    await revealResource(this.#parts.tree, connectionId, { path, title: plainText(title) });
  }

  async process(
    { connectionId }: DetailsTarget,
    paths: readonly NodePath[],
    ended: (path: NodePath, error: unknown) => void,
  ): Promise<boolean> {
    const { actions } = this.#parts.services;
    const title = vscode.l10n.t('Send to Processing');
    if (!(await confirmMany(title, paths.length, maxProcessedUnasked))) return false;
    await withCancel(vscode.l10n.t('Sending to processing'), (signal, report) =>
      actions.process(connectionId, paths, signal, (count, { item, error }) => {
        report(vscode.l10n.t('{0} of {1}', count, paths.length), 100 / paths.length);
        ended(item, error);
      }),
    );
    return true;
  }

  async saveExceptions(target: DetailsTarget, choice: ExceptionChoice): Promise<void> {
    const datasource = this.datasource(target);
    if (!datasource) return;
    const name = nodeName(datasource);
    try {
      await saveExceptions(name, (signal, ended) =>
        this.#parts.exceptions.all(target.connectionId, datasource.path, choice, signal, ended),
      );
    } catch (error) {
      const what = vscode.l10n.t('The exceptions of “{0}” could not be saved.', name);
      this.#parts.notifier.report(what, error, () => this.saveExceptions(target, choice));
    }
  }

  async openLogDocument(target: DetailsTarget, { log }: LogChoice): Promise<void> {
    const datasource = this.datasource(target);
    if (datasource) await this.#parts.documents.open(logUri(target.connectionId, datasource, log));
  }

  tellMissing(): void {
    inform(vscode.l10n.t('This Resource no longer exists.'));
  }

  tell(error: unknown, again: () => Promise<void>): void {
    this.#parts.notifier.report(vscode.l10n.t('The Resource could not be opened.'), error, again);
  }

  showLog(): void {
    this.#parts.services.log.show();
  }
}
