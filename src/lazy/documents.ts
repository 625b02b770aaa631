import * as vscode from 'vscode';
import { uriScheme } from '../ids.ts';
import type { Runtime } from '../ui/runtime.ts';
import { forwarded, laterEvent } from './forwarded.ts';

/** Registers the documents of the `onna:` scheme. The runtime is loaded with the first document. */
export function registerDocuments(load: () => Promise<Runtime>): vscode.Disposable {
  const [onDidChange, documents] = laterEvent<Runtime['documents'], vscode.Uri>(
    async () => (await load()).documents,
    (part, fire) => part.onDidChange(fire),
  );
  return vscode.workspace.registerTextDocumentContentProvider(uriScheme, {
    onDidChange,
    ...forwarded<vscode.TextDocumentContentProvider, 'provideTextDocumentContent'>(
      documents,
      'provideTextDocumentContent',
    ),
  });
}
