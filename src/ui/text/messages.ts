import * as vscode from 'vscode';
import { plainMessage } from './plainText.ts';

/** Shows an error notification without buttons. Does not wait until the user closes it. */
export function fail(message: string): void {
  showError(message).then(undefined, ignoreShutdown);
}

/** Shows a warning notification without buttons. Does not wait until the user closes it. */
export function warn(message: string): void {
  showWarning(message).then(undefined, ignoreShutdown);
}

/** Shows an information notification without buttons. Does not wait until the user closes it. */
export function inform(message: string): void {
  showInformation(message).then(undefined, ignoreShutdown);
}

/** VS Code rejects this promise only while it shuts down. */
function ignoreShutdown(): void {
  return undefined;
}

/** Shows an error notification as plain text. Resolves with the pressed button. */
export function showError(message: string, ...choices: string[]): Thenable<string | undefined> {
  return vscode.window.showErrorMessage(plainMessage(message), ...choices);
}

/** Shows a warning notification as plain text. */
export function showWarning(message: string, ...choices: string[]): Thenable<string | undefined> {
  return vscode.window.showWarningMessage(plainMessage(message), ...choices);
}

/** Shows an information notification as plain text. */
export function showInformation(message: string, ...choices: string[]): Thenable<string | undefined> {
  return vscode.window.showInformationMessage(plainMessage(message), ...choices);
}

/** Asks in a modal dialog. Resolves with undefined if the user closes the dialog. */
export function confirm(message: string, ...choices: string[]): Thenable<string | undefined> {
  return vscode.window.showWarningMessage(plainMessage(message), { modal: true }, ...choices);
}

/** Shows a message in the status bar for `ms` milliseconds, as plain text. */
export function showBriefly(message: string, ms = 5_000): void {
  vscode.window.setStatusBarMessage(plainMessage(message), ms);
}
