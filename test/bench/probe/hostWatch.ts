import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { performance } from 'node:perf_hooks';
import type { HostLoad } from './protocol.ts';

/** Interval of the timer that detects stalls of the event loop, in ms. */
const tickMs = 5;
const stallMs = 50;

/** Returns the CPU time of the thread that runs extensions, in ms. */
function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** Measures stalls of the event loop of this process, and its CPU time. */
export class HostWatch {
  readonly #began = performance.now();
  readonly #utilization = performance.eventLoopUtilization();
  readonly #cpu = process.cpuUsage();
  readonly #thread = threadMs();
  readonly #timer: NodeJS.Timeout;
  #lastTick = performance.now();
  #lastBusy = threadMs();
  #longest = 0;
  #stalls = 0;

  constructor() {
    this.#timer = setInterval(() => this.#tick(), tickMs);
  }

  stop(): HostLoad {
    this.#tick();
    clearInterval(this.#timer);
    const { active } = performance.eventLoopUtilization(this.#utilization);
    const { user, system } = process.cpuUsage(this.#cpu);
    return {
      wallMs: performance.now() - this.#began,
      activeMs: active,
      cpuMs: (user + system) / 1_000,
      threadMs: threadMs() - this.#thread,
      maxStallMs: this.#longest,
      stalls: this.#stalls,
    };
  }

  #tick(): void {
    const now = performance.now();
    const busy = threadMs();
    // On a busy machine, a timer is also late if the thread waits for a core. Such a delay does not count as a stall.
    const late = Math.min(now - this.#lastTick - tickMs, busy - this.#lastBusy);
    this.#lastTick = now;
    this.#lastBusy = busy;
    if (late > this.#longest) this.#longest = late;
    if (late > stallMs) this.#stalls++;
  }
}

let collectGarbage: (() => void) | undefined;

/** Collects garbage and returns the used size of the heap, in bytes. */
export function heapUsed(): number {
  if (!collectGarbage) {
    setFlagsFromString('--expose-gc');
    collectGarbage = runInNewContext('gc') as () => void;
  }
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
