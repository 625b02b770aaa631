import * as vscode from 'vscode';
import { Emitter, Owner } from '../../base/event.ts';
import type { DatasourcePaths, FoundDatasource } from './datasourcePaths.ts';

/**
 * Tells which Datasources are on screen. VS Code has no event for that, but it requests a decoration for each row that
 * it draws, and caches the answer until the provider says that everything changed (VS Code 1.139). This provider has no
 * decorations to give. It is separate from the one for badges because VS Code draws a row without its badge while it
 * waits for a new answer, and forgets the badges of collapsed rows.
 */
export class VisibleRows extends Owner implements vscode.FileDecorationProvider {
  readonly #paths: DatasourcePaths;
  readonly #changes = this.register(new Emitter<undefined>());
  readonly onDidChangeFileDecorations = this.#changes.event;
  readonly #rows = this.register(new Emitter<FoundDatasource>());
  /** Fires for each Datasource on screen after {@link watch} and {@link askAgain}, then for each that is scrolled to. */
  readonly onDidShow = this.#rows.event;
  #registration: vscode.Disposable | undefined;

  constructor(paths: DatasourcePaths) {
    super();
    this.#paths = paths;
    this.register({ dispose: () => this.unwatch() });
  }

  /** Starts: VS Code asks a new provider for all rows on screen. */
  watch(): void {
    this.#registration ??= vscode.window.registerFileDecorationProvider(this);
  }

  /** Stops: VS Code asks for every URI in the window, not only ours. */
  unwatch(): void {
    this.#registration?.dispose();
    this.#registration = undefined;
  }

  /** Has VS Code ask for all rows on screen, and again for the others once they are scrolled to. */
  askAgain(): void {
    this.#changes.fire(undefined);
  }

  provideFileDecoration(uri: vscode.Uri): undefined {
    const found = this.#paths.find(uri);
    if (found) this.#rows.fire(found);
  }
}
