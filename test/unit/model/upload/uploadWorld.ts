import { createHash } from 'node:crypto';
import { startSandbox, type Sandbox } from '../../../../src/sandbox/sandbox.ts';
import { collectFiles } from '../../../../src/model/upload/collectFiles.ts';
import { planFiles } from '../../../../src/model/upload/collisions.ts';
import { UploadRun, readStored, type UploadResult } from '../../../../src/model/upload/uploadRun.ts';
import type { UploadRecord } from '../../../../src/model/upload/uploadRecord.ts';
import { Caller } from '../../sandbox/support/wire.ts';
import { TemporaryFolders } from '../../sandbox/support/temporaryFolders.ts';
import { SandboxAccount } from '../history/sandboxAccount.ts';

/** A sandbox with a folder Datasource, and the extension's client. */
export class UploadWorld {
  readonly folders = new TemporaryFolders();
  readonly sandbox: Sandbox;
  readonly caller: Caller;
  readonly account: SandboxAccount;
  readonly path = '/workspaces/legal/papers';

  private constructor(sandbox: Sandbox, caller: Caller, account: SandboxAccount) {
    this.sandbox = sandbox;
    this.caller = caller;
    this.account = account;
  }

  static async start(): Promise<UploadWorld> {
    const sandbox = await startSandbox({ passwordCost: 16 });
    sandbox.addWorkspace('Legal', 'legal');
    sandbox.addDatasource({ parent: '/workspaces/legal', title: 'Papers', id: 'papers' });
    return new UploadWorld(sandbox, await Caller.signedIn(sandbox), await SandboxAccount.signedIn(sandbox));
  }

  async stop(): Promise<void> {
    await this.account.close();
    await this.sandbox.close();
    await this.folders.removeAll();
  }

  /** Uploads files and folders, like the command does if the user chooses to replace existing files. */
  async upload(
    targets: readonly string[],
    options: {
      readonly signal?: AbortSignal;
      readonly account?: SandboxAccount;
      readonly record?: UploadRecord;
      readonly report?: () => void;
    } = {},
  ): Promise<UploadResult> {
    const { client } = options.account ?? this.account;
    const signal = options.signal ?? new AbortController().signal;
    const { files } = await collectFiles(targets, signal);
    const planned = planFiles(files, await readStored(client, this.path, signal), 'replace');
    return new UploadRun({
      ...{ client, path: this.path, signal, record: options.record, retryDelaysMs: [1, 1] },
      ...(options.report ? { report: options.report } : {}),
    }).run(planned.map((file, index) => ({ ...file, index })));
  }

  /** Folder, name and MD5 of each stored file, computed from its downloaded content. */
  async stored(): Promise<readonly string[]> {
    const lines: string[] = [];
    const files = await readStored(this.account.client, this.path, new AbortController().signal);
    for (const { folder, name, path } of files) {
      const response = await this.account.client.download(path, 'file');
      const hash = createHash('md5');
      for await (const chunk of response.body) hash.update(chunk);
      lines.push(`${folder}/${name} ${hash.digest('hex')}`);
    }
    return lines.sort();
  }
}

export function md5(content: string | Uint8Array): string {
  return createHash('md5').update(content).digest('hex');
}
