import type { Group } from '../../model/datasources/grouping.ts';
import type { Section } from '../../model/resources/resourceList.ts';
import type { Child } from '../../onna/wire/children.ts';
import type { DatasourceNode, GroupNode, NoticeNode, ResourceNode, SectionNode, TreeNode } from './nodes.ts';

/** As many rows are kept without asking whether they still stand anywhere. */
const fewRows = 5_000;

/** Rows by id, made once: VS Code knows a row again only as the same object. */
export class NodeRegistry {
  readonly #known = new Map<string, TreeNode>();
  readonly #standing: () => (node: TreeNode) => boolean;
  /** With more than these, those that stand nowhere any more are looked for. */
  #most = fewRows;

  /** @param standing Made for one look at all rows: tells which of them are still to be seen, or could be. */
  constructor(standing: () => (node: TreeNode) => boolean) {
    this.#standing = standing;
  }

  get size(): number {
    return this.#known.size;
  }

  /** A row that was made before. */
  get(id: string): TreeNode | undefined {
    return this.#known.get(id);
  }

  /** Forgets the rows of a connection that is gone. */
  forget(connectionId: string): void {
    for (const [id, node] of this.#known) if (node.connectionId === connectionId) this.#known.delete(id);
  }

  connection(connectionId: string): TreeNode {
    return this.#same({ kind: 'connection', id: connectionId, connectionId, parent: undefined });
  }

  /** @param id Unique among all rows; under a filter another one, see {@link TreeProvider}. */
  group(id: string, connectionId: string, { key, kind }: Pick<Group, 'key' | 'kind'>): GroupNode {
    const parent = this.connection(connectionId);
    return this.#same({ kind: 'group', id, connectionId, groupKey: key, groupKind: kind, parent });
  }

  datasource(parent: GroupNode, datasourceId: string): DatasourceNode {
    const { connectionId } = parent;
    const id = `${parent.id}/${datasourceId}`;
    return this.#same({ kind: 'datasource', id, connectionId, datasourceId, parent });
  }

  /** The row below the Datasources of a group that a filter shows. */
  moreMatches(group: GroupNode): TreeNode {
    const { connectionId } = group;
    const id = `${group.id}/moreMatches`;
    return this.#same({ kind: 'moreMatches', id, connectionId, group, parent: group });
  }

  section(parent: DatasourceNode, { index, last }: Pick<Section, 'index' | 'last'>): SectionNode {
    const { connectionId, datasourceId } = parent;
    // A section that is full gets a new id: VS Code then draws it collapsed, and an appended page never
    // re-sends its rows (bench of VS Code 1.139: constant instead of linear).
    const id = `${parent.id}/section/${index}${last ? '+' : ''}`;
    return this.#same({ kind: 'section', id, connectionId, datasourceId, index, parent });
  }

  resource(parent: DatasourceNode | SectionNode, child: Child): ResourceNode {
    const { connectionId, datasourceId } = parent;
    const datasourceRow = parent.kind === 'section' ? parent.parent : parent;
    const id = `${datasourceRow?.id ?? ''}/resource${child.path}`;
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
    // A Resource read again may have another title.
    if (same && !(node.kind === 'resource' && 'child' in known && known.child.title !== node.child.title))
      return known as T;
    this.#known.set(node.id, node);
    if (this.#known.size > this.#most) this.#forgetGone();
    return node;
  }

  /**
   * By another grouping, and by its status at each time, every Datasource has other rows. Looked for only when there
   * are twice as many as the last time, so that it costs next to nothing.
   */
  #forgetGone(): void {
    const stands = this.#standing();
    for (const [id, node] of this.#known) if (!stands(node)) this.#known.delete(id);
    this.#most = Math.max(fewRows, 2 * this.#known.size);
  }
}
