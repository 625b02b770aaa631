import type { Group } from '../../model/datasources/grouping.ts';
import type { Child } from '../../onna/wire/children.ts';

/**
 * A row of the tree. It only identifies its content. Its appearance is read from the model when VS Code draws
 * the row.
 */
export type TreeNode =
  | ConnectionNode
  | GroupNode
  | RenewalsNode
  | CredentialsNode
  | StoppedNode
  | DatasourceNode
  | MoreMatchesNode
  | SectionNode
  | ResourceNode
  | LoadMoreNode
  | MoreAttentionNode
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

/** The group *Needs Renewal*. It is shown only if credentials must be renewed. */
export interface RenewalsNode extends Row {
  readonly kind: 'renewals';
}

/** Credentials that must be renewed. */
export interface CredentialsNode extends Row {
  readonly kind: 'credentials';
  readonly entryId: string;
}

/** A Datasource below the credentials that it uses. Its own row is in its own group. */
export interface StoppedNode extends Row {
  readonly kind: 'stopped';
  readonly entryId: string;
  readonly datasourceId: string;
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

/** Represents the Datasources that need attention but are not shown. It belongs to no connection. */
export interface MoreAttentionNode extends Row {
  readonly kind: 'moreAttention';
  readonly hidden: number;
}

/**
 * A row with a message: there is nothing to show, loading failed, the list is incomplete, or a filter is
 * active.
 */
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

/** Whether a command's argument is a row of this tree. */
export function isTreeNode(value: unknown): value is TreeNode {
  return typeof value === 'object' && value !== null && 'kind' in value && 'connectionId' in value;
}

export function isDatasourceNode(node: TreeNode): node is DatasourceNode {
  return node.kind === 'datasource';
}

export function isResourceNode(node: TreeNode): node is ResourceNode {
  return node.kind === 'resource';
}

/** Creates a row for a command on a Datasource. The tree need not show the Datasource. */
export function rowFor(connectionId: string, datasourceId: string): DatasourceNode {
  return {
    kind: 'datasource',
    id: `call/${connectionId}/${datasourceId}`,
    connectionId,
    datasourceId,
    parent: undefined,
  };
}
