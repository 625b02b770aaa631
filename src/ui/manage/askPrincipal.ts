import * as vscode from 'vscode';
import type { Clock } from '../../base/clock.ts';
import { OnnaError, isOnnaError } from '../../onna/errors.ts';
import type { Principal } from '../../onna/wire/sharing.ts';
import { describeError } from '../text/errorText.ts';
import { plainMessage } from '../text/plainText.ts';
import { principalName } from './accessRows.ts';
import type { Choice } from './askChoice.ts';

/** Delay after a keystroke before users and groups are requested, in ms. */
const debounceMs = 250;

/** Options of {@link askPrincipal}. */
interface PrincipalQuestion {
  readonly title: string;
  readonly clock: Pick<Clock, 'after'>;
  /**
   * Returns the users and groups that match a text. Returns undefined if the user may not search for users
   * and groups.
   */
  suggest(term: string, signal: AbortSignal): Promise<readonly Principal[] | undefined>;
}

/**
 * Lets the user type an email address or the id of a group. Offers suggestions if the service supports them.
 * @returns The login or id, `back` if the user went back, or `cancel` if the user closed the box.
 */
export function askPrincipal(
  question: PrincipalQuestion,
): Promise<{ readonly id: string } | 'back' | 'cancel'> {
  return new Promise((resolve) => {
    const pick = vscode.window.createQuickPick<Choice<string>>();
    const list = new Suggestions(question, (items, isBusy) => {
      pick.items = items;
      pick.busy = isBusy;
    });
    let result: { readonly id: string } | 'back' | 'cancel' = 'cancel';
    pick.title = question.title;
    pick.placeholder = vscode.l10n.t('Type an email address, or the name of a user or group');
    pick.ignoreFocusOut = true;
    pick.buttons = [vscode.QuickInputButtons.Back];
    pick.onDidChangeValue((value) => list.type(value));
    pick.onDidTriggerButton(() => {
      result = 'back';
      pick.hide();
    });
    pick.onDidAccept(() => {
      const id = pick.selectedItems[0]?.value;
      if (id === undefined) return;
      result = { id };
      pick.hide();
    });
    pick.onDidHide(() => {
      list.dispose();
      pick.dispose();
      resolve(result);
    });
    pick.show();
  });
}

/** The rows below the input: the typed text, and the users and groups that match it. */
class Suggestions {
  readonly #question: PrincipalQuestion;
  readonly #show: (items: readonly Choice<string>[], isBusy: boolean) => void;
  #cancelTimer: (() => void) | undefined;
  #abort: AbortController | undefined;
  /** False if the service has refused to list users and groups. */
  #isOffered = true;

  constructor(
    question: PrincipalQuestion,
    show: (items: readonly Choice<string>[], isBusy: boolean) => void,
  ) {
    this.#question = question;
    this.#show = show;
  }

  type(value: string): void {
    this.#stop();
    const term = value.trim();
    if (term === '') {
      this.#show([], false);
      return;
    }
    // Do not offer part of a name as a login: wait for the suggestions, except if the text is an email
    // address.
    const isUsable = !this.#isOffered || term.includes('@');
    this.#show(isUsable ? [typedRow(term, false)] : [], this.#isOffered);
    if (!this.#isOffered) return;
    this.#cancelTimer = this.#question.clock.after(debounceMs, () => {
      this.#load(term).catch(() => undefined);
    });
  }

  dispose(): void {
    this.#stop();
  }

  #stop(): void {
    this.#cancelTimer?.();
    this.#abort?.abort();
    this.#abort = undefined;
  }

  async #load(term: string): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    let found: readonly Principal[] | undefined;
    try {
      found = await this.#question.suggest(term, abort.signal);
    } catch (error) {
      // This answer is for a text that is no longer in the box.
      if (abort.signal.aborted || isOnnaError(error, 'cancelled')) return;
      const failed = vscode.l10n.t('Suggestions could not be loaded.');
      const why = error instanceof OnnaError ? describeError(error) : String(error);
      this.#show(
        [typedRow(term, false), { label: failed, detail: plainMessage(why), alwaysShow: true }],
        false,
      );
      return;
    }
    if (abort.signal.aborted) return;
    this.#isOffered = found !== undefined;
    const isKnown = found?.some(({ id }) => id.toLowerCase() === term.toLowerCase()) ?? false;
    const rows = (found ?? []).map(suggestionRow);
    this.#show(isKnown ? rows : [...rows, typedRow(term, found !== undefined)], false);
  }
}

/** @param isUnknown Whether the service has no user or group with this login or id. */
function typedRow(term: string, isUnknown: boolean): Choice<string> {
  return {
    label: principalName(term),
    description: isUnknown
      ? vscode.l10n.t('as typed; not among the known users and groups')
      : vscode.l10n.t('as typed'),
    iconPath: new vscode.ThemeIcon('edit'),
    alwaysShow: true,
    value: term,
  };
}

function suggestionRow({ id, name, kind }: Principal): Choice<string> {
  return {
    label: principalName(name ?? id),
    description: principalName(id),
    iconPath: new vscode.ThemeIcon(kind === 'group' ? 'organization' : 'person'),
    // The service decides which users and groups match. VS Code must not filter them again.
    alwaysShow: true,
    value: id,
  };
}
