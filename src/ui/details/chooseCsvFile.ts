import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { safeFileName } from '../../model/resources/fileName.ts';

/** Asks where to save a table. Suggests the workspace or the home folder. Undefined if the user cancelled. */
export function chooseCsvFile(title: string, name: string): Thenable<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
  return vscode.window.showSaveDialog({
    title,
    defaultUri: vscode.Uri.joinPath(folder, safeFileName(`${name}.csv`)),
    filters: { CSV: ['csv'] },
  });
}
