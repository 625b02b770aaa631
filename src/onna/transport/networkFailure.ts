import type { OnnaFailure } from '../errors.ts';
import { abortFailure } from './patience.ts';

/** OpenSSL's and Node's codes for a certificate that is not trusted, and for handshakes that fail. */
const tlsCode = /^(ERR_TLS_|ERR_SSL_|EPROTO$|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH)/;

/** The chain of `cause`s, outermost first; `fetch` hides the real error in one. */
function* causes(error: unknown): Generator<Error> {
  for (let depth = 0; error instanceof Error && depth < 8; depth++) {
    yield error;
    error = error instanceof AggregateError ? error.errors[0] : error.cause;
  }
}

/** What a thrown network error of undici, `fetch` or Node's sockets means. */
export function networkFailure(error: unknown, host: string, signal: AbortSignal | undefined): OnnaFailure {
  if (signal?.aborted) return abortFailure(signal).failure;
  let code = 'UNKNOWN';
  for (const cause of causes(error)) {
    const found = (cause as NodeJS.ErrnoException).code;
    const proxyStatus = /proxy.*?\b([45]\d\d)\b/i.exec(cause.message)?.[1];
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
    case 'Z_DATA_ERROR':
    case 'Z_BUF_ERROR':
      return { kind: 'decode', what: 'compressed answer', problem: code };
    default:
      return tlsCode.test(code) ? { kind: 'tls', host, code } : { kind: 'unreachable', host, code };
  }
}
