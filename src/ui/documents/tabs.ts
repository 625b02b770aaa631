import * as vscode from 'vscode';
import { detailsViewType, searchViewType } from '../../ids.ts';
import { parseUri } from './uris.ts';

/**
 * Closes a connection's documents in this window. Details and search pages close themselves, except if VS
 * Code has not restored them yet after a reload. The connection of such a page is unknown.
 * @param isLast Whether no other connection is signed in. If so, pages that are not restored yet must belong
 * to this connection and are closed, too.
 */
export async function closeTabsOf(connectionId: string, isLast: boolean): Promise<void> {
  const isOwn = (uri: vscode.Uri): boolean => parseUri(uri)?.connectionId === connectionId;
  const tabs = vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter(({ input }) => {
      if (input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom)
        return isOwn(input.uri);
      if (input instanceof vscode.TabInputTextDiff) return isOwn(input.original) || isOwn(input.modified);
      return (
        isLast &&
        input instanceof vscode.TabInputWebview &&
        [searchViewType, detailsViewType].some((type) => input.viewType.endsWith(type))
      );
    });
  if (tabs.length > 0) await vscode.window.tabGroups.close(tabs, true);
}
