import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes of live objects in the heap. */
export async function liveHeapBytes(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // Objects with a finalizer (signals, sockets) are freed only after it has run, between two rounds.
  for (let round = 0; round < 2; round++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return process.memoryUsage().heapUsed;
}

/** Sockets, servers, timers and other handles that keep this process alive, except those that exist from the start. */
export function openHandles(): number {
  const own = ['PipeWrap', 'TTYWrap'];
  return process.getActiveResourcesInfo().filter((name) => !own.includes(name)).length;
}
