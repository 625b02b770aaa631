/** A request below the level of Onna: bytes to one origin. */
export interface TransportRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE' | 'HEAD';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** The body; also allowed on GET, which `@getAllChildren` may need (docs/onna-api.md §5). */
  readonly body?: string;
  /** Ends it, before or after the answer has come; an OnnaError as its reason is what the request then fails with. */
  readonly signal?: AbortSignal;
}

/** An answer whose body has not been read yet. Whoever gets one reads or destroys it. */
export interface TransportResponse {
  readonly status: number;
  readonly statusText: string;
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  /** The body, already decompressed. Rejects with an OnnaError when the connection breaks. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Lets the body go unread. */
  destroy(): void;
}

/** A way to reach the service. Rejects with an OnnaError only. */
export interface Transport {
  /** What *Test Connection* calls it. */
  readonly name: string;
  send(request: TransportRequest): Promise<TransportResponse>;
  /** Closes every socket at once. */
  close(): Promise<void>;
}

/** Where and how connections go: VS Code's settings and the environment's, read by the host. */
export interface NetworkSettings {
  /** A proxy's URL without credentials, if one is set for this origin. */
  readonly proxyUrl?: string;
  /** The value for `Proxy-Authorization`, if set. */
  readonly proxyAuthorization?: string;
  /** False: accept any certificate (VS Code's `http.proxyStrictSSL: false`). */
  readonly strictSSL: boolean;
  /** All PEM certificates to trust; empty: Node's own. */
  readonly certificates: readonly string[];
}
