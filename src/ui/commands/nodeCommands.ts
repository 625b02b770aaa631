import * as vscode from 'vscode';
import { extensionId } from '../../ids.ts';
import { linkQuery } from '../../model/links/onnaLink.ts';
import { nodeUrl, type NodePath } from '../../onna/address.ts';
import type { OnnaDocuments } from '../documents/documents.ts';
import { showBriefly } from '../text/messages.ts';
import type { Notifier } from '../text/notifier.ts';
import { nodeName } from '../text/plainText.ts';
import type { Services } from '../services.ts';
import { documentUri } from '../documents/uris.ts';
import type { TreeNode } from '../tree/nodes.ts';
import { confirmMany, type BulkRunner } from './bulk.ts';
import { rowsOf, type DatasourcePicker } from './targets.ts';
import type { RowCall } from '../contributions.ts';

/** The service's node that a row represents. */
interface NodeTarget {
  readonly connectionId: string;
  readonly path: NodePath;
  readonly isResource: boolean;
}

/** Maximum number of tabs or web pages that are opened without confirmation. */
const maxOpenedUnasked = 10;

/** Commands on any row that represents a node: its properties, its URL. */
export class NodeCommands {
  readonly #services: Services;
  readonly #documents: OnnaDocuments;
  readonly #picker: DatasourcePicker;
  readonly #notifier: Notifier;
  readonly #bulk: BulkRunner;
  readonly #selection: () => readonly TreeNode[];

  constructor(parts: {
    services: Services;
    documents: OnnaDocuments;
    picker: DatasourcePicker;
    notifier: Notifier;
    bulk: BulkRunner;
    selection: () => readonly TreeNode[];
  }) {
    this.#services = parts.services;
    this.#documents = parts.documents;
    this.#picker = parts.picker;
    this.#notifier = parts.notifier;
    this.#bulk = parts.bulk;
    this.#selection = parts.selection;
  }

