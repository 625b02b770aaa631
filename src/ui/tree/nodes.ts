import type { Group } from '../../model/datasources/grouping.ts';
import type { Child } from '../../onna/wire/children.ts';

/**
 * A row of the tree. The row only identifies its content; its appearance is read from the model when the row is drawn.
 */
export type TreeNode =
  | ConnectionNode
  | GroupNode
  | DatasourceNode
  | MoreMatchesNode
  | SectionNode
  | ResourceNode
  | LoadMoreNode
  | NoticeNode;

interface Row {
  /** Unique in the whole view, and the same after a restart. */
  readonly id: string;
  readonly connectionId: string;
  readonly parent: TreeNode | undefined;
}

export interface ConnectionNode extends Row {
  readonly kind: 'connection';
}

export interface GroupNode extends Row {
  readonly kind: 'group';
  readonly groupKey: string;
  readonly groupKind: Group['kind'];
}

export interface DatasourceNode extends Row {
  readonly kind: 'datasource';
  readonly datasourceId: string;
}

/** Represents the Datasources of a group that match the filter but are not shown yet. */
export interface MoreMatchesNode extends Row {
  readonly kind: 'moreMatches';
  readonly group: GroupNode;
}

/** A range of a Datasource's Resources: "501–1,000". */
export interface SectionNode extends Row {
  readonly kind: 'section';
  readonly datasourceId: string;
  readonly index: number;
}

export interface ResourceNode extends Row {
  readonly kind: 'resource';
  readonly datasourceId: string;
  readonly child: Child;
}

export interface LoadMoreNode extends Row {
  readonly kind: 'loadMore';
  readonly datasourceId: string;
}

/** A row with a message: there is nothing to show, loading failed, the list is incomplete, or a filter is on. */
export interface NoticeNode extends Row {
  readonly kind: 'notice';
  readonly datasourceId: string | undefined;
  readonly about:
    | 'connectionFailed'
    | 'resourcesFailed'
    | 'resourcesMissing'
    | 'noDatasources'
    | 'noResources'
    | 'exceptionsOnly'
    | 'noExceptions'
    | 'noMatches';
}

/** Whether the argument of a command is one of this tree's rows. */
export function isTreeNode(value: unknown): value is TreeNode {
  return typeof value === 'object' && value !== null && 'kind' in value && 'connectionId' in value;
}

export function isDatasourceNode(node: TreeNode): node is DatasourceNode {
  return node.kind === 'datasource';
}

export function isResourceNode(node: TreeNode): node is ResourceNode {
  return node.kind === 'resource';
}

/** A row for a command on a Datasource, without the tree: the tree may not show it. */
export function rowFor(connectionId: string, datasourceId: string): DatasourceNode {
  return {
    kind: 'datasource',
    id: `call/${connectionId}/${datasourceId}`,
    connectionId,
    datasourceId,
    parent: undefined,
  };
}
