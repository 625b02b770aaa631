// The program of the benchmark `collecting`. Arguments: `ours FOLDER` or `floor FOLDER`. Prints the result as JSON.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { DatabaseSync } from 'node:sqlite';
import { startSandbox } from '../../../src/sandbox/sandbox.ts';
import { makeTemporaryFolder } from '../../support/temporaryFolder.ts';
import { Caller } from '../../unit/sandbox/support/wire.ts';
import type { CollectingResult } from './result.ts';

/** Returns the CPU time of all threads of this process since `since`, in ms. */
function processorMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1_000;
}

const everyResource = { advanced: { and: [{ in: [{ var: 'type_name' }, ['Resource']] }] }, size: 1 };

/** Measures the time from the creation of a Datasource until a search finds all its files. */
async function collectAndIndex(folder: string): Promise<CollectingResult> {
  const sandbox = await startSandbox({ passwordCost: 16 });
  try {
    const caller = await Caller.signedIn(sandbox);
    const workspace = sandbox.addWorkspace('Bench');
    const delays = monitorEventLoopDelay({ resolution: 5 });
    delays.enable();
    const used = process.cpuUsage();
    const started = performance.now();
    sandbox.addDatasource({ parent: workspace.path, title: 'Notes', origin: folder });
    await sandbox.settled();
    const times = { ms: performance.now() - started, processorMs: processorMs(used) };
    delays.disable();
    const { items_count: found } = await caller.search('', everyResource);
    return { ...times, found, stallMs: delays.max / 1e6 };
  } finally {
    await sandbox.close();
  }
}

/** Measures the baseline: reads the files and inserts their text into one FTS5 table. */
async function readAndInsert(folder: string): Promise<CollectingResult> {
  const home = await makeTemporaryFolder('onna-bench');
  const database = new DatabaseSync(path.join(home.path, 'floor.sqlite'));
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536;');
    database.exec(
      "CREATE VIRTUAL TABLE notes USING fts5 (title, text, tokenize = 'unicode61 remove_diacritics 2')",
    );
    const insert = database.prepare('INSERT INTO notes (title, text) VALUES (?, ?)');
    const used = process.cpuUsage();
    const started = performance.now();
    database.exec('BEGIN');
    for (const below of readdirSync(folder)) {
      for (const name of readdirSync(path.join(folder, below)))
        insert.run(name, readFileSync(path.join(folder, below, name), 'utf8'));
    }
    database.exec('COMMIT');
    const ms = performance.now() - started;
    const onProcessor = processorMs(used);
    const found = Number(database.prepare('SELECT count(*) AS n FROM notes').get()?.['n']);
    return { ms, processorMs: onProcessor, found, stallMs: ms };
  } finally {
    database.close();
    await home.remove();
  }
}

const [, , way, folder = ''] = process.argv;
const result = way === 'ours' ? await collectAndIndex(folder) : await readAndInsert(folder);
process.stdout.write(`${JSON.stringify(result)}\n`);
