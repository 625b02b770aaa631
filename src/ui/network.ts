import tls from 'node:tls';
import * as vscode from 'vscode';
import type { Transport, NetworkSettings } from '../onna/transport/transport.ts';

/** The proxy for `url` as VS Code's settings and the environment name it; undefined: none. */
function proxyFor(url: URL, http: vscode.WorkspaceConfiguration): string | undefined {
  if (trusted(http, 'proxySupport') === 'off') return undefined;
  const fromEnvironment =
    url.protocol === 'https:'
      ? (process.env['HTTPS_PROXY'] ?? process.env['https_proxy'])
      : (process.env['HTTP_PROXY'] ?? process.env['http_proxy']);
  const set = trusted(http, 'proxy');
  const proxy = typeof set === 'string' && set !== '' ? set : fromEnvironment;
  if (proxy === undefined || proxy === '') return undefined;
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
  if (!URL.canParse(withScheme)) return undefined;
  const except = [
    ...strings(trusted(http, 'noProxy')),
    ...(process.env['NO_PROXY'] ?? process.env['no_proxy'] ?? '').split(/[\s,]+/),
  ];
  return isLoopback(url.hostname) || except.some((entry) => matchesNoProxy(entry, url))
    ? undefined
    : withScheme;
}

/** Whether a host name means this very machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function matchesNoProxy(entry: string, url: URL): boolean {
  const [name = '', port] = entry
    .trim()
    .toLowerCase()
    .replace(/^\*?\./, '')
    .split(':');
  if (name === '') return false;
  const urlPort = url.port || (url.protocol === 'https:' ? '443' : '80');
  if (port !== undefined && port !== urlPort) return false;
  return name === '*' || url.hostname === name || url.hostname.endsWith(`.${name}`);
}

/** Node's own certificates and the system's, where this Node can tell them (22.15 on). */
function trustedCertificates(): readonly string[] {
  if (typeof tls.getCACertificates !== 'function') return [];
  return [...new Set([...tls.getCACertificates('default'), ...tls.getCACertificates('system')])];
}

/** A setting as the user or the machine has it. Workspace values are ignored: a folder must not choose a proxy. */
function trusted(http: vscode.WorkspaceConfiguration, name: string): unknown {
  const values = http.inspect(name);
  return values?.globalValue ?? values?.defaultValue;
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}

/** How to reach `baseUrl`, by VS Code's settings. */
export function networkSettings(baseUrl: string): NetworkSettings {
  const url = new URL(baseUrl);
  const http = vscode.workspace.getConfiguration('http');
  const proxyUrl = proxyFor(url, http);
  const authorization = trusted(http, 'proxyAuthorization');
  return {
    ...(proxyUrl === undefined ? {} : { proxyUrl }),
    ...(typeof authorization === 'string' ? { proxyAuthorization: authorization } : {}),
    strictSSL: trusted(http, 'proxyStrictSSL') !== false,
    certificates: url.protocol === 'https:' ? trustedCertificates() : [],
  };
}

/** undici first, VS Code's own fetch where that can't connect. Both are loaded here, on first use. */
export async function createTransport(baseUrl: string): Promise<Transport> {
  const [{ UndiciTransport }, { FetchTransport }, { FallbackTransport }] = await Promise.all([
    import('../onna/transport/undiciTransport.ts'),
    import('../onna/transport/fetchTransport.ts'),
    import('../onna/transport/fallbackTransport.ts'),
  ]);
  const origin = new URL(baseUrl);
  return new FallbackTransport(
    new UndiciTransport(origin, networkSettings(baseUrl)),
    new FetchTransport(origin),
  );
}
