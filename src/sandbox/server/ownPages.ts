import type { IncomingMessage } from 'node:http';
import { foreignRequest } from '../http/refusals.ts';

/** The paths that no Onna has: the page at `/` and all of `/_sandbox`. Switches and the request log leave them alone. */
export function isSandboxPath(rawPath: string): boolean {
  return /^\/+(?:_sandbox(?:\/.*)?)?$/.test(rawPath);
}

/**
 * Lets through only what a program, or the sandbox's own page, sends. A browser says of every request whose page it
 * comes from; another server on this machine counts as foreign too (`same-site`: sites know no ports).
 * @throws Refusal 403
 */
export function refuseForeignPages({ headers }: IncomingMessage): void {
  const site = headers['sec-fetch-site'];
  const isForeignSite = site !== undefined && site !== 'same-origin' && site !== 'none';
  const isForeignOrigin = headers.origin !== undefined && headers.origin !== `http://${headers.host ?? ''}`;
  if (isForeignSite || isForeignOrigin) throw foreignRequest();
}
