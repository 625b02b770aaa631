import * as vscode from 'vscode';
import { isOnnaError } from '../../onna/errors.ts';
import type { CommandId } from '../../ids.ts';
import { isWorthRepeating, mayHaveBeenDone } from './errorRemedy.ts';
import { describeError } from './errorText.ts';
import type { Moment } from './errorMoment.ts';
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
   * @param what What failed, as a sentence: "“Wiki” could not be downloaded."
   * @param retry Offered where trying again makes sense. If it fails, the log has the error.
   */
  async error(what: string, error: unknown, retry?: () => Promise<unknown>, moment?: Moment): Promise<void> {
    if (isOnnaError(error, 'cancelled')) return;
    const message = `${what} ${describeError(error, moment)}`;
    if (!isOnnaError(error)) this.#log.error(what, error);
    if (this.#standing.has(message)) return;
    this.#standing.add(message);
    const showLog = vscode.l10n.t('Show Log');
    const tryAgain = vscode.l10n.t('Try Again');
    const signIn = vscode.l10n.t('Sign In');
    const choices = [showLog];
    if (isOnnaError(error, 'signedOut')) choices.unshift(signIn);
    else if (retry && isWorthRepeating(error)) choices.unshift(tryAgain);
    // Nothing awaits what the user chooses here, so its errors would vanish.
    try {
      const choice = await showError(message, ...choices);
      this.#standing.delete(message);
      if (choice === showLog) this.#log.show();
      if (choice === tryAgain) await retry?.();
      if (choice === signIn) await vscode.commands.executeCommand(signInCommand);
    } catch (failure) {
      this.#standing.delete(message);
      this.#log.error(what, failure);
    }
  }

  /**
   * Tells that a request that changes something failed. Without a clear refusal it may have been done all the same.
   * @param failed "“Wiki” could not be synced."
   * @param name Of what was to be changed.
   * @param action As the menu calls it: "Sync Now".
   */
  async actionFailed(
    { failed, name, action }: { readonly failed: string; readonly name: string; readonly action: string },
    error: unknown,
    retry?: () => Promise<unknown>,
  ): Promise<void> {
    const what = mayHaveBeenDone(error)
      ? vscode.l10n.t('“{0}”: “{1}” was not confirmed.', name, action)
      : failed;
    await this.error(what, error, retry, 'action');
  }
}
