import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

const onWindows = process.platform === 'win32';

/** How long a process may take to end by itself after it was asked to, before it is ended; in ms. */
const graceMs = 5_000;

/** A process that was started here, with all that it starts in turn. */
export interface StartedProcess {
  readonly child: ChildProcess;
  /** Settles with the exit code when the process has ended; a signal counts as code 1. Never rejects. */
  readonly exited: Promise<number>;
  /** Ends the process and everything in its group, and settles when the process has ended. */
  stop(): Promise<void>;
}

/** What to start and how. */
export interface StartOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Called with each piece of what the process writes to standard output and standard error. */
  onOutput?: (text: string, stream: 'stdout' | 'stderr') => void;
}

const running = new Set<ChildProcess>();

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  if (onWindows) {
    spawnSync('taskkill', ['/pid', String(child.pid), '/T', '/F'], { stdio: 'ignore' });
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The whole group is gone already, which is what was asked for.
  }
}

// The last net: whatever way this process ends (but SIGKILL), nothing that it started stays behind.
process.on('exit', () => {
  for (const child of running) signalGroup(child, 'SIGKILL');
});

async function stopChild(child: ChildProcess, exited: Promise<number>): Promise<void> {
  signalGroup(child, 'SIGTERM');
  const impatience = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs);
  await exited;
  clearTimeout(impatience);
  // Members of the group may outlive its leader.
  signalGroup(child, 'SIGKILL');
}

/**
 * Starts a process in a group of its own, so that its end is the end of everything below it.
 * @throws the system's error if the command cannot be started
 */
export async function startProcess(
  command: string,
  args: readonly string[],
  options: StartOptions = {},
): Promise<StartedProcess> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    detached: !onWindows,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8');
    child[stream].on('data', (text: string) => options.onOutput?.(text, stream));
  }
  const exited = new Promise<number>((resolve) => {
    child.once('exit', (code) => {
      running.delete(child);
      resolve(code ?? 1);
    });
  });
  await once(child, 'spawn');
  running.add(child);
  return { child, exited, stop: () => stopChild(child, exited) };
}

/**
 * Calls `stop` once at the first of SIGINT, SIGTERM and SIGHUP, then ends this process with the code that
 * shells give for that signal. Repeated signals (a terminal sends one, npm hands on another) are ignored.
 */
export function stopOnSignals(stop: () => Promise<void>): void {
  let stopping = false;
  const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      void stop().finally(() => process.exit(codes[signal]));
    });
  }
}
