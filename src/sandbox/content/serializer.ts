import type { Grants } from '../store/grants.ts';
import type { ContentStore } from '../store/contents.ts';
import type { DatasourceState, DatasourceStore } from '../store/datasources.ts';
import type { FavoriteStore } from '../store/favorites.ts';
import type { NodeStore, StoredNode } from '../store/nodes.ts';
import { fileNameOf, originFolderOf } from '../store/storedResource.ts';
import type { ResourceParts } from '../store/resourceParts.ts';
import type { StoredResource } from '../store/storedResource.ts';
import { isoFromMicros } from '../store/timestamps.ts';
import type { UploadFolder } from '../store/uploadFolders.ts';
import type { Micros, Timestamps } from '../store/timestamps.ts';
import type { WalletStore } from '../store/wallet.ts';
import type { Switches } from '../switches/switchBoard.ts';
import { dublinCore, dublinCoreJson, storedDublinCore } from './dublinCore.ts';
import { unsetConnectorFields } from './sourceFields.ts';
import { encodePath } from '../store/address.ts';
import type { Stores } from '../store/stores.ts';

type Json = Record<string, unknown>;

/** Names of Onna's behaviors in JSON (docs/onna-api.md §10). */
const following = 'onna.canonical.behaviors.following.IFollowing';
const metadata = 'onna.canonical.behaviors.metadata.IMetadata';
const origin = 'onna.canonical.behaviors.origin.IOrigin';

/** Maximum number of children that `items` lists. A folder with more children lists none (docs/onna-api.md §4). */
const maxItems = 20;

function iso(micros: Micros | undefined): string | null {
  return micros === undefined ? null : isoFromMicros(micros);
}

/** The title of a Resource, or null if a client has cleared it. */
function titleOf({ title, fields }: StoredResource): unknown {
  return 'title' in storedDublinCore(fields) ? null : title;
}

/** Fields below `IMetadata` and `IOrigin` of a Resource. Search uses the same field names. */
interface ResourceFields {
  readonly metadata: Json;
  readonly origin: Json;
}

/** The parts of a `ViewRequest` that a serialized node depends on. */
interface RequestContext {
  /** Prefix of every `@id`. */
  readonly base: string;
  readonly login: string | undefined;
  readonly switches: Switches;
}

/** Converts stored objects to the service's wire format. */
export class Serializer {
  readonly #nodes: NodeStore;
  readonly #datasources: DatasourceStore;
  readonly #wallet: WalletStore;
  readonly #parts: ResourceParts;
  readonly #contents: ContentStore;
  readonly #grants: Grants;
  readonly #favorites: FavoriteStore;
  readonly #timestamps: Timestamps;

  constructor(
    stores: Pick<
      Stores,
      'nodes' | 'datasources' | 'parts' | 'wallet' | 'contents' | 'grants' | 'favorites' | 'timestamps'
    >,
  ) {
    this.#nodes = stores.nodes;
    this.#datasources = stores.datasources;
    this.#parts = stores.parts;
    this.#wallet = stores.wallet;
    this.#contents = stores.contents;
    this.#grants = stores.grants;
    this.#favorites = stores.favorites;
    this.#timestamps = stores.timestamps;
  }

  /** The `@id` of a path below the account. */
  id(base: string, path: string): string {
    return base + encodePath(path);
  }

