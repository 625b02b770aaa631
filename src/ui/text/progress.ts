import * as vscode from 'vscode';
import { datasourcesView } from '../../ids.ts';
import { plainMessage } from './plainText.ts';

/** Shows VS Code's progress bar over the tree while `work` runs. */
export function inView<T>(work: () => Promise<T>, title?: string): Thenable<T> {
  return vscode.window.withProgress({ location: { viewId: datasourcesView }, title }, work);
}

/** Runs cancellable work. Shows its progress in a notification. */
export function withCancel<T>(
  title: string,
  work: (signal: AbortSignal, report: (message: string, increment?: number) => void) => Promise<T>,
): Thenable<T> {
  const location = vscode.ProgressLocation.Notification;
  const options = { location, title: plainMessage(title), cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    const abort = new AbortController();
    const listener = token.onCancellationRequested(() => abort.abort());
    try {
      return await work(abort.signal, (message, increment) =>
        progress.report({
          message: plainMessage(message),
          ...(increment === undefined ? {} : { increment }),
        }),
      );
    } finally {
      listener.dispose();
    }
  });
}
