import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import * as v from 'valibot';
import type { Clock } from '../../base/clock.ts';
import type { Connection } from '../accounts/connection.ts';
import type { Datasource } from './datasource.ts';
import { ReadLog, readOutcomes } from './readLog.ts';
import type { LastRead } from './readLog.ts';
import { Owner } from '../../base/event.ts';
import type { ConnectionSnapshot } from './connectionSnapshot.ts';
import type { DatasourceStore } from './datasourceStore.ts';
import { readSyncStatus, readSyncType } from './syncStatus.ts';

/** How long after a change the file is written, in ms: a burst of changes is written once. */
const writeDelayMs = 2_000;
/** Datasources put into words at a time, in some 5 ms: whoever uses VS Code meanwhile must not notice. */
const pieceSize = 400;
/** The file begins with its time; `since` before it is a short text. */
const headBytes = 2_048;
const headPattern = /^\{"version":1,(?:"since":"(?:[^"\\]|\\.)*",)?"asOf":(\d+(?:\.\d+)?)/;

const text = v.optional(v.string());
const count = v.optional(v.number());
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
  resourceCount: count,
  permissions: v.optional(
    v.object({
      add: v.optional(v.boolean()),
      modify: v.optional(v.boolean()),
      delete: v.optional(v.boolean()),
      sendToSpyder: v.optional(v.boolean()),
    }),
  ),
  /** Only where the list leaves the status out: when it was read by itself, and what came of it. null: not yet. */
  lastRead: v.optional(v.nullable(v.object({ at: v.number(), outcome: v.picklist(readOutcomes) }))),
});
const fileSchema = v.object({
  version: v.literal(1),
  since: text,
  asOf: v.number(),
  /** Path, title and, if it is known, uid. */
  workspaces: v.array(
    v.union([v.tuple([v.string(), v.string(), v.string()]), v.tuple([v.string(), v.string()])]),
  ),
  unreadable: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
  datasources: v.array(datasourceSchema),
});

type Restored = Pick<
  ConnectionSnapshot,
  'since' | 'asOf' | 'workspaces' | 'workspaceUids' | 'unreadable' | 'readLog' | 'datasources'
>;

/** Keeps the last known Datasources of each connection on disk, so that they are on screen before any request. */
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

  /** What was known the last time; undefined when there is none or it can't be read. */
  async read(connection: Connection): Promise<Restored | undefined> {
    let json: unknown;
    try {
      json = JSON.parse(await readFile(this.#file(connection.id), 'utf8'));
    } catch {
      return undefined;
    }
    const parsed = v.safeParse(fileSchema, json);
    if (!parsed.success) return undefined;
    const { since, asOf, workspaces, unreadable, datasources } = parsed.output;
    return {
      since,
      asOf,
      workspaces: new Map(workspaces.map(([at, title]) => [at, title])),
      workspaceUids: new Map(
        workspaces.flatMap(([at, , uid]) => (uid === undefined ? [] : [[at, uid] as const])),
      ),
      unreadable,
      readLog: new ReadLog(
        datasources.flatMap(({ id, lastRead }) =>
          lastRead === undefined ? [] : [[id, lastRead ?? undefined] as const],
        ),
      ),
      datasources: new Map(datasources.map((datasource) => [datasource.id, restore(datasource)])),
    };
  }

  /** Forgets a connection's file. */
  async forget(connectionId: string): Promise<void> {
    this.#pending.get(connectionId)?.();
    this.#pending.delete(connectionId);
    await this.#writing;
    const files = await readdir(this.#folder).catch(() => []);
    // With what a window left half-written when it was killed.
    const own = files.filter((name) => name.startsWith(`${connectionId}.`));
    await Promise.all(own.map((name) => rm(path.join(this.#folder, name), { force: true })));
  }

  /** Writes at once what waits to be written. */
  async flush(): Promise<void> {
    // All of them: a look that found nothing new still made what is known younger.
    for (const { connection, asOf } of this.#store.connections()) {
      this.#pending.get(connection.id)?.();
      if (asOf !== undefined) this.#write(connection.id);
    }
    await this.#writing;
  }

  #file(connectionId: string): string {
    return path.join(this.#folder, `${connectionId}.json`);
  }

  /** Whether another window has written what is known since; of a time to come only a clock that went wrong can tell. */
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
      // Signed out meanwhile: nothing may be left.
      const snapshot = this.#store.get(connectionId);
      if (!snapshot) return;
      const file = this.#file(connectionId);
      // Other windows write to the same folder.
      const temporary = `${file}.${randomUUID()}.tmp`;
      try {
        if (await this.#isNewer(file, snapshot)) return;
        await mkdir(this.#folder, { recursive: true });
        await writePieces(temporary, snapshot);
        if (await this.#isNewer(file, snapshot)) await rm(temporary, { force: true });
        else await rename(temporary, file);
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => undefined);
        // Where another window signed out, it has cleared the folder meanwhile.
        if (this.#store.get(connectionId)) this.#onError(error);
      }
    });
  }
}

/** When what stands in a file was known, in ms since 1970; undefined when there is none. Reads its head only. */
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

/** Writes a snapshot as {@link fileSchema} describes, a piece at a time. */
async function writePieces(file: string, snapshot: ConnectionSnapshot): Promise<void> {
  const { since, asOf, workspaces, workspaceUids, unreadable, readLog, datasources } = snapshot;
  const withRead = (datasource: Datasource): Datasource & { lastRead?: LastRead | null } => {
    const entry = readLog.get(datasource.id);
    if (!entry) return datasource;
    // Named as changed and not read yet: after a restart it comes first again.
    return { ...datasource, lastRead: (!entry.isChanged && entry.last) || null };
  };
  const handle = await open(file, 'w', 0o600);
  try {
    const head = JSON.stringify({
      ...{ version: 1, since, asOf },
      workspaces: [...workspaces].map((entry) => {
        const uid = workspaceUids.get(entry[0]);
        return uid === undefined ? entry : [...entry, uid];
      }),
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
  // In the order of `datasourceFrom`: the store compares what it knows by its JSON.
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
    resourceCount: saved.resourceCount,
    permissions: saved.permissions,
  };
}
