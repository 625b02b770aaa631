/** The address of an account. `container` is Onna's word for the database segment (docs/onna-api.md §0). */
export interface AccountAddress {
  /** The server's URL without a trailing slash, e.g. `https://enterprise.onna.com`. */
  readonly baseUrl: string;
  readonly container: string;
  readonly account: string;
}

/**
 * A node's path below its account, decoded, with a leading but no trailing `/`: `/workspaces/legal/wiki`. No
 * two nodes share a path: a `/` in an id is written `%2F`, and the `%` of a literal `%2F` is written `%25`.
 * The account itself is `''`. The client uses this path as the key of a node, regardless of the host in the
 * node's `@id`.
 */
export type NodePath = string;

/** Splits on `/`, drops empty segments as the service does (docs/onna-api.md §0), and decodes valid escapes. */
function segments(path: string): string[] {
  return path
    .split('/')
    .filter((segment) => segment !== '')
    .map((segment) => {
      try {
        return decodeURIComponent(segment);
      } catch {
        return segment;
      }
    });
}

/** Escapes an id for use as a segment of a {@link NodePath}. */
function segmentOf(id: string): string {
  return id.replaceAll(/%(?=(?:25)*2F)/g, '%25').replaceAll('/', '%2F');
}

/** Decodes the id from a segment of a {@link NodePath}. */
function idIn(segment: string): string {
  if (!segment.includes('%')) return segment;
  return segment.replaceAll(/%(25)?((?:25)*2F)/g, (_, escape: string | undefined, rest: string) =>
    escape === undefined ? '/' : `%${rest}`,
  );
}

const dotSegment = /\/\.\.?(?=\/|$)/;

/**
 * Whether a path is already a {@link NodePath}. The check is cheap, because a listing may have hundreds of
 * thousands of paths.
 */
function isNodePath(path: string): boolean {
  return (
    path.startsWith('/') &&
    !path.endsWith('/') &&
    !path.includes('%') &&
    !path.includes('//') &&
    !(path.includes('/.') && dotSegment.test(path))
  );
}

