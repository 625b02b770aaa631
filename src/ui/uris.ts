import * as vscode from 'vscode';
import { uriScheme } from '../ids.ts';
import type { NodePath } from '../onna/address.ts';

/** What a document shows of a node. */
export type DocumentKind = 'text' | 'properties';

/** The URI of a row: `onna:/<connection>/<workspace>/<datasource>/…`. Decorations propagate along it. */
export function rowUri(connectionId: string, path: NodePath): vscode.Uri {
  return vscode.Uri.from({ scheme: uriScheme, path: `/${connectionId}${path}` });
}

/** The URI of a read-only document about a node. Its last segment is what the tab shows. */
export function documentUri(connectionId: string, path: NodePath, kind: DocumentKind): vscode.Uri {
  const suffix = kind === 'properties' ? '.json' : '';
  return vscode.Uri.from({ scheme: uriScheme, path: `/${connectionId}${path}${suffix}`, query: kind });
}

/** What {@link rowUri} or {@link documentUri} was made of; undefined for any other URI. */
export function parseUri(
  uri: vscode.Uri,
): { connectionId: string; path: NodePath; kind: DocumentKind | 'row' } | undefined {
  const isProperties = uri.query === 'properties';
  const match = /^\/([0-9a-f]{16})(\/.*)?$/s.exec(isProperties ? uri.path.replace(/\.json$/, '') : uri.path);
  if (uri.scheme !== uriScheme || !match?.[1]) return undefined;
  const [, connectionId, path = ''] = match;
  if (isProperties) return { connectionId, path, kind: 'properties' };
  if (uri.query === 'text') return { connectionId, path, kind: 'text' };
  if (uri.query === '') return { connectionId, path, kind: 'row' };
  return undefined;
}
