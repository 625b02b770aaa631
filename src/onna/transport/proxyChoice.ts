import { isLoopback } from '../address.ts';

/** What VS Code's settings say about proxies; their values are whatever somebody typed. */
export interface ProxyPreferences {
  /** `http.proxySupport` */
  readonly support: unknown;
  /** `http.proxy` */
  readonly proxy: unknown;
  /** `http.noProxy` */
  readonly except: unknown;
  /** `http.proxyAuthorization` */
  readonly authorization: unknown;
}

/** A proxy to go through. */
export interface Proxy {
  /** Without credentials: this is shown and logged. */
  readonly url: string;
  /** The value for `Proxy-Authorization`. */
  readonly authorization?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy to reach `url` by, chosen as VS Code itself chooses: its setting before the environment, and where
 * `http.noProxy` names any host, `NO_PROXY` is not looked at. Undefined: none.
 */
export function chooseProxy(
  url: URL,
  preferences: ProxyPreferences,
  environment: Environment,
): Proxy | undefined {
  if (preferences.support === 'off' || isLoopback(url.hostname)) return undefined;
  const set = text(preferences.proxy);
  const proxy = set === '' ? fromEnvironment(url, environment) : set;
  const listed = Array.isArray(preferences.except) ? preferences.except.map(text) : [];
  const except = listed.some((entry) => entry !== '')
    ? listed
    : variable(environment, 'NO_PROXY').split(/[\s,]+/);
  if (proxy === '' || except.some((entry) => isExcepted(entry, url))) return undefined;
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
  if (!URL.canParse(withScheme)) return undefined;
  const parsed = new URL(withScheme);
  return parsed.host === '' ? undefined : plainProxy(parsed, text(preferences.authorization));
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

function variable(environment: Environment, name: string): string {
  return (environment[name.toLowerCase()] || environment[name] || '').trim();
}

function fromEnvironment(url: URL, environment: Environment): string {
  const forPlain = variable(environment, 'HTTP_PROXY');
  // Many set only the one for http, and VS Code uses it for both.
  return url.protocol === 'https:' ? variable(environment, 'HTTPS_PROXY') || forPlain : forPlain;
}

/** Takes user and password out of a URL, so that they are nowhere but in the header, and what no proxy has, as a path. */
function plainProxy({ protocol, host, username, password }: URL, authorization: string): Proxy {
  const basic =
    username === ''
      ? ''
      : `Basic ${Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64')}`;
  // What can't stand in a header is no authorization: the proxy then says that it misses one.
  const value = (/^[\t\x20-\x7e]*$/.test(authorization) && authorization) || basic;
  return { url: `${protocol}//${host}`, ...(value === '' ? {} : { authorization: value }) };
}

/** A `%` that begins no escape stands for itself. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Whether an entry like `corp.example`, `.corp.example`, `*.corp.example:8443`, `[::1]:80` or `*` means `url`. */
function isExcepted(entry: string, url: URL): boolean {
  const bare = entry
    .trim()
    .toLowerCase()
    .replace(/^\*?\./, '');
  const parts = /^\[([^\]]*)\](?::(\d+))?$/.exec(bare) ?? /^([^:]*)(?::(\d+))?$/.exec(bare);
  // What has more colons is an IPv6 address without brackets.
  const [, name = bare, port] = parts ?? [];
  if (name === '') return false;
  if (port !== undefined && port !== (url.port || (url.protocol === 'https:' ? '443' : '80'))) return false;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return name === '*' || host === name || host.endsWith(`.${name}`);
}
