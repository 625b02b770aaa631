import { createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** A certificate for a server or an authority, and its private key. Both are PEM texts. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/** The fields of a certificate. */
export interface CertificateOptions {
  readonly subject: string;
  /** The authority that signs the certificate. Default: self-signed. */
  readonly issuer?: Certificate & { readonly subject: string };
  /** Whether the certificate may sign other certificates. Default: no. */
  readonly isAuthority?: boolean;
  readonly dnsNames?: readonly string[];
  /** IP addresses of the server, with 4 bytes (IPv4) or 16 bytes (IPv6) each. */
  readonly addresses?: readonly (readonly number[])[];
  /** Start of the validity period. Default: one day ago. */
  readonly from?: Date;
  /** End of the validity period. Default: in 365 days. */
  readonly until?: Date;
}

const day = 86_400_000;

function tagged(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: readonly Uint8Array[]): Buffer => tagged(0x30, ...parts);
const octets = (content: Uint8Array): Buffer => tagged(0x04, content);
/** Returns a DER object identifier. `bytes` are its encoded components. */
const identifier = (...bytes: readonly number[]): Buffer => tagged(0x06, Buffer.from(bytes));
const yes = tagged(0x01, Buffer.from([0xff]));

const ecdsaWithSha256 = sequence(identifier(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));

function nameOf(subject: string): Buffer {
  const commonName = sequence(identifier(0x55, 0x04, 0x03), tagged(0x0c, Buffer.from(subject)));
  return sequence(tagged(0x31, commonName));
}

function time(date: Date): Buffer {
  return tagged(0x18, Buffer.from(date.toISOString().replace(/[-:T]|\.\d+/g, '')));
}

function extensions(options: CertificateOptions): Buffer {
  const names = [
    ...(options.dnsNames ?? []).map((name) => tagged(0x82, Buffer.from(name))),
    ...(options.addresses ?? []).map((address) => tagged(0x87, Buffer.from(address))),
  ];
  const basicConstraints = sequence(
    identifier(0x55, 0x1d, 0x13),
    yes,
    octets(options.isAuthority ? sequence(yes) : sequence()),
  );
  const alternativeNames = sequence(identifier(0x55, 0x1d, 0x11), octets(sequence(...names)));
  return tagged(0xa3, sequence(basicConstraints, ...(names.length > 0 ? [alternativeNames] : [])));
}

function pem(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/**
 * Creates an X.509 certificate (RFC 5280). The repository contains no certificates, because they would expire and their
 * private keys would be public.
 */
export function makeCertificate(options: CertificateOptions): Certificate & { readonly subject: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const { subject, issuer } = options;
  const from = options.from ?? new Date(Date.now() - day);
  const until = options.until ?? new Date(Date.now() + 365 * day);
  const toBeSigned = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))),
    tagged(0x02, Buffer.concat([Buffer.from([0x01]), randomBytes(8)])),
    ecdsaWithSha256,
    nameOf(issuer?.subject ?? subject),
    sequence(time(from), time(until)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    extensions(options),
  );
  const signer: KeyObject | string = issuer?.key ?? privateKey;
  const signature = createSign('sha256').update(toBeSigned).sign(signer);
  const certificate = sequence(toBeSigned, ecdsaWithSha256, tagged(0x03, Buffer.from([0]), signature));
  return {
    subject,
    certificate: pem(certificate),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
