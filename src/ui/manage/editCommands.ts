import * as vscode from 'vscode';
import { syncTypes, type SyncType } from '../../model/datasources/syncStatus.ts';
import { manageActions, type DatasourceManageAction } from '../../model/manage/manageActions.ts';
import { NodeEdits } from '../../model/manage/nodeEdits.ts';
import type { NodePath } from '../../onna/address.ts';
import { askText, required } from '../accounts/askText.ts';
import type { DatasourceTarget, DatasourceTargets } from '../commands/targets.ts';
import type { RowCall } from '../contributions.ts';
import { confirm, inform } from '../text/messages.ts';
import { nodeName } from '../text/plainText.ts';
import { inView } from '../text/progress.ts';
import { syncTypeLabel } from '../text/statusText.ts';
import { addablePlaces } from './addablePlaces.ts';
import { askChoice, type Choice } from './askChoice.ts';
import { showEdit } from './editOutcome.ts';
import { isPermitted, type ManageParts } from './manageParts.ts';
import { runEdit } from './runEdit.ts';
import { askAddress, sourceFields } from './sourceAddress.ts';

/**
 * Maximum length of a title that the input box shows for editing, in UTF-16 units. The box has only one line.
 */
const maxEditedTitle = 500;

/**
 * The commands that change Datasources and Workspaces: rename, configure, move, change the sync type, accept
 * an invitation.
 */
export class EditCommands {
  readonly #parts: ManageParts;
  readonly #edits: NodeEdits;

  constructor(parts: ManageParts) {
    this.#parts = parts;
    this.#edits = new NodeEdits(parts.context);
  }

  /** Changes the title of a Workspace or a Datasource. */
  async rename(call: RowCall): Promise<void> {
    const { services, places, notifier } = this.#parts;
    const title = vscode.l10n.t('Rename');
    const place = await places.resolve(call, title, 'rename');
    if (!place || !(await isPermitted(services, place, 'guillotina.ModifyContent', title))) return;
    const { connectionId, path, datasource, name } = place;
    let typed = '';
    const asked = await askText({
      title: vscode.l10n.t('Rename “{0}”', name),
      prompt: vscode.l10n.t('The new title. Everyone with access sees it.'),
      value: place.title.length > maxEditedTitle ? '' : place.title,
      accept: (value) => required(value, (text) => (typed = text)),
    });
    if (asked !== 'next' || typed === place.title) return;
    const send = async (): Promise<void> => {
      try {
        const result = await inView(
          () =>
            datasource
              ? this.#edits.rename(connectionId, datasource, typed)
              : this.#edits.renameWorkspace(connectionId, path, typed),
          vscode.l10n.t('Renaming'),
        );
        showEdit(name, result, vscode.l10n.t('“{0}” was renamed', name));
      } catch (error) {
        const failed = vscode.l10n.t('“{0}” could not be renamed.', name);
        notifier.actionFailed({ failed, name, action: title }, error, send);
      }
    };
    await send();
  }

  /** Changes the sync type of the row's Datasource, or of all selected Datasources. */
  async changeSyncType(call: RowCall): Promise<void> {
    const title = vscode.l10n.t('Change Sync Type');
    const { targets, skipped } = await this.#targets(call, title, 'syncType');
    const [first] = targets;
    if (!first) return;
    const current = targets.length === 1 ? first.datasource.syncType : undefined;
    let wanted: SyncType | undefined;
    await askChoice<SyncType>({
      title: titleFor(title, targets),
      placeholder: vscode.l10n.t('Choose how the Datasource is kept up to date'),
      items: syncTypes.map((type): Choice<SyncType> => {
        const label = syncTypeLabel(type, type);
        const isCurrent = type === current;
        return { label, value: type, ...(isCurrent && { description: vscode.l10n.t('current') }) };
      }),
      active: syncTypes.find((type) => type === current),
      choose: (type) => (wanted = type),
    });
    const type = wanted;
    if (type === undefined) return;
    const changed = targets.filter(({ datasource }) => datasource.syncType !== type);
    if (changed.length === 0 || (type === 'auto' && !(await confirmMirroring(changed)))) return;
    await runEdit(
      this.#parts,
      { targets: changed, skipped },
      {
        title,
        permission: 'guillotina.ModifyContent',
        progress: vscode.l10n.t('Changing the sync type'),
        failed: (name) => vscode.l10n.t('The sync type of “{0}” could not be changed.', name),
        done: (name) => vscode.l10n.t('The sync type of “{0}” was changed', name),
        doneMany: (count) => vscode.l10n.t('The sync type of {0} Datasources was changed.', count),
        send: ({ connectionId, datasource }, signal) =>
          this.#edits.changeSyncType(connectionId, datasource, type, signal),
      },
    );
  }

