import tls from 'node:tls';

/**
 * All trusted certificate authorities, as PEM: Node's own, those of `NODE_EXTRA_CA_CERTS`, and the system's unless
 * `system` is false. Empty in Node versions before 22.15, which can't list authorities. Node then uses its own.
 */
export function trustedCertificates(options: { readonly system: boolean }): readonly string[] {
  if (typeof tls.getCACertificates !== 'function') return [];
  const own = tls.getCACertificates('default');
  return options.system ? [...new Set([...own, ...tls.getCACertificates('system')])] : own;
}