  /** A node as GET returns it (docs/onna-api.md §4). */
  node(node: StoredNode, context: RequestContext, fullObjects = false): Json {
    const { base, login, switches } = context;
    const datasource = this.#datasources.byId(node.id);
    const length = datasource?.docCount ?? this.#nodes.countChildren(node.id);
    const isListed = datasource === undefined && (length <= maxItems || fullObjects);
    const children = isListed ? this.#nodes.children(node.id) : [];
    const seen = children.filter((child) =>
      this.#grants.allows(login, child.path, 'guillotina.AccessContent'),
    );
    const described = this.#described(node);
    // The account has no behaviors (docs/onna-api.md §18).
    const isAccount = node.path === '';
    return {
      ...this.#head(node, base),
      '@static_behaviors': isAccount ? [] : [dublinCore],
      parent: this.#parent(node, base),
      is_folderish: node.type !== 'WalletEntry',
      creation_date: described['creation_date'],
      modification_date: iso(node.modifiedAt),
      type_name: node.type,
      title: described['title'],
      uuid: node.uid,
      __behaviors__: [],
      ...this.#sync(datasource, switches),
      ...this.#credentials(node),
      ...(datasource ? unsetConnectorFields : {}),
      ...node.fields,
      [dublinCore]: isAccount ? undefined : described,
      [following]: this.#following(node, login),
      items: seen.map((child) => (fullObjects ? this.node(child, context, true) : this.#head(child, base))),
      length,
    };
  }

  /** A folder inside a folder Datasource. */
  folder(datasourceNode: StoredNode, folder: UploadFolder, base: string): Json {
    const { path, originKey } = folder;
    return {
      '@id': this.id(base, `${datasourceNode.path}/${path}`),
      '@type': 'Folder',
      '@name': path.slice(path.lastIndexOf('/') + 1),
      // A folder has no identity of its own besides its path.
      '@uid': null,
      title: originKey.slice(originKey.lastIndexOf('/') + 1),
      is_folderish: true,
      items: [],
      length: 0,
    };
  }

  /** A node as an item of `@data` and `@workspaces` (docs/onna-api.md §3). */
  listed(node: StoredNode, { base, login, switches }: RequestContext): Json {
    const permissions = this.#grants.permissions(login, node.path);
    const assigned = this.#grants.assignedAt(node.id);
    const sync = this.#sync(this.#datasources.byId(node.id), switches);
    if (switches.dataWithoutSyncStatus) delete sync['sync_status'];
    const described = this.#described(node);
    return {
      ...this.#head(node, base),
      '@timestamp': iso(node.changedAt),
      title: described['title'],
      creation_date: described['creation_date'],
      modification_date: iso(node.modifiedAt),
      creators: described['creators'] ?? [],
      local_shared: Object.keys(assigned).length > 0,
      '@assigned-roles': assigned,
      '@users-permissions': {
        'guillotina.AddContent': permissions.has('guillotina.AddContent'),
        'guillotina.ModifyContent': permissions.has('guillotina.ModifyContent'),
        'guillotina.DeleteContent': permissions.has('guillotina.DeleteContent'),
        'onna.SendToSpyder': permissions.has('onna.SendToSpyder'),
      },
      [following]: this.#following(node, login),
      ...sync,
      ...this.#credentials(node),
    };
  }

  /** Serializes only the identity and the requested fields of a Resource, so that long lists stay fast. */
  partOfResource(
    datasourceNode: StoredNode,
    resource: StoredResource,
    base: string,
    include: readonly string[],
  ): Json {
    const head = this.#resourceHead(datasourceNode, resource, base);
    // If only the title is requested, skip the database reads that the full Resource needs.
    if (include.every((name) => name === 'title')) return { ...head, title: titleOf(resource) };
    const whole = Object.entries(this.resource(datasourceNode, resource, base));
    return { ...head, ...Object.fromEntries(whole.filter(([name]) => include.includes(name))) };
  }

  /** A Resource as GET returns it, or as an item of `@getAllChildrenData`. */
  resource(datasourceNode: StoredNode, resource: StoredResource, base: string): Json {
    const fields = this.resourceFields(resource);
    const described = dublinCoreJson(storedDublinCore(resource.fields), {
      title: resource.title,
      creators: datasourceNode.creators,
      createdAt: iso(resource.createdAt),
      modifiedAt: iso(resource.modifiedAt),
    });
    const [above] = this.#parts.above(resource);
    const length = this.#parts.count(resource.id);
    const listed = length === 0 || length > maxItems ? [] : this.#parts.of(resource.id, maxItems);
    return {
      ...this.#resourceHead(datasourceNode, resource, base),
      '@static_behaviors': [dublinCore, metadata, origin],
      parent: above ? this.#resourceHead(datasourceNode, above, base) : this.#head(datasourceNode, base),
      is_folderish: true,
      creation_date: described['creation_date'],
      modification_date: iso(resource.modifiedAt),
      type_name: 'Resource',
      title: described['title'],
      uuid: resource.uid,
      __behaviors__: [],
      [dublinCore]: described,
      [metadata]: fields.metadata,
      [origin]: fields.origin,
      items: listed.map((part) => this.#resourceHead(datasourceNode, part, base)),
      length,
    };
  }

  /** @param md5 MD5 of the content, if the caller has already read it. */
  resourceFields(resource: StoredResource, md5 = this.#md5(resource)): ResourceFields {
    const modified = iso(resource.originModified);
    return {
      metadata: {
        resource_name: fileNameOf(resource),
        extension: resource.extension,
        content_type: resource.contentType,
        content_length: resource.size,
        md5: md5 ?? null,
        date_created: iso(resource.createdAt),
        date_modified: modified,
        processing_date: iso(resource.processingDate),
        processing_exception: resource.processingException ?? null,
      },
      origin: {
        origin: null,
        origin_id: resource.originKey,
        origin_folder_path: `/${originFolderOf(resource.originKey)}`,
        origin_date_modified: modified,
        origin_exception: resource.originException ?? null,
      },
    };
  }

  #md5({ contentId }: StoredResource): string | undefined {
    return contentId === undefined ? undefined : this.#contents.md5(contentId);
  }

  /** The users who marked the node as a favorite, and whether the caller did (docs/onna-api.md §4). */
  #following(node: StoredNode, login: string | undefined): Json {
    const favorites = this.#favorites.of(node.id);
    return { favorite: login !== undefined && favorites.includes(login), favorites };
  }

  /** The fields that identify a node. A summary of a parent or child has only these fields (docs/onna-api.md §18). */
  #head(node: StoredNode, base: string): Json {
    return { '@id': this.id(base, node.path), '@type': node.type, '@name': node.name, '@uid': node.uid };
  }

