import { randomBytes } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';

/** A secret that a test has used. */
export interface UsedSecret {
  /** A name that does not reveal the secret, such as "password 1". */
  readonly name: string;
  readonly text: string;
}

/** Minimum length of a secret to search for, in characters. A shorter text could occur by chance. */
const minSecretLength = 16;

/** Maximum size of a body that is searched for secrets, in bytes. Larger bodies are uploads. */
const maxBodyBytes = 64 << 10;

/**
 * Returns a unique secret for a test. It contains characters that URLs, JSON and HTML escape.
 * @param kind the prefix of the secret, such as "password"
 */
export function makeCanary(kind: string): string {
  return `${kind}-${randomBytes(18).toString('base64url')} "é<%\\&+'$1`;
}

/** Returns the secrets in a JSON value, at any depth. */
function secretsIn(json: unknown): (readonly [kind: string, text: string])[] {
  if (typeof json !== 'object' || json === null) return [];
  return Object.entries(json).flatMap(([key, value]: [string, unknown]) => {
    if (typeof value !== 'string') return secretsIn(value);
    if (key === 'password') return [['password', value] as const];
    return key === 'X-Auth-Secret' ? [['X-Auth-Secret', value] as const] : [];
  });
}

/** Converts undici's flat list of header names and values to a map with lower-case names. */
function pairs(headers: unknown): Map<string, string> {
  const list: readonly unknown[] = Array.isArray(headers) ? headers : [];
  const found = new Map<string, string>();
  for (let index = 0; index + 1 < list.length; index += 2)
    found.set(String(list[index]).toLowerCase(), String(list[index + 1]));
  return found;
}

/**
 * Collects the secrets in all requests that this process sends or receives: tokens, passwords, codes for credentials and
 * values of `X-Auth-Secret`, even if they are invalid. Tests do not need to register these secrets.
 */
export class UsedSecrets {
  readonly #names = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  /** Names and lengths of secrets that are too short to search for. */
  readonly tooShort: string[] = [];

  constructor() {
    subscribe('http.server.request.start', this.#taken);
    subscribe('undici:request:create', this.#sent);
  }

  get all(): readonly UsedSecret[] {
    return [...this.#names].map(([text, name]) => ({ name, text }));
  }

  /** Adds a secret. Tests call this method for secrets that do not occur in requests. */
  add(kind: string, text: string): void {
    if (this.#names.has(text)) return;
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    const name = `${kind} ${count}`;
    if (text.length < minSecretLength) this.tooShort.push(`${name} (${text.length} characters)`);
    else this.#names.set(text, name);
  }

  dispose(): void {
    unsubscribe('http.server.request.start', this.#taken);
    unsubscribe('undici:request:create', this.#sent);
  }

  /** Handles a request that a server in this process has received. */
  readonly #taken = (message: unknown): void => {
    const { request } = message as { readonly request: IncomingMessage };
    for (const name of ['authorization', 'proxy-authorization'] as const)
      this.#addHeader(name, request.headers[name]);
    const code = new URLSearchParams(request.url?.split('?')[1]).get('auth_code') ?? '';
    if (code !== '') this.add('auth_code', code);
    const chunks: Buffer[] = [];
    const emit = request.emit.bind(request);
    // A data listener would start the stream before its reader is attached, so intercept `emit`.
    request.emit = (event: string | symbol, ...args: unknown[]): boolean => {
      if (event === 'data') chunks.push(Buffer.from(args[0] as Uint8Array));
      if (event === 'end') this.#addBody(Buffer.concat(chunks));
      return emit(event, ...args);
    };
  };

  /** Handles a request that any copy of undici in this process has sent. Bundled copies are included. */
  readonly #sent = (message: unknown): void => {
    const { request } = message as { readonly request: { headers?: unknown; body?: unknown } };
    const headers = pairs(request.headers);
    for (const name of ['authorization', 'proxy-authorization']) this.#addHeader(name, headers.get(name));
    if (typeof request.body === 'string' || request.body instanceof Uint8Array)
      this.#addBody(Buffer.from(request.body as Uint8Array));
  };

  #addHeader(name: string, value: string | undefined): void {
    const [scheme = '', rest = ''] = value?.trim().split(/\s+/) ?? [];
    if (rest === '') return;
    if (scheme.toLowerCase() !== 'basic') {
      this.add('token', rest);
      return;
    }
    const [, ...password] = Buffer.from(rest, 'base64').toString('utf8').split(':');
    this.add(name === 'authorization' ? 'password' : 'password of a proxy', password.join(':'));
  }

  #addBody(body: Buffer): void {
    if (body.length === 0 || body.length > maxBodyBytes || body[0] !== 0x7b) return;
    let json: unknown;
    try {
      json = JSON.parse(body.toString('utf8'));
    } catch {
      return;
    }
    for (const [kind, text] of secretsIn(json)) this.add(kind, text);
  }
}
