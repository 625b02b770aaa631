import * as vscode from 'vscode';
import { plainMessage } from '../text/plainText.ts';

/** What became of one step of several. */
export type StepResult = 'next' | 'back' | 'cancel';

/** What one input box asks for. */
interface TextQuestion {
  readonly title: string;
  /** Of several, from 1 on. Left out: there is but one. */
  readonly step?: number;
  readonly steps?: number;
  readonly prompt: string;
  readonly placeholder?: string;
  readonly value?: string;
  /** Shown as dots, and gone from the window with the box. */
  readonly password?: boolean;
  /** Takes what was typed when the user goes back a step, so that it is there again when they return. */
  readonly keep?: (value: string) => void;
  /** May take its time: the box shows progress. @returns what is wrong, if anything */
  readonly accept: (value: string, signal: AbortSignal) => string | undefined | Promise<string | undefined>;
}

/** Asks in one input box, and keeps it open until what was typed is taken. */
export function askText(options: TextQuestion): Promise<StepResult> {
  return new Promise((resolve) => {
    const input = vscode.window.createInputBox();
    const abort = new AbortController();
    let result: StepResult = 'cancel';
    const close = (): void => {
      // VS Code has one field for all boxes: what was typed would stand in it, hidden, until the next box opens.
      if (options.password === true) input.value = '';
      input.hide();
    };
    input.title = options.title;
    input.step = options.step;
    input.totalSteps = options.steps;
    input.prompt = plainMessage(options.prompt);
    input.placeholder = options.placeholder;
    input.value = options.value ?? '';
    input.password = options.password ?? false;
    input.ignoreFocusOut = true;
    input.buttons = (options.step ?? 1) > 1 ? [vscode.QuickInputButtons.Back] : [];
    input.onDidTriggerButton(() => {
      options.keep?.(input.value);
      result = 'back';
      close();
    });
    input.onDidChangeValue(() => (input.validationMessage = undefined));
    input.onDidAccept(async () => {
      if (input.busy) return;
      input.busy = true;
      const problem = await options.accept(input.value, abort.signal);
      input.busy = false;
      if (abort.signal.aborted) return;
      if (problem !== undefined) {
        input.validationMessage = plainMessage(problem);
        return;
      }
      result = 'next';
      close();
    });
    input.onDidHide(() => {
      abort.abort();
      input.dispose();
      resolve(result);
    });
    input.show();
  });
}

/** Takes a text that is not empty, trimmed. @returns what is wrong, if anything */
export function required(value: string, take: (value: string) => void): string | undefined {
  const trimmed = value.trim();
  if (trimmed === '') return vscode.l10n.t('Please enter a value.');
  take(trimmed);
  return undefined;
}
