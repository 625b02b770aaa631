import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { OnnaFailure } from '../../../../src/onna/errors.ts';

/** What to ask, and how. */
export interface Question {
  readonly url: string;
  readonly way: 'undici' | 'fetch';
  readonly headers: Readonly<Record<string, string>>;
  /** Whether to trust the system's certificates too. */
  readonly system: boolean;
}

/** What came of it. */
export interface Outcome {
  readonly text?: string;
  readonly failure?: OnnaFailure;
  /** Whether the process-wide slots of undici's dispatchers hold what they held before. */
  readonly slotsKept: boolean;
}

const program = fileURLToPath(new URL('./askOnce.ts', import.meta.url));

/** Asks in a process of its own: Node reads some of its environment only when it starts. */
export async function askInProcess(
  question: Question,
  environment: Readonly<Record<string, string>>,
): Promise<Outcome> {
  const own = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/proxy|^NODE_|^SSL_/i.test(name)),
  );
  const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify(question)], {
    env: { ...own, ...environment },
  });
  return JSON.parse(stdout) as Outcome;
}
