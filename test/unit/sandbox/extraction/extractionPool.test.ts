import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { isProcessAlive } from '../../../../src/sandbox/base/processes.ts';
import { ExtractionPool } from '../../../../src/sandbox/extraction/extractionPool.ts';
import type { ReadText } from '../../../../src/sandbox/extraction/extract.ts';
import type { StorePart } from '../../../../src/sandbox/extraction/extractionWorker.ts';
import { extractionLimits } from '../../../../src/sandbox/extraction/limits.ts';
import { FakeClock } from '../../../doubles/fakeClock.ts';
import { eventually } from '../support/fixture.ts';

const file = fileURLToPath(new URL('../support/hostileWorker.ts', import.meta.url));
const mebibyte = 1024 * 1024;
const limits = { ...extractionLimits, heapMebibytes: 24, bufferBytes: 64 * mebibyte };

// eslint-disable-next-line @typescript-eslint/require-await -- the pool takes an async generator
async function* chunksOf(text: string): AsyncGenerator<Uint8Array> {
  for (const word of text.split(/(?<= )/)) yield Buffer.from(word);
}

/** Whether a process runs. A zombie has ended, but nobody has asked for its exit code. */
function isRunning(processId: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${processId}/stat`, 'utf8'));
  } catch {
    // The process has ended, or this system has no `/proc`.
    return isProcessAlive(processId);
  }
}

describe('The worker processes that read files', () => {
  const clock = new FakeClock();
  let pool: ExtractionPool;
  beforeEach(() => {
    pool = new ExtractionPool({ clock, file, limits, size: 2 });
  });
  afterEach(() => pool.close());

  function read(
    name: string,
    text: string = name,
    storePart: StorePart = () => true,
    signal = new AbortController().signal,
  ): Promise<ReadText> {
    const budget = { parts: 100, bytes: mebibyte };
    const head = { name, contentType: 'text/plain', size: Buffer.byteLength(text), budget };
    return pool.read({ ...head, chunks: chunksOf(text) }, storePart, signal);
  }

  /** Starts to read a file on which the reader hangs, and lets its time end after `meanwhile`. */
  async function timeOut(meanwhile = (): Promise<void> => Promise.resolve()): Promise<void> {
    const reading = read('hangs');
    const timers = clock.pending;
    // The time begins when the worker has the whole file.
    await Promise.race([reading, eventually(() => clock.pending > timers)]);
    await meanwhile();
    clock.advanceSync(limits.readingMs);
    await reading;
  }

  it('read a file whose content arrives in chunks', async () => {
    assert.deepEqual(await read('a', 'tide tables für Lumenfjord'), {
      text: 'tide tables für Lumenfjord',
      exception: undefined,
    });
  });

  it('stop a reader that never ends when its time is over, and read the next file', async () => {
    await assert.rejects(
      timeOut(async () => assert.equal((await read('b')).text, 'b')),
      /took longer than 60 s/,
    );
    assert.equal((await read('c')).text, 'c');
  });

  for (const [name, reason] of [
    ['exits', /the reader ended/],
    ['fills the heap', /memory/],
    ['fills buffers', /memory/],
  ] as const) {
    it(`survive a reader that ${name}, and read the next file`, async () => {
      await assert.rejects(read(name), reason);
      assert.equal((await read('c')).text, 'c');
    });
  }

  it('pass on parts one after the other, and wait until each is stored', async () => {
    const stored: string[] = [];
    let isStoring = false;
    const { text } = await read('has parts', 'one two three', async (part) => {
      assert.equal(isStoring, false);
      isStoring = true;
      await new Promise((resolve) => setImmediate(resolve));
      stored.push(`${part.name}=${Buffer.from(part.bytes).toString()}`);
      isStoring = false;
      return true;
    });
    assert.deepEqual(stored, ['one=one', 'two=two', 'three=three']);
    assert.equal(text, 'one two three');
  });

  it('stop passing on parts when no more are wanted', async () => {
    const stored: string[] = [];
    const { text } = await read('has parts', 'one two three', ({ name }) => stored.push(name) < 2);
    assert.deepEqual(stored, ['one', 'two']);
    assert.equal(text, 'stopped');
  });

  it('do not count the time in which a part is stored', async () => {
    const { text } = await read('has parts', 'one two', () => {
      clock.advanceSync(limits.readingMs);
      return true;
    });
    assert.equal(text, 'one two');
  });

  it('reject with the error of storing a part or of reading the content', async () => {
    const failure = new Error('disk full');
    await assert.rejects(
      read('has parts', 'one two', () => {
        throw failure;
      }),
      failure,
    );
    // eslint-disable-next-line @typescript-eslint/require-await -- the pool takes an async generator
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('a');
      throw failure;
    }
    const head = { name: 'a', contentType: 'text/plain', size: 2, budget: { parts: 1, bytes: 1 } };
    const never = new AbortController().signal;
    await assert.rejects(
      pool.read({ ...head, chunks: broken() }, () => true, never),
      failure,
    );
    assert.equal((await read('c')).text, 'c');
  });

  it('say that a failure may not be the fault of the file after an earlier file or a signal', async () => {
    await assert.rejects(read('exits'), { mayBeInnocent: false });
    if (process.platform !== 'win32')
      await assert.rejects(read('gets a signal that it does not ignore yet'), { mayBeInnocent: true });
    await read('a');
    await assert.rejects(read('exits'), { mayBeInnocent: true });
    await read('a');
    await assert.rejects(timeOut(), { mayBeInnocent: false });
  });

  it('reject with an error that is not about the file if no process can be started', async () => {
    const { execPath } = process;
    process.execPath = path.join(import.meta.dirname, 'no such program');
    try {
      await assert.rejects(read('a'), { name: 'Error', message: /^a reader could not be started: .*ENOENT/ });
    } finally {
      process.execPath = execPath;
    }
    assert.equal((await read('a')).text, 'a');
  });

  it('end when the pool is closed', async () => {
    const id = Number((await read('tells its process id')).text);
    assert.equal(isRunning(id), true);
    await pool.close();
    assert.equal(isRunning(id), false);
  });

  it('end soon after the sandbox was killed, even while a library is in a loop', async () => {
    const program = fileURLToPath(new URL('../support/hangingReader.ts', import.meta.url));
    const sandbox = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(sandbox, 'exit');
    const [line] = (await once(createInterface({ input: sandbox.stdout }), 'line')) as [string];
    assert.equal(isRunning(Number(line)), true);
    sandbox.kill('SIGKILL');
    await exited;
    await eventually(() => !isRunning(Number(line)));
  });

  it('go on after the signals that a terminal sends to all of its processes', async function () {
    // Windows ends the process.
    if (process.platform === 'win32') this.skip();
    const id = (await read('tells its process id')).text;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.kill(Number(id), signal);
      assert.equal((await read('tells its process id')).text, id);
    }
  });

  it('stop reading at once when the sandbox closes', async () => {
    const closing = new AbortController();
    const hanging = assert.rejects(
      read('hangs', 'hangs', () => true, closing.signal),
      /closing/,
    );
    closing.abort(new Error('closing'));
    await hanging;
    await assert.rejects(
      read('a', 'a', () => true, closing.signal),
      /closing/,
    );
  });
});
