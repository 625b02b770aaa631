import * as vscode from 'vscode';
import { isOnnaError } from '../onna/errors.ts';
import type { CommandId } from '../ids.ts';
import { describeError } from './errorWords.ts';
import type { Log } from './log.ts';
import { showError } from './messages.ts';

const signInCommand: CommandId = 'onna.signIn';

/** Tells what went wrong after something the user asked for; never from a timer. Each sentence stands once at a time. */
export class Notifier {
  readonly #log: Log;
  readonly #standing = new Set<string>();

  constructor(log: Log) {
    this.#log = log;
  }

  /**
   * @param what What was asked for, as a clause: "“Wiki” could not be synced."
   * @param retry Offered where trying again makes sense.
   */
  async error(what: string, error: unknown, retry?: () => void): Promise<void> {
    if (isOnnaError(error, 'cancelled')) return;
    const message = `${what} ${describeError(error)}`;
    if (!isOnnaError(error)) this.#log.error(what, error);
    if (this.#standing.has(message)) return;
    this.#standing.add(message);
    const showLog = vscode.l10n.t('Show Log');
    const tryAgain = vscode.l10n.t('Try Again');
    const signIn = vscode.l10n.t('Sign In');
    const choices = [showLog];
    if (isOnnaError(error, 'signedOut')) choices.unshift(signIn);
    else if (retry && isRepeatable(error)) choices.unshift(tryAgain);
    const choice = await showError(message, ...choices);
    this.#standing.delete(message);
    if (choice === showLog) this.#log.show();
    if (choice === tryAgain) retry?.();
    if (choice === signIn) await vscode.commands.executeCommand(signInCommand);
  }
}

function isRepeatable(error: unknown): boolean {
  return !isOnnaError(
    error,
    'noPermission',
    'notFound',
    'noContent',
    'invalid',
    'duplicateId',
    'redirected',
    'tls',
  );
}
