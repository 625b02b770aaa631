import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { throwUncaught } from './throwUncaught.ts';

const onWindows = process.platform === 'win32';

/** Time between SIGTERM and SIGKILL, in ms. */
const graceMs = 5_000;

/** A process that was started here, with its descendants. */
export interface StartedProcess {
  readonly child: ChildProcess;
  /** Resolves with the exit code when the process has ended; 1 if a signal ended it. Never rejects. */
  readonly exited: Promise<number>;
  /** Ends the process and its whole group. Settles when the process has ended. */
  stop(): Promise<void>;
}

/** Options for starting a process. */
export interface StartOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Called with each chunk of standard output and standard error. */
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
    // The whole group has already ended.
  }
}

// Last resort: however this process ends (except by SIGKILL), its children end with it.
process.on('exit', () => {
  for (const child of running) signalGroup(child, 'SIGKILL');
});

async function stopChild(child: ChildProcess, exited: Promise<number>): Promise<void> {
  signalGroup(child, 'SIGTERM');
  const killTimer = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs);
  await exited;
  clearTimeout(killTimer);
  // Members of the group may outlive its leader.
  signalGroup(child, 'SIGKILL');
}

/**
 * Starts a process in its own process group, so that its descendants can be ended with it.
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
 * Calls `stop` at the first SIGINT, SIGTERM or SIGHUP, then exits with the code that shells use for that signal.
 * Ignores further signals: the terminal sends one and npm forwards another.
 */
export function stopOnSignals(stop: () => Promise<void>): void {
  let stopping = false;
  const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      stop()
        .finally(() => process.exit(codes[signal]))
        .catch(throwUncaught);
    });
  }
}
