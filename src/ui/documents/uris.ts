import * as vscode from 'vscode';
import { fileScheme, uriScheme } from '../../ids.ts';
import type { NodePath } from '../../onna/address.ts';
import type { LogName } from '../../onna/wire/logs.ts';
import { nodeUriParts, readNodeUriParts, type DocumentKind, type NodeUri } from './nodeUriParts.ts';

/**
 * The URI of a row: `onna:/<connection>/<workspace>/<datasource>/…`. VS Code propagates decorations along this path.
 */
export function rowUri(connectionId: string, path: NodePath): vscode.Uri {
  return vscode.Uri.from({ scheme: uriScheme, ...nodeUriParts({ connectionId, path, kind: 'row' }) });
}

/**
 * The URI of a read-only document about a node. The tab shows the last segment of the URI.
 * @param title The last segment. Default: the end of the path.
 */
export function documentUri(
  connectionId: string,
  path: NodePath,
  kind: DocumentKind,
  title?: string,
): vscode.Uri {
  return vscode.Uri.from({ scheme: uriScheme, ...nodeUriParts({ connectionId, path, kind, title }) });
}

/** The URI of a Resource's file, for VS Code's own viewers. The extension of the title selects the viewer. */
export function fileUri(connectionId: string, path: NodePath, title?: string): vscode.Uri {
  return vscode.Uri.from({
    scheme: fileScheme,
    ...nodeUriParts({ connectionId, path, kind: 'file', title }),
  });
}

/** The URI of a Datasource's log as a document. */
export function logUri(
  connectionId: string,
  { path, title }: { readonly path: NodePath; readonly title: string },
  log: LogName,
): vscode.Uri {
  return documentUri(connectionId, path, `${log}Log`, title);
}

/** Reverses {@link rowUri}, {@link documentUri} and {@link fileUri}. Undefined for any other URI. */
export function parseUri(uri: vscode.Uri): NodeUri | undefined {
  if (uri.scheme !== uriScheme && uri.scheme !== fileScheme) return undefined;
  const node = readNodeUriParts(uri);
  return (node?.kind === 'file') === (uri.scheme === fileScheme) ? node : undefined;
}
