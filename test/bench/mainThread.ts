import type { Page } from 'playwright-core';

/** Tasks of more than 50 ms on the main thread of a window, from a trace of the browser. */
export interface LongTasks {
  readonly count: number;
  /**
   * Duration of the longest task, in ms; 0 without long tasks. It includes the time in which the thread waited for a
   * core.
   */
  readonly maxMs: number;
  /** Maximum CPU time of a long task, in ms; 0 without long tasks. */
  readonly maxCpuMs: number;
  /** CPU time of garbage collection in the task with `maxCpuMs`, in ms. It collects the memory of the whole window. */
  readonly maxCpuGcMs: number;
}

const longTaskMs = 50;

/** An event in Chromium's trace format. All times are in µs. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** The start of the event. */
  readonly ts: number;
  readonly dur?: number;
  /** CPU time of the event. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

const taskName = /^(ThreadControllerImpl::)?RunTask$/;
const collectionName = /^(Major|Minor)GC$/;

/** Returns whether `inner` is a part of `outer`. */
function isWithin(inner: TraceEvent, outer: TraceEvent): boolean {
  return (
    inner.pid === outer.pid &&
    inner.tid === outer.tid &&
    inner.ts >= outer.ts &&
    inner.ts + (inner.dur ?? 0) <= outer.ts + (outer.dur ?? 0)
  );
}

/** Returns the CPU time of an event, in ms. */
function cpuMs({ tdur = Number.NaN }: TraceEvent): number {
  return tdur / 1_000;
}

/**
 * Traces the main thread of a page while `work` runs. Frames of the same origin share the main thread. In this build of
 * VS Code, webviews have the origin of the window, so the results include the tasks of the window.
 */
export async function watchMainThread(page: Page, work: () => Promise<unknown>): Promise<LongTasks> {
  const session = await page.context().newCDPSession(page);
  const mainThreads = new Set<string>();
  const tasks: TraceEvent[] = [];
  const collections: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => {
    for (const event of value as unknown as readonly TraceEvent[]) {
      if (event.name === 'thread_name' && event.args?.name === 'CrRendererMain')
        mainThreads.add(`${event.pid}/${event.tid}`);
      if (taskName.test(event.name) && (event.dur ?? 0) > longTaskMs * 1_000) tasks.push(event);
      if (collectionName.test(event.name)) collections.push(event);
    }
  });
  const complete = new Promise<void>((resolve) => session.once('Tracing.tracingComplete', () => resolve()));
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', 'v8'] },
  });
  try {
    await work();
  } finally {
    await session.send('Tracing.end');
    await complete;
    await session.detach();
  }
  if (mainThreads.size === 0) throw new Error('The trace contains no main thread.');
  const long = tasks.filter(({ pid, tid }) => mainThreads.has(`${pid}/${tid}`));
  const maxCpuMs = Math.max(0, ...long.map(cpuMs));
  const longest = long.find((event) => cpuMs(event) === maxCpuMs);
  const collectionsWithin = longest ? collections.filter((event) => isWithin(event, longest)) : [];
  return {
    count: long.length,
    maxMs: Math.max(0, ...long.map(({ dur = 0 }) => dur / 1_000)),
    maxCpuMs,
    maxCpuGcMs: collectionsWithin.reduce((sum, event) => sum + cpuMs(event), 0),
  };
}
