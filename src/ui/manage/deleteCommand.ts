import * as vscode from 'vscode';
import { isFolderType, type Datasource } from '../../model/datasources/datasource.ts';
import { deleteNode } from '../../model/manage/deletion.ts';
import { OnnaError } from '../../onna/errors.ts';
import { askText } from '../accounts/askText.ts';
import type { RowCall } from '../contributions.ts';
import { confirm, showBriefly, warn } from '../text/messages.ts';
import { inView } from '../text/progress.ts';
import { isPermitted, type ManageParts } from './manageParts.ts';
import type { Place } from './places.ts';

/**
 * Maximum length of a title that the user must type, in UTF-16 units. Instead of a longer title, the user
 * types a fixed word.
 */
const maxTypedTitle = 60;

/** The numbers of objects that a deletion removes. */
export interface Losses {
  /** Undefined for a Datasource. */
  readonly datasources: number | undefined;
  /** Undefined if the service does not return the number. */
  readonly resources: number | undefined;
}

/**
 * The text that the user must type to confirm: the title, if it is short and can be typed as it is shown.
 * Otherwise a fixed word.
 */
export function confirmationWords({ title, name }: Pick<Place, 'title' | 'name'>): string {
  const isTypeable = title.trim() === name && name.length <= maxTypedTitle;
  return isTypeable ? name : vscode.l10n.t('delete');
}

/** "its 1,843 Resources", "its 3 Datasources with 512 Resources" or similar. */
export function lossWords({ datasources, resources }: Losses): string {
  const format = new Intl.NumberFormat(vscode.env.language);
  const files =
    resources === undefined
      ? vscode.l10n.t('all of its Resources')
      : resources === 1
        ? vscode.l10n.t('its 1 Resource')
        : vscode.l10n.t('its {0} Resources', format.format(resources));
  if (datasources === undefined) return files;
  if (datasources === 0) return vscode.l10n.t('everything in it');
  const sources =
    datasources === 1
      ? vscode.l10n.t('its 1 Datasource')
      : vscode.l10n.t('its {0} Datasources', format.format(datasources));
  return resources === undefined
    ? vscode.l10n.t('{0} with all of their Resources', sources)
    : vscode.l10n.t('{0} with {1} Resources', sources, format.format(resources));
}

/** Whether the files of a place were uploaded, so that they have no source. */
function isUploaded({ datasource }: Place): boolean {
  return datasource !== undefined && isFolderType(datasource.type);
}

/** Deletes Workspaces and Datasources. */
export class DeleteCommand {
  readonly #parts: ManageParts;

  constructor(parts: ManageParts) {
    this.#parts = parts;
  }

  /** Shows how much will be deleted, asks the user to type the title, and then sends the request once. */
  async run(call: RowCall): Promise<void> {
    const { services, places } = this.#parts;
    const title = vscode.l10n.t('Delete');
    const place = await places.resolve(call, title, 'delete');
    if (!place || !(await isPermitted(services, place, 'guillotina.DeleteContent', title))) return;
    const { name } = place;
    const losses = await inView(() => this.#losses(place));
    const next = vscode.l10n.t('Delete…');
    const question = isUploaded(place)
      ? vscode.l10n.t(
          'Delete “{0}” and {1}? They will be deleted for everyone with access, including all uploaded files. This cannot be undone.',
          name,
          lossWords(losses),
        )
      : vscode.l10n.t(
          'Delete “{0}” and {1}? They will be deleted for everyone with access. The files at the source are kept. This cannot be undone.',
          name,
          lossWords(losses),
        );
    if ((await confirm(question, next)) !== next) return;
    const words = confirmationWords(place);
    const asked = await askText({
      title: vscode.l10n.t('Delete “{0}”', name),
      prompt: vscode.l10n.t('Type “{0}” to delete it and {1}.', words, lossWords(losses)),
      placeholder: words,
      accept: (value) =>
        value.trim() === words ? undefined : vscode.l10n.t('This is not “{0}”. Nothing was deleted.', words),
    });
    if (asked === 'next') await this.#delete(place);
  }

  async #delete(place: Place): Promise<void> {
    const { context, notifier } = this.#parts;
    const { connectionId, path, name } = place;
    try {
      const isGone = await inView(
        () => deleteNode(context, connectionId, path),
        vscode.l10n.t('Deleting “{0}”', name),
      );
      if (isGone) showBriefly(vscode.l10n.t('“{0}” was deleted', name));
      else
        warn(
          vscode.l10n.t(
            '“{0}”: the service accepted the deletion, but the object still exists. A large deletion can take a while.',
            name,
          ),
        );
    } catch (error) {
      const failed = vscode.l10n.t('“{0}” could not be deleted.', name);
      // The user typed the title for this request only. To try again, the user must run the command again.
      notifier.actionFailed({ failed, name, action: vscode.l10n.t('Delete') }, error);
    }
  }

  async #losses({ connectionId, path, datasource }: Place): Promise<Losses> {
    if (datasource)
      return { datasources: undefined, resources: await this.#resources(connectionId, datasource) };
    const all = [...(this.#parts.services.store.get(connectionId)?.datasources.values() ?? [])];
    const inside = all.filter((entry) => entry.parentPath === path);
    const counts = inside.map(({ resourceCount }) => resourceCount);
    const isKnown = counts.every((count) => count !== undefined);
    return {
      datasources: inside.length,
      resources: isKnown ? counts.reduce((sum, count) => sum + count, 0) : undefined,
    };
  }

  async #resources(connectionId: string, { path, resourceCount }: Datasource): Promise<number | undefined> {
    if (resourceCount !== undefined) return resourceCount;
    try {
      return (await (await this.#parts.services.client(connectionId)).size(path)).resourceCount;
    } catch (error) {
      // The question then says “all of its Resources” without a number.
      if (error instanceof OnnaError) return undefined;
      throw error;
    }
  }
}
