import * as vscode from 'vscode';
import { plainMessage } from '../text/plainText.ts';

/** The result of one input step. */
export type StepResult = 'next' | 'back' | 'cancel';

/** Options of one input box. */
interface TextQuestion {
  readonly title: string;
  /** The number of this step, starting at 1. Undefined if there is only one step. */
  readonly step?: number;
  readonly steps?: number;
  readonly prompt: string;
  readonly placeholder?: string;
  readonly value?: string;
  /**
   * Whether the text is a password. If so, the box shows dots, and the text is cleared when the box closes.
   */
  readonly password?: boolean;
  /** Closes the box, for example because its answer came in another way. */
  readonly closed?: AbortSignal;
  /** Receives the typed text when the user goes back a step, so that the box can show the text again later. */
  readonly keep?: (value: string) => void;
  /** Checks the text. The box shows progress during the check. @returns The problem, if there is one. */
  readonly accept: (value: string, signal: AbortSignal) => string | undefined | Promise<string | undefined>;
}

/** Shows an input box until its text is accepted, or until the user closes the box or goes back. */
export function askText(options: TextQuestion): Promise<StepResult> {
  return new Promise((resolve) => {
    const input = vscode.window.createInputBox();
    const abort = new AbortController();
    let result: StepResult = 'cancel';
    const close = (): void => {
      // Clear the field. VS Code only hides it and reuses it for the next box, so it would still contain the password
      // until then.
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
    options.closed?.addEventListener('abort', close, { once: true });
    input.onDidHide(() => {
      options.closed?.removeEventListener('abort', close);
      abort.abort();
      input.dispose();
      resolve(result);
    });
    input.show();
  });
}

/** Trims a text and accepts it if it is not empty. @returns The problem, if there is one. */
export function required(value: string, take: (value: string) => void): string | undefined {
  const trimmed = value.trim();
  if (trimmed === '') return vscode.l10n.t('Please enter a value.');
  take(trimmed);
  return undefined;
}
