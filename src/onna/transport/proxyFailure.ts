/** The proxy, and not the server behind it, is why no connection was made. Its message names neither. */
export class ProxyFailure extends Error {
  override readonly name = 'ProxyFailure';
  /** The status of its answer to CONNECT, if it answered. */
  readonly status: number | undefined;
  /** Node's or undici's own code otherwise; not in `code`, from which undici would conclude what to do. */
  readonly reason: string | undefined;

  constructor(cause: { readonly status: number } | { readonly reason: string }) {
    super('The proxy made no connection.');
    this.status = 'status' in cause ? cause.status : undefined;
    this.reason = 'reason' in cause ? cause.reason : undefined;
  }
}
