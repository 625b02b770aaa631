import * as vscode from 'vscode';
import type { StepResult } from '../accounts/askText.ts';

/** A row of a {@link askChoice} list. Its texts must be safe to show. */
export type Choice<T> = vscode.QuickPickItem & { readonly value?: T };

/** Options of one list of choices. */
interface ChoiceQuestion<T> {
  readonly title: string;
  /** The number of this step, starting at 1. Undefined if there is only one step. */
  readonly step?: number;
  readonly steps?: number;
  readonly placeholder: string;
  readonly items: readonly Choice<T>[];
  /** The value of the row that is active first. */
  readonly active?: T | undefined;
  /** Receives the chosen value. */
  readonly choose: (value: T) => void;
}

/** Shows a list until the user chooses a row, closes the list or goes back. */
export function askChoice<T>(options: ChoiceQuestion<T>): Promise<StepResult> {
  return new Promise((resolve) => {
    const pick = vscode.window.createQuickPick<Choice<T>>();
    let result: StepResult = 'cancel';
    pick.title = options.title;
    pick.step = options.step;
    pick.totalSteps = options.steps;
    pick.placeholder = options.placeholder;
    pick.matchOnDescription = true;
    pick.matchOnDetail = true;
    pick.ignoreFocusOut = true;
    pick.buttons = (options.step ?? 1) > 1 ? [vscode.QuickInputButtons.Back] : [];
    pick.items = options.items;
    const active = options.items.filter(({ value }) => value !== undefined && value === options.active);
    if (active.length > 0) pick.activeItems = active;
    pick.onDidTriggerButton(() => {
      result = 'back';
      pick.hide();
    });
    pick.onDidAccept(() => {
      const value = pick.selectedItems[0]?.value;
      if (value === undefined) return;
      options.choose(value);
      result = 'next';
      pick.hide();
    });
    pick.onDidHide(() => {
      pick.dispose();
      resolve(result);
    });
    pick.show();
  });
}

/**
 * Runs steps in order. If the user goes back in a step, runs the previous step again.
 * @returns False if the user closed a step.
 */
export async function runSteps(steps: readonly (() => Promise<StepResult>)[]): Promise<boolean> {
  for (let step = 0; step < steps.length;) {
    const result = await steps[step]?.();
    if (result === 'cancel' || result === undefined) return false;
    // The first step has no Back button.
    step = Math.max(0, step + (result === 'back' ? -1 : 1));
  }
  return true;
}
