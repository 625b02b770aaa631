import type { IncomingMessage } from 'node:http';
import { foreignRequest } from '../http/refusals.ts';

/**
 * Whether a path exists only in the sandbox and not in Onna: `/` or `/_sandbox/…`. Switches and the request
 * log ignore these paths.
 */
export function isSandboxPath(rawPath: string): boolean {
  return /^\/+(?:_sandbox(?:\/.*)?)?$/.test(rawPath);
}

/**
 * Accepts only requests from programs and from the sandbox's own page. Browsers send headers that identify
 * the requesting page. A page on another port is also rejected, although browsers call it `same-site`: a site
 * includes all ports.
 * @throws Refusal 403
 */
export function refuseForeignPages({ headers }: IncomingMessage): void {
  const site = headers['sec-fetch-site'];
  const isForeignSite = site !== undefined && site !== 'same-origin' && site !== 'none';
  const isForeignOrigin = headers.origin !== undefined && headers.origin !== `http://${headers.host ?? ''}`;
  if (isForeignSite || isForeignOrigin) throw foreignRequest();
}
