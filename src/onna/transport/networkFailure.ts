import type { OnnaFailure } from '../errors.ts';
import { abortFailure } from '../abort.ts';
import { ProxyFailure } from './proxyFailure.ts';

/** Codes of OpenSSL and Node for untrusted certificates and failed handshakes. */
const tlsCode = /^(ERR_TLS_|ERR_SSL_|EPROTO$|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH)/;

/** Whether an error code of OpenSSL or Node means a certificate or handshake problem. */
export function isTlsCode(code: string): boolean {
  return tlsCode.test(code);
}

/** Node's codes for invalid zlib, brotli and zstd data. */
const brokenCompression = /^(Z_(DATA|BUF)_ERROR$|ERR__ERROR_|ZSTD_error_)/;

/** Node's codes for a failed connection: the request was never sent. */
const beforeSending = /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENETDOWN)$/;

/**
 * The error message of undici and of VS Code’s fetch for a proxy's answer. The pattern is anchored, because
 * it could otherwise match a server's name or port.
 */
const proxyAnswer = /^Proxy (?:response|Authentication Required) \((\d{3})\)/;

/** The chain of `cause`s, outermost first. `fetch` throws a wrapper whose `cause` is the real error. */
function* causes(error: unknown): Generator<Error> {
  for (let depth = 0; error instanceof Error && depth < 8; depth++) {
    yield error;
    error = error instanceof AggregateError ? error.errors[0] : error.cause;
  }
}

/** Converts a network error of undici, `fetch` or Node's sockets. */
export function networkFailure(error: unknown, host: string, signal: AbortSignal | undefined): OnnaFailure {
  if (signal?.aborted) return abortFailure(signal).failure;
  let code = 'UNKNOWN';
  for (const cause of causes(error)) {
    if (cause instanceof ProxyFailure) {
      const { status, reason } = cause;
      return { kind: 'proxy', host, ...(status === undefined ? { code: reason ?? code } : { status }) };
    }
    const found = (cause as NodeJS.ErrnoException).code;
    const proxyStatus = proxyAnswer.exec(cause.message)?.[1];
    if (proxyStatus !== undefined) return { kind: 'proxy', host, status: Number(proxyStatus) };
    if (typeof found === 'string') code = found;
  }
  switch (code) {
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return { kind: 'timeout', host, phase: 'connect', afterMs: 10_000 };
    case 'UND_ERR_DESTROYED':
    case 'UND_ERR_CLOSED':
      return { kind: 'cancelled' };
    case 'UND_ERR_PRX_TLS':
      return { kind: 'proxy', host, code };
    default:
      if (brokenCompression.test(code)) return { kind: 'decode', what: 'compressed answer', problem: code };
      return isTlsCode(code) ? { kind: 'tls', host, code } : { kind: 'unreachable', host, code };
  }
}

/** Whether a request failed before it was sent, so that it is safe to send again. */
export function couldNotConnect(failure: OnnaFailure): boolean {
  switch (failure.kind) {
    case 'unreachable':
      return beforeSending.test(failure.code);
    case 'timeout':
      return failure.phase === 'connect';
    default:
      return failure.kind === 'tls' || failure.kind === 'proxy';
  }
}

/**
 * Attributes a connection failure to the proxy, because the client connects only to the proxy.
 * @param tunnel With a tunnel, a connect timeout is attributed to the server, not to the proxy.
 */
export function behindProxy(failure: OnnaFailure, proxy: string, tunnel: boolean): OnnaFailure {
  if (failure.kind === 'proxy') return { ...failure, proxy };
  if (
    failure.kind === 'unreachable' &&
    (couldNotConnect(failure) || failure.code.startsWith('UND_ERR_SOCKS5'))
  )
    return { kind: 'proxy', host: failure.host, proxy, code: failure.code };
  if (failure.kind === 'timeout' && failure.phase === 'connect' && !tunnel)
    return { kind: 'proxy', host: failure.host, proxy, code: 'ETIMEDOUT' };
  return failure;
}
