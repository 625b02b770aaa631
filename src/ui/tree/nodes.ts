import type { Group } from '../../model/datasources/grouping.ts';
import type { Child } from '../../onna/wire/children.ts';

/** A row of the tree. It only names what it shows; what that looks like is read from the model when it is drawn. */
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
  /** Unique over the whole view and the same after a restart. */
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

/** Stands for the Datasources of a group that match the filter too, beyond those that are shown. */
export interface MoreMatchesNode extends Row {
  readonly kind: 'moreMatches';
  readonly group: GroupNode;
}

/** Some of a Datasource's Resources: "501–1,000". */
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

/** A row that says something: nothing here, loading failed, not all of it was listed. */
export interface NoticeNode extends Row {
  readonly kind: 'notice';
  readonly datasourceId: string | undefined;
  readonly about:
    | 'connectionFailed'
    | 'resourcesFailed'
    | 'resourcesMissing'
    | 'noDatasources'
    | 'noResources'
    | 'noMatches';
}

/** Whether VS Code, or whoever called a command, passed a row of ours. */
export function isTreeNode(value: unknown): value is TreeNode {
  return typeof value === 'object' && value !== null && 'kind' in value && 'connectionId' in value;
}

export function isDatasourceNode(node: TreeNode): node is DatasourceNode {
  return node.kind === 'datasource';
}

export function isResourceNode(node: TreeNode): node is ResourceNode {
  return node.kind === 'resource';
}
