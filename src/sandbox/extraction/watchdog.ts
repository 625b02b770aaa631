// The program of a thread in each worker process. It ends the process if the process needs too much memory, or if the
// server has ended. The main thread can't do this while a library is in a loop. It is an own entry of the build.
import process from 'node:process';
import { workerData } from 'node:worker_threads';
import { isProcessAlive } from '../base/processes.ts';
import type { WatchdogSettings } from './workerMessages.ts';

/** Interval of the checks, in ms. */
const checkMs = 200;

const { serverId, maxBytes } = workerData as WatchdogSettings;

setInterval(() => {
  // POSIX gives the children of an ended process another parent. On Windows, the id stays the same.
  const isOrphan = process.ppid !== serverId || !isProcessAlive(serverId);
  if (isOrphan || process.memoryUsage.rss() > maxBytes) process.kill(process.pid, 'SIGKILL');
}, checkMs);
