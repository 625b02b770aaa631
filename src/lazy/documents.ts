import * as vscode from 'vscode';
import { uriScheme } from '../ids.ts';
import type { Runtime } from '../ui/runtime.ts';

/** Registers the documents of the `onna:` scheme. The runtime is loaded with the first document. */
export function registerDocuments(load: () => Promise<Runtime>): vscode.Disposable {
  const changes = new vscode.EventEmitter<vscode.Uri>();
  let attached = false;
  return vscode.workspace.registerTextDocumentContentProvider(uriScheme, {
    onDidChange: changes.event,
    provideTextDocumentContent: async (uri, token) => {
      const { documents } = await load();
      if (!attached) documents.onDidChange((changed) => changes.fire(changed));
      attached = true;
      return documents.provideTextDocumentContent(uri, token);
    },
  });
}
