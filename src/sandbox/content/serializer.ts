import type { Grants } from '../store/grants.ts';
import type { ContentStore } from '../store/contents.ts';
import type { DatasourceState, DatasourceStore } from '../store/datasources.ts';
import type { NodeStore, StoredNode } from '../store/nodes.ts';
import type { StoredResource } from '../store/resources.ts';
import { isoFromMicros } from '../store/timestamps.ts';
import type { Micros, Timestamps } from '../store/timestamps.ts';
import type { WalletStore } from '../store/wallet.ts';
import type { Switches } from '../switches/switchBoard.ts';
import { encodePath } from '../store/address.ts';
import type { Stores } from '../store/stores.ts';

type Json = Record<string, unknown>;

/** Names of the framework's behaviors in JSON (docs/onna-api.md §4 and §10). */
export const dublinCore = 'guillotina.behaviors.dublincore.IDublinCore';
const following = 'onna.canonical.behaviors.following.IFollowing';
const metadata = 'onna.canonical.behaviors.metadata.IMetadata';
const origin = 'onna.canonical.behaviors.origin.IOrigin';

/** Maximum number of children that `items` lists. A folder with more children lists none (docs/onna-api.md §4). */
const maxItems = 20;

function iso(micros: Micros | undefined): string | null {
  return micros === undefined ? null : isoFromMicros(micros);
}

/** Folder part of an origin key. Returns `''` for a file in the top folder. */
function folderOf(originKey: string): string {
  return originKey.slice(0, Math.max(0, originKey.lastIndexOf('/')));
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
  readonly #contents: ContentStore;
  readonly #grants: Grants;
  readonly #timestamps: Timestamps;

  constructor(
    stores: Pick<Stores, 'nodes' | 'datasources' | 'wallet' | 'contents' | 'grants' | 'timestamps'>,
  ) {
    this.#nodes = stores.nodes;
    this.#datasources = stores.datasources;
    this.#wallet = stores.wallet;
    this.#contents = stores.contents;
    this.#grants = stores.grants;
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
    const children = datasource === undefined && length <= maxItems ? this.#nodes.children(node.id) : [];
    const seen = children.filter((child) =>
      this.#grants.allows(login, child.path, 'guillotina.AccessContent'),
    );
    return {
      ...this.#head(node, base),
      '@static_behaviors': [dublinCore],
      parent: this.#parent(node, base),
      is_folderish: node.type !== 'WalletEntry',
      creation_date: iso(node.createdAt),
      modification_date: iso(node.modifiedAt),
      type_name: node.type,
      title: node.title,
      uuid: node.uid,
      __behaviors__: [],
      ...this.#sync(datasource, switches),
      ...node.fields,
      [dublinCore]: {
        title: node.title,
        description: node.fields['description'] ?? null,
        tags: [],
        creators: node.creators,
        contributors: [],
      },
      [following]: { favorite: false, favorites: [] },
      items: seen.map((child) => (fullObjects ? this.node(child, context) : this.#summary(child, base))),
      length,
    };
  }

  /** A node as an item of `@data` and `@workspaces` (docs/onna-api.md §3). */
  listed(node: StoredNode, { base, login, switches }: RequestContext): Json {
    const permissions = this.#grants.permissions(login, node.path);
    const assigned = this.#grants.assignedAt(node.id);
    const sync = this.#sync(this.#datasources.byId(node.id), switches);
    if (switches.dataWithoutSyncStatus) delete sync['sync_status'];
    return {
      ...this.#head(node, base),
      '@timestamp': iso(node.changedAt),
      title: node.title,
      creation_date: iso(node.createdAt),
      modification_date: iso(node.modifiedAt),
      creators: node.creators,
      local_shared: Object.keys(assigned).length > 0,
      '@assigned-roles': assigned,
      '@users-permissions': {
        'guillotina.AddContent': permissions.has('guillotina.AddContent'),
        'guillotina.ModifyContent': permissions.has('guillotina.ModifyContent'),
        'guillotina.DeleteContent': permissions.has('guillotina.DeleteContent'),
        'onna.SendToSpyder': permissions.has('onna.SendToSpyder'),
      },
      ...sync,
    };
  }

  /** Serializes only the identity and the requested fields of a Resource, so that long lists stay fast. */
  partOfResource(
    datasourceNode: StoredNode,
    resource: StoredResource,
    base: string,
    include: readonly string[],
  ): Json {
    const head = {
      '@id': this.id(base, `${datasourceNode.path}/${resource.path}`),
      '@type': 'Resource',
      '@name': resource.path.slice(resource.path.lastIndexOf('/') + 1),
      '@uid': resource.uid,
    };
    // If only the title is requested, skip the database reads that the full Resource needs.
    if (include.every((name) => name === 'title')) return { ...head, title: resource.title };
    const whole = Object.entries(this.resource(datasourceNode, resource, base));
    return { ...head, ...Object.fromEntries(whole.filter(([name]) => include.includes(name))) };
  }

  /** A Resource as GET returns it, or as an item of `@getAllChildrenData`. */
  resource(datasourceNode: StoredNode, resource: StoredResource, base: string): Json {
    const fields = this.resourceFields(resource);
    const name = resource.path.slice(resource.path.lastIndexOf('/') + 1);
    return {
      '@id': this.id(base, `${datasourceNode.path}/${resource.path}`),
      '@type': 'Resource',
      '@name': name,
      '@uid': resource.uid,
      '@static_behaviors': [dublinCore, metadata, origin],
      parent: this.#summary(datasourceNode, base),
      is_folderish: true,
      creation_date: iso(resource.createdAt),
      modification_date: iso(resource.modifiedAt),
      type_name: 'Resource',
      title: resource.title,
      uuid: resource.uid,
      __behaviors__: [],
      [dublinCore]: {
        title: resource.title,
        description: null,
        tags: [],
        creators: datasourceNode.creators,
        contributors: [],
      },
      [metadata]: fields.metadata,
      [origin]: fields.origin,
      items: [],
      length: 0,
    };
  }

  /** @param md5 MD5 of the content, from callers that have read it already. */
  resourceFields(resource: StoredResource, md5 = this.#md5(resource)): ResourceFields {
    const modified = iso(resource.originModified);
    return {
      metadata: {
        resource_name: resource.title,
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
        origin_folder_path: `/${folderOf(resource.originKey)}`,
        origin_date_modified: modified,
        origin_exception: resource.originException ?? null,
      },
    };
  }

  #md5({ contentId }: StoredResource): string | undefined {
    return contentId === undefined ? undefined : this.#contents.md5(contentId);
  }

  #head(node: StoredNode, base: string): Json {
    return { '@id': this.id(base, node.path), '@type': node.type, '@name': node.name, '@uid': node.uid };
  }

  #summary(node: StoredNode, base: string): Json {
    return { ...this.#head(node, base), title: node.title, is_folderish: node.type !== 'WalletEntry' };
  }

  #parent(node: StoredNode, base: string): Json {
    const parent = node.parentId === undefined ? undefined : this.#nodes.byId(node.parentId);
    return parent === undefined ? {} : this.#head(parent, base);
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
