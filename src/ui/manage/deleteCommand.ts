import * as vscode from 'vscode';
import type { Datasource } from '../../model/datasources/datasource.ts';
import { deleteNode } from '../../model/manage/deletion.ts';
import { OnnaError } from '../../onna/errors.ts';
import { askText } from '../accounts/askText.ts';
import type { RowCall } from '../contributions.ts';
import { confirm, showBriefly, warn } from '../text/messages.ts';
import { inView } from '../text/progress.ts';
import { isPermitted, type ManageParts } from './manageParts.ts';
import type { Place } from './places.ts';

/** Longer titles are not typed, but replaced by a fixed word. In UTF-16 units. */
const maxTypedTitle = 60;

/** The objects that a deletion removes. */
export interface Losses {
  /** Undefined for a Datasource. */
  readonly datasources: number | undefined;
  /** Undefined if the service does not say. */
  readonly resources: number | undefined;
}

/** The words that the user types to confirm: the title, if it can be typed as it is shown. */
export function confirmationWords({ title, name }: Pick<Place, 'title' | 'name'>): string {
  const isTypeable = title.trim() === name && name.length <= maxTypedTitle;
  return isTypeable ? name : vscode.l10n.t('delete');
}

/** "its 1,843 Resources", "its 3 Datasources and 512 Resources" or similar. */
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

/** Deletes Workspaces and Datasources. */
export class DeleteCommand {
  readonly #parts: ManageParts;

  constructor(parts: ManageParts) {
    this.#parts = parts;
  }

  /** Says what goes away, asks for the title, and then sends the request once. */
  async run(call: RowCall): Promise<void> {
    const { services, places } = this.#parts;
    const title = vscode.l10n.t('Delete');
    const place = await places.resolve(call, title, 'delete');
    if (!place || !(await isPermitted(services, place, 'guillotina.DeleteContent', title))) return;
    const { name } = place;
    const losses = await inView(() => this.#losses(place));
    const next = vscode.l10n.t('Delete…');
    const question = vscode.l10n.t(
      'Delete “{0}” and {1}? They are deleted for everyone with access. The files at the source are kept. This cannot be undone.',
      name,
      lossWords(losses),
    );
    if ((await confirm(question, next)) !== next) return;
    const words = confirmationWords(place);
    const asked = await askText({
      title: vscode.l10n.t('Delete “{0}”', name),
      prompt: vscode.l10n.t('Type “{0}” to delete it with {1}.', words, lossWords(losses)),
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
      // The title was typed for this request only. Trying again starts with the question.
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
      // The question then says that all Resources go.
      if (error instanceof OnnaError) return undefined;
      throw error;
    }
  }
}
