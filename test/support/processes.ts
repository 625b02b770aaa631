import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { throwUncaught } from './throwUncaught.ts';

const onWindows = process.platform === 'win32';

/** Time between SIGTERM and SIGKILL, in ms. */
const graceMs = 5_000;

/** A process that {@link startProcess} has started, with its descendants. */
export interface StartedProcess {
  readonly child: ChildProcess;
  /** Resolves with the exit code when the process has exited; 1 after a signal. Never rejects. */
  readonly exited: Promise<number>;
  /** Terminates the process and its process group. Resolves when the process has exited. */
  stop(): Promise<void>;
}

/** Options of {@link startProcess}. */
export interface StartOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Called with each chunk of standard output and standard error. */
  onOutput?: (text: string, stream: 'stdout' | 'stderr') => void;
}

const running = new Set<ChildProcess>();

/**
 * The command and the arguments for `spawn`. Windows runs a batch file such as `code.cmd` only through `cmd.exe`, which
 * reads one line of text.
 * @throws if an argument for a batch file contains a character that cannot be quoted
 */
export function spawnable(
  command: string,
  args: readonly string[],
  platform: NodeJS.Platform = process.platform,
): { readonly command: string; readonly args: readonly string[]; readonly isVerbatim: boolean } {
  if (platform !== 'win32' || !/\.(?:cmd|bat)$/i.test(command)) return { command, args, isVerbatim: false };
  const words = [command, ...args];
  const bad = words.find((word) => /["%\r\n]/.test(word));
  if (bad !== undefined) throw new Error(`A batch file cannot receive the argument ${bad}.`);
  const line = words.map((word) => `"${word}"`).join(' ');
  return { command: 'cmd.exe', args: ['/d', '/s', '/c', `"${line}"`], isVerbatim: true };
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  if (onWindows) {
    spawnSync('taskkill', ['/pid', String(child.pid), '/T', '/F'], { stdio: 'ignore' });
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // All processes of the group have already exited.
  }
}

// Last resort: terminate the children whenever this process exits. Only SIGKILL skips this handler.
process.on('exit', () => {
  for (const child of running) signalGroup(child, 'SIGKILL');
});

async function stopChild(child: ChildProcess, exited: Promise<number>): Promise<void> {
  signalGroup(child, 'SIGTERM');
  const killTimer = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs);
  await exited;
  clearTimeout(killTimer);
  // Other processes of the group may still be running.
  signalGroup(child, 'SIGKILL');
}

/**
 * Starts a process in a new process group, so that `stop` can terminate the process and its descendants.
 * @throws the system's error if the command cannot be started
 */
export async function startProcess(
  command: string,
  args: readonly string[],
  options: StartOptions = {},
): Promise<StartedProcess> {
  const spawned = spawnable(command, args);
  const child = spawn(spawned.command, spawned.args, {
    windowsVerbatimArguments: spawned.isVerbatim,
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
 * Calls `stop` on the first SIGINT, SIGTERM or SIGHUP, and then exits with the usual exit code for the signal. Ignores
 * further signals, because Ctrl+C sends a signal from the terminal and a second signal through npm.
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
