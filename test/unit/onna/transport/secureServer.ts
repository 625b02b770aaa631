import { randomUUID } from 'node:crypto';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { makeCertificate } from '../../../support/certificates.ts';
import type { Certificate } from '../../../support/certificates.ts';

/** The host name in the certificate of a {@link SecureServer}. The certificate also contains 127.0.0.1 and ::1. */
export const serverName = 'onna.example.test';

/** Creates a private certificate authority, and a function that issues certificates signed by this authority. */
export function privateAuthority(): {
  readonly authority: Certificate;
  readonly issue: (options?: {
    names?: readonly string[];
    addresses?: readonly (readonly number[])[];
    from?: Date;
    until?: Date;
  }) => Certificate;
} {
  const authority = makeCertificate({ subject: `Harbour Authority ${randomUUID()}`, isAuthority: true });
  return {
    authority,
    issue: ({ names = [serverName], addresses = [[127, 0, 0, 1], loopback6], from, until } = {}) =>
      makeCertificate({
        subject: 'server',
        issuer: authority,
        dnsNames: names,
        addresses,
        ...(from && { from }),
        ...(until && { until }),
      }),
  };
}

const loopback6 = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

/** A real HTTPS server on loopback that answers every request with `hello`. */
export class SecureServer {
  readonly seen: { readonly path: string; readonly authorization: string | undefined }[] = [];
  readonly #server;

  private constructor({ certificate, key }: Certificate) {
    this.#server = createServer({ cert: certificate, key }, (request, response) => {
      this.seen.push({ path: request.url ?? '', authorization: request.headers.authorization });
      response.end('hello');
    });
  }

  static async start(certificate: Certificate, host = '127.0.0.1', port = 0): Promise<SecureServer> {
    const server = new SecureServer(certificate);
    await new Promise<void>((resolve) => server.#server.listen(port, host, resolve));
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
