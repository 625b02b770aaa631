import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatasourceDownload, reportName } from '../../../../src/model/resources/datasourceDownload.ts';
import { DownloadReport } from '../../../../src/model/resources/downloadReport.ts';
import type { DownloadOutcome } from '../../../../src/model/resources/downloadReport.ts';
import { systemClock } from '../../../../src/base/clock.ts';
import { isOnnaError } from '../../../../src/onna/errors.ts';
import { ScriptedServer, json } from '../../onna/scriptedServer.ts';
import { Fixture } from '../../sandbox/support/fixture.ts';
import { numberedFiles, putFiles } from '../../sandbox/support/temporaryFolders.ts';
import { SandboxAccount } from '../history/sandboxAccount.ts';

describe('DatasourceDownload with the sandbox', () => {
  const fixture = new Fixture();
  let account: SandboxAccount;
  let folder: string;
  let outcomes: DownloadOutcome[];
  const { signal } = new AbortController();
  beforeEach(async () => {
    await fixture.start();
    account = await SandboxAccount.signedIn(fixture.sandbox);
    folder = await mkdtemp(path.join(tmpdir(), 'take-'));
    outcomes = [];
  });
  afterEach(async () => {
    await account.close();
    await fixture.stop();
    await rm(folder, { recursive: true });
  });

  function download(datasource: string, ended = (): void => undefined): DatasourceDownload {
    return new DatasourceDownload({
      client: () => Promise.resolve(account.client),
      ...{ clock: systemClock, datasource, folder },
      ended: (outcome) => {
        outcomes.push(outcome);
        ended();
      },
      report: () => undefined,
    });
  }
  async function filesIn(root: string): Promise<ReadonlyMap<string, string>> {
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name));
    return new Map(
      await Promise.all(
        files.map(async (file) => [path.relative(root, file), await readFile(file, 'base64')] as const),
      ),
    );
  }

  it('saves every file with its folder and content, and downloads no file again in a second run', async () => {
    const { path: wiki, origin } = await fixture.datasource(numberedFiles(230));
    await putFiles(origin, { 'docs/2026/plan.md': 'The plan', 'docs/Ärger.md': 'é', 'empty.md': '' });
    await fixture.caller.call(`${wiki}/@sendToSpyder?force=true`);
    await fixture.sandbox.settled();
    const first = download(wiki);
    await first.run(signal);
    assert.deepEqual(
      outcomes.filter(({ error }) => error !== undefined),
      [],
    );
    assert.deepEqual(await filesIn(folder), await filesIn(origin));
    assert.equal(first.totals.saved + first.totals.noFile, 233);
    const second = download(wiki);
    await second.run(signal);
    assert.equal(second.totals.present, first.totals.saved);
    assert.equal(second.totals.bytes, 0);
  });

  it('replaces only the files that have changed', async () => {
    const { path: wiki, origin } = await fixture.datasource(numberedFiles(5));
    await download(wiki).run(signal);
    await writeFile(path.join(folder, 'page-00001.md'), 'edited');
    await putFiles(origin, { 'page-00002.md': 'A new text' });
    await fixture.caller.call(`${wiki}/@sendToSpyder?force=true`);
    await fixture.sandbox.settled();
    const again = download(wiki);
    await again.run(signal);
    assert.equal(again.totals.saved, 2);
    assert.deepEqual(await filesIn(folder), await filesIn(origin));
  });

  it('keeps the saved files after a cancellation, and downloads only the other files in the next run', async () => {
    const { path: wiki, origin } = await fixture.datasource(numberedFiles(40));
    const abort = new AbortController();
    const cut = download(wiki, () => {
      if (outcomes.length === 10) abort.abort();
    });
    await assert.rejects(cut.run(abort.signal), (error) => isOnnaError(error, 'cancelled'));
    assert.ok(cut.totals.saved >= 10 && cut.totals.saved < 40);
    const rest = download(wiki);
    await rest.run(signal);
    assert.equal(rest.totals.present, cut.totals.saved);
    assert.equal(rest.totals.saved, 40 - cut.totals.saved);
    assert.deepEqual(await filesIn(folder), await filesIn(origin));
  });

  it('stops soon after the user loses the role, reports each failed file, and continues once the role is back', async () => {
    const { path: wiki, origin } = await fixture.datasource(numberedFiles(300));
    const role = 'guillotina.Reader';
    const { login, password } = await fixture.sandbox.addUser({ login: 'ed@sandbox.test', role, at: wiki });
    const setRole = (setting: string): Promise<unknown> =>
      fixture.caller.post(`${wiki}/@sharing`, { prinrole: [{ principal: login, role, setting }] });
    await account.close();
    account = await SandboxAccount.signedIn(fixture.sandbox, login, password);
    let revoked: Promise<unknown> | undefined;
    const cut = download(wiki, () => {
      if (outcomes.length === 10) revoked = setRole('Unset');
    });
    await assert.rejects(cut.run(signal), (error) => isOnnaError(error, 'noPermission', 'notFound'));
    await revoked;
    const failed = outcomes.filter(({ result }) => result === 'failed');
    assert.ok(failed.every(({ error }) => isOnnaError(error, 'noPermission', 'notFound')));
    assert.ok(failed.length >= 20 && failed.length < 30, String(failed.length));
    assert.equal(cut.totals.saved, outcomes.length - failed.length);
    assert.equal(new Set(outcomes.map(({ path: at }) => at)).size, outcomes.length);

    await setRole('Allow');
    const rest = download(wiki);
    await rest.run(signal);
    assert.deepEqual([rest.totals.present, rest.totals.failed], [cut.totals.saved, 0]);
    assert.deepEqual(await filesIn(folder), await filesIn(origin));
  });

  it('reports a file whose folder can’t be created, and saves all others', async () => {
    const { path: wiki } = await fixture.datasource({ ...numberedFiles(5), 'docs/a.md': 'a' });
    await writeFile(path.join(folder, 'docs'), 'a file in the place of the folder');
    const partial = download(wiki);
    await partial.run(signal);
    assert.deepEqual([partial.totals.failed, partial.totals.saved], [1, 5]);
    assert.ok(partial.totals.firstError instanceof Error);
  });
});

