import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { removeConnectionFiles } from '../accounts/connectionFiles.ts';
import * as v from 'valibot';
import type { Clock } from '../../base/clock.ts';
import type { Connection } from '../accounts/connection.ts';
import type { Datasource } from './datasource.ts';
import { ReadLog, readOutcomes, type LastRead } from './readLog.ts';
import { Owner } from '../../base/event.ts';
import type { ConnectionSnapshot } from './connectionSnapshot.ts';
import type { DatasourceStore } from './datasourceStore.ts';
import { readSyncStatus, readSyncType } from './syncStatus.ts';

/** Delay between a change and the write, in ms, so that a burst of changes is written once. */
const writeDelayMs = 2_000;
/** Datasources serialized per event loop turn. One piece takes about 5 ms, so the window stays responsive. */
const pieceSize = 400;
/** Bytes to read from the start of a file. They include `asOf`, because only the short `since` comes before it. */
const headBytes = 2_048;
const headPattern = /^\{"version":1,(?:"since":"(?:[^"\\]|\\.)*",)?"asOf":(\d+(?:\.\d+)?)/;

const text = v.optional(v.string());
const count = v.optional(v.number());
const permissionsSchema = v.object({
  add: v.optional(v.boolean()),
  modify: v.optional(v.boolean()),
  delete: v.optional(v.boolean()),
  sendToSpyder: v.optional(v.boolean()),
});
const datasourceSchema = v.object({
  id: v.string(),
  path: v.string(),
  parentPath: v.string(),
  type: v.string(),
  title: v.string(),
  rawStatus: text,
  rawSyncType: text,
  owners: v.array(v.string()),
  created: count,
  lastSync: count,
  nextSync: count,
  lastResult: v.optional(v.object({ outcome: v.picklist(['synced', 'failed', 'error']), at: v.number() })),
  message: text,
  credential: v.optional(v.picklist(['valid', 'expired', 'missing'])),
  walletEntry: text,
  resourceCount: count,
  permissions: v.optional(permissionsSchema),
  invitees: v.optional(v.array(v.string())),
  /** The last individual read; null if there was none yet. Absent if the list contains the status. */
  lastRead: v.optional(v.nullable(v.object({ at: v.number(), outcome: v.picklist(readOutcomes) }))),
});
const fileSchema = v.object({
  version: v.literal(1),
  since: text,
  asOf: v.number(),
  /** Path, title and, if known, uid. */
  workspaces: v.array(
    v.union([v.tuple([v.string(), v.string(), v.string()]), v.tuple([v.string(), v.string()])]),
  ),
  workspacePermissions: v.optional(v.array(v.tuple([v.string(), permissionsSchema])), []),
  unreadable: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
  datasources: v.array(datasourceSchema),
});

type Restored = Pick<
  ConnectionSnapshot,
  | 'since'
  | 'asOf'
  | 'workspaces'
  | 'workspaceUids'
  | 'workspacePermissions'
  | 'unreadable'
  | 'readLog'
  | 'datasources'
>;

/** Saves the last known Datasources of each connection to disk, so that they can be shown before any request. */
export class SnapshotFiles extends Owner {
  readonly #folder: string;
  readonly #store: DatasourceStore;
  readonly #clock: Clock;
  readonly #pending = new Map<string, () => void>();
  readonly #onError: (error: unknown) => void;
  #writing: Promise<void> = Promise.resolve();

