import * as vscode from 'vscode';
import { plainMessage } from './plainText.ts';

/** Shows a notification of an error, as text. The choice is the one that was pressed. */
export function showError(message: string, ...choices: string[]): Thenable<string | undefined> {
  return vscode.window.showErrorMessage(plainMessage(message), ...choices);
}

/** Shows a notification of a warning, as text. */
export function showWarning(message: string, ...choices: string[]): Thenable<string | undefined> {
  return vscode.window.showWarningMessage(plainMessage(message), ...choices);
}

/** Shows a notification, as text. */
export function showInformation(message: string, ...choices: string[]): Thenable<string | undefined> {
  return vscode.window.showInformationMessage(plainMessage(message), ...choices);
}

/** Asks in a dialog that nothing else can be done before. Undefined when it was closed. */
export function confirm(message: string, ...choices: string[]): Thenable<string | undefined> {
  return vscode.window.showWarningMessage(plainMessage(message), { modal: true }, ...choices);
}

/** Says something in the status bar for `ms`, as text. */
export function showBriefly(message: string, ms = 5_000): void {
  vscode.window.setStatusBarMessage(plainMessage(message), ms);
}
