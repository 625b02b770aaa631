import { collectFiles } from '../../../../src/model/upload/collectFiles.ts';
import { planFiles } from '../../../../src/model/upload/collisions.ts';
import { UploadRun } from '../../../../src/model/upload/uploadRun.ts';
import { SandboxAccount } from '../history/sandboxAccount.ts';
import type { SandboxLogin } from '../../sandbox/support/wire.ts';

// Uploads a file, and prints the maximum size of the objects and buffers that the upload kept in memory, in bytes. The
// garbage collector runs before each measurement: the memory of the process would also count the parts that were sent
// and not yet collected, and their number depends on the load of the machine.
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
const before = inUse();
let peak = before;
let measurements = 0;
const run = new UploadRun({ client: account.client, path, signal, record: undefined, report: measure });
// The upload does not report while it computes the checksum.
const timer = setInterval(measure, 20);
const { outcomes, unverified } = await run.run(items);
clearInterval(timer);
if (outcomes[0]?.error !== undefined) throw outcomes[0].error;
if (unverified > 0) throw new Error('The sandbox sent no checksum.');
if (measurements < 10) throw new Error(`The memory was measured only ${measurements} times.`);
await account.close();
process.stdout.write(`${peak - before}\n`);

function measure(): void {
  peak = Math.max(peak, inUse());
  measurements++;
}

function inUse(): number {
  if (global.gc === undefined) throw new Error('Start this process with --expose-gc.');
  global.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
