import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Collects garbage and returns the size of the remaining objects in the heap, in bytes. */
export async function liveHeapBytes(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // A second collection is needed: an object with a finalizer (signal, socket) is freed only after its
  // finalizer has run.
  for (let round = 0; round < 2; round++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return process.memoryUsage().heapUsed;
}

/** Returns the number of sockets, servers, timers and other open handles, without the pipes of standard I/O. */
export function openHandles(): number {
  const own = ['PipeWrap', 'TTYWrap'];
  return process.getActiveResourcesInfo().filter((name) => !own.includes(name)).length;
}
