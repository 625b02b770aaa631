import * as vscode from 'vscode';
import { roleKind, roleKinds, roleNames } from '../../model/manage/roles.ts';
import { SharingEdits, leavesNoManager, losesManage, type AccessChange } from '../../model/manage/sharing.ts';
import type { PrincipalRoles, Sharing } from '../../onna/wire/sharing.ts';
import type { StepResult } from '../accounts/askText.ts';
import type { RowCall } from '../contributions.ts';
import { confirm, inform, showBriefly, warn } from '../text/messages.ts';
import { inView } from '../text/progress.ts';
import { accessRows, principalName, type AccessButton, type AccessChoice } from './accessRows.ts';
import { askChoice, type Choice } from './askChoice.ts';
import { askPrincipal } from './askPrincipal.ts';
import { isPermitted, type ManageParts } from './manageParts.ts';
import type { Place } from './places.ts';
import { roleDetail, roleLabel } from './roleText.ts';

/** Shows and changes who has access to a Workspace or a Datasource. */
export class ShareCommand {
  readonly #parts: ManageParts;
  readonly #sharing: SharingEdits;

  constructor(parts: ManageParts) {
    this.#parts = parts;
    this.#sharing = new SharingEdits(parts.context);
  }

  async run(call: RowCall): Promise<void> {
    const { services, places } = this.#parts;
    const title = vscode.l10n.t('Share');
    const place = await places.resolve(call, title, 'share');
    if (!place || !(await isPermitted(services, place, 'guillotina.ChangePermissions', title))) return;
    await this.#show(place);
  }

  /** Shows the list again after each change, until the user closes it. */
  async #show(place: Place): Promise<void> {
    let sharing = await this.#read(place);
    while (sharing) {
      const choice = await this.#askAccess(place, sharing);
      if (!choice) return;
      if (choice.kind === 'inherited') {
        const above =
          choice.path === undefined ? undefined : this.#parts.places.at(place.connectionId, choice.path);
        if (above && this.#parts.places.allows(above, 'share')) {
          await this.#show(above);
          return;
        }
        inform(vscode.l10n.t('Inherited access can be changed only where it was granted.'));
        continue;
      }
      const change = await this.#askChange(place, sharing, choice);
      if (change === 'cancel') return;
      if (change === 'back' || !(await this.#confirm(place, sharing, change))) continue;
      sharing = await this.#change(place, sharing, change);
    }
  }

  async #read(place: Place): Promise<Sharing | undefined> {
    const { connectionId, path, name } = place;
    try {
      return await inView(() => this.#sharing.read(connectionId, path));
    } catch (error) {
      const what = vscode.l10n.t('The access list of “{0}” could not be read.', name);
      this.#parts.notifier.report(what, error, () => this.#show(place));
      return undefined;
    }
  }

  /** Shows all users and groups with access. @returns Undefined if the user closed the list */
  async #askAccess(place: Place, sharing: Sharing): Promise<AccessChoice | undefined> {
    const { store } = this.#parts.services;
    const user = store.get(place.connectionId)?.connection.user ?? '';
    const nameAt = (path: string): string | undefined =>
      this.#parts.places.at(place.connectionId, path)?.name;
    return new Promise((resolve) => {
      const pick = vscode.window.createQuickPick<Choice<AccessChoice>>();
      let result: AccessChoice | undefined;
      pick.title = vscode.l10n.t('Share “{0}”', place.name);
      pick.placeholder = vscode.l10n.t('Changes can take a minute or two to take effect');
      pick.matchOnDescription = true;
      pick.ignoreFocusOut = true;
      pick.items = accessRows(sharing, { user, nameAt });
      pick.onDidTriggerItemButton(({ item, button }) => {
        const { kind } = button as AccessButton;
        if (item.value?.kind === 'change') result = { ...item.value, kind };
        pick.hide();
      });
      pick.onDidAccept(() => {
        result = pick.selectedItems[0]?.value;
        if (result) pick.hide();
      });
      pick.onDidHide(() => {
        pick.dispose();
        resolve(result);
      });
      pick.show();
    });
  }

