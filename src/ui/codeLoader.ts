import * as vscode from 'vscode';
import { LoadFailure } from '../base/loadFailure.ts';
import type { Log } from './text/log.ts';
import { showError } from './text/messages.ts';

/**
 * Loads parts of the extension on first use. A failure, such as a missing file or an exception in a constructor, is
 * logged and shown to the user with a button that opens the log.
 */
export class CodeLoader {
  readonly #log: Pick<Log, 'error' | 'show'>;
  #isShowing = false;
  #wasShown = false;

  constructor(log: Pick<Log, 'error' | 'show'>) {
    this.#log = log;
  }

  /** @throws LoadFailure after the failure has been shown */
  readonly load = async <T>(make: () => Promise<T>): Promise<T> => {
    try {
      return await make();
    } catch (error) {
      throw this.#failure(error);
    }
  };

  /**
   * Loads a part that a timer may need. The failure is shown only if the user has not seen a failure yet, because a
   * timer tries again and again.
   * @throws LoadFailure
   */
  readonly loadInBackground = async <T>(make: () => Promise<T>): Promise<T> => {
    try {
      return await make();
    } catch (error) {
      throw this.#failure(error, this.#wasShown);
    }
  };

  #failure(error: unknown, isQuiet = false): LoadFailure {
    const message = vscode.l10n.t('A part of Onna could not be loaded. Try again, or reload the window.');
    this.#log.error(message, error);
    // VS Code rejects a notification only while it shuts down.
    if (!isQuiet) this.#show(message).catch(() => undefined);
    return new LoadFailure(message, { cause: error });
  }

  /** Shows one notification at a time, because several parts may fail together. */
  async #show(message: string): Promise<void> {
    if (this.#isShowing) return;
    this.#isShowing = this.#wasShown = true;
    const showLog = vscode.l10n.t('Show Log');
    const choice = await showError(message, showLog);
    this.#isShowing = false;
    if (choice === showLog) this.#log.show();
  }
}
