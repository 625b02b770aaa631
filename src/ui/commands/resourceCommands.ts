import * as vscode from 'vscode';
import type { BulkOutcome } from '../../model/datasources/bulk.ts';
import type { Child } from '../../onna/wire/children.ts';
import { displayText } from '../../shared/displayText.ts';
import type { OnnaDocuments } from '../documents/documents.ts';
import { inform } from '../text/messages.ts';
import { nodeName } from '../text/plainText.ts';
import type { Services } from '../services.ts';
import { documentUri, fileUri } from '../documents/uris.ts';
import { isResourceNode, type ResourceNode, type TreeNode } from '../tree/nodes.ts';
import { confirmMany, type BulkRunner, type BulkWork } from './bulk.ts';
import type { Downloads } from './downloads.ts';
import { withCancel } from '../text/progress.ts';
import { rowsOf } from './targets.ts';
import type { RowCall } from '../contributions.ts';

/** Maximum number of Resources that are opened without confirmation. */
const maxOpenedUnasked = 10;
/** Maximum number of Resources that are sent to processing without confirmation. */
export const maxProcessedUnasked = 100;

/** Maximum length of a tab's title, in UTF-16 units. Longer titles would push other tabs out of view. */
const maxTabTitle = 200;

/** Commands on Resources: open, process, download. */
export class ResourceCommands {
  readonly #services: Services;
  readonly #documents: OnnaDocuments;
  readonly #downloads: Downloads;
  readonly #bulk: BulkRunner;
  readonly #selection: () => readonly TreeNode[];

  constructor(parts: {
    services: Services;
    documents: OnnaDocuments;
    downloads: Downloads;
    bulk: BulkRunner;
    selection: () => readonly TreeNode[];
  }) {
    this.#services = parts.services;
    this.#documents = parts.documents;
    this.#downloads = parts.downloads;
    this.#bulk = parts.bulk;
    this.#selection = parts.selection;
  }

  /** Opens the text of the selected Resources. A single Resource opens in a preview tab. */
  async open(call: RowCall): Promise<void> {
    await this.#openEach(call, vscode.l10n.t('Open Text'), ({ connectionId, child }, preview) =>
      openText(this.#documents, connectionId, child, preview),
    );
  }

  /** Opens the files of the selected Resources in VS Code's own viewers, for example for images. */
  async openFile(call: RowCall): Promise<void> {
    await this.#openEach(call, vscode.l10n.t('Open File'), async ({ connectionId, child }, preview) => {
      const title = child.title === undefined ? undefined : displayText(child.title, maxTabTitle);
      const options = { preview };
      await vscode.commands.executeCommand('vscode.open', fileUri(connectionId, child.path, title), options);
    });
  }

  /** @param open `preview` is false if several Resources are opened. */
  async #openEach(
    call: RowCall,
    title: string,
    open: (node: ResourceNode, preview: boolean) => Promise<void>,
  ): Promise<void> {
    const { nodes, skipped } = this.#resources(call);
    const [first] = nodes;
    if (!first) return;
    if (nodes.length === 1) {
      await open(first, true);
      return;
    }
    if (!(await confirmMany(title, nodes.length, maxOpenedUnasked))) return;
    await this.#bulk.run({
      title,
      progress: vscode.l10n.t('Opening'),
      items: nodes,
      skipped,
      // Open the Resources one after another, so that the tabs are in the order of the rows.
      concurrency: 1,
      name: rowName,
      act: (node) => open(node, false),
      done: (count) =>
        count === 1
          ? vscode.l10n.t('1 Resource was opened.')
          : vscode.l10n.t('{0} Resources were opened.', count),
    });
  }

  /** Sends the selected Resources to processing one by one, and shows the outcome. */
  async process(call: RowCall): Promise<void> {
    const { nodes, skipped } = this.#resources(call);
    const title = vscode.l10n.t('Send to Processing');
    if (nodes.length === 0 || !(await confirmMany(title, nodes.length, maxProcessedUnasked))) return;
    await this.#process(title, nodes, skipped);
  }

  async #process(title: string, nodes: readonly ResourceNode[], skipped: number): Promise<void> {
    const progress = vscode.l10n.t('Sending to processing');
    const outcomes = await withCancel(progress, (signal, report) =>
      this.#send(nodes, signal, (ended) =>
        report(vscode.l10n.t('{0} of {1}', ended, nodes.length), 100 / nodes.length),
      ),
    );
    const work: BulkWork<ResourceNode> = {
      title,
      progress,
      items: nodes,
      skipped,
      name: rowName,
      moment: 'action',
      done: (count) =>
        count === 1
          ? vscode.l10n.t('1 Resource was sent to processing.')
          : vscode.l10n.t('{0} Resources were sent to processing.', count),
    };
    await this.#bulk.showOutcome(work, outcomes, (failed) => this.#process(title, failed, 0));
  }

  /** Sends Resources of one or more accounts to processing. */
  async #send(
    nodes: readonly ResourceNode[],
    signal: AbortSignal,
    ended: (count: number) => void,
  ): Promise<readonly BulkOutcome<ResourceNode>[]> {
    const outcomes: BulkOutcome<ResourceNode>[] = [];
    for (const [connectionId, own] of Map.groupBy(nodes, (node) => node.connectionId)) {
      const byPath = new Map(own.map((node) => [node.child.path, node]));
      const before = outcomes.length;
      try {
        const sent = await this.#services.actions.process(connectionId, [...byPath.keys()], signal, (count) =>
          ended(before + count),
        );
        for (const { item, error } of sent) {
          const node = byPath.get(item);
          if (node) outcomes.push({ item: node, error });
        }
      } catch (error) {
        // If an account can't be reached, only the Resources of that account fail.
        const thrown = error instanceof Error ? error : new Error(String(error));
        outcomes.push(...own.map((item) => ({ item, error: thrown })));
      }
    }
    return outcomes;
  }

  /** Saves the files of the selected Resources. */
  async download(call: RowCall): Promise<void> {
    const { nodes, skipped } = this.#resources(call);
    const [first] = nodes;
    if (nodes.length > 1) await this.#downloads.several(nodes, skipped);
    else if (first) await this.#downloads.one(first);
  }

  /** The selected Resources. Shows a message if there are none. */
  #resources(call: RowCall): { nodes: readonly ResourceNode[]; skipped: number } {
    const rows = rowsOf(call, this.#selection());
    const nodes = rows.filter(isResourceNode);
    if (nodes.length === 0) inform(vscode.l10n.t('Select one or more Resources in the Onna view first.'));
    return { nodes, skipped: rows.length - nodes.length };
  }
}

function rowName({ child: { path, title } }: ResourceNode): string {
  return nodeName({ title, path });
}

/**
 * Opens the text of a Resource.
 * @param preview False: opens a tab that the next document does not replace.
 */
export async function openText(
  documents: OnnaDocuments,
  connectionId: string,
  { path, title }: Child,
  preview = true,
): Promise<void> {
  const shown = title === undefined ? undefined : displayText(title, maxTabTitle);
  const document = await documents.open(documentUri(connectionId, path, 'text', shown), preview);
  // Processing removes markup, so the content is plain text even if the file was HTML.
  if (document.languageId === 'html') await vscode.languages.setTextDocumentLanguage(document, 'plaintext');
}
