import * as vscode from 'vscode';
import { Emitter, Owner } from '../../base/event.ts';
import type { DatasourcePaths, FoundDatasource } from './datasourcePaths.ts';

/**
 * Reports which Datasources are on screen. VS Code has no event for visible rows, but it requests a decoration for each
 * row that it draws, and caches the result until the provider reports that everything changed (VS Code 1.139). This
 * provider returns no decorations. It is separate from the provider of badges: when the badge provider reports that
 * everything changed, VS Code draws rows without badges until it has new results, and forgets the badges of collapsed
 * rows.
 */
export class VisibleRows extends Owner implements vscode.FileDecorationProvider {
  readonly #paths: DatasourcePaths;
  readonly #changes = this.register(new Emitter<undefined>());
  readonly onDidChangeFileDecorations = this.#changes.event;
  readonly #rows = this.register(new Emitter<FoundDatasource>());
  /**
   * After {@link watch} or {@link requestAgain}, fires for each Datasource on screen, and later for each Datasource
   * that is scrolled into view.
   */
  readonly onDidShow = this.#rows.event;
  #registration: vscode.Disposable | undefined;

  constructor(paths: DatasourcePaths) {
    super();
    this.#paths = paths;
    this.register({ dispose: () => this.unwatch() });
  }

  /** Starts watching: VS Code requests all rows on screen from a new provider. */
  watch(): void {
    this.#registration ??= vscode.window.registerFileDecorationProvider(this);
  }

  /**
   * Stops watching, to save work: VS Code requests decorations for every URI in the window, not only for those of this
   * view.
   */
  unwatch(): void {
    this.#registration?.dispose();
    this.#registration = undefined;
  }

  /** Makes VS Code request all rows on screen again, and other rows once they are scrolled into view. */
  requestAgain(): void {
    this.#changes.fire(undefined);
  }

  provideFileDecoration(uri: vscode.Uri): undefined {
    const found = this.#paths.find(uri);
    if (found) this.#rows.fire(found);
  }
}
