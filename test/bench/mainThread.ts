import type { Page } from 'playwright-core';

/** Tasks of a window's main thread that took longer than 50 ms, as its browser traced them. */
export interface LongTasks {
  readonly count: number;
  /** The longest task, in ms; 0 if there was none. On a busy machine most of it is waiting for a core. */
  readonly maxMs: number;
  /** The longest CPU time of a task, in ms; 0 if there was none. */
  readonly maxCpuMs: number;
}

const longTaskMs = 50;

/** An event of Chromium's trace format; times in µs. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  /** CPU time. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

const taskName = /^(ThreadControllerImpl::)?RunTask$/;

/**
 * Traces the main thread while `work` runs. All frames of one origin share this thread. In this build of VS Code, the
 * webview's frame has the same origin as the window, so the work of the window itself counts, too.
 */
export async function watchMainThread(page: Page, work: () => Promise<unknown>): Promise<LongTasks> {
  const session = await page.context().newCDPSession(page);
  const mainThreads = new Set<string>();
  const tasks: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => {
    for (const event of value as unknown as readonly TraceEvent[]) {
      if (event.name === 'thread_name' && event.args?.name === 'CrRendererMain')
        mainThreads.add(`${event.pid}/${event.tid}`);
      if (taskName.test(event.name) && (event.dur ?? 0) > longTaskMs * 1_000) tasks.push(event);
    }
  });
  const complete = new Promise<void>((resolve) => session.once('Tracing.tracingComplete', () => resolve()));
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel'] },
  });
  try {
    await work();
  } finally {
    await session.send('Tracing.end');
    await complete;
    await session.detach();
  }
  if (mainThreads.size === 0) throw new Error('The trace names no main thread.');
  const long = tasks.filter(({ pid, tid }) => mainThreads.has(`${pid}/${tid}`));
  return {
    count: long.length,
    maxMs: Math.max(0, ...long.map(({ dur = 0 }) => dur / 1_000)),
    maxCpuMs: Math.max(0, ...long.map(({ tdur = Number.NaN }) => tdur / 1_000)),
  };
}
