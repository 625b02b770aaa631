import * as vscode from 'vscode';
import { searchViewType } from '../../ids.ts';
import { parseUri } from './uris.ts';

/**
 * Closes what is open of a connection in this window: its documents. Search pages close themselves, but for those
 * that VS Code has only remembered and not shown yet: whose they are nobody can tell.
 * @param isLast nobody else is signed in, so that those are this connection's, too
 */
export async function closeTabsOf(connectionId: string, isLast: boolean): Promise<void> {
  const isOwn = (uri: vscode.Uri): boolean => parseUri(uri)?.connectionId === connectionId;
  const tabs = vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter(({ input }) => {
      if (input instanceof vscode.TabInputText) return isOwn(input.uri);
      if (input instanceof vscode.TabInputTextDiff) return isOwn(input.original) || isOwn(input.modified);
      return isLast && input instanceof vscode.TabInputWebview && input.viewType.endsWith(searchViewType);
    });
  if (tabs.length > 0) await vscode.window.tabGroups.close(tabs, true);
}