describe('DatasourceDownload with a failing service', () => {
  let server: ScriptedServer;
  let folder: string;
  beforeEach(async () => {
    server = await ScriptedServer.start();
    folder = await mkdtemp(path.join(tmpdir(), 'take-'));
  });
  afterEach(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  it('stops after 20 failures in a row instead of trying all 100 files', async () => {
    const items = Array.from({ length: 100 }, (_, index) => `/lumenfjord/ws/wiki/page-${index}`);
    server.answer = ({ path: at }, response) => {
      if (at.endsWith('@getAllChildren')) json(response, { items, cursor: null });
      else if (at.includes('@download')) json(response, { message: 'no' }, 404);
      else if (at.endsWith('/wiki')) json(response, { '@type': 'Datasource' });
      else json(response, { reason: 'gone' }, 404);
    };
    const outcomes: DownloadOutcome[] = [];
    const download = new DatasourceDownload({
      client: () => Promise.resolve(server.client()),
      ...{ clock: systemClock, datasource: '/ws/wiki', folder },
      ended: (outcome) => outcomes.push(outcome),
      report: () => undefined,
    });
    await assert.rejects(download.run(new AbortController().signal), (error) =>
      isOnnaError(error, 'notFound'),
    );
    assert.ok(outcomes.length >= 20 && outcomes.length < 30, String(outcomes.length));
  });
});

describe('DownloadReport', () => {
  it('replaces an older report at the end, and has no cell that a spreadsheet runs as a formula', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'report-'));
    try {
      const file = path.join(folder, reportName);
      await writeFile(file, 'older report');
      const report = new DownloadReport(file, (error) => `It failed: ${String(error)}`);
      const row = { result: 'saved', bytes: 3, md5: undefined, error: undefined } as const;
      report.add({ ...row, path: '/ws/a', file: '=1+1.txt' });
      report.add({ ...row, path: '/ws/b', file: undefined, result: 'failed', bytes: undefined, error: 'x' });
      assert.equal(await readFile(file, 'utf8'), 'older report');
      await report.close();
      assert.deepEqual(await readdir(folder), [reportName]);
      assert.equal(
        await readFile(file, 'utf8'),
        "\ufeffpath,file,result,bytes,md5,error\n/ws/a,'=1+1.txt,saved,3,,\n/ws/b,,failed,,,It failed: x\n",
      );
      await assert.rejects(new DownloadReport(path.join(folder, 'none', reportName), String).close(), {
        code: 'ENOENT',
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
