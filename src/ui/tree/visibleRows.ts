import * as vscode from 'vscode';
import { Emitter, Owner } from '../../base/event.ts';
import type { DatasourcePaths, FoundDatasource } from './datasourcePaths.ts';

/**
 * Reports which Datasources are on screen. VS Code has no event for visible rows. However, it requests a decoration for
 * each row that it draws. It caches the decoration until the provider reports that everything changed (VS Code 1.139).
 * This provider returns no decorations. It is separate from the provider of badges, because when that provider reports
 * that everything changed, VS Code draws rows without badges until it has the new ones. VS Code then also forgets the
 * badges of collapsed rows.
 */
export class VisibleRows extends Owner implements vscode.FileDecorationProvider {
  readonly #paths: DatasourcePaths;
  readonly #changes = this.register(new Emitter<undefined>());
  readonly onDidChangeFileDecorations = this.#changes.event;
  readonly #rows = this.register(new Emitter<FoundDatasource>());
  /**
   * After {@link watch} or {@link requestAgain}, fires for each Datasource on screen. Later, fires for each
   * Datasource that the user scrolls into view.
   */
  readonly onDidShow = this.#rows.event;
  #registration: vscode.Disposable | undefined;

  constructor(paths: DatasourcePaths) {
    super();
    this.#paths = paths;
    this.register({ dispose: () => this.unwatch() });
  }

  /** Starts watching. VS Code requests decorations for all rows on screen from a new provider. */
  watch(): void {
    this.#registration ??= vscode.window.registerFileDecorationProvider(this);
  }

  /**
   * Stops watching, to save work: VS Code requests decorations for every URI in the window, even outside this
   * view.
   */
  unwatch(): void {
    this.#registration?.dispose();
    this.#registration = undefined;
  }

  /**
   * Makes VS Code request decorations again: for all rows on screen now, and for other rows when the user
   * scrolls them into view.
   */
  requestAgain(): void {
    this.#changes.fire(undefined);
  }

  provideFileDecoration(uri: vscode.Uri): undefined {
    const found = this.#paths.find(uri);
    if (found) this.#rows.fire(found);
  }
}
