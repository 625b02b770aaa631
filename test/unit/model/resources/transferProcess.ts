import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { systemClock } from '../../../../src/base/clock.ts';
import {
  DatasourceDownload,
  type DownloadTotals,
} from '../../../../src/model/resources/datasourceDownload.ts';
import { openFile } from '../../../../src/model/resources/resourceContent.ts';
import { saveFile } from '../../../../src/model/resources/saveFile.ts';
import { allHits } from '../../../../src/model/search/allHits.ts';
import { isOnnaError } from '../../../../src/onna/errors.ts';
import { hitsFile } from '../../../../src/ui/search/hitsFile.ts';
import { SandboxAccount } from '../history/sandboxAccount.ts';
import type { SandboxLogin } from '../../sandbox/support/wire.ts';

/** A transfer from the sandbox to this machine. Runs once at the start, and again after each line of standard input. */
export interface TransferTask {
  readonly login: SandboxLogin;
  readonly kind: 'datasource' | 'file' | 'export';
  /** The path of the Datasource or of the Resource. */
  readonly source: string;
  /** The folder or the file. */
  readonly target: string;
  /** The process blocks forever after this number of bytes or hits. */
  readonly stopAfter?: number;
}

/** One line of the output. */
export interface TransferResult {
  /** The kind of the OnnaError, or the code of the system error. */
  readonly failure: string | undefined;
  readonly totals: Omit<DownloadTotals, 'firstError'> | undefined;
}

const { signal } = new AbortController();

/** Runs a transfer. @param reached Called with the number of bytes or of hits so far */
export async function transfer(
  { client }: Pick<SandboxAccount, 'client'>,
  { kind, source, target }: TransferTask,
  reached: (amount: number) => void = () => undefined,
): Promise<TransferResult> {
  let totals: DownloadTotals | undefined;
  let failure: string | undefined;
  try {
    if (kind === 'datasource') {
      const download = new DatasourceDownload({
        client: () => Promise.resolve(client),
        ...{ clock: systemClock, datasource: source, folder: target },
        ended: () => undefined,
        report: (now) => {
          totals = now;
          reached(now.bytes);
        },
      });
      await download.run(signal);
    } else if (kind === 'file') {
      const response = await openFile(client, source, signal);
      await saveFile(response, target, signal, ({ received }) => reached(received), false);
    } else {
      const question = {
        terms: [{ in: [{ var: 'type_name' }, ['Resource']] }],
        sort: 'newest',
      } as const;
      const pages = allHits((request) => client.search('', request, signal), question);
      await saveFile(hitsFile(pages, 'jsonl', reached), target, signal, () => undefined);
    }
  } catch (error) {
    failure = isOnnaError(error)
      ? error.failure.kind
      : error instanceof Error && 'code' in error
        ? String(error.code)
        : String(error);
  }
  return { failure, totals };
}

if (import.meta.main) {
  const task = JSON.parse(process.argv[2] ?? '') as TransferTask;
  const account = await SandboxAccount.signedIn(task.login);
  const run = async (): Promise<void> => {
    const result = await transfer(account, task, (amount) => {
      if (amount < (task.stopAfter ?? Infinity)) return;
      writeSync(1, 'stopped\n');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    });
    writeSync(1, `${JSON.stringify(result)}\n`);
  };
  await run();
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  while ((await lines.next()).done !== true) await run();
  await account.close();
}
