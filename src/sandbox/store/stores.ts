import type { Clock } from '../base/clock.ts';
import { AuditTrail } from './auditTrail.ts';
import { ContentStore } from './contents.ts';
import { Database } from './database.ts';
import { DatasourceStore } from './datasources.ts';
import { AccessSettings } from './accessSettings.ts';
import { FavoriteStore } from './favorites.ts';
import { Grants } from './grants.ts';
import { GroupStore } from './groups.ts';
import { NodeStore } from './nodes.ts';
import { Passwords } from './passwords.ts';
import { ProcessingQueue } from './processingQueue.ts';
import { RemovedResources } from './removedResources.ts';
import { ResourceParts } from './resourceParts.ts';
import { ResourceStore } from './resources.ts';
import { RetentionStore } from './retentionStore.ts';
import { SearchIndex } from './searchIndex.ts';
import { Settings } from './settings.ts';
import { Timestamps } from './timestamps.ts';
import { UploadFolders } from './uploadFolders.ts';
import { UncleanCounts } from './uncleanCounts.ts';
import { UserStore } from './users.ts';
import { WalletStore } from './wallet.ts';

/** All stores in the sandbox's SQLite file, one class per table or group of tables. */
export interface Stores {
  readonly database: Database;
  readonly settings: Settings;
  readonly timestamps: Timestamps;
  readonly trail: AuditTrail;
  readonly nodes: NodeStore;
  readonly datasources: DatasourceStore;
  readonly wallet: WalletStore;
  readonly resources: ResourceStore;
  readonly parts: ResourceParts;
  readonly processingQueue: ProcessingQueue;
  readonly unclean: UncleanCounts;
  readonly removed: RemovedResources;
  readonly retention: RetentionStore;
  readonly contents: ContentStore;
  readonly index: SearchIndex;
  readonly favorites: FavoriteStore;
  readonly grants: Grants;
  readonly accessSettings: AccessSettings;
  readonly groups: GroupStore;
  readonly uploadFolders: UploadFolders;
  readonly users: UserStore;
}

/** Options of {@link openStores}. */
interface StoresOptions {
  /** The path of the SQLite file, which is created if it does not exist. */
  readonly file: string;
  readonly container: string;
  readonly account: string;
  readonly clock: Clock;
  /** scrypt's cost N for new passwords. Undefined for the default. */
  readonly passwordCost: number | undefined;
}

function latestChange(database: Database): number {
  const row = database.get(
    `SELECT max(latest) AS latest FROM (
       SELECT max(changed_at) AS latest FROM nodes UNION ALL SELECT max(changed_at) FROM deletions
       UNION ALL SELECT max(queued_at) FROM datasources)`,
  );
  return Number(row?.['latest'] ?? 0);
}

/** Ties the data folder to one account. The stored `@id`s and grants would be wrong for another account. */
function claim(settings: Settings, name: string, value: string): void {
  const stored = settings.getOrMake(name, () => value);
  if (stored !== value)
    throw new Error(`The data folder belongs to the ${name} '${stored}', not to '${value}'.`);
}

/** @throws Error if the file can't be upgraded, belongs to another account, or is not a database */
export function openStores(options: StoresOptions): Stores {
  const database = new Database(options.file);
  try {
    const settings = new Settings(database);
    claim(settings, 'container', options.container);
    claim(settings, 'account', options.account);
    const timestamps = new Timestamps(options.clock, latestChange(database));
    const trail = new AuditTrail(database, options.clock);
    const nodes = new NodeStore(database, timestamps);
    const datasources = new DatasourceStore(database, nodes, trail);
    const removed = new RemovedResources(database);
    const accessSettings = new AccessSettings(database);
    return {
      database,
      settings,
      timestamps,
      trail,
      nodes,
      datasources,
      wallet: new WalletStore(database, nodes, datasources),
      resources: new ResourceStore(database, removed, timestamps),
      parts: new ResourceParts(database),
      processingQueue: new ProcessingQueue(database),
      unclean: new UncleanCounts(database),
      removed,
      retention: new RetentionStore(database, settings),
      contents: new ContentStore(database),
      index: new SearchIndex(database),
      favorites: new FavoriteStore(database),
      grants: new Grants(database, accessSettings),
      accessSettings,
      groups: new GroupStore(database),
      uploadFolders: new UploadFolders(settings),
      users: new UserStore(database, new Passwords(options.clock, options.passwordCost)),
    };
  } catch (error) {
    database.close();
    throw error;
  }
}
