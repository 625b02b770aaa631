import type { ConnectionSnapshot } from '../../model/datasources/connectionSnapshot.ts';
import type { Datasource } from '../../model/datasources/datasource.ts';
import type { DatasourceStore } from '../../model/datasources/datasourceStore.ts';
import type { Group } from '../../model/datasources/grouping.ts';
import type { ResourceList } from '../../model/resources/resourceList.ts';
import type { ResourceNode, TreeNode } from './nodes.ts';

/** The current rows, which depend on the grouping, the filter and the data. */
interface CurrentRows {
  readonly store: DatasourceStore;
  groups(snapshot: ConnectionSnapshot): ReadonlyMap<string, Group>;
  groupId(snapshot: ConnectionSnapshot, key: string): string;
  shownDatasource(snapshot: ConnectionSnapshot, datasource: Datasource): TreeNode | undefined;
  resources(connectionId: string, datasourceId: string): ResourceList | undefined;
}

/** Returns a function that checks whether VS Code might use a row. */
export function makeIsInUse(rows: CurrentRows): (node: TreeNode) => boolean {
  const loaded = new Map<ResourceList, ReadonlySet<string>>();
  const isLoaded = ({ connectionId, datasourceId, child }: ResourceNode): boolean => {
    const list = rows.resources(connectionId, datasourceId);
    if (!list) return false;
    let paths = loaded.get(list);
    if (!paths) loaded.set(list, (paths = new Set(list.children.map(({ path }) => path))));
    return paths.has(child.path);
  };
  const isInUse = (node: TreeNode): boolean => {
    const snapshot = rows.store.get(node.connectionId);
    if (!snapshot || node.kind === 'connection') return snapshot !== undefined;
    if (node.kind === 'group')
      return rows.groups(snapshot).has(node.groupKey) && node.id === rows.groupId(snapshot, node.groupKey);
    if (node.kind === 'datasource') {
      const datasource = snapshot.datasources.get(node.datasourceId);
      return datasource !== undefined && rows.shownDatasource(snapshot, datasource)?.id === node.id;
    }
    if (node.kind === 'resource' && !isLoaded(node)) return false;
    return node.parent !== undefined && isInUse(node.parent);
  };
  return isInUse;
}
