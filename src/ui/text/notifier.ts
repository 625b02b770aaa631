import * as vscode from 'vscode';
import { isOnnaError } from '../../onna/errors.ts';
import type { CommandId } from '../../ids.ts';
import { isWorthRepeating, mayHaveBeenDone } from './errorRemedy.ts';
import { describeError } from './errorText.ts';
import type { Moment } from './errorMoment.ts';
import type { Log } from './log.ts';
import { showError } from './messages.ts';

const signInCommand: CommandId = 'onna.signIn';

/**
 * Shows errors of actions that the user started. Never use it for errors of a timer. The same message is
 * never shown twice at the same time.
 */
export class Notifier {
  readonly #log: Log;
  readonly #shown = new Set<string>();

  constructor(log: Log) {
    this.#log = log;
  }

  /**
   * @param what A sentence about the failure: "“Wiki” could not be downloaded."
   * @param retry Offered if a retry makes sense. If the retry fails, its error is logged.
   */
  async error(what: string, error: unknown, retry?: () => Promise<unknown>, moment?: Moment): Promise<void> {
    if (isOnnaError(error, 'cancelled')) return;
    const message = `${what} ${describeError(error, moment)}`;
    if (!isOnnaError(error)) this.#log.error(what, error);
    if (this.#shown.has(message)) return;
    this.#shown.add(message);
    const showLog = vscode.l10n.t('Show Log');
    const tryAgain = vscode.l10n.t('Try Again');
    const signIn = vscode.l10n.t('Sign In');
    const choices = [showLog];
    if (isOnnaError(error, 'signedOut')) choices.unshift(signIn);
    else if (retry && isWorthRepeating(error)) choices.unshift(tryAgain);
    // Log the errors of the chosen action, because no caller handles them.
    try {
      const choice = await showError(message, ...choices);
      this.#shown.delete(message);
      if (choice === showLog) this.#log.show();
      if (choice === tryAgain) await retry?.();
      if (choice === signIn) await vscode.commands.executeCommand(signInCommand);
    } catch (failure) {
      this.#shown.delete(message);
      this.#log.error(what, failure);
    }
  }

  /** Like {@link error}, but does not wait until the user closes the notification. */
  report(what: string, error: unknown, retry?: () => Promise<unknown>, moment?: Moment): void {
    this.error(what, error, retry, moment).catch((failure: unknown) => this.#log.error(what, failure));
  }

  /**
   * Reports a failed request that changes something. Except after a clear refusal, the service may have
   * carried out the request.
   * @param failed A sentence about the failure: "“Wiki” could not be synced."
   * @param name Name of the item that the request should have changed.
   * @param action The command's menu title: "Sync Now".
   */
  actionFailed(
    { failed, name, action }: { readonly failed: string; readonly name: string; readonly action: string },
    error: unknown,
    retry?: () => Promise<unknown>,
  ): void {
    const what = mayHaveBeenDone(error)
      ? vscode.l10n.t('“{0}”: the service did not confirm “{1}”.', name, action)
      : failed;
    this.report(what, error, retry, 'action');
  }
}
