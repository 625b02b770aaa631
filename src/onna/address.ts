/** Where an account lives. `container` is Onna's word for the database segment (API notes §0). */
export interface AccountAddress {
  /** Without a trailing slash, e.g. `https://enterprise.onna.com`. */
  readonly baseUrl: string;
  readonly container: string;
  readonly account: string;
}

/**
 * A node's path below its account, decoded, beginning with `/` and without a trailing one: `/workspaces/legal/wiki`.
 * A `/` in an id is written `%2F`, and what looks like that in an id has its `%` written `%25`: no two nodes share a path.
 * The account itself is `''`. It is what the client keys nodes by, wherever their `@id` points.
 */
export type NodePath = string;

/** Splits on `/`, drops empty segments (the service does, API notes §0), and undoes percent-encoding where it is valid. */
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

/** An id as a segment of a {@link NodePath}. */
function segmentOf(id: string): string {
  return id.replaceAll(/%(?=(?:25)*2F)/g, '%25').replaceAll('/', '%2F');
}

/** The id in a segment of a {@link NodePath}. */
function idIn(segment: string): string {
  return segment.replaceAll(/%(25)?((?:25)*2F)/g, (_, escape: string | undefined, rest: string) =>
    escape === undefined ? '/' : `%${rest}`,
  );
}

const dotSegment = /\/\.\.?(?=\/|$)/;

/** Whether a path is the {@link NodePath} already that it stands for. A listing has hundreds of thousands to look at. */
function isNodePath(path: string): boolean {
  return (
    path.startsWith('/') &&
    !path.endsWith('/') &&
    !path.includes('%') &&
    !path.includes('//') &&
    !(path.includes('/.') && dotSegment.test(path))
  );
}

/** What stands in a URL's path as it is: nothing that a URL would encode, drop or take for something else. */
const plainUrlPath = /^[\w\-.~!$&'()*+,;=:@/]+$/;

/**
 * The path below the account of anything the service names a node by: a path, or an `@id` on whatever host
 * (the service builds it from request headers, API notes §0). Undefined when it is no node of this account.
 */
export function nodePath(address: AccountAddress, reference: string): NodePath | undefined {
  const { baseUrl, container, account } = address;
  if (reference.startsWith('/')) {
    // A listing of a million paths has nothing else: taking each apart took longer than reading its page.
    const mayHavePrefix = reference.startsWith('/api') || reference.startsWith(container, 1);
    if (!mayHavePrefix && isNodePath(reference)) return reference;
  } else {
    const root = `${baseUrl}/api/${container}/${account}`;
    const path = reference.startsWith(`${root}/`) ? reference.slice(root.length) : '';
    if (plainUrlPath.test(path) && isNodePath(path)) return path;
  }
  let pathname = reference;
  let absolute = false;
  if (/^https?:\/\//i.test(reference)) {
    if (!URL.canParse(reference)) return undefined;
    pathname = new URL(reference).pathname;
    absolute = true;
  } else if (!reference.startsWith('/')) {
    return undefined;
  }
  let parts = segments(pathname);
  const prefixes = [
    ['api', container, account],
    [container, account],
    ['api', account],
  ];
  const prefix = prefixes.find((candidate) => candidate.every((segment, index) => parts[index] === segment));
  if (prefix) {
    parts = parts.slice(prefix.length);
  } else if (absolute) {
    // A proxy may add a prefix of its own in front of /api.
    const start = parts.findIndex((_, index) => parts[index] === container && parts[index + 1] === account);
    if (start < 0) return undefined;
    parts = parts.slice(start + 2);
  }
  if (parts.some((part) => part === '.' || part === '..')) return undefined;
  return parts.map((part) => `/${segmentOf(part)}`).join('');
}

/** Percent-encodes each segment of a path; `@` and `:` stay readable, as the service writes them. */
function encodePath(path: NodePath): string {
  return path
    .split('/')
    .map((segment) =>
      encodeURIComponent(idIn(segment).toWellFormed()).replaceAll('%40', '@').replaceAll('%3A', ':'),
    )
    .join('/');
}

/** The URL of a node, or of a service of it such as `@size`, always on the configured base. */
export function nodeUrl(address: AccountAddress, path: NodePath, service = ''): URL {
  const { baseUrl, container, account } = address;
  const root = `${baseUrl}/api/${encodeURIComponent(container)}/${encodeURIComponent(account)}`;
  return new URL(`${root}${encodePath(path)}${service === '' ? '' : `/${service}`}`);
}

/** The URL of the auth server's `name`, e.g. `get_auth_token` (API notes §1). */
export function authUrl(address: Pick<AccountAddress, 'baseUrl'>, name: string): URL {
  return new URL(`${address.baseUrl}/auth/oauth/${name}`);
}

/**
 * A base URL as a person types it: the scheme may be missing, `/api` and what follows may be there.
 * Undefined when it is not an http(s) URL, or holds a user name or password.
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

/** The last segment of a path: what a node is called where nothing better is known. */
export function lastSegment(path: NodePath): string {
  return idIn(path.slice(path.lastIndexOf('/') + 1));
}

/** The path of the node above. */
export function parentPath(path: NodePath): NodePath {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** Whether a host name, as a URL has it, means this very machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
