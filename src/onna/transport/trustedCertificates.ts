import tls from 'node:tls';

/**
 * All certificate authorities to trust, as PEM: Node's own with those of `NODE_EXTRA_CA_CERTS`, and the system's
 * too unless `system` is false. Empty where this Node can't tell them (before 22.15): then it uses its own.
 */
export function trustedCertificates(options: { readonly system: boolean }): readonly string[] {
  if (typeof tls.getCACertificates !== 'function') return [];
  const own = tls.getCACertificates('default');
  return options.system ? [...new Set([...own, ...tls.getCACertificates('system')])] : own;
}
