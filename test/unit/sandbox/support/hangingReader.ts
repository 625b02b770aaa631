// Reads a file on which the reader hangs: node hangingReader.ts. Prints the process id of the worker once it hangs.
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../../../src/sandbox/base/clock.ts';
import { ExtractionPool } from '../../../../src/sandbox/extraction/extractionPool.ts';

const file = fileURLToPath(new URL('hostileWorker.ts', import.meta.url));
const pool = new ExtractionPool({ clock: systemClock, file });
const head = { name: 'has a part, then hangs', contentType: 'text/plain', size: 0 };
await pool.read(
  { ...head, budget: { parts: 1, bytes: 100 }, chunks: (async function* () {})() },
  ({ bytes }) => {
    // The worker gets the answer to the part, and then hangs, before this line is printed.
    setImmediate(() => console.log(Buffer.from(bytes).toString()));
    return true;
  },
  new AbortController().signal,
);
