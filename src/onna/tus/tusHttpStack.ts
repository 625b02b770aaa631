import type { HttpRequest, HttpResponse, HttpStack } from 'tus-js-client';
import { OnnaError } from '../errors.ts';
import type { TusAnswer, UploadClient } from '../uploadClient.ts';

interface StackOptions {
  /** Size of the file, in bytes. */
  readonly size: number;
  readonly signal: AbortSignal;
  /** Additional headers of the request that creates the upload. */
  readonly extra: Readonly<Record<string, string>>;
}

/** Sends the requests of tus-js-client with the token, the proxy settings and the log of this extension. */
export class TusHttpStack implements HttpStack {
  readonly #client: UploadClient;
  readonly #options: StackOptions;

  constructor(client: UploadClient, options: StackOptions) {
    this.#client = client;
    this.#options = options;
  }

  getName(): string {
    return 'Onna';
  }

  createRequest(method: string, url: string): HttpRequest {
    return new TusHttpRequest(this.#client, this.#options, method, url);
  }
}

class TusHttpRequest implements HttpRequest {
  readonly #client: UploadClient;
  readonly #options: StackOptions;
  readonly #method: string;
  readonly #url: string;
  readonly #headers = new Map<string, string>();
  readonly #abort = new AbortController();

  constructor(client: UploadClient, options: StackOptions, method: string, url: string) {
    this.#client = client;
    this.#options = options;
    this.#method = method;
    this.#url = url;
  }

  getMethod(): string {
    return this.#method;
  }

  getURL(): string {
    return this.#url;
  }

  setHeader(name: string, value: string): void {
    this.#headers.set(name.toLowerCase(), value);
  }

  getHeader(name: string): string | undefined {
    return this.#headers.get(name.toLowerCase());
  }

  setProgressHandler(): void {
    // Progress is reported after each part.
  }

  async send(body?: unknown): Promise<HttpResponse> {
    const { signal, extra, size } = this.#options;
    const method = this.#method;
    if (method !== 'POST' && method !== 'PATCH' && method !== 'HEAD')
      throw new Error(`Unexpected method ${method}`);
    const answer = await this.#client.send({
      method,
      url: this.#target(),
      headers: { ...Object.fromEntries(this.#headers), ...(method === 'POST' ? extra : {}) },
      bytes: body instanceof Uint8Array ? body : undefined,
      signal: AbortSignal.any([signal, this.#abort.signal]),
    });
    return new TusHttpResponse(answer, size);
  }

  /**
   * The request's URL on the configured server. `Location` may name another host, because the service builds it from
   * request headers.
   */
  #target(): URL {
    const path = this.#client.uploadPath(this.#url);
    if (path === undefined)
      throw new OnnaError({
        kind: 'decode',
        what: 'answer to an upload',
        problem: 'its Location is not in this account',
      });
    return this.#client.uploadUrl(path);
  }

  abort(): Promise<void> {
    this.#abort.abort();
    return Promise.resolve();
  }

  getUnderlyingObject(): undefined {
    return undefined;
  }
}

class TusHttpResponse implements HttpResponse {
  readonly #answer: TusAnswer;
  readonly #size: number;

  constructor(answer: TusAnswer, size: number) {
    this.#answer = answer;
    this.#size = size;
  }

  getStatus(): number {
    return this.#answer.status;
  }

  getHeader(name: string): string | undefined {
    const key = name.toLowerCase();
    // tus-js-client requires `Upload-Length`, which Guillotina does not send. If the offset equals this length,
    // tus-js-client assumes that the upload is complete. But the service may have failed after the last byte, for
    // example because its disk was full. With a length that is one byte too large, tus-js-client sends an empty part,
    // and the service completes the upload.
    return key === 'upload-length' ? String(this.#size + 1) : this.#answer.headers.get(key);
  }

  getBody(): string {
    return '';
  }

  getUnderlyingObject(): undefined {
    return undefined;
  }
}
