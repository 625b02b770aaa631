import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import api from 'undici/lib/api/index.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import { ProxyFailure } from './proxyFailure.ts';

/**
 * The pool of sockets that ProxyAgent uses to request tunnels. undici does not distinguish failures at the
 * proxy from failures behind it, so this class turns failures at the proxy into a ProxyFailure. This also
 * prevents an endless loop: undici treats its own UND_ERR_SOCKET as a transient error of a pooled socket. If
 * a proxy hangs up, undici would reconnect without a delay.
 */
export class ProxyPool extends Pool {
  /**
   * Called by ProxyAgent. undici's index module adds `connect` to dispatchers, but that module is not loaded
   * here.
   */
  override readonly connect = async (options: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> => {
    let answer: Dispatcher.ConnectData;
    try {
      answer = await api.connect.call(this, options);
    } catch (error) {
      throw new ProxyFailure({ reason: codeOf(error) });
    }
    if (answer.statusCode !== 200) {
      discard(answer.socket);
      throw new ProxyFailure({ status: answer.statusCode });
    }
    return answer;
  };
}

function discard(socket: Duplex): void {
  socket.on('error', () => undefined).destroy();
}

function codeOf(error: unknown): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const code = first instanceof Error ? (first as NodeJS.ErrnoException).code : undefined;
  return code ?? 'UNKNOWN';
}
