/**
 * The connection failed at the proxy, not at the server behind it. The message contains neither the proxy nor
 * the server.
 */
export class ProxyFailure extends Error {
  override readonly name = 'ProxyFailure';
  /** The status of the proxy's answer to CONNECT, if it answered. */
  readonly status: number | undefined;
  /**
   * The error code of Node or undici, if the proxy did not answer. Not named `code`, because undici would
   * handle some `code`s itself.
   */
  readonly reason: string | undefined;

  constructor(cause: { readonly status: number } | { readonly reason: string }) {
    super('The proxy made no connection.');
    this.status = 'status' in cause ? cause.status : undefined;
    this.reason = 'reason' in cause ? cause.reason : undefined;
  }
}
