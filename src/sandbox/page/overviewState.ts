import type { CredentialState, SyncType } from '../store/datasources.ts';
import type { SwitchChange, Switches } from '../switches/switchBoard.ts';

/** A user of the account, and what they were given where. */
export interface UserOverview {
  readonly login: string;
  readonly name: string;
  readonly surname: string;
  readonly superuser: boolean;
  readonly roles: readonly { readonly path: string; readonly role: string }[];
}

/** A Datasource as it is, whatever the switches make of it. Dates are ISO. */
export interface DatasourceOverview {
  readonly path: string;
  readonly uid: string;
  readonly title: string;
  /** `@type` */
  readonly type: string;
  readonly type_sync: SyncType;
  readonly sync_status: string;
  readonly sync_message: string | null;
  readonly doc_count: number;
  readonly last_sync: string | null;
  readonly next_sync: string | null;
  readonly credential_state: CredentialState;
}

/** A Datasource in the queue of runs. */
export interface QueuedRun {
  readonly path: string;
  readonly title: string;
}

/** What `GET /_sandbox/state` answers. Long lists are cut; the counts beside them are not. */
export interface OverviewState {
  /** Sent back as `cursor=`, it saves being told the same again. */
  readonly cursor: string;
  readonly account: {
    readonly container: string;
    readonly account: string;
    /** The sandbox's own user. */
    readonly owner: string;
    readonly users: readonly UserOverview[];
  };
  readonly datasources: {
    readonly total: number;
    /** Those that `find=` found. */
    readonly found: number;
    /** How many there are of each status, of all. */
    readonly statuses: Readonly<Record<string, number>>;
    readonly items: readonly DatasourceOverview[];
  };
  readonly queue: {
    readonly running: readonly QueuedRun[];
    readonly waiting: readonly QueuedRun[];
    readonly waiting_count: number;
    /** Resources that wait for processing. */
    readonly resources_count: number;
    /** The next ones. */
    readonly resources: readonly { readonly title: string; readonly datasource: string | null }[];
  };
  readonly switches: {
    readonly common: Switches;
    /** By login: those that are set for one user only. */
    readonly own: Readonly<Record<string, SwitchChange>>;
  };
}
