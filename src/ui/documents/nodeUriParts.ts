import type { NodePath } from '../../onna/address.ts';

/** The kinds of documents about a node, each with the suffix of its tab's title. */
const suffixes = {
  text: '',
  properties: '.json',
  collectionLog: '.collection.log',
  processingLog: '.processing.log',
  auditLog: '.audit.log',
  file: '',
} as const;

/** The kind of a document about a node. */
export type DocumentKind = keyof typeof suffixes;

/** The data in the URI of a row or document. */
export interface NodeUri {
  readonly connectionId: string;
  readonly path: NodePath;
  readonly kind: DocumentKind | 'row';
  /**
   * The title of the document's tab, for nodes whose path does not end with a readable name. The title does
   * not identify the document.
   */
  readonly title?: string | undefined;
}

/** Path and query of a node's URI, before percent-encoding. */
interface NodeUriParts {
  readonly path: string;
  readonly query: string;
}

/**
 * Characters that are unsafe in a URI or a tab's title: lone surrogates, control characters, direction overrides. Also
 * U+FFFD, the escape character itself.
 */
const unwritable = /[\p{Surrogate}\p{Cc}\u2028-\u202e\u2066-\u2069\ufffd]/gu;

/**
 * Escapes a path for use in a URI. Each unsafe character becomes U+FFFD and the code of the character. VS
 * Code cannot convert a URI with a lone surrogate to text, but a service can send lone surrogates in JSON.
 */
function escaped(path: NodePath): string {
  return path.replaceAll(unwritable, (sign) => `\ufffd${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function unescaped(path: string): NodePath {
  return path.replaceAll(/\ufffd([0-9a-f]{4})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

/** Marks the query of a URI whose last segment is a title and not part of the path. */
const titleMark = '&title';

/** The parts of a node's URI. Each combination of node, connection and kind has different parts. */
export function nodeUriParts({ connectionId, path, kind, title }: NodeUri): NodeUriParts {
  const suffix = kind === 'row' ? '' : suffixes[kind];
  const segment = title?.replaceAll('/', '\u2215') ?? '';
  const hasTitle = kind !== 'row' && segment.trim() !== '' && !/^\.{1,2}$/.test(segment);
  return {
    path: `/${connectionId}${escaped(path)}${hasTitle ? `/${escaped(segment)}` : ''}${suffix}`,
    query: kind === 'row' ? '' : kind + (hasTitle ? titleMark : ''),
  };
}

function isDocumentKind(kind: string): kind is DocumentKind {
  return Object.hasOwn(suffixes, kind);
}

/** Reverses {@link nodeUriParts}, without the title. Undefined if the URI is not the URI of a node. */
export function readNodeUriParts({ path: whole, query }: NodeUriParts): NodeUri | undefined {
  const hasTitle = query.endsWith(titleMark);
  const kind = query === '' ? 'row' : hasTitle ? query.slice(0, -titleMark.length) : query;
  if (kind !== 'row' && !isDocumentKind(kind)) return undefined;
  const suffix = kind === 'row' ? '' : suffixes[kind];
  if (!whole.endsWith(suffix)) return undefined;
  const named = whole.slice(0, whole.length - suffix.length);
  const match = /^\/([0-9a-f]{16})(\/.*)?$/s.exec(
    hasTitle ? named.slice(0, Math.max(0, named.lastIndexOf('/'))) : named,
  );
  const [, connectionId, path = ''] = match ?? [];
  return connectionId === undefined ? undefined : { connectionId, path: unescaped(path), kind };
}
