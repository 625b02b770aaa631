/** A plain HTTP request, with nothing specific to Onna. */
export interface TransportRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE' | 'HEAD';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** The body; also allowed on GET, which `@getAllChildren` may need (docs/onna-api.md §5). */
  readonly body?: string | Uint8Array;
  /**
   * Aborts the request, even after the headers have arrived. If the abort reason is an OnnaError, the request fails
   * with that error.
   */
  readonly signal?: AbortSignal;
}

/** An answer whose body has not been read yet. The receiver must read or destroy it. */
export interface TransportResponse {
  readonly status: number;
  readonly statusText: string;
  /** The headers, with lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  /** The body, already decompressed. Rejects with an OnnaError when the connection breaks. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Discards the unread body. */
  destroy(): void;
}

/** Sends requests to the service. Rejects only with OnnaError. */
export interface Transport {
  /** The name shown by *Test Connection*. */
  readonly name: string;
  send(request: TransportRequest): Promise<TransportResponse>;
  /** Closes every socket at once. */
  close(): Promise<void>;
}

/** Network settings from VS Code and the environment. */
export interface NetworkSettings {
  /** The proxy's URL without credentials, if a proxy is set for this origin. */
  readonly proxyUrl?: string;
  /** The value for `Proxy-Authorization`, if set. */
  readonly proxyAuthorization?: string;
  /** If false, any certificate is accepted (VS Code's `http.proxyStrictSSL: false`). */
  readonly strictSSL: boolean;
  /** All PEM certificates to trust. If empty, Node's own certificates are used. */
  readonly certificates: readonly string[];
}