  #resourceHead({ path }: StoredNode, resource: StoredResource, base: string): Json {
    return {
      '@id': this.id(base, `${path}/${resource.path}`),
      '@type': 'Resource',
      '@name': resource.path.slice(resource.path.lastIndexOf('/') + 1),
      '@uid': resource.uid,
    };
  }

  #described(node: StoredNode): Json {
    return dublinCoreJson(storedDublinCore(node.fields), {
      title: node.title,
      creators: node.creators,
      createdAt: iso(node.createdAt),
      modifiedAt: iso(node.modifiedAt),
    });
  }

  #parent(node: StoredNode, base: string): Json {
    const parent = node.parentId === undefined ? undefined : this.#nodes.byId(node.parentId);
    return parent === undefined ? {} : this.#head(parent, base);
  }

  /** The expiry of a wallet entry. Onna does not publish the names of these fields. */
  #credentials({ type, uid }: StoredNode): Json {
    const entry = type === 'WalletEntry' ? this.#wallet.entry(uid, this.#timestamps.now()) : undefined;
    if (!entry) return {};
    return {
      credential_state: entry.state,
      expiration_date: iso(entry.expiresAt),
      datasource_type: entry.type ?? null,
    };
  }

  #sync(state: DatasourceState | undefined, { unknownStatus }: Switches): Json {
    if (!state) return {};
    return {
      type_sync: state.typeSync,
      sync_status: unknownStatus ?? state.syncStatus,
      last_sync: iso(state.lastSync),
      next_sync: iso(state.nextRun),
      sync_message: state.syncMessage ?? null,
      credential_state: this.#wallet.credentialState(state, this.#timestamps.now()),
      wallet_entry: state.walletEntry ?? null,
      doc_count: state.docCount,
    };
  }
}
