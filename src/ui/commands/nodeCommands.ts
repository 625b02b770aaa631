import * as vscode from 'vscode';
import { nodeUrl } from '../../onna/address.ts';
import type { NodePath } from '../../onna/address.ts';
import type { OnnaDocuments } from '../documents.ts';
import { showBriefly, showInformation } from '../messages.ts';
import type { Notifier } from '../notify.ts';
import type { Services } from '../services.ts';
import { documentUri } from '../uris.ts';
import type { TreeNode } from '../tree/nodes.ts';
import type { DatasourcePicker } from './targets.ts';
import { isTreeNode } from './targets.ts';

/** A node of the service that a row stands for. */
interface NodeTarget {
  readonly connectionId: string;
  readonly path: NodePath;
}

/** What can be asked of any row that stands for a node: its properties, its address. */
export class NodeCommands {
  readonly #services: Services;
  readonly #documents: OnnaDocuments;
  readonly #picker: DatasourcePicker;
  readonly #notifier: Notifier;

  constructor(services: Services, documents: OnnaDocuments, picker: DatasourcePicker, notifier: Notifier) {
    this.#services = services;
    this.#documents = documents;
    this.#picker = picker;
    this.#notifier = notifier;
  }

  async showProperties(args: readonly unknown[]): Promise<void> {
    const target = await this.#target(args, vscode.l10n.t('Show Properties'));
    if (!target) return;
    const uri = documentUri(target.connectionId, target.path, 'properties');
    await this.#documents.open(uri);
  }

  async copyUrl(args: readonly unknown[]): Promise<void> {
    const target = await this.#target(args, vscode.l10n.t('Copy URL'));
    const url = target && this.#url(target);
    if (url) await this.#copy(url.href);
  }

  async copyUid(args: readonly unknown[]): Promise<void> {
    const target = await this.#target(args, vscode.l10n.t('Copy UID'));
    if (!target) return;
    const datasources = this.#services.store.get(target.connectionId)?.datasources.values() ?? [];
    const known = [...datasources].find(({ path, id }) => path === target.path && id !== path)?.id;
    try {
      const uid = known ?? (await this.#readUid(target));
      if (uid === undefined) void showInformation(vscode.l10n.t('The service gives no UID for this.'));
      else await this.#copy(uid);
    } catch (error) {
      await this.#notifier.error(vscode.l10n.t('The UID could not be read.'), error, () =>
        this.copyUid(args),
      );
    }
  }

  /** A command line that asks for the same node. The token is never in it: the shell reads it from a variable. */
  async copyCurl(args: readonly unknown[]): Promise<void> {
    const target = await this.#target(args, vscode.l10n.t('Copy as cURL'));
    const url = target && this.#url(target);
    if (!url) return;
    const quoted = `'${url.href.replaceAll("'", "'\\''")}'`;
    await this.#copy(
      `curl --header 'Accept: application/json' --header "Authorization: Bearer $ONNA_TOKEN" ${quoted}`,
    );
  }

  /** Opens a Resource where it came from; anything else in Onna's own pages. */
  async openInBrowser(args: readonly unknown[]): Promise<void> {
    const target = await this.#target(args, vscode.l10n.t('Open in Browser'));
    const connection = target && this.#services.store.get(target.connectionId)?.connection;
    if (!connection) return;
    const [node] = args;
    const origin = isTreeNode(node) && node.kind === 'resource' ? await this.#origin(target) : undefined;
    // Where Onna's pages live is not published: the node's path below the server is the nearest guess.
    const page = new URL(this.#url(target)?.href.replace('/api/', '/') ?? connection.baseUrl);
    await vscode.env.openExternal(vscode.Uri.parse(origin ?? page.href, true));
  }

  async #origin(target: NodeTarget): Promise<string | undefined> {
    try {
      const client = await this.#services.client(target.connectionId);
      return (await client.resource(target.path)).origin;
    } catch (error) {
      this.#services.log.error(vscode.l10n.t('The origin could not be read'), error);
      return undefined;
    }
  }

  async #readUid(target: NodeTarget): Promise<string | undefined> {
    const client = await this.#services.client(target.connectionId);
    return (await client.node(target.path)).uid;
  }

  async #copy(text: string): Promise<void> {
    await vscode.env.clipboard.writeText(text);
    showBriefly(vscode.l10n.t('Copied'), 2_000);
  }

  #url({ connectionId, path }: NodeTarget): URL | undefined {
    const connection = this.#services.store.get(connectionId)?.connection;
    return connection && nodeUrl(connection, path);
  }

  async #target(args: readonly unknown[], title: string): Promise<NodeTarget | undefined> {
    const [node] = args;
    const path = isTreeNode(node) ? pathOf(node, this.#services) : undefined;
    if (isTreeNode(node) && path !== undefined) return { connectionId: node.connectionId, path };
    const picked = await this.#picker.resolve([], title, () => true);
    return picked && { connectionId: picked.connectionId, path: picked.datasource.path };
  }
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
