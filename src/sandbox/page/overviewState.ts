import type { SyncType } from '../store/datasources.ts';
import type { CredentialState } from '../store/wallet.ts';
import type { SwitchChange, Switches } from '../switches/switchBoard.ts';

/** A user of the account, and the roles granted to them. */
export interface UserOverview {
  readonly login: string;
  readonly name: string;
  readonly surname: string;
  readonly superuser: boolean;
  readonly roles: readonly { readonly path: string; readonly role: string }[];
}

/** The real state of a Datasource, unaffected by the switches. Dates are ISO. */
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

/** Body of `GET /_sandbox/state`. Long lists are truncated; the counts are complete. */
export interface OverviewState {
  /** A request that sends this value as `cursor=` gets 204 if nothing has changed. */
  readonly cursor: string;
  readonly account: {
    readonly container: string;
    readonly account: string;
    /** Login of the user that the sandbox was started with. */
    readonly owner: string;
    readonly users: readonly UserOverview[];
  };
  readonly datasources: {
    readonly total: number;
    /** Number of Datasources that match `find=`. */
    readonly found: number;
    /** Number of Datasources by status, regardless of `find=`. */
    readonly statuses: Readonly<Record<string, number>>;
    readonly items: readonly DatasourceOverview[];
  };
  readonly queue: {
    readonly running: readonly QueuedRun[];
    readonly waiting: readonly QueuedRun[];
    readonly waiting_count: number;
    /** Number of Resources waiting for processing. */
    readonly resources_count: number;
    /** The Resources to process next. */
    readonly resources: readonly { readonly title: string; readonly datasource: string | null }[];
  };
  readonly switches: {
    readonly common: Switches;
    /** Switches that are set for single users, by login. */
    readonly own: Readonly<Record<string, SwitchChange>>;
  };
}
