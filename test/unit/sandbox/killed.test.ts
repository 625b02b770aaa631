import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { eventually } from './support/fixture.ts';
import { TemporaryFolders, numberedFiles, putFiles } from './support/temporaryFolders.ts';
import { Caller } from './support/wire.ts';

const cli = fileURLToPath(new URL('../../../src/sandbox/cli/cli.ts', import.meta.url));
const tus = { 'tus-resumable': '1.0.0' };
const kills = 20;
/** Maximum time between the start of listening and the kill, in ms. Processing finishes within this time. */
const latestKill = 400;

async function listed(caller: Caller, title: string): Promise<Record<string, unknown>> {
  const { updates } = await caller.json<{ updates: Record<string, unknown>[] }>('/@data?types=_datasources_');
  return updates.find((update) => update['title'] === title) ?? {};
}

async function pathOf(caller: Caller, title: string): Promise<string> {
  const { pathname } = new URL(String((await listed(caller, title))['@id']));
  return pathname.replace(/^\/api\/[^/]+\/[^/]+/, '');
}

/** A resumable upload. The server may be killed at any time while it receives a part. */
class KilledUpload {
  readonly name: string;
  readonly #text: string;
  #location: string | undefined;
  #isThere = false;

  /** @param length Size of the uploaded file, in bytes. */
  constructor(name: string, length: number) {
    this.name = name;
    this.#text = `${name} `.repeat(Math.ceil(length / (name.length + 1))).slice(0, length);
  }

