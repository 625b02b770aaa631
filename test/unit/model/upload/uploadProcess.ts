import { systemClock } from '../../../../src/base/clock.ts';
import { collectFiles } from '../../../../src/model/upload/collectFiles.ts';
import { planFiles } from '../../../../src/model/upload/collisions.ts';
import { UnfinishedUploads } from '../../../../src/model/upload/unfinishedUploads.ts';
import { UploadRun } from '../../../../src/model/upload/uploadRun.ts';
import { SandboxAccount } from '../history/sandboxAccount.ts';
import type { SandboxLogin } from '../../sandbox/support/wire.ts';

// Uploads a folder, and prints the numbers of complete files and received bytes. The test kills this process.
interface Task {
  readonly login: SandboxLogin;
  readonly path: string;
  readonly target: string;
  readonly records: string;
}

const { login, path, target, records } = JSON.parse(process.argv[2] ?? '') as Task;
const { client } = await SandboxAccount.signedIn(login);
const { signal } = new AbortController();
const { files } = await collectFiles([target], signal);
const planned = planFiles(files, [], 'skip');
const uploads = new UnfinishedUploads(records, systemClock, (error) => {
  throw error;
});
const record = await uploads.begin({ connectionId: 'c1', datasourceId: 'papers', path }, planned);
const report = ({ files: done, bytes }: { readonly files: number; readonly bytes: number }): void => {
  process.stdout.write(`${done} ${bytes}\n`);
};
const items = planned.map((file, index) => ({ ...file, index }));
await new UploadRun({ client, path, signal, record, report }).run(items);
