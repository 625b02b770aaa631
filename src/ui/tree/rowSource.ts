import type { CredentialEntry } from '../../model/credentials/credentialEntries.ts';
import type { Renewals } from '../../model/credentials/renewals.ts';
import type { Wallet } from '../../model/credentials/wallet.ts';
import type { Datasource } from '../../model/datasources/datasource.ts';
import type { DatasourceStore } from '../../model/datasources/datasourceStore.ts';
import type { Group } from '../../model/datasources/grouping.ts';
import type { Finding } from '../../model/history/findings.ts';
import type { ResourceList } from '../../model/resources/resourceList.ts';
import type { ExceptionMark } from '../../model/resources/resourceWalk.ts';
import type { GroupNode, ResourceNode } from './nodes.ts';

/** The credentials that rows are drawn from. */
export interface CredentialSource {
  readonly wallet: Pick<Wallet, 'due' | 'find' | 'shown' | 'onDidChange'>;
  readonly renewals: Pick<Renewals, 'isFresh' | 'onDidRenew'>;
}

/** The data that rows are drawn from. */
export interface RowSource {
  readonly store: DatasourceStore;
  readonly credentials: CredentialSource;
  /** The credentials in the group *Needs Renewal*. Empty while a filter is active. */
  dueCredentials(connectionId: string): readonly CredentialEntry[];
  group(node: GroupNode): Group | undefined;
  /** Whether a group is collapsed because the groups above it already show the maximum number of matches. */
  isHeldBack(node: GroupNode): boolean;
  /** The number of a group's matches that are not shown. */
  hiddenMatches(node: GroupNode): number;
  /** The list that the tree shows below a Datasource: all its Resources, or only those with exceptions. */
  resources(connectionId: string, datasourceId: string): ResourceList | undefined;
  /** Whether the tree shows only those Resources of a Datasource that have exceptions. */
  isExceptionsOnly(connectionId: string, datasourceId: string): boolean;
  /** Undefined for a Resource without an exception. */
  mark(node: ResourceNode): ExceptionMark | undefined;
  now(): number;
  /** Facts about a Datasource that the list of Datasources does not contain. */
  finding(connectionId: string, datasource: Datasource): Finding;
}
