import type { NodePath } from '../../onna/address.ts';

/** What a document shows of a node. */
export type DocumentKind = 'text' | 'properties';

/** What the URI of a row or of a document is made of. */
export interface NodeUri {
  readonly connectionId: string;
  readonly path: NodePath;
  readonly kind: DocumentKind | 'row';
  /** What the tab of a document shows, where the end of the path is no name. Names no other document. */
  readonly title?: string | undefined;
}

/** Path and query of such a URI, before anything is percent-encoded. */
export interface NodeUriParts {
  readonly path: string;
  readonly query: string;
}

/**
 * Half of a surrogate pair alone; what a tab's title would hide or be turned around by: controls, overrides of direction;
 * and the sign that stands in for them, where that is in a path itself.
 */
const unwritable = /[\p{Surrogate}\p{Cc}\u2028-\u202e\u2066-\u2069\ufffd]/gu;

/**
 * A path that every URI can hold. VS Code fails to write one with half a surrogate pair in it as text, which a service
 * can send as JSON can: it becomes U+FFFD with its number, as does what a tab could not show.
 */
function escaped(path: NodePath): string {
  return path.replaceAll(unwritable, (sign) => `\ufffd${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function unescaped(path: string): NodePath {
  return path.replaceAll(/\ufffd([0-9a-f]{4})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

/** Ends the query of a URI whose last segment is a title, and not part of the path. */
const titleMark = '&title';

/** The parts of the URI of a node: other ones for every other node, connection or kind. */
export function nodeUriParts({ connectionId, path, kind, title }: NodeUri): NodeUriParts {
  const suffix = kind === 'properties' ? '.json' : '';
  const segment = title?.replaceAll('/', '\u2215') ?? '';
  const hasTitle = kind !== 'row' && segment.trim() !== '' && !/^\.{1,2}$/.test(segment);
  return {
    path: `/${connectionId}${escaped(path)}${hasTitle ? `/${escaped(segment)}` : ''}${suffix}`,
    query: kind === 'row' ? '' : kind + (hasTitle ? titleMark : ''),
  };
}

/** What {@link nodeUriParts} made the parts of, without the title; undefined for any others. */
export function readNodeUriParts({ path: whole, query }: NodeUriParts): NodeUri | undefined {
  const hasTitle = query.endsWith(titleMark);
  const kind = query === '' ? 'row' : hasTitle ? query.slice(0, -titleMark.length) : query;
  if (kind !== 'row' && kind !== 'text' && kind !== 'properties') return undefined;
  if (kind === 'properties' && !whole.endsWith('.json')) return undefined;
  const named = kind === 'properties' ? whole.slice(0, -'.json'.length) : whole;
  const match = /^\/([0-9a-f]{16})(\/.*)?$/s.exec(
    hasTitle ? named.slice(0, Math.max(0, named.lastIndexOf('/'))) : named,
  );
  const [, connectionId, path = ''] = match ?? [];
  return connectionId === undefined ? undefined : { connectionId, path: unescaped(path), kind };
}
