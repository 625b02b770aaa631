import * as vscode from 'vscode';
import { NodeEdits } from '../../model/manage/nodeEdits.ts';
import type { RowCall } from '../contributions.ts';
import type { ManageParts } from './manageParts.ts';
import { runEdit } from './runEdit.ts';

/** The commands *Add to Favorites* and *Remove from Favorites*. */
export class FavoriteCommands {
  readonly #parts: ManageParts;
  readonly #edits: NodeEdits;

  constructor(parts: ManageParts) {
    this.#parts = parts;
    this.#edits = new NodeEdits(parts.context);
  }

  /** Marks the row's Datasource, or all selected Datasources, as favorites, or removes the marks. */
  async mark(call: RowCall, favorite: boolean): Promise<void> {
    const title = favorite ? vscode.l10n.t('Add to Favorites') : vscode.l10n.t('Remove from Favorites');
    const found = await this.#parts.picker.resolveAll(
      call,
      title,
      (datasource) => datasource.favorite !== favorite,
    );
    await runEdit(this.#parts, found, {
      title,
      permission: undefined,
      progress: favorite ? vscode.l10n.t('Adding to favorites') : vscode.l10n.t('Removing from favorites'),
      failed: (name) =>
        favorite
          ? vscode.l10n.t('“{0}” could not be added to the favorites.', name)
          : vscode.l10n.t('“{0}” could not be removed from the favorites.', name),
      done: (name) =>
        favorite
          ? vscode.l10n.t('“{0}” was added to the favorites', name)
          : vscode.l10n.t('“{0}” was removed from the favorites', name),
      doneMany: (count) =>
        favorite
          ? vscode.l10n.t('{0} Datasources were added to the favorites.', count)
          : vscode.l10n.t('{0} Datasources were removed from the favorites.', count),
      send: ({ connectionId, datasource }, signal) =>
        this.#edits.setFavorite(connectionId, datasource, favorite, signal),
    });
  }
}