  /** Sends parts until the upload is complete or the connection to the server breaks. */
  async send(caller: Caller, datasource: string): Promise<void> {
    try {
      const begun = await caller.call(`${datasource}/@tusPOST`, {
        method: 'POST',
        headers: {
          ...tus,
          'upload-length': String(this.#text.length),
          'upload-metadata': `filename ${Buffer.from(this.name).toString('base64')}`,
        },
      });
      this.#location = new URL(String(begun.headers['location'])).pathname;
      await this.#append(caller, 0);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
    }
  }

  /** Whether the client knows the address of its upload. It does not if the server was killed before it responded. */
  get isKnown(): boolean {
    return this.#location !== undefined;
  }

  /** Resumes the upload at the offset that the server reports. @returns False if the upload never started. */
  async finish(caller: Caller): Promise<boolean> {
    if (this.#location === undefined) return false;
    const { status, headers } = await caller.raw(this.#location, { method: 'HEAD', headers: tus });
    // The server returns 404 if the upload was already complete before the kill.
    assert.ok(status === 200 || status === 404, String(status));
    if (status === 200) await this.#append(caller, Number(headers['upload-offset']));
    this.#isThere = true;
    return true;
  }

  async check(caller: Caller, datasource: string): Promise<void> {
    if (!this.#isThere) return;
    const children = await caller.children(datasource);
    const at = children.find((child) => child.endsWith(`/${this.name}`)) ?? '';
    const { text } = await caller.call(`${at}/@download/file`);
    assert.ok(text === this.#text, `${this.name} has ${text.length} bytes of ${this.#text.length}`);
  }

  async #append(caller: Caller, from: number): Promise<void> {
    let offset = from;
    do {
      const piece = this.#text.slice(offset, offset + 100_000);
      const headers = { ...tus, 'upload-offset': String(offset) };
      const answer = await caller.raw(this.#location ?? '', { method: 'PATCH', body: piece, headers });
      assert.equal(answer.status, 200, answer.text);
      offset += piece.length;
    } while (offset < this.#text.length);
  }
}

interface LogPage {
  readonly items: readonly {
    readonly file_name: string;
    readonly action?: string;
    readonly status?: string;
  }[];
  readonly cursor: string | null;
}

/** The sorted file names of all log entries whose action or status is `done`. */
async function logged(caller: Caller, log: string, done: string): Promise<string[]> {
  const names: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: LogPage = await caller.json<LogPage>(`${log}?cursor=${cursor}`);
    const found = page.items.filter(({ action, status }) => (action ?? status) === done);
    names.push(...found.map((item) => item.file_name));
    ({ cursor } = page);
  }
  return names.sort();
}

describe('A sandbox that is killed at random moments', function () {
  this.timeout(180_000);
  const folders = new TemporaryFolders();
  let child: ChildProcess | undefined;
  async function kill(): Promise<void> {
    if (child?.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
  afterEach(async () => {
    await kill();
    await folders.removeAll();
  });

  it(`loses no file, upload or log entry in ${kills} kills while it collects, processes and receives files`, async () => {
    const files = numberedFiles(150);
    const origin = await folders.make(files);
    const empty = await folders.make();
    const dataFolder = await folders.make();
    const expected = new Set(Object.keys(files));
    async function start(): Promise<Sandbox> {
      const options = ['--json', '--time-scale', '5000', '--data', dataFolder, '--origin', `Papers=${empty}`];
      const started = spawn(process.execPath, [cli, ...options, '--origin', `Notes=${origin}:gdrive:auto`], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      child = started;
      const [line] = (await once(createInterface({ input: started.stdout }), 'line')) as [string];
      return JSON.parse(line) as Sandbox;
    }
    // A token stays valid after a kill, so one sign-in is enough for all rounds.
    const { token } = await Caller.signedIn(await start());
    await kill();
    const uploads: KilledUpload[] = [];
    for (let round = 0; round < kills; round++) {
      const added = Object.fromEntries(
        Array.from({ length: 20 }, (_, index) => [`added-${round}-${index}.md`, `Page ${round} ${index}`]),
      );
      await putFiles(origin, added);
      for (const name of Object.keys(added)) expected.add(name);
      const [gone = ''] = expected;
      expected.delete(gone);
      await rm(path.join(origin, gone));
      const caller = new Caller(await start(), token);
      const upload = new KilledUpload(`upload-${round}.md`, 1 + Math.floor(Math.random() * 2_000_000));
      uploads.push(upload);
      const sending = upload.send(caller, await pathOf(caller, 'Papers'));
      await setTimeout(Math.random() * latestKill);
      await kill();
      await sending;
    }
    const caller = new Caller(await start(), token);
    const papers = await pathOf(caller, 'Papers');
    const kept: string[] = [];
    for (const upload of uploads) if (await upload.finish(caller)) kept.push(upload.name);
    const query = { advanced: { and: [{ in: [{ var: 'type_name' }, ['Resource']] }] } };
    await eventually(async () => {
      const { sync_status: status, doc_count: count } = await listed(caller, 'Notes');
      assert.ok(['pending', 'syncing', 'resuming', 'synced'].includes(String(status)), String(status));
      return status === 'synced' && count === expected.size;
    });
    await eventually(
      async () => (await caller.search('', query)).items_count === expected.size + kept.length,
    );
    assert.deepEqual(await caller.names(await pathOf(caller, 'Notes')), [...expected].sort());
    // Each upload whose address the client knows exists once and is complete. The others added no Resource.
    assert.deepEqual(await caller.names(papers), kept.sort());
    assert.ok(kept.length > 5, `${kept.length} uploads began before their kill`);
    for (const upload of uploads) await upload.check(caller, papers);
    // The server keeps an upload that it stored just before it was killed. Its client never learned the address, so
    // the upload is empty.
    const leftOver = await readdir(path.join(dataFolder, 'uploads'));
    const unknown = uploads.filter(({ isKnown }) => !isKnown);
    assert.ok(leftOver.length <= unknown.length, `${leftOver.length} of ${unknown.length} uploads are left`);
    for (const name of leftOver) {
      const { size } = await stat(path.join(dataFolder, 'uploads', name));
      assert.equal(size, 0, name);
    }
    // A change and its log entry are stored in one transaction, so each file has exactly one entry.
    for (const [service, done] of [
      ['@getAuditLogSpyder', 'added'],
      ['@getAuditLogBeats', 'processed'],
    ] as const) {
      const names = await logged(caller, `${await pathOf(caller, 'Notes')}/${service}`, done);
      assert.deepEqual(
        names.filter((name) => expected.has(name)),
        [...expected].sort(),
      );
      assert.deepEqual(await logged(caller, `${papers}/${service}`, done), kept);
    }
  });
});
