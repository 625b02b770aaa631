import { open } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import * as v from 'valibot';
import type { Datasource } from './datasource.ts';
import type { ConnectionSnapshot } from './connectionSnapshot.ts';
import { ReadLog, type LastRead } from './readLog.ts';
import { SavedDatasources } from './savedDatasource.ts';
import { inTitleOrder, titleOrderName } from './titleOrder.ts';

/**
 * Datasources per line of a file. A line is written or read in one event loop turn, which takes about 5 ms, so the
 * window stays responsive.
 */
const pieceSize = 400;
/** Bytes to read from the start of a file. They include `asOf`, because only the short `since` comes before it. */
const headBytes = 2_048;
const headPattern = /^\{"version":1,(?:"since":"(?:[^"\\]|\\.)*",)?"asOf":(\d+(?:\.\d+)?)/;
const newline = 0x0a;
/** The end of the first line, and the last line. */
const [beforePieces, afterPieces] = [',"datasources":[', ']}'];

const text = v.optional(v.string());
const permissionsSchema = v.object({
  add: v.optional(v.boolean()),
  modify: v.optional(v.boolean()),
  delete: v.optional(v.boolean()),
  sendToSpyder: v.optional(v.boolean()),
});
/** A file without its Datasources. */
const headSchema = v.object({
  version: v.literal(1),
  since: text,
  asOf: v.number(),
  /** The order of the Datasources: see {@link titleOrderName}. */
  order: text,
  /** Path, title and, if known, uid. */
  workspaces: v.array(
    v.union([v.tuple([v.string(), v.string(), v.string()]), v.tuple([v.string(), v.string()])]),
  ),
  workspacePermissions: v.optional(v.array(v.tuple([v.string(), permissionsSchema])), []),
  unreadable: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
});

/** The part of a snapshot that a file contains. */
export type RestoredSnapshot = Pick<
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

/**
 * Decodes the content of a file, a line at a time, without blocking the event loop.
 * @returns Undefined if it is not a complete snapshot.
 * @throws SyntaxError if a line is not valid JSON.
 */
export async function decodeSnapshot(content: Buffer): Promise<RestoredSnapshot | undefined> {
  const lines = linesOf(content);
  const headLine = lines.next();
  if (headLine.done === true || !headLine.value.endsWith(beforePieces)) return undefined;
  const head = v.safeParse(headSchema, JSON.parse(`${headLine.value.slice(0, -beforePieces.length)}}`));
  if (!head.success) return undefined;
  const saved = new SavedDatasources();
  const datasources = new Map<string, Datasource>();
  const reads: (readonly [id: string, last: LastRead | undefined])[] = [];
  let isComplete = false;
  for (const line of lines) {
    if ((isComplete = line === afterPieces)) break;
    await setImmediate();
    for (const json of JSON.parse(`[${line.replace(/,$/, '')}]`) as readonly unknown[]) {
      const restored = saved.decode(json);
      if (!restored) return undefined;
      const { datasource, lastRead } = restored;
      datasources.set(datasource.id, datasource);
      if (lastRead !== undefined) reads.push([datasource.id, lastRead ?? undefined]);
    }
  }
  if (!isComplete) return undefined;
  const { since, asOf, order, workspaces, workspacePermissions, unreadable } = head.output;
  return {
    ...{ since, asOf, unreadable },
    workspaces: new Map(workspaces.map(([at, title]) => [at, title])),
    workspaceUids: new Map(
      workspaces.flatMap(([at, , uid]) => (uid === undefined ? [] : [[at, uid] as const])),
    ),
    workspacePermissions: new Map(workspacePermissions),
    readLog: new ReadLog(reads),
    // Sorting 100,000 titles takes half a second, and is needed only if the display language has changed.
    datasources:
      order === titleOrderName ? datasources : inTitleOrder(datasources, new Set(datasources.keys())),
  };
}

function* linesOf(content: Buffer): Generator<string, void> {
  for (let from = 0; from < content.length;) {
    const next = content.indexOf(newline, from);
    const to = next < 0 ? content.length : next;
    yield content.toString('utf8', from, to);
    from = to + 1;
  }
}

/** The `asOf` of a file, in ms since 1970; undefined if it has none. Reads only the head of the file. */
export async function asOfFile(file: string): Promise<number | undefined> {
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

/**
 * Writes a snapshot as one JSON object, in lines. The first line contains everything but the Datasources. Each further
 * line contains {@link pieceSize} Datasources, and the last line ends the object.
 */
export async function writeSnapshot(file: string, snapshot: ConnectionSnapshot): Promise<void> {
  const { since, asOf, workspaces, workspaceUids, workspacePermissions } = snapshot;
  const { unreadable, readLog, datasources } = snapshot;
  const withRead = (datasource: Datasource): Datasource & { lastRead?: LastRead | null } => {
    const entry = readLog.get(datasource.id);
    if (!entry) return datasource;
    // null if the Datasource has changed and has not been read since. It is then read first after a restart.
    return { ...datasource, lastRead: (!entry.isChanged && entry.last) || null };
  };
  const handle = await open(file, 'w', 0o600);
  try {
    const head = JSON.stringify({
      version: 1,
      since,
      asOf,
      order: titleOrderName,
      workspaces: [...workspaces].map((entry) => {
        const uid = workspaceUids.get(entry[0]);
        return uid === undefined ? entry : [...entry, uid];
      }),
      workspacePermissions: [...workspacePermissions],
      unreadable,
    });
    await handle.appendFile(`${head.slice(0, -1)}${beforePieces}\n`);
    const all = [...datasources.values()];
    for (let from = 0; from < all.length; from += pieceSize) {
      const piece = JSON.stringify(all.slice(from, from + pieceSize).map(withRead));
      const separator = from + pieceSize < all.length ? ',' : '';
      await handle.appendFile(`${piece.slice(1, -1)}${separator}\n`);
      await setImmediate();
    }
    await handle.appendFile(afterPieces);
  } finally {
    await handle.close();
  }
}