  /** Moves the row's Datasource, or all selected Datasources, to a Workspace or to the user's own folder. */
  async move(call: RowCall): Promise<void> {
    const { services } = this.#parts;
    const title = vscode.l10n.t('Move');
    const { targets, skipped } = await this.#targets(call, title, 'move');
    const [first] = targets;
    if (!first) return;
    const { connectionId } = first;
    if (targets.some((target) => target.connectionId !== connectionId)) {
      inform(vscode.l10n.t('Datasources of different accounts cannot be moved together.'));
      return;
    }
    const destinations = this.#destinations(connectionId, targets);
    if (destinations.length === 0) {
      inform(vscode.l10n.t('{0}: there is no other Workspace to which you may add Datasources.', title));
      return;
    }
    let chosen: Choice<NodePath> | undefined;
    await askChoice<NodePath>({
      title: titleFor(title, targets),
      placeholder: vscode.l10n.t(
        'Choose the new place. Everyone with access to it gets access to the Datasource.',
      ),
      items: destinations,
      choose: (path) => (chosen = destinations.find(({ value }) => value === path)),
    });
    const destination = chosen?.value;
    if (!chosen || destination === undefined) return;
    const target = { connectionId, path: destination, name: chosen.label };
    if (!(await isPermitted(services, target, 'guillotina.AddContent', title))) return;
    const place = chosen.label;
    const moved = targets.filter(({ datasource }) => datasource.parentPath !== destination);
    await runEdit(
      this.#parts,
      { targets: moved, skipped },
      {
        title,
        permission: 'guillotina.MoveContent',
        progress: vscode.l10n.t('Moving'),
        failed: (name) => vscode.l10n.t('“{0}” could not be moved.', name),
        done: (name) => vscode.l10n.t('“{0}” was moved to “{1}”', name, place),
        doneMany: (count) => vscode.l10n.t('{0} Datasources were moved to “{1}”.', count, place),
        send: ({ connectionId: id, datasource }, signal) =>
          this.#edits.move(id, datasource, destination, signal),
      },
    );
  }

  /** Accepts the invitations to share the row's Datasource, or all selected Datasources. */
  async accept(call: RowCall): Promise<void> {
    const title = vscode.l10n.t('Accept Invitation');
    await runEdit(this.#parts, await this.#targets(call, title, 'accept'), {
      title,
      permission: 'guillotina.ModifyContent',
      progress: vscode.l10n.t('Accepting'),
      failed: (name) => vscode.l10n.t('The invitation to “{0}” could not be accepted.', name),
      done: (name) => vscode.l10n.t('You accepted the invitation to “{0}”', name),
      doneMany: (count) => vscode.l10n.t('{0} invitations were accepted.', count),
      send: ({ connectionId, datasource }, signal) => this.#edits.accept(connectionId, datasource, signal),
    });
  }

  /** Asks for the source of a Datasource that was created without one, and starts its first sync. */
  async configure(call: RowCall): Promise<void> {
    const title = vscode.l10n.t('Configure');
    const found = await this.#targets(call, title, 'configure');
    const [target] = found.targets;
    if (!target) return;
    if (found.targets.length + found.skipped > 1) {
      inform(vscode.l10n.t('{0} works on one row at a time. Select a single row.', title));
      return;
    }
    const { type } = target.datasource;
    const name = nodeName(target.datasource);
    let address = '';
    const asked = await askAddress(type, {
      title: vscode.l10n.t('Configure “{0}”', name),
      isRequired: true,
      take: (typed) => (address = typed),
    });
    if (asked !== 'next') return;
    await runEdit(
      this.#parts,
      { targets: [target], skipped: 0 },
      {
        title,
        permission: 'guillotina.ModifyContent',
        progress: vscode.l10n.t('Configuring'),
        failed: () => vscode.l10n.t('“{0}” could not be configured.', name),
        done: () => vscode.l10n.t('“{0}” is configured, and its first sync was requested', name),
        doneMany: () => vscode.l10n.t('“{0}” is configured, and its first sync was requested', name),
        send: ({ connectionId, datasource }, signal) =>
          this.#edits.configure(connectionId, datasource, sourceFields(type, address), signal),
      },
    );
  }

  /**
   * The places to which the Datasources can be moved: the Workspaces that the user may add to, and the user's
   * own folder. A place that already contains all of the Datasources is left out.
   */
  #destinations(connectionId: string, targets: readonly DatasourceTarget[]): readonly Choice<NodePath>[] {
    const snapshot = this.#parts.services.store.get(connectionId);
    if (!snapshot) return [];
    return addablePlaces(snapshot).filter(
      ({ value }) => !targets.every(({ datasource }) => datasource.parentPath === value),
    );
  }

  /**
   * The selected Datasources that currently allow the action. If nothing is selected, a Datasource that the
   * user picks.
   */
  #targets(call: RowCall, title: string, action: DatasourceManageAction): Promise<DatasourceTargets> {
    const { store } = this.#parts.services;
    return this.#parts.picker.resolveAllowed(call, title, (datasource, connectionId) =>
      manageActions(datasource, store.get(connectionId)?.connection.user).has(action),
    );
  }
}

function titleFor(title: string, targets: readonly DatasourceTarget[]): string {
  const [first] = targets;
  return first && targets.length === 1
    ? vscode.l10n.t('{0}: “{1}”', title, nodeName(first.datasource))
    : vscode.l10n.t('{0}: {1} Datasources', title, targets.length);
}

/**
 * With `auto`, a sync deletes the Resources whose files were deleted at the source. This can't be undone
 * (docs/onna-api.md §12).
 */
async function confirmMirroring(targets: readonly DatasourceTarget[]): Promise<boolean> {
  const [first] = targets;
  const change = vscode.l10n.t('Change Sync Type');
  const question =
    first && targets.length === 1
      ? vscode.l10n.t(
          'Mirror the source of “{0}”? At the next sync, Resources whose files were deleted at the source will be deleted in Onna too. This cannot be undone.',
          nodeName(first.datasource),
        )
      : vscode.l10n.t(
          'Mirror the sources of {0} Datasources? At the next sync, Resources whose files were deleted at the source will be deleted in Onna too. This cannot be undone.',
          targets.length,
        );
  return (await confirm(question, change)) === change;
}
