import { subscribe } from 'node:diagnostics_channel';
import type { HostRequest, Instant } from './protocol.ts';

interface UndiciRequest {
  readonly method: string;
  readonly path: string;
}

/** Returns the current time in ms since 1970, with fractions. */
export function now(): Instant {
  return performance.timeOrigin + performance.now();
}

/** Records all requests of all copies of undici in this process, through Node's diagnostics channels. */
export class HostRequests {
  #records: HostRequest[] = [];
  readonly #open = new WeakMap<UndiciRequest, HostRequest>();

  constructor() {
    subscribe('undici:client:sendHeaders', (message) => {
      const { request } = message as { request: UndiciRequest };
      const record: HostRequest = { method: request.method, path: request.path, sentAt: now() };
      this.#open.set(request, record);
      this.#records.push(record);
    });
    subscribe('undici:request:trailers', (message) => {
      const record = this.#open.get((message as { request: UndiciRequest }).request);
      if (record) record.endedAt = now();
    });
  }

  list(): readonly HostRequest[] {
    return this.#records;
  }

  clear(): void {
    this.#records = [];
  }
}
