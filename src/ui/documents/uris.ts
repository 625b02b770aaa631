import * as vscode from 'vscode';
import { uriScheme } from '../../ids.ts';
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
 * @param title Shown instead of the end of the path.
 */
export function documentUri(
  connectionId: string,
  path: NodePath,
  kind: DocumentKind,
  title?: string,
): vscode.Uri {
  return vscode.Uri.from({ scheme: uriScheme, ...nodeUriParts({ connectionId, path, kind, title }) });
}

/** The URI of a Datasource's log as a document. */
export function logUri(
  connectionId: string,
  { path, title }: { readonly path: NodePath; readonly title: string },
  log: LogName,
): vscode.Uri {
  return documentUri(connectionId, path, `${log}Log`, title);
}

/** Reverses {@link rowUri} and {@link documentUri}. Undefined for any other URI. */
export function parseUri(uri: vscode.Uri): NodeUri | undefined {
  return uri.scheme === uriScheme ? readNodeUriParts(uri) : undefined;
}
