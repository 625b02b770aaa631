import * as vscode from 'vscode';
import { safeFileName } from '../../model/fileName.ts';
import { saveFile } from '../../model/saveFile.ts';
import { lastSegment } from '../../onna/address.ts';
import type { Child } from '../../onna/wire/children.ts';
import { displayText } from '../../shared/displayText.ts';
import type { NodePath } from '../../onna/address.ts';
import type { OnnaDocuments } from '../documents.ts';
import { describeError } from '../errorWords.ts';
import { showBriefly, showInformation, showWarning } from '../messages.ts';
import type { Notifier } from '../notify.ts';
import { nodeName } from '../plainText.ts';
import type { Services } from '../services.ts';
import { documentUri } from '../uris.ts';
import type { ResourceNode, TreeNode } from '../tree/nodes.ts';
import { withCancel } from './progress.ts';
import { isResourceNode, resourcesOf } from './targets.ts';

/** What can be done with Resources: read, process, download. */
export class ResourceCommands {
  readonly #services: Services;
  readonly #documents: OnnaDocuments;
  readonly #notifier: Notifier;
  readonly #selection: () => readonly TreeNode[];

  constructor(
    services: Services,
    documents: OnnaDocuments,
    notifier: Notifier,
    selection: () => readonly TreeNode[],
  ) {
    this.#services = services;
    this.#documents = documents;
    this.#notifier = notifier;
    this.#selection = selection;
  }

  /** Opens a Resource's text, in a preview tab. */
  async open(args: readonly unknown[]): Promise<void> {
    const node = this.#one(args);
    if (node) await openText(this.#documents, node.connectionId, node.child);
  }

  /** Sends the selected Resources to processing, one by one, and tells what became of each. */
  async process(args: readonly unknown[]): Promise<void> {
    const nodes = resourcesOf(args, this.#selection());
    const [first] = nodes;
    if (!first) {
      void showInformation(vscode.l10n.t('Select one or more Resources in the Onna view first.'));
      return;
    }
    const { connectionId } = first;
    const paths = nodes.filter((node) => node.connectionId === connectionId).map((node) => node.child.path);
    try {
      const outcomes = await withCancel(vscode.l10n.t('Sending to processing'), (signal, report) =>
        this.#services.actions.process(connectionId, paths, signal, (ended) =>
          report(vscode.l10n.t('{0} of {1}', ended, paths.length), 100 / paths.length),
        ),
      );
      const refused = outcomes.filter(({ error }) => error !== undefined);
      for (const { path: refusedPath, error } of refused) this.#services.log.error(refusedPath, error);
      const sent = outcomes.length - refused.length;
      const cancelled = paths.length - outcomes.length;
      if (refused.length === 0 && cancelled === 0) {
        showBriefly(
          sent === 1
            ? vscode.l10n.t('1 Resource was sent to processing')
            : vscode.l10n.t('{0} Resources were sent to processing', sent),
        );
        return;
      }
      await this.#tellOutcome(sent, cancelled, refused, nodes);
    } catch (error) {
      await this.#notifier.error(vscode.l10n.t('The Resources could not be sent to processing.'), error);
    }
  }

  async download(args: readonly unknown[]): Promise<void> {
    const node = this.#one(args);
    if (!node) return;
    const { connectionId } = node;
    const source = node.child.path;
    const name = safeFileName(node.child.title ?? lastSegment(source));
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const target = await vscode.window.showSaveDialog({
      defaultUri: folder?.scheme === 'file' ? vscode.Uri.joinPath(folder, name) : vscode.Uri.file(name),
      title: vscode.l10n.t('Download “{0}”', name),
    });
    if (!target) return;
    try {
      await withCancel(vscode.l10n.t('Downloading “{0}”', name), (signal, report) =>
        this.#save(connectionId, source, target.fsPath, signal, report),
      );
      const open = vscode.l10n.t('Open');
      const choice = await showInformation(vscode.l10n.t('“{0}” was downloaded.', name), open);
      if (choice === open) await vscode.commands.executeCommand('vscode.open', target);
    } catch (error) {
      await this.#notifier.error(
        vscode.l10n.t('“{0}” could not be downloaded.', name),
        error,
        () => void this.download(args),
      );
    }
  }

  async #save(
    connectionId: string,
    source: NodePath,
    target: string,
    signal: AbortSignal,
    report: (message: string, increment?: number) => void,
  ): Promise<void> {
    const client = await this.#services.client(connectionId);
    const response = await client.download(source, 'file', signal);
    await saveFile(response, target, signal, ({ received, added, total }) => {
      const size = vscode.l10n.t('{0} MB', (received / (1 << 20)).toFixed(1));
      report(size, total === undefined ? undefined : (added / total) * 100);
    });
  }

  async #tellOutcome(
    sent: number,
    cancelled: number,
    refused: readonly { path: NodePath; error: unknown }[],
    nodes: readonly ResourceNode[],
  ): Promise<void> {
    const parts = [vscode.l10n.t('{0} sent', sent)];
    if (refused.length > 0) parts.push(vscode.l10n.t('{0} refused', refused.length));
    if (cancelled > 0) parts.push(vscode.l10n.t('{0} not sent', cancelled));
    const example = refused[0];
    const named = nodes.find(({ child }) => child.path === example?.path)?.child;
    const why = named && example ? ` ${nodeName(named)}: ${describeError(example.error)}` : '';
    const showLog = vscode.l10n.t('Show Log');
    const choice = await showWarning(
      `${vscode.l10n.t('Send to Processing')}: ${parts.join(', ')}.${why}`,
      showLog,
    );
    if (choice === showLog) this.#services.log.show();
  }

  #one(args: readonly unknown[]): ResourceNode | undefined {
    const node = args[0] ?? this.#selection()[0];
    if (isResourceNode(node)) return node;
    void showInformation(vscode.l10n.t('Select a Resource in the Onna view first.'));
    return undefined;
  }
}

/** Opens the text of a Resource. */
export async function openText(
  documents: OnnaDocuments,
  connectionId: string,
  { path, title }: Child,
): Promise<void> {
  // What the tab shows; a long one would only push the rest out of sight.
  const shown = title === undefined ? undefined : displayText(title, 200);
  const document = await documents.open(documentUri(connectionId, path, 'text', shown));
  // Processing takes the markup out: what is shown is text, whatever the file was.
  if (document.languageId === 'html') await vscode.languages.setTextDocumentLanguage(document, 'plaintext');
}
