import type { DatasourceStore } from '../../model/datasources/datasourceStore.ts';
import type { ExceptionMarks } from '../../model/resources/exceptionMarks.ts';
import type { ResourceList, Section } from '../../model/resources/resourceList.ts';
import type { ResourceLists } from '../../model/resources/resourceLists.ts';
import type { NodePath } from '../../onna/address.ts';
import type { DatasourceNode, SectionNode, TreeNode } from './nodes.ts';
import { resourceId, type NodeRegistry } from './nodeRegistry.ts';

/** Dependencies of {@link ResourceRows}. */
interface ResourceRowsParts {
  readonly store: DatasourceStore;
  readonly lists: ResourceLists;
  readonly marks: Pick<ExceptionMarks, 'shown'>;
  readonly nodes: NodeRegistry;
}

/** The rows below a Datasource: all its Resources, or only its Resources with exceptions. */
export class ResourceRows {
  readonly #store: DatasourceStore;
  readonly #lists: ResourceLists;
  readonly #marks: Pick<ExceptionMarks, 'shown'>;
  readonly #nodes: NodeRegistry;

  constructor({ store, lists, marks, nodes }: ResourceRowsParts) {
    this.#store = store;
    this.#lists = lists;
    this.#marks = marks;
    this.#nodes = nodes;
  }

  /** The rows of a Datasource. Only the first expansion waits for the service. */
  async ofDatasource(node: DatasourceNode): Promise<TreeNode[]> {
    const { connectionId, datasourceId } = node;
    const datasource = this.#store.find(connectionId, datasourceId);
    if (!datasource) return [];
    const list = this.#lists.of(connectionId, datasource);
    if (!list.started && !list.failure) await list.open();
    if (list.started) this.#marks.shown(connectionId, datasourceId);
    if (!this.#lists.isExceptionsOnly(connectionId, datasourceId))
      return this.#rowsOf(node, list, 'noResources');
    return [this.#nodes.notice(node, 'exceptionsOnly'), ...this.#rowsOf(node, list, 'noExceptions')];
  }

  ofSection(node: SectionNode): TreeNode[] {
    const list = this.#lists.opened(node.connectionId, node.datasourceId);
    const section = list?.sections()[node.index];
    if (!list || !section) return [];
    const rows = this.#resources(node, list, section.from, section.to);
    return section.last ? [...rows, ...this.#ending(node, list)] : rows;
  }

  /** The row of the Resource at `index`, if it is loaded. */
  at(parent: DatasourceNode | SectionNode, index: number): TreeNode | undefined {
    const child = this.#lists.opened(parent.connectionId, parent.datasourceId)?.children[index];
    return child && this.#nodes.resource(parent, child);
  }

  section(parent: DatasourceNode, section: Section): SectionNode {
    return this.#nodes.section(parent, section);
  }

  /** The rows of those Resources that have been shown below a Datasource's row. */
  shown(parent: DatasourceNode, paths: readonly NodePath[]): TreeNode[] {
    return paths.flatMap((path) => this.#nodes.get(resourceId(parent, path)) ?? []);
  }

  #rowsOf(node: DatasourceNode, list: ResourceList, empty: 'noResources' | 'noExceptions'): TreeNode[] {
    if (!list.started) return [this.#nodes.notice(node, 'resourcesFailed')];
    if (list.children.length === 0 && list.done && !list.failure && list.missing === 0)
      return [this.#nodes.notice(node, empty)];
    const sections = list.sections();
    if (sections.length > 0) return sections.map((section) => this.section(node, section));
    return [...this.#resources(node, list, 0, list.children.length), ...this.#ending(node, list)];
  }

  #resources(
    parent: DatasourceNode | SectionNode,
    { children }: ResourceList,
    from: number,
    to: number,
  ): TreeNode[] {
    return children.slice(from, to).map((child) => this.#nodes.resource(parent, child));
  }

  /** The last row, after the Resources: “Load More”, an error, or a notice that Resources are missing. */
  #ending(parent: DatasourceNode | SectionNode, list: ResourceList): TreeNode[] {
    if (list.failure) return [this.#nodes.notice(parent, 'resourcesFailed')];
    if (!list.done || list.stale) return [this.#nodes.loadMore(parent)];
    return list.missing > 0 ? [this.#nodes.notice(parent, 'resourcesMissing')] : [];
  }
}
