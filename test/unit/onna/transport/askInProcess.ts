import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { OnnaFailure } from '../../../../src/onna/errors.ts';

/** A request that the child process sends. */
export interface Question {
  readonly url: string;
  readonly via: 'undici' | 'fetch';
  readonly headers: Readonly<Record<string, string>>;
  /** Whether the child process also trusts the certificates in the system's store. */
  readonly system: boolean;
}

/** The result of the request in the child process. */
export interface Outcome {
  readonly text?: string;
  readonly failure?: OnnaFailure;
  /** Whether the request left undici's global dispatchers unchanged. */
  readonly slotsKept: boolean;
}

const program = fileURLToPath(new URL('./askOnce.ts', import.meta.url));

/** Sends a request in a separate process, because Node reads some environment variables only at startup. */
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
