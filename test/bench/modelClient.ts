import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { connectionTo } from '../../src/model/accounts/connection.ts';
import type { Connection } from '../../src/model/accounts/connection.ts';
import { Caller } from '../../src/onna/caller.ts';
import { OnnaClient } from '../../src/onna/client.ts';
import { systemClock } from '../../src/base/clock.ts';
import { signIn } from '../../src/onna/signIn.ts';
import type { Transport, TransportRequest, TransportResponse } from '../../src/onna/transport/transport.ts';
import { UndiciTransport } from '../../src/onna/transport/undiciTransport.ts';
import type { SandboxConnection } from '../support/sandbox.ts';

/** A transport that counts the requests and bytes of another transport. */
class CountingTransport implements Transport {
  readonly name = 'undici, counted';
  requests = 0;
  /** Total size of the response bodies in bytes, from `Content-Length`. */
  bytes = 0;
  /** The largest number of requests that were waiting for their answers at the same time. */
  maxConcurrent = 0;
  #concurrent = 0;
  readonly #inner: Transport;

  constructor(inner: Transport) {
    this.#inner = inner;
  }

  async send(request: TransportRequest): Promise<TransportResponse> {
    this.requests++;
    this.maxConcurrent = Math.max(this.maxConcurrent, ++this.#concurrent);
    const response = await this.#inner.send(request).finally(() => this.#concurrent--);
    this.bytes += Number(response.headers.get('content-length') ?? 0);
    return response;
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}

/** The client of the extension, running in plain Node without VS Code. */
export interface ModelClient {
  readonly connection: Connection;
  readonly client: OnnaClient;
  readonly token: string;
  readonly transport: CountingTransport;
  /** Calls a control route of the sandbox (`/_sandbox/{name}`). */
  control(name: string, body: object): Promise<void>;
  close(): Promise<void>;
}

/** Signs in to a sandbox as the extension does. */
export async function signedInClient(sandbox: SandboxConnection): Promise<ModelClient> {
  const { baseUrl, user, password } = sandbox;
  const connection = connectionTo(sandbox, user);
  const transport = new CountingTransport(
    new UndiciTransport(new URL(baseUrl), { strictSSL: true, certificates: [] }),
  );
  const common = { transport, clock: systemClock, log: () => undefined };
  const token = await signIn(new Caller(common), connection, user, password);
  const tokens = { token: () => Promise.resolve(token), renew: () => Promise.resolve(token) };
  const caller = new Caller({ ...common, tokens });
  return {
    ...{ connection, token, transport },
    client: new OnnaClient(connection, caller),
    control: async (name, body) => {
      await caller.call({ method: 'POST', url: new URL(`/_sandbox/${name}`, baseUrl), body });
    },
    close: () => transport.close(),
  };
}

/** Runs `work`. @returns the CPU time of this process during `work`, in ms */
export async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** Collects garbage and returns the size of the remaining objects in the heap, in bytes. */
export async function liveHeapBytes(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // One collection is not enough: an object with a finalizer (signal, socket) is freed only after its
  // finalizer has run.
  for (let round = 0; round < 6; round++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return process.memoryUsage().heapUsed;
}