  constructor(folder: string, store: DatasourceStore, clock: Clock, onError: (error: unknown) => void) {
    super();
    this.#folder = folder;
    this.#store = store;
    this.#clock = clock;
    this.#onError = onError;
    this.register(store.onDidChange((change) => this.#schedule(change.connectionId)));
    this.register({ dispose: () => this.#pending.forEach((cancel) => cancel()) });
  }

  /** Reads the saved data; undefined if there is none or it can't be read. */
  async read(connection: Connection): Promise<Restored | undefined> {
    let json: unknown;
    try {
      json = JSON.parse(await readFile(this.#file(connection.id), 'utf8'));
    } catch {
      return undefined;
    }
    const parsed = v.safeParse(fileSchema, json);
    if (!parsed.success) return undefined;
    const { since, asOf, workspaces, workspacePermissions, unreadable, datasources } = parsed.output;
    return {
      since,
      asOf,
      workspaces: new Map(workspaces.map(([at, title]) => [at, title])),
      workspaceUids: new Map(
        workspaces.flatMap(([at, , uid]) => (uid === undefined ? [] : [[at, uid] as const])),
      ),
      workspacePermissions: new Map(workspacePermissions),
      unreadable,
      readLog: new ReadLog(
        datasources.flatMap(({ id, lastRead }) =>
          lastRead === undefined ? [] : [[id, lastRead ?? undefined] as const],
        ),
      ),
      datasources: new Map(datasources.map((datasource) => [datasource.id, restore(datasource)])),
    };
  }

  /** Deletes a connection's file. */
  async forget(connectionId: string): Promise<void> {
    this.#pending.get(connectionId)?.();
    this.#pending.delete(connectionId);
    await this.#writing;
    await removeConnectionFiles(this.#folder, connectionId);
  }

  /** Writes all connections without delay. */
  async flush(): Promise<void> {
    // Write unchanged connections too: a poll without news still updates `asOf`.
    for (const { connection, asOf } of this.#store.connections()) {
      this.#pending.get(connection.id)?.();
      if (asOf !== undefined) this.#write(connection.id);
    }
    await this.#writing;
  }

  #file(connectionId: string): string {
    return path.join(this.#folder, `${connectionId}.json`);
  }

  /** Whether another window has written newer data. A time in the future is ignored: it comes from a wrong clock. */
  async #isNewer(file: string, { asOf = 0 }: ConnectionSnapshot): Promise<boolean> {
    const written = await asOfFile(file);
    return written !== undefined && written > asOf && written <= this.#clock.now();
  }

  #schedule(connectionId: string): void {
    if (this.#pending.has(connectionId) || this.#store.get(connectionId)?.asOf === undefined) return;
    this.#pending.set(
      connectionId,
      this.#clock.after(writeDelayMs, () => this.#write(connectionId)),
    );
  }

  #write(connectionId: string): void {
    this.#pending.delete(connectionId);
    this.#writing = this.#writing.then(async () => {
      // After a sign-out, nothing may be written.
      const snapshot = this.#store.get(connectionId);
      if (!snapshot) return;
      const file = this.#file(connectionId);
      // A unique name, because other windows write to the same folder.
      const temporary = `${file}.${randomUUID()}.tmp`;
      try {
        if (await this.#isNewer(file, snapshot)) return;
        await mkdir(this.#folder, { recursive: true });
        await writePieces(temporary, snapshot);
        if (await this.#isNewer(file, snapshot)) await rm(temporary, { force: true });
        else await rename(temporary, file);
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => undefined);
        // If another window signed out, it may have deleted the files during the write. That is not an error.
        if (this.#store.get(connectionId)) this.#onError(error);
      }
    });
  }
}

/** The `asOf` of a file, in ms since 1970; undefined if it has none. Reads only the head of the file. */
async function asOfFile(file: string): Promise<number | undefined> {
  let handle;
  try {
    handle = await open(file);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    const asOf = headPattern.exec(buffer.toString('utf8', 0, bytesRead))?.[1];
    return asOf === undefined ? undefined : Number(asOf);
  } catch {
    return undefined;
  } finally {
    await handle?.close();
  }
}

/** Writes a snapshot in the format of {@link fileSchema}, in pieces. */
async function writePieces(file: string, snapshot: ConnectionSnapshot): Promise<void> {
  const { since, asOf, workspaces, workspaceUids, workspacePermissions } = snapshot;
  const { unreadable, readLog, datasources } = snapshot;
  const withRead = (datasource: Datasource): Datasource & { lastRead?: LastRead | null } => {
    const entry = readLog.get(datasource.id);
    if (!entry) return datasource;
    // null for a Datasource that has changed and was not read since, so that it is read first after a restart.
    return { ...datasource, lastRead: (!entry.isChanged && entry.last) || null };
  };
  const handle = await open(file, 'w', 0o600);
  try {
    const head = JSON.stringify({
      version: 1,
      since,
      asOf,
      workspaces: [...workspaces].map((entry) => {
        const uid = workspaceUids.get(entry[0]);
        return uid === undefined ? entry : [...entry, uid];
      }),
      workspacePermissions: [...workspacePermissions],
      unreadable,
    });
    await handle.appendFile(`${head.slice(0, -1)},"datasources":[`);
    const all = [...datasources.values()];
    for (let from = 0; from < all.length; from += pieceSize) {
      const piece = JSON.stringify(all.slice(from, from + pieceSize).map(withRead));
      await handle.appendFile(`${from === 0 ? '' : ','}${piece.slice(1, -1)}`);
      await setImmediate();
    }
    await handle.appendFile(']}');
  } finally {
    await handle.close();
  }
}

function restore(saved: v.InferOutput<typeof datasourceSchema>): Datasource {
  // In the key order of `datasourceFrom`, because the store compares values as JSON.
  return {
    id: saved.id,
    path: saved.path,
    parentPath: saved.parentPath,
    type: saved.type,
    title: saved.title,
    rawStatus: saved.rawStatus,
    status: readSyncStatus(saved.rawStatus),
    rawSyncType: saved.rawSyncType,
    syncType: readSyncType(saved.rawSyncType),
    owners: saved.owners,
    created: saved.created,
    lastSync: saved.lastSync,
    nextSync: saved.nextSync,
    lastResult: saved.lastResult,
    message: saved.message,
    credential: saved.credential,
    walletEntry: saved.walletEntry,
    resourceCount: saved.resourceCount,
    permissions: saved.permissions,
    invitees: saved.invitees,
  };
}
