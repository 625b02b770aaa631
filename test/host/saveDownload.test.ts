import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { isOnnaError } from '../../src/onna/errors.ts';
import { saveDownload } from '../../src/ui/commands/saveDownload.ts';
import type { SaveOptions } from '../../src/ui/commands/saveDownload.ts';
import { ScriptedServer } from '../unit/onna/scriptedServer.ts';

const scheme = 'onna-test-disk';

/** A disk that only VS Code's file API can reach, such as a disk of another machine. */
class OtherDisk implements vscode.FileSystemProvider {
  readonly files = new Map<string, Uint8Array>();
  /** `short`: writes only the start of a file and reports no error. `full`: writes the start of a file and throws. */
  fault: 'short' | 'full' | undefined;
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;

  stat(uri: vscode.Uri): vscode.FileStat {
    if (uri.path === '/') return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
    return { type: vscode.FileType.File, ctime: 0, mtime: 0, size: this.readFile(uri).length };
  }

  readFile(uri: vscode.Uri): Uint8Array {
    const bytes = this.files.get(uri.path);
    if (!bytes) throw vscode.FileSystemError.FileNotFound(uri);
    return bytes;
  }

  writeFile(uri: vscode.Uri, content: Uint8Array): void {
    this.files.set(uri.path, this.fault ? content.slice(0, 3) : content);
    if (this.fault === 'full') throw vscode.FileSystemError.Unavailable('The disk is full.');
  }

  delete(uri: vscode.Uri): void {
    this.files.delete(uri.path);
  }

  watch = (): vscode.Disposable => new vscode.Disposable(() => undefined);
  readDirectory = (): [string, vscode.FileType][] => [];
  createDirectory = (): void => undefined;
  rename = (): void => assert.fail('rename was called');
}

describe('Saving a download in VS Code', () => {
  let server: ScriptedServer;
  let disk: OtherDisk;
  let registration: vscode.Disposable;
  const target = vscode.Uri.from({ scheme, path: '/tides.txt' });
  beforeEach(async () => {
    server = await ScriptedServer.start((_, response) => response.end('High water at noon.'));
    disk = new OtherDisk();
    registration = vscode.workspace.registerFileSystemProvider(scheme, disk);
  });
  afterEach(async () => {
    registration.dispose();
    await server.close();
  });

  async function save(to = target, options: Partial<SaveOptions> = {}): Promise<void> {
    const signal = options.signal ?? new AbortController().signal;
    const response = await server.client().download('/ws/tides', 'file', signal);
    await saveDownload(response, to, { overwrite: true, signal, report: () => undefined, ...options });
  }
  const stored = (): readonly [string, string][] =>
    [...disk.files].map(([name, bytes]) => [name, Buffer.from(bytes).toString()]);

  it('writes to the remote disk that the user chose, not to the local disk', async () => {
    await save();
    assert.deepEqual(stored(), [['/tides.txt', 'High water at noon.']]);
    await assert.rejects(readFile(target.fsPath), { code: 'ENOENT' });
  });

  it('streams to a local file, and replaces an existing file only if overwriting is allowed', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'onna-save-'));
    try {
      const file = vscode.Uri.file(path.join(folder, 'tides.txt'));
      await save(file);
      await assert.rejects(save(file, { overwrite: false }), { code: 'EEXIST' });
      assert.equal(await readFile(file.fsPath, 'utf8'), 'High water at noon.');
      assert.deepEqual(await readdir(folder), ['tides.txt']);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('fails and leaves no file if the disk stores only part of the file, with or without an error', async () => {
    for (const fault of ['short', 'full'] as const) {
      disk.fault = fault;
      await assert.rejects(save(), fault);
      assert.deepEqual(stored(), [], fault);
    }
  });

  it('leaves no file if the connection breaks or the user cancels', async () => {
    disk.files.set('/tides.txt', Buffer.from('Mine.'));
    server.answer = (_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('High');
      setImmediate(() => response.destroy());
    };
    await assert.rejects(save(), (error) => isOnnaError(error, 'unreachable'));
    server.answer = (_, response) => response.writeHead(200, { 'content-length': '100' }).write('High');
    const abort = new AbortController();
    await assert.rejects(save(target, { signal: abort.signal, report: () => abort.abort() }), (error) =>
      isOnnaError(error, 'cancelled'),
    );
    assert.deepEqual(stored(), [['/tides.txt', 'Mine.']]);
  });

  it('rejects a file that is too large for memory, even before the download if the length is known', async () => {
    let reports = 0;
    const options = {
      maxBytes: 10,
      report: () => {
        reports++;
      },
    };
    await assert.rejects(save(target, options), /larger than/);
    assert.equal(reports, 0);
    server.answer = (_, response) => {
      response.write('High water ');
      response.end('at noon.');
    };
    await assert.rejects(save(target, options), /larger than/);
    assert.deepEqual(stored(), []);
  });

  it('deletes the empty file of the browser’s save dialog if the download fails', async () => {
    disk.files.set('/tides.txt', Buffer.from(''));
    await assert.rejects(save(target, { maxBytes: 10 }), /larger than/);
    assert.deepEqual(stored(), []);
  });

  it('does not replace a file on a remote disk if overwriting is not allowed', async () => {
    disk.files.set('/tides.txt', Buffer.from('Mine.'));
    await assert.rejects(save(target, { overwrite: false }), vscode.FileSystemError);
    assert.deepEqual(stored(), [['/tides.txt', 'Mine.']]);
  });
});
