import * as vscode from 'vscode';
import type { Connection } from '../../model/accounts/connection.ts';
import { parseLinkQuery, type OnnaLink } from '../../model/links/onnaLink.ts';
import { lastSegment, type NodePath } from '../../onna/address.ts';
import { askText } from '../accounts/askText.ts';
import type { SignInFlow } from '../accounts/signInFlow.ts';
import { focusDatasources } from '../contributions.ts';
import type { Services } from '../services.ts';
import { confirm, inform } from '../text/messages.ts';
import { nodeName, plainText } from '../text/plainText.ts';
import { findUid, type FoundNode } from './findUid.ts';
import { revealResource } from '../tree/revealResource.ts';
import type { TreeViewController } from '../tree/treeViewController.ts';

/** Shows the node of a UID or of a link in the tree. Never opens or changes the node. */
export class LinkCommands {
  readonly #services: Services;
  readonly #tree: TreeViewController;
  readonly #flow: SignInFlow;

  constructor(services: Services, tree: TreeViewController, flow: SignInFlow) {
    this.#services = services;
    this.#tree = tree;
    this.#flow = flow;
  }

  /** Asks for a UID, looks for its node in all signed-in accounts, and shows the node in the tree. */
  async goToUid(): Promise<void> {
    await this.#services.ready();
    let found: FoundNode | undefined;
    await askText({
      title: vscode.l10n.t('Go to UID'),
      prompt: vscode.l10n.t('The UID of a Workspace, a Datasource or a Resource'),
      placeholder: '3f2b8c0e5d1a4b6f9e7c2a1d0b8f6e4c',
      accept: async (value, signal) => {
        const uid = value.trim();
        if (!/^[\w|-]{1,200}$/.test(uid)) return vscode.l10n.t('This is not a UID.');
        const { accounts } = this.#services;
        const connectionIds = accounts.connections().map(({ id }) => id);
        const result = await findUid(connectionIds, (id) => this.#services.client(id), uid, signal);
        if (typeof result === 'string') return result;
        found = result;
        return undefined;
      },
    });
    if (found) await this.#show(found.connectionId, found.path);
  }

  /** Handles a link that another program opened. Only shows a row, or asks the user to sign in. */
  async open({ query }: Pick<vscode.Uri, 'query'>): Promise<void> {
    const link = parseLinkQuery(query);
    if (!link) {
      inform(vscode.l10n.t('This link does not name an object in Onna. Ask its sender for a new one.'));
      return;
    }
    await this.#services.ready();
    const connection = this.#connectionOf(link) ?? (await this.#signIn(link));
    if (connection) await this.#show(connection.id, link.path);
  }

  #connectionOf({ address: { baseUrl, container, account } }: OnnaLink): Connection | undefined {
    return this.#services.accounts
      .connections()
      .find(
        (known) => known.baseUrl === baseUrl && known.container === container && known.account === account,
      );
  }

  /** Asks the user before the sign-in, because the server in an untrusted link may be malicious. */
  async #signIn({ address }: OnnaLink): Promise<Connection | undefined> {
    const signIn = vscode.l10n.t('Sign In…');
    const question = vscode.l10n.t(
      'This link leads to the account “{0}” on {1}. You are not signed in there. Sign in only if you trust this server.',
      plainText(address.account),
      address.baseUrl,
    );
    if ((await confirm(question, signIn)) !== signIn) return undefined;
    return this.#flow.run(address);
  }

  async #show(connectionId: string, path: NodePath): Promise<void> {
    const { store } = this.#services;
    const snapshot = store.get(connectionId);
    if (!snapshot) return;
    const title = nodeName({ path });
    const datasource = [...snapshot.datasources.values()].find((entry) => entry.path === path);
    const isBelow = [...snapshot.datasources.values()].some((entry) => path.startsWith(`${entry.path}/`));
    await focusDatasources();
    if (datasource) await this.#tree.revealDatasource(connectionId, datasource.id);
    else if (isBelow) await revealResource(this.#tree, connectionId, { path, title });
    else if (snapshot.workspaces.has(path)) await this.#tree.revealWorkspace(connectionId, path);
    else if (path !== '')
      inform(vscode.l10n.t('The tree does not contain “{0}”.', plainText(lastSegment(path)) || title));
  }
}
