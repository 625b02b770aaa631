import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import api from 'undici/lib/api/index.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import { ProxyFailure } from './proxyFailure.ts';

/**
 * The sockets to a proxy that tunnels are asked for on. It keeps apart what fails at the proxy from what fails
 * behind it, which undici tells alike; and a tunnel ends as a ProxyFailure only: undici takes its own
 * UND_ERR_SOCKET for a passing fault of a pooled socket, and would ask a proxy that hangs up again without pause.
 */
export class ProxyPool extends Pool {
  /** What ProxyAgent calls, and only undici's index, which is not loaded, gives to every dispatcher. */
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
