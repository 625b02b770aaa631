import { nodePath, parseBaseUrl, type AccountAddress, type NodePath } from '../../onna/address.ts';

/** A link to a node of an account, independent of the user who opens it. It contains no secret. */
export interface OnnaLink {
  readonly address: AccountAddress;
  readonly path: NodePath;
}

/** Maximum length of the server and of the path in a link, in UTF-16 units. */
const maxLength = 4_000;
/** A name in a URL path, without a character that would change the path. */
const plainName = /^[^/?#\\\p{Cc}]{1,200}$/u;

/** The query of a link. */
export function linkQuery({ address: { baseUrl, container, account }, path }: OnnaLink): string {
  return new URLSearchParams({ server: baseUrl, container, account, path }).toString();
}

/** Parses the query of an untrusted link. Undefined if it is not the query of a link. */
export function parseLinkQuery(query: string): OnnaLink | undefined {
  const parameters = new URLSearchParams(query);
  const [server = '', container = '', account = '', path = ''] = [
    'server',
    'container',
    'account',
    'path',
  ].map((name) => parameters.get(name) ?? '');
  if (server.length > maxLength || path.length > maxLength) return undefined;
  const baseUrl = parseBaseUrl(server);
  if (baseUrl === undefined || !plainName.test(container) || !plainName.test(account)) return undefined;
  const address = { baseUrl, container, account };
  if (path === '') return { address, path };
  // The path is read as a path below the account, even if its first part has the name of the account.
  const read = path.startsWith('/') ? nodePath(address, path, (possible) => possible === path) : undefined;
  return read === path ? { address, path } : undefined;
}
