import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { performance } from 'node:perf_hooks';
import type { HostLoad } from './protocol.ts';

/** How often it is looked whether the event loop still turns, in ms. */
const tickMs = 5;
const stallMs = 50;

/** Watches this process's event loop. */
export class HostWatch {
  readonly #began = performance.now();
  readonly #utilization = performance.eventLoopUtilization();
  readonly #cpu = process.cpuUsage();
  readonly #timer: NodeJS.Timeout;
  #lastTick = performance.now();
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
      longestStallMs: this.#longest,
      stalls: this.#stalls,
    };
  }

  #tick(): void {
    const now = performance.now();
    const late = now - this.#lastTick - tickMs;
    this.#lastTick = now;
    if (late > this.#longest) this.#longest = late;
    if (late > stallMs) this.#stalls++;
  }
}

let collectGarbage: (() => void) | undefined;

/** Bytes of the heap in use when all garbage is gone. */
export function heapUsed(): number {
  if (!collectGarbage) {
    setFlagsFromString('--expose-gc');
    collectGarbage = runInNewContext('gc') as () => void;
  }
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
