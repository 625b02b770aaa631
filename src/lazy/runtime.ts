import * as vscode from 'vscode';
import type { Runtime } from '../ui/runtime.ts';

/**
 * Loads the runtime on first use. A failed load is reported with a button that opens the log. The next use
 * tries again, because the cause may be temporary. For example, an update may be replacing the extension's
 * files.
 */
export class LazyRuntime implements vscode.Disposable {
  readonly #make: () => Promise<Runtime>;
  #loading: Promise<Runtime> | undefined;
  /** The output channel for load failures. A loaded runtime has its own channel. */
  #log: vscode.LogOutputChannel | undefined;
  #isReporting = false;

  constructor(make: () => Promise<Runtime>) {
    this.#make = make;
  }

  /** @throws Error after the failure has been reported to the user. */
  readonly load = (): Promise<Runtime> => {
    this.#loading ??= this.#make().then(
      (runtime) => {
        this.dispose();
        return runtime;
      },
      (error: unknown) => {
        this.#loading = undefined;
        const message = vscode.l10n.t('Onna could not be loaded. Try again, or reload the window.');
        // VS Code rejects a notification only while it shuts down.
        this.#report(message, error).catch(() => undefined);
        throw new Error(message);
      },
    );
    return this.#loading;
  };

  /** Starts loading without making the caller wait. A failure is still reported to the user. */
  loadInBackground(): void {
    this.load().catch(() => undefined);
  }

  /** Opens the log, which contains the error of the last failed load. */
  showLog(): void {
    this.#log?.show();
  }

  /** Flushes the pending writes of the runtime, if it was loaded. */
  async close(): Promise<void> {
    const runtime = await this.#loading?.catch(() => undefined);
    await runtime?.close();
  }

  dispose(): void {
    this.#log?.dispose();
    this.#log = undefined;
  }

  async #report(message: string, error: unknown): Promise<void> {
    this.#log ??= vscode.window.createOutputChannel('Onna', { log: true });
    this.#log.error(error instanceof Error ? error : String(error));
    // One notification at a time: several entry points may fail together.
    if (this.#isReporting) return;
    this.#isReporting = true;
    const tryAgain = vscode.l10n.t('Try Again');
    const showLog = vscode.l10n.t('Show Log');
    const choice = await vscode.window.showErrorMessage(message, tryAgain, showLog);
    this.#isReporting = false;
    if (choice === showLog) this.showLog();
    if (choice === tryAgain) this.loadInBackground();
  }
}
