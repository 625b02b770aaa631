import { isLoopback } from '../address.ts';

/** VS Code's proxy settings. Their values are not validated: users may type anything. */
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

/** The proxy for a connection. */
export interface Proxy {
  /** The URL without credentials, because it is displayed and logged. */
  readonly url: string;
  /** The value for `Proxy-Authorization`. */
  readonly authorization?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Chooses the proxy for `url` by VS Code's own rules. The setting overrides the environment, and a non-empty
 * `http.noProxy` overrides `NO_PROXY`. Undefined: no proxy.
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
  // Many users set only HTTP_PROXY, and VS Code uses it for https too.
  return url.protocol === 'https:' ? variable(environment, 'HTTPS_PROXY') || forPlain : forPlain;
}

/** Moves user and password from the URL to the header, so that they appear nowhere else. Also drops the path. */
function plainProxy({ protocol, host, username, password }: URL, authorization: string): Proxy {
  const basic =
    username === ''
      ? ''
      : `Basic ${Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64')}`;
  // Ignore a value that is not allowed in a header. The proxy then reports that authorization is missing.
  const value = (/^[\t\x20-\x7e]*$/.test(authorization) && authorization) || basic;
  return { url: `${protocol}//${host}`, ...(value === '' ? {} : { authorization: value }) };
}

/** Percent-decodes `part`. A part with invalid escapes is returned unchanged. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Whether an entry like `corp.example`, `.corp.example`, `*.corp.example:8443`, `[::1]:80` or `*` matches `url`. */
function isExcepted(entry: string, url: URL): boolean {
  const bare = entry
    .trim()
    .toLowerCase()
    .replace(/^\*?\./, '');
  const parts = /^\[([^\]]*)\](?::(\d+))?$/.exec(bare) ?? /^([^:]*)(?::(\d+))?$/.exec(bare);
  // Neither pattern matches an IPv6 address without brackets, so the whole entry is the name.
  const [, name = bare, port] = parts ?? [];
  if (name === '') return false;
  if (port !== undefined && port !== (url.port || (url.protocol === 'https:' ? '443' : '80'))) return false;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return name === '*' || host === name || host.endsWith(`.${name}`);
}
