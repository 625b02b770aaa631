import type { Group } from '../../model/datasources/grouping.ts';
import type { Section } from '../../model/resources/resourceList.ts';
import type { NodePath } from '../../onna/address.ts';
import type { Child } from '../../onna/wire/children.ts';
import type {
  CredentialsNode,
  DatasourceNode,
  GroupNode,
  NoticeNode,
  RenewalsNode,
  ResourceNode,
  SectionNode,
  StoppedNode,
  TreeNode,
} from './nodes.ts';

/** Minimum number of rows before any row is pruned. */
const minPruneSize = 5_000;

/**
 * The id of a Resource's row. It does not contain the section, because the row moves into a section when the list is
 * split into sections.
 */
export function resourceId(datasourceRow: TreeNode | undefined, path: NodePath): string {
  return `${datasourceRow?.id ?? ''}/resource${path}`;
}

/** Rows by id. Each row is created only once, because VS Code identifies rows by object identity. */
export class NodeRegistry {
  readonly #known = new Map<string, TreeNode>();
  readonly #makeIsInUse: () => (node: TreeNode) => boolean;
  /** If there are more rows than this, unused rows are pruned. */
  #pruneAbove = minPruneSize;

  /**
   * @param makeIsInUse Called once per pruning. Returns a function that checks whether VS Code might still use a row.
   */
  constructor(makeIsInUse: () => (node: TreeNode) => boolean) {
    this.#makeIsInUse = makeIsInUse;
  }

  get size(): number {
    return this.#known.size;
  }

  /** Returns the row with this id, if it exists. */
  get(id: string): TreeNode | undefined {
    return this.#known.get(id);
  }

  /** Forgets the rows of a removed connection. */
  forget(connectionId: string): void {
    for (const [id, node] of this.#known) if (node.connectionId === connectionId) this.#known.delete(id);
  }

  connection(connectionId: string): TreeNode {
    return this.#same({ kind: 'connection', id: connectionId, connectionId, parent: undefined });
  }

  /**
   * @param id Unique among all rows. While a filter is active, a group has a different id; see {@link
   * TreeProvider}.
   */
  group(id: string, connectionId: string, { key, kind }: Pick<Group, 'key' | 'kind'>): GroupNode {
    const parent = this.connection(connectionId);
    return this.#same({ kind: 'group', id, connectionId, groupKey: key, groupKind: kind, parent });
  }

  renewals(connectionId: string): RenewalsNode {
    const id = `${connectionId}/renewals`;
    return this.#same({ kind: 'renewals', id, connectionId, parent: this.connection(connectionId) });
  }

  credentials(parent: RenewalsNode, entryId: string): CredentialsNode {
    const { connectionId } = parent;
    return this.#same({ kind: 'credentials', id: `${parent.id}/${entryId}`, connectionId, entryId, parent });
  }

  stopped(parent: CredentialsNode, datasourceId: string): StoppedNode {
    const { connectionId, entryId } = parent;
    const id = `${parent.id}/${datasourceId}`;
    return this.#same({ kind: 'stopped', id, connectionId, entryId, datasourceId, parent });
  }

  datasource(parent: GroupNode, datasourceId: string): DatasourceNode {
    const { connectionId } = parent;
    const id = `${parent.id}/${datasourceId}`;
    return this.#same({ kind: 'datasource', id, connectionId, datasourceId, parent });
  }

  /** The last row of a group with hidden matches. Selecting it shows these matches. */
  moreMatches(group: GroupNode): TreeNode {
    const { connectionId } = group;
    const id = `${group.id}/moreMatches`;
    return this.#same({ kind: 'moreMatches', id, connectionId, group, parent: group });
  }

  section(parent: DatasourceNode, { index, last }: Pick<Section, 'index' | 'last'>): SectionNode {
    const { connectionId, datasourceId } = parent;
    // When a section becomes full, it gets a new id. VS Code then draws it collapsed. Its rows are not sent
    // again when a page is appended (benchmark with VS Code 1.139: constant instead of linear cost).
    const id = `${parent.id}/section/${index}${last ? '+' : ''}`;
    return this.#same({ kind: 'section', id, connectionId, datasourceId, index, parent });
  }

  resource(parent: DatasourceNode | SectionNode, child: Child): ResourceNode {
    const { connectionId, datasourceId } = parent;
    const id = resourceId(parent.kind === 'section' ? parent.parent : parent, child.path);
    return this.#same({ kind: 'resource', id, connectionId, datasourceId, child, parent });
  }

  loadMore(parent: DatasourceNode | SectionNode): TreeNode {
    const { connectionId, datasourceId } = parent;
    return this.#same({ kind: 'loadMore', id: `${parent.id}/more`, connectionId, datasourceId, parent });
  }

  notice(parent: TreeNode, about: NoticeNode['about']): NoticeNode {
    const { connectionId } = parent;
    const datasourceId = 'datasourceId' in parent ? parent.datasourceId : undefined;
    const id = `${parent.id}/notice/${about}`;
    return this.#same({ kind: 'notice', id, connectionId, datasourceId, about, parent });
  }

  #same<T extends TreeNode>(node: T): T {
    const known = this.#known.get(node.id);
    const same = known?.kind === node.kind && known.parent === node.parent;
    // A Resource may have a new title after it was read again.
    if (same && !(node.kind === 'resource' && 'child' in known && known.child.title !== node.child.title))
      return known as T;
    this.#known.set(node.id, node);
    if (this.#known.size > this.#pruneAbove) this.#prune();
    return node;
  }

  /**
   * The number of rows grows, because a Datasource gets a different row in each grouping and in each status
   * group. Rows are pruned only after their number has doubled, so that the cost stays negligible.
   */
  #prune(): void {
    const isInUse = this.#makeIsInUse();
    for (const [id, node] of this.#known) if (!isInUse(node)) this.#known.delete(id);
    this.#pruneAbove = Math.max(minPruneSize, 2 * this.#known.size);
  }
}