  async #askChange(
    place: Place,
    sharing: Sharing,
    choice: Exclude<AccessChoice, { kind: 'inherited' }>,
  ): Promise<AccessChange | Exclude<StepResult, 'next'>> {
    if (choice.kind === 'remove') return { principal: choice.entry.principal, role: undefined };
    if (choice.kind === 'change') return this.#askRole(sharing, choice.entry.principal, choice.entry);
    for (;;) {
      const principal = await askPrincipal({
        title: vscode.l10n.t('Share “{0}”', place.name),
        clock: this.#parts.services.clock,
        suggest: (term, signal) => this.#sharing.suggest(place.connectionId, term, signal),
      });
      if (typeof principal === 'string') return principal;
      const known = sharing.local.find((entry) => entry.principal === principal.id);
      const change = await this.#askRole(sharing, principal.id, known);
      // If the user goes back, ask for the user or group again.
      if (change !== 'back') return change;
    }
  }

  /** @param known The current local roles of the user or group. */
  async #askRole(
    sharing: Sharing,
    principal: string,
    known: PrincipalRoles | undefined,
  ): Promise<AccessChange | Exclude<StepResult, 'next'>> {
    // The service may have other roles than the published ones.
    const others = [...sharing.local, ...sharing.inherited.flatMap(({ entries }) => entries)]
      .flatMap(({ roles }) => [...roles.keys()])
      .filter((role) => roleKind(role) === undefined);
    const items: Choice<AccessChange>[] = [
      ...roleKinds.map((kind) => ({ role: roleNames[kind], detail: roleDetail(kind) })),
      ...[...new Set(others)].map((role) => ({ role, detail: undefined })),
    ].map(({ role, detail }) => {
      const raw = roleKind(role) === undefined ? [] : [role];
      const current = known?.roles.has(role) === true ? [vscode.l10n.t('current')] : [];
      return {
        label: roleLabel(role),
        description: [...raw, ...current].join(' · '),
        ...(detail !== undefined && { detail }),
        value: { principal, role },
      };
    });
    if (known)
      items.push({
        label: vscode.l10n.t('Remove Access'),
        iconPath: new vscode.ThemeIcon('trash'),
        value: { principal, role: undefined },
      });
    let change: AccessChange | undefined;
    const result = await askChoice<AccessChange>({
      title: vscode.l10n.t('Role of {0}', principalName(principal)),
      step: 2,
      steps: 2,
      placeholder: vscode.l10n.t('Choose a role'),
      items,
      active: items.find(({ value }) => value?.role !== undefined && known?.roles.has(value.role) === true)
        ?.value,
      choose: (value) => (change = value),
    });
    return result === 'next' && change ? change : result === 'back' ? 'back' : 'cancel';
  }

  /**
   * Asks for confirmation if the signed-in user, or everybody, would lose the right to manage. A user can't
   * give that right back to themselves.
   */
  async #confirm({ name, connectionId }: Place, sharing: Sharing, change: AccessChange): Promise<boolean> {
    const user = this.#parts.services.store.get(connectionId)?.connection.user ?? '';
    const losesOwn = losesManage(sharing, change, user);
    if (!losesOwn && !leavesNoManager(sharing, change)) return true;
    const anyway =
      change.role === undefined ? vscode.l10n.t('Remove Anyway') : vscode.l10n.t('Change Anyway');
    const question = losesOwn
      ? vscode.l10n.t(
          'Give up your own right to manage “{0}”? Afterwards, you cannot share, move or delete it. Only someone else with the Manage role can give the right back to you.',
          name,
        )
      : vscode.l10n.t(
          'Leave “{0}” without anyone who can manage it? Nobody listed here will be able to share or delete it.',
          name,
        );
    return (await confirm(question, anyway)) === anyway;
  }

  /** @returns The access after the change. Undefined if it can't be shown. */
  async #change(place: Place, sharing: Sharing, change: AccessChange): Promise<Sharing | undefined> {
    const { connectionId, path, name, datasource } = place;
    const who = principalName(change.principal);
    const send = async (): Promise<Sharing | undefined> => {
      const result = await inView(
        () => this.#sharing.change(connectionId, { path, datasourceId: datasource?.id }, sharing, change),
        vscode.l10n.t('Sharing'),
      );
      if (!result.isDone)
        warn(
          vscode.l10n.t(
            '“{0}”: the service accepted the request but left the role of {1} as it was.',
            name,
            who,
          ),
        );
      else if (change.role === undefined)
        showBriefly(
          vscode.l10n.t('{0} no longer has a role on “{1}”. The change can take two minutes.', who, name),
        );
      else
        showBriefly(
          vscode.l10n.t(
            '{0} has the role “{1}” on “{2}”. The change can take two minutes.',
            who,
            roleLabel(change.role),
            name,
          ),
        );
      return result.now;
    };
    try {
      return await send();
    } catch (error) {
      const failed = vscode.l10n.t('The role of {0} on “{1}” could not be changed.', who, name);
      const action = vscode.l10n.t('Share');
      this.#parts.notifier.actionFailed({ failed, name, action }, error, send);
      return undefined;
    }
  }
}