/** A URL path in which no character needs encoding or has a special meaning. */
const plainUrlPath = /^[\w\-.~!$&'()*+,;=:@/]+$/;

/**
 * All node paths that a reference may mean, most likely first. The path with the longest address prefix removed is the
 * most likely. Empty if the reference is neither a path nor a URL that contains the account.
 */
function readings(address: AccountAddress, reference: string): readonly NodePath[] {
  const { container, account } = address;
  const isUrl = /^https?:\/\//i.test(reference);
  if (isUrl ? !URL.canParse(reference) : !reference.startsWith('/')) return [];
  const parts = segments(isUrl ? new URL(reference).pathname : reference);
  const startsWith = (names: readonly string[], at = 0): boolean =>
    names.every((name, index) => parts[at + index] === name);
  const ends = [['api', container, account], [container, account], ['api', account], [account]]
    .filter((prefix) => startsWith(prefix))
    .map((prefix) => prefix.length);
  if (isUrl && ends.length === 0) {
    // A gateway may add its own path in front.
    const start = parts.findIndex((_, at) => startsWith([container, account], at));
    const base = segments(new URL(address.baseUrl).pathname);
    if (start >= 0) ends.push(start + 2);
    if (base.length > 0 && startsWith([...base, account])) ends.push(base.length + 1);
  }
  if (isUrl && ends.length === 0) return [];
  return [...new Set([...ends, 0])]
    .map((end) => parts.slice(end))
    .filter((rest) => !rest.some((part) => part === '.' || part === '..'))
    .map((rest) => rest.map((part) => `/${segmentOf(part)}`).join(''));
}

/**
 * The path below the account for any reference that the service sends (docs/onna-api.md §14.4). A reference is a path
 * or an absolute URL. The URL may have any host, because the service derives the host from request headers. The path
 * may start with `/api`, with the container, with the account, or below the account. Only this file strips the
 * account's address.
 * @param isPlausible Whether the node can have this path. Chooses between several possible paths.
 * @returns Undefined when the reference is not a node of this account.
 */
export function nodePath(
  address: AccountAddress,
  reference: string,
  isPlausible?: (path: NodePath) => boolean,
): NodePath | undefined {
  const root = `${address.baseUrl}/api/${address.container}/${address.account}`;
  if (reference.startsWith(`${root}/`)) {
    const path = reference.slice(root.length);
    if (plainUrlPath.test(path) && isNodePath(path) && isPlausible?.(path) !== false) return path;
  }
  const paths = readings(address, reference);
  return (isPlausible && paths.find(isPlausible)) ?? paths[0];
}

/**
 * {@link nodePath} for the nodes below `parent`. Most references in a long list start with a known prefix, which is
 * cut off without parsing: parsing a million references takes longer than reading their pages.
 */
export function pathBelow(
  address: AccountAddress,
  parent: NodePath,
): (reference: string) => NodePath | undefined {
  const { baseUrl, container, account } = address;
  const below = `${parent}/`;
  const roots = [`${baseUrl}/api/${container}/${account}`, `/api/${container}/${account}`];
  roots.push(`/${container}/${account}`, `/${account}`, '');
  const starts = roots.map((root) => ({ text: root + below, length: root.length, isUrl: root === roots[0] }));
  return (reference) => {
    const start = starts.find(({ text }) => reference.startsWith(text));
    const path = start && reference.slice(start.length);
    if (path !== undefined && isNodePath(path)) {
      if (!start?.isUrl) return path;
      // Copy the slice, because a slice would keep the row's whole URL in memory. There may be a hundred
      // thousand rows.
      if (plainUrlPath.test(path)) return Buffer.from(path, 'latin1').toString('latin1');
    }
    const isBelow = (possible: NodePath): boolean => possible.startsWith(below);
    const named = nodePath(address, reference, isBelow);
    if (named !== undefined || !URL.canParse(reference)) return named;
    // A URL without the account is accepted only if it leads below `parent`.
    const bare = nodePath(address, new URL(reference).pathname, isBelow);
    return bare !== undefined && isBelow(bare) ? bare : undefined;
  };
}

/** Percent-encodes each segment of a path, except `@` and `:`, which the service does not encode either. */
function encodePath(path: NodePath): string {
  return path
    .split('/')
    .map((segment) =>
      encodeURIComponent(idIn(segment).toWellFormed()).replaceAll('%40', '@').replaceAll('%3A', ':'),
    )
    .join('/');
}

/** The URL of a node, or of one of its services such as `@size`. Always on the configured base URL. */
export function nodeUrl(address: AccountAddress, path: NodePath, service = ''): URL {
  const { baseUrl, container, account } = address;
  const root = `${baseUrl}/api/${encodeURIComponent(container)}/${encodeURIComponent(account)}`;
  return new URL(`${root}${encodePath(path)}${service === '' ? '' : `/${service}`}`);
}

/** The URL of the auth server's endpoint `name`, e.g. `get_auth_token` (docs/onna-api.md §1). */
export function authUrl(address: Pick<AccountAddress, 'baseUrl'>, name: string): URL {
  return new URL(`${address.baseUrl}/auth/oauth/${name}`);
}

/**
 * Parses a base URL typed by a user. The scheme may be missing; `/api` and everything after it are dropped. Undefined
 * when the text is not an http(s) URL, or contains a user name or password.
 */
export function parseBaseUrl(text: string): string | undefined {
  const trimmed = text.trim();
  const candidate = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`;
  if (trimmed === '' || !URL.canParse(candidate)) return undefined;
  const url = new URL(candidate);
  if ((url.protocol !== 'https:' && url.protocol !== 'http:') || url.username !== '' || url.password !== '')
    return undefined;
  const path = url.pathname.replace(/\/api(\/.*)?$/, '').replace(/\/+$/, '');
  return url.origin + path;
}

/** The last segment of a path, still escaped, so that it can be appended to another path. */
export function lastSegmentOf(path: NodePath): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The last segment of a path. Used as the name of a node without a title. */
export function lastSegment(path: NodePath): string {
  return idIn(lastSegmentOf(path));
}

/** The path of the parent node. */
export function parentPath(path: NodePath): NodePath {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** Whether a URL's host name is a loopback name or address. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
