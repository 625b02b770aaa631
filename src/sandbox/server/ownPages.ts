import type { IncomingMessage } from 'node:http';
import { foreignRequest } from '../http/refusals.ts';

/** Paths that Onna does not have: `/` and `/_sandbox/…`. Switches and the request log ignore them. */
export function isSandboxPath(rawPath: string): boolean {
  return /^\/+(?:_sandbox(?:\/.*)?)?$/.test(rawPath);
}

/**
 * Accepts only requests from programs and from the sandbox's own page. Browsers name the requesting page in every
 * request. A page on another port counts as foreign too, although browsers call it `same-site`, because a site includes
 * all ports.
 * @throws Refusal 403
 */
export function refuseForeignPages({ headers }: IncomingMessage): void {
  const site = headers['sec-fetch-site'];
  const isForeignSite = site !== undefined && site !== 'same-origin' && site !== 'none';
  const isForeignOrigin = headers.origin !== undefined && headers.origin !== `http://${headers.host ?? ''}`;
  if (isForeignSite || isForeignOrigin) throw foreignRequest();
}
