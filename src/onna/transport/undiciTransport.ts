import tls from 'node:tls';
import type { Dispatcher, ProxyAgent as ProxyAgentType } from 'undici';
import api from 'undici/lib/api/index.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js';
import { OnnaError, type OnnaFailure } from '../errors.ts';
import { decompressed } from './body.ts';
import { behindProxy, networkFailure } from './networkFailure.ts';
import { ProxyPool } from './proxyPool.ts';
import type { NetworkSettings, Transport, TransportRequest, TransportResponse } from './transport.ts';

/** Timeout for a TCP and TLS handshake, or for a proxy's answer to CONNECT, in ms. */
const defaultConnectTimeoutMs = 10_000;
/** Sockets per origin: four for single reads of Datasources, the others for requests by the user. */
const connections = 6;

/**
 * Uses undici with a separate pool per connection and origin, so that cancelling, closing and proxy settings never
 * affect the traffic of other extensions.
 */
export class UndiciTransport implements Transport {
  readonly name: string;
  readonly #origin: URL;
  readonly #dispatcher: Dispatcher;
  /** Host and port of the proxy, without its credentials. */
  readonly #proxy: string | undefined;

  /** Whether undici supports the configured proxy, if there is one. */
  static canUse({ proxyUrl }: NetworkSettings): boolean {
    return proxyUrl === undefined || /^(https?|socks5?):/i.test(proxyUrl);
  }

  /** @param origin Requests to any other origin are rejected. */
  constructor(origin: URL, settings: NetworkSettings, connectTimeoutMs = defaultConnectTimeoutMs) {
    this.#origin = origin;
    const connect = {
      rejectUnauthorized: settings.strictSSL,
      timeout: connectTimeoutMs,
      // Created once: parsing hundreds of authorities for each handshake would block the extension host for 30 ms.
      ...(settings.certificates.length > 0
        ? { secureContext: tls.createSecureContext({ ca: [...settings.certificates] }) }
        : {}),
    };
    if (settings.proxyUrl === undefined) {
      this.name = 'undici';
      this.#dispatcher = new Pool(origin.origin, { connections, connect });
    } else {
      this.#proxy = new URL(settings.proxyUrl).host;
      this.name = `undici through the proxy ${this.#proxy}`;
      const tunnels = origin.protocol === 'https:' || isSocks(settings.proxyUrl);
      this.#dispatcher = new ProxyAgent({
        ...proxyOptions(settings.proxyUrl, settings.proxyAuthorization, connect),
        connections,
        requestTls: connect,
        clientFactory: (proxy, options) =>
          new ProxyPool(proxy, { ...options, headersTimeout: connectTimeoutMs }),
        // Plain http needs no tunnel, and many proxies refuse CONNECT to port 80.
        proxyTunnel: tunnels,
      });
    }
  }

  async send(request: TransportRequest): Promise<TransportResponse> {
    if (request.url.origin !== this.#origin.origin) {
      throw new OnnaError({ kind: 'redirected', to: request.url.origin });
    }
    if (request.signal?.aborted) throw new OnnaError({ kind: 'cancelled' });
    let answer: Dispatcher.ResponseData;
    try {
      answer = await api.request.call(this.#dispatcher, {
        origin: request.url.origin,
        path: request.url.pathname + request.url.search,
        method: request.method,
        headers: { 'accept-encoding': 'gzip, br', ...request.headers },
        body: request.body ?? null,
        signal: request.signal,
        // No timeouts here: the caller enforces its own through the signal.
        headersTimeout: 0,
        bodyTimeout: 0,
      });
    } catch (error) {
      throw new OnnaError(this.#failureOf(error, request.signal));
    }
    const headers = new Map<string, string>();
    for (const [name, value] of Object.entries(answer.headers)) {
      if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
    }
    // Prevents an unhandled error when the transport closes before the body is read. Readers still get the error.
    answer.body.on('error', () => undefined);
    return {
      status: answer.statusCode,
      statusText: answer.statusText,
      headers,
      body: decompressed(answer.body, headers.get('content-encoding'), (error) =>
        this.#failureOf(error, request.signal),
      ),
      destroy: () => answer.body.destroy(),
    };
  }

  #failureOf(error: unknown, signal: AbortSignal | undefined): OnnaFailure {
    const failure = networkFailure(error, this.#origin.host, signal);
    if (this.#proxy === undefined) return failure;
    return behindProxy(failure, this.#proxy, this.#origin.protocol === 'https:');
  }

  async close(): Promise<void> {
    await this.#dispatcher.destroy();
  }
}

function isSocks(proxyUrl: string): boolean {
  return /^socks5?:/i.test(proxyUrl);
}

/**
 * Options for the connection to the proxy. A SOCKS proxy has no TLS and needs user and password as separate options.
 */
function proxyOptions(
  uri: string,
  authorization: string | undefined,
  proxyTls: ProxyAgentType.Options['proxyTls'],
): ProxyAgentType.Options {
  if (isSocks(uri)) return { uri, ...login(authorization) };
  return { uri, proxyTls, ...(authorization === undefined ? {} : { token: authorization }) };
}

/** User and password, decoded, because undici does not decode user and password in a URL. */
function login(authorization = ''): { readonly username?: string; readonly password?: string } {
  const [scheme, encoded = ''] = authorization.split(' ');
  if (scheme !== 'Basic') return {};
  const [username = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return { username, password: rest.join(':') };
}