  /** Opens the properties of the selected rows. A single row opens in a preview tab. */
  async showProperties(call: RowCall): Promise<void> {
    const { targets, skipped } = await this.#targets(call, vscode.l10n.t('Show Properties'));
    await this.#openEach(
      targets,
      skipped,
      vscode.l10n.t('Show Properties'),
      async ({ connectionId, path }) => {
        await this.#documents.open(documentUri(connectionId, path, 'properties'), targets.length === 1);
      },
    );
  }

  async copyUrl(call: RowCall): Promise<void> {
    const { targets } = await this.#targets(call, vscode.l10n.t('Copy URL'));
    await this.#copy(targets.flatMap((target) => this.#url(target)?.href ?? []));
  }

  /** Copies links that show the selected rows in VS Code, for anybody who can sign in to the account. */
  async copyLink(call: RowCall): Promise<void> {
    const { targets } = await this.#targets(call, vscode.l10n.t('Copy Link'));
    await this.#copy(
      targets.flatMap(({ connectionId, path }) => {
        const address = this.#services.store.get(connectionId)?.connection;
        return address
          ? [`${vscode.env.uriScheme}://${extensionId}/open?${linkQuery({ address, path })}`]
          : [];
      }),
    );
  }

  /** Copies the UIDs of the selected rows, one per line. Then reports which UIDs could not be read. */
  async copyUid(call: RowCall): Promise<void> {
    const title = vscode.l10n.t('Copy UID');
    const { targets, skipped } = await this.#targets(call, title);
    const [first] = targets;
    if (!first) return;
    if (targets.length === 1) {
      try {
        await this.#copy([await this.#uid(first)]);
      } catch (error) {
        const what = vscode.l10n.t('The UID could not be read.');
        await this.#notifier.error(what, error, () => this.copyUid(call));
      }
      return;
    }
    const uids = new Map<NodeTarget, string>();
    await this.#bulk.run({
      title,
      progress: vscode.l10n.t('Reading UIDs'),
      items: targets,
      skipped,
      name: ({ path }) => nodeName({ path }),
      act: async (target, signal) => {
        uids.set(target, await this.#uid(target, signal));
        // Copies the UIDs that could be read, in the order of the rows. If some can't be read, the others are
        // still copied.
        await vscode.env.clipboard.writeText(linesOf(targets.flatMap((each) => uids.get(each) ?? [])));
      },
      done: copiedWords,
    });
  }

  /**
   * Copies curl command lines for the nodes. The command lines contain no token: the shell reads the token from a
   * variable.
   */
  async copyCurl(call: RowCall): Promise<void> {
    const { targets } = await this.#targets(call, vscode.l10n.t('Copy as cURL'));
    await this.#copy(
      targets.flatMap((target) => {
        const url = this.#url(target);
        if (!url) return [];
        const quoted = `'${url.href.replaceAll("'", "'\\''")}'`;
        return `curl --header 'Accept: application/json' --header "Authorization: Bearer $ONNA_TOKEN" ${quoted}`;
      }),
    );
  }

  /** Opens Resources in their source applications. Opens all other nodes on Onna's website. */
  async openInBrowser(call: RowCall): Promise<void> {
    const title = vscode.l10n.t('Open in Browser');
    const { targets, skipped } = await this.#targets(call, title);
    await this.#openEach(targets, skipped, title, async (target) => {
      const connection = this.#services.store.get(target.connectionId)?.connection;
      if (!connection) return;
      const origin = target.isResource ? await this.#origin(target) : undefined;
      // The URLs of Onna's website are not documented. The best guess is the node's path on the server.
      const page = new URL(this.#url(target)?.href.replace('/api/', '/') ?? connection.baseUrl);
      await vscode.env.openExternal(vscode.Uri.parse(origin ?? page.href, true));
    });
  }

  /** Opens the targets one after another, so that the tabs are in the order of the rows. */
  async #openEach(
    targets: readonly NodeTarget[],
    skipped: number,
    title: string,
    open: (target: NodeTarget) => Promise<void>,
  ): Promise<void> {
    const [first] = targets;
    if (!first) return;
    if (targets.length === 1) {
      await open(first);
      return;
    }
    if (!(await confirmMany(title, targets.length, maxOpenedUnasked))) return;
    await this.#bulk.run({
      title,
      items: targets,
      skipped,
      concurrency: 1,
      progress: vscode.l10n.t('Opening'),
      name: ({ path }) => nodeName({ path }),
      act: open,
      done: (count) =>
        count === 1 ? vscode.l10n.t('1 row was opened.') : vscode.l10n.t('{0} rows were opened.', count),
    });
  }

  async #origin(target: NodeTarget): Promise<string | undefined> {
    try {
      const client = await this.#services.client(target.connectionId);
      return (await client.resource(target.path)).origin;
    } catch (error) {
      this.#services.log.error(vscode.l10n.t('The origin of a Resource could not be read'), error);
      return undefined;
    }
  }

  /** @throws Error with a message for the user if the service returns no UID. */
  async #uid({ connectionId, path }: NodeTarget, signal?: AbortSignal): Promise<string> {
    const datasources = this.#services.store.get(connectionId)?.datasources.values() ?? [];
    const known = [...datasources].find((datasource) => datasource.path === path && datasource.id !== path);
    if (known) return known.id;
    const client = await this.#services.client(connectionId);
    const { uid } = await client.node(path, signal);
    if (uid === undefined) throw new Error(vscode.l10n.t('The service did not return a UID for this row.'));
    return uid;
  }

  async #copy(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    await vscode.env.clipboard.writeText(linesOf(lines));
    showBriefly(copiedWords(lines.length), 2_000);
  }

  #url({ connectionId, path }: NodeTarget): URL | undefined {
    const connection = this.#services.store.get(connectionId)?.connection;
    return connection && nodeUrl(connection, path);
  }

  /** The nodes of the selected rows. If no rows are selected, a Datasource that the user picks. */
  async #targets(call: RowCall, title: string): Promise<{ targets: readonly NodeTarget[]; skipped: number }> {
    const rows = rowsOf(call, this.#selection());
    const targets = rows.flatMap((node): NodeTarget[] => {
      const path = pathOf(node, this.#services);
      const { connectionId, kind } = node;
      return path === undefined ? [] : [{ connectionId, path, isResource: kind === 'resource' }];
    });
    if (targets.length > 0) return { targets, skipped: rows.length - targets.length };
    const picked = await this.#picker.choose(title, () => true);
    if (!picked) return { targets: [], skipped: 0 };
    const { connectionId, datasource } = picked;
    return { targets: [{ connectionId, path: datasource.path, isResource: false }], skipped: 0 };
  }
}

function linesOf(lines: readonly string[]): string {
  return lines.join('\n');
}

function copiedWords(count: number): string {
  return count === 1 ? vscode.l10n.t('Copied') : vscode.l10n.t('{0} lines were copied.', count);
}

function pathOf(node: TreeNode, services: Services): NodePath | undefined {
  switch (node.kind) {
    case 'resource':
      return node.child.path;
    case 'datasource':
      return services.store.find(node.connectionId, node.datasourceId)?.path;
    case 'group':
      return node.groupKey.startsWith('/') ? node.groupKey : undefined;
    case 'connection':
      return '';
    default:
      return undefined;
  }
}
