// A worker whose reader does harm. The name of the file says which.
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import type { SourceFile } from '../../../../src/sandbox/extraction/extraction.ts';
import type { ExtractOptions, ReadText } from '../../../../src/sandbox/extraction/extract.ts';
import { serveExtraction } from '../../../../src/sandbox/extraction/serveExtraction.ts';

const kept: unknown[] = [];

async function extract({ name, bytes }: SourceFile, { takePart }: ExtractOptions): Promise<ReadText> {
  const text = new TextDecoder().decode(bytes);
  if (name === 'hangs') for (;;);
  if (name === 'has a part, then hangs') {
    await takePart({ name: 'process id', bytes: Buffer.from(String(process.pid)) });
    for (;;);
  }
  if (name === 'tells its process id') return { text: String(process.pid), exception: undefined };
  if (name === 'exits') process.exit(3);
  if (name === 'gets a signal that it does not ignore yet') {
    process.removeAllListeners('SIGTERM');
    process.kill(process.pid, 'SIGTERM');
    for (;;);
  }
  if (name === 'fills the heap') for (;;) kept.push({ number: kept.length, list: [1, 2, 3] });
  if (name === 'fills buffers') for (;;) if (kept.length < 100) kept.push(Buffer.alloc(4 * 1024 * 1024, 1));
  if (name === 'fails later')
    setTimeout(0).then(
      () => Promise.reject(new Error('too late')),
      () => undefined,
    );
  if (name === 'has parts')
    for (const part of text.split(' '))
      if (!(await takePart({ name: part, bytes: Buffer.from(part) })))
        return { text: 'stopped', exception: undefined };
  return { text, exception: undefined };
}

serveExtraction(extract);
