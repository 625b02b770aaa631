import { collectFiles } from '../../../../src/model/upload/collectFiles.ts';
import { planFiles } from '../../../../src/model/upload/collisions.ts';
import { UploadRun } from '../../../../src/model/upload/uploadRun.ts';
import { SandboxAccount } from '../history/sandboxAccount.ts';
import type { SandboxLogin } from '../../sandbox/support/wire.ts';

// Uploads a file, and prints by how much the upload raised the peak memory of this process, in bytes.
interface Task {
  readonly login: SandboxLogin;
  readonly path: string;
  readonly target: string;
}

const { login, path, target } = JSON.parse(process.argv[2] ?? '') as Task;
const account = await SandboxAccount.signedIn(login);
const { signal } = new AbortController();
const { files } = await collectFiles([target], signal);
const items = planFiles(files, [], 'skip').map((file, index) => ({ ...file, index }));
const before = process.memoryUsage().rss;
const run = new UploadRun({ client: account.client, path, signal, record: undefined });
const { outcomes, unverified } = await run.run(items);
if (outcomes[0]?.error !== undefined) throw outcomes[0].error;
if (unverified > 0) throw new Error('The sandbox sent no checksum.');
const peak = process.resourceUsage().maxRSS * 1024;
await account.close();
process.stdout.write(`${peak - before}\n`);
