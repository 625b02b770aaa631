import { randomBytes } from 'node:crypto';
import type { Role } from '../store/grants.ts';
import { isFolderType } from '../base/datasourceTypes.ts';
import type { DatasourceChange, SyncType } from '../store/datasources.ts';
import type { Fields, StoredNode } from '../store/nodes.ts';
import type { SwitchBoard } from '../switches/switchBoard.ts';
import type { Credentials } from '../sync/credentials.ts';
import { slug } from '../store/address.ts';
import type { Stores } from '../store/stores.ts';
import { dublinCore } from './dublinCore.ts';
import type { DublinCoreValues } from './dublinCore.ts';

/** A Datasource to create. */
interface NewDatasource {
  readonly title: string;
  /** If undefined, the id is generated from the title, or from the type if there is no title. */
  readonly id: string | undefined;
  /** `@type`. */
  readonly type: string;
  readonly sync: SyncType;
  readonly origin: string | undefined;
  readonly owner: string;
  readonly paceMs: number;
  /** The uid of the wallet entry to use. Default: a new one. */
  readonly walletEntry?: string | undefined;
  /** Values that clients have set. Default: none. */
  readonly fields?: Fields;
  /** Fields that differ from the initial state. */
  readonly state: DatasourceChange;
}

interface TreeDeps extends Pick<Stores, 'database' | 'trail' | 'nodes' | 'datasources' | 'index' | 'grants'> {
  readonly credentials: Credentials;
  readonly switches: SwitchBoard;
}

/** Makes an id from the title's slug and six random characters, like the service's ids (docs/onna-api.md §4). */
function generatedId(title: string): string {
  return `${slug(title)}-${randomBytes(8)
    .toString('base64')
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .padEnd(6, '0')
    .slice(0, 6)}`;
}

/** Builds the account's tree (docs/onna-api.md §10). Each method that creates nodes uses one transaction. */
export class Tree {
  readonly #deps: TreeDeps;

  constructor(deps: TreeDeps) {
    this.#deps = deps;
  }

  /** Creates the account and its folders if they are missing. */
  ensureAccount(account: string): void {
    const { database, nodes } = this.#deps;
    if (nodes.byPath('')) return;
    database.transaction(() => {
      const root = nodes.create({
        parent: undefined,
        name: account,
        type: 'Container',
        title: account,
        creators: [],
      });
      nodes.create({ parent: root, name: 'workspaces', type: 'Folder', title: 'Workspaces', creators: [] });
      nodes.create({ parent: root, name: 'wallet', type: 'Wallet', title: 'Wallet', creators: [] });
    });
  }

  /** Returns the user's own folder. If the folder is missing, creates it with a wallet. */
  ensureUserFolder(login: string): StoredNode {
    const { database, nodes, grants } = this.#deps;
    const known = nodes.byPath(`/${login}`);
    if (known) return known;
    return database.transaction(() => {
      const parent = this.mustFind('');
      const folder = nodes.create({ parent, name: login, type: 'User', title: login, creators: [login] });
      nodes.create({ parent: folder, name: 'wallet', type: 'Wallet', title: 'Wallet', creators: [login] });
      grants.grant(folder.id, login, 'guillotina.Owner');
      return folder;
    });
  }

  grant(path: string, login: string, role: Role): void {
    const node = this.mustFind(path);
    this.#deps.grants.grant(node.id, login, role);
    this.#deps.nodes.touch(node.id);
  }

  addWorkspace(
    title: string,
    id: string | undefined,
    owner: string,
    stored: DublinCoreValues = {},
  ): StoredNode {
    const { database, nodes, grants, index, trail } = this.#deps;
    return database.transaction(() => {
      const node = nodes.create({
        parent: this.mustFind('/workspaces'),
        name: id ?? generatedId(title === '' ? 'Workspace' : title),
        type: 'Workspace',
        title,
        fields: { [dublinCore]: stored },
        creators: [owner],
      });
      grants.grant(node.id, owner, 'guillotina.Owner');
      index.putNode(node);
      trail.audit('create', node, owner, { '@type': node.type, title });
      return node;
    });
  }

  addDatasource(parentPath: string, wanted: NewDatasource): StoredNode {
    const { database, nodes, datasources, grants, index, trail } = this.#deps;
    const { title, type, sync, origin, owner, paceMs, state } = wanted;
    return database.transaction(() => {
      const node = nodes.create({
        parent: this.mustFind(parentPath),
        name: wanted.id ?? generatedId(title === '' ? type : title),
        type,
        title,
        fields: wanted.fields ?? {},
        creators: [owner],
      });
      grants.grant(node.id, owner, 'guillotina.Owner');
      const walletEntry = isFolderType(type)
        ? undefined
        : (wanted.walletEntry ?? this.#addWalletEntry(owner, type));
      datasources.create(node.id, sync, {
        ...(walletEntry === undefined ? {} : { walletEntry }),
        ...(origin === undefined ? {} : { origin }),
        paceMs,
        ...state,
      });
      index.putNode(node);
      const syncStatus = datasources.byId(node.id)?.syncStatus;
      trail.audit('create', node, owner, { '@type': type, title, type_sync: sync, sync_status: syncStatus });
      return node;
    });
  }

  /** @throws Error if there is no node at this path */
  mustFind(path: string): StoredNode {
    const node = this.#deps.nodes.byPath(path);
    if (!node) throw new Error(`there is no node at ${path || '/'}`);
    return node;
  }

  #addWalletEntry(owner: string, type: string): string {
    const { nodes, credentials, switches } = this.#deps;
    const label = type.replace(/Datasource$/, '');
    const entry = nodes.create({
      parent: this.mustFind(`/${owner}/wallet`),
      name: generatedId(label),
      type: 'WalletEntry',
      title: `${label} of ${owner}`,
      creators: [owner],
    });
    credentials.renew(entry.uid, switches.of(owner).credentialLifetimeSeconds);
    return entry.uid;
  }
}
