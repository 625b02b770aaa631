import { randomBytes } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';

/** A secret that a test really used, under a name that does not tell it. */
export interface UsedSecret {
  /** E.g. "password 1". */
  readonly name: string;
  readonly text: string;
}

/** Shorter ones stand by chance, or for something else, where nobody wrote a secret. Characters. */
const shortest = 16;

/** Bodies that may hold a secret are small; uploads need not be read. Bytes. */
const maxBody = 64 << 10;

/**
 * Makes up a secret to type: none like it was there before, and it has what goes wrong when it is put into
 * a URL, into JSON or into HTML.
 * @param kind begins it: "password"
 */
export function makeCanary(kind: string): string {
  return `${kind}-${randomBytes(18).toString('base64url')} "é<%\\&+'$1`;
}

/** Parts of JSON that are secrets, at any depth. */
function secretsIn(json: unknown): (readonly [kind: string, text: string])[] {
  if (typeof json !== 'object' || json === null) return [];
  return Object.entries(json).flatMap(([key, value]: [string, unknown]) => {
    if (typeof value !== 'string') return secretsIn(value);
    if (key === 'password') return [['password', value] as const];
    return key === 'X-Auth-Secret' ? [['X-Auth-Secret', value] as const] : [];
  });
}

/** Headers by lower-case name, from the list of names and values that undici keeps. */
function pairs(headers: unknown): Map<string, string> {
  const list: readonly unknown[] = Array.isArray(headers) ? headers : [];
  const found = new Map<string, string>();
  for (let index = 0; index + 1 < list.length; index += 2)
    found.set(String(list[index]).toLowerCase(), String(list[index + 1]));
  return found;
}

/**
 * The secrets that go over the wire to or from this process: tokens, passwords and `X-Auth-Secret`s, right
 * and wrong ones. They are learnt from the requests themselves, so that no test can forget to name one.
 */
export class UsedSecrets {
  readonly #names = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  /** Says of what there was too little to be looked for. */
  readonly tooShort: string[] = [];

  constructor() {
    subscribe('http.server.request.start', this.#taken);
    subscribe('undici:request:create', this.#sent);
  }

  get all(): readonly UsedSecret[] {
    return [...this.#names].map(([text, name]) => ({ name, text }));
  }

  /** Also one that went another way. */
  add(kind: string, text: string): void {
    if (this.#names.has(text)) return;
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    const name = `${kind} ${count}`;
    if (text.length < shortest) this.tooShort.push(`${name} (${text.length} characters)`);
    else this.#names.set(text, name);
  }

  dispose(): void {
    unsubscribe('http.server.request.start', this.#taken);
    unsubscribe('undici:request:create', this.#sent);
  }

  /** A request that a server of this process takes. */
  readonly #taken = (message: unknown): void => {
    const { request } = message as { readonly request: IncomingMessage };
    for (const name of ['authorization', 'proxy-authorization'] as const)
      this.#addHeader(name, request.headers[name]);
    const chunks: Buffer[] = [];
    const emit = request.emit.bind(request);
    // Whoever reads it goes on to do so: a listener of our own would set it flowing before its reader is there.
    request.emit = (event: string | symbol, ...args: unknown[]): boolean => {
      if (event === 'data') chunks.push(Buffer.from(args[0] as Uint8Array));
      if (event === 'end') this.#addBody(Buffer.concat(chunks));
      return emit(event, ...args);
    };
  };

  /** A request that an undici of this process sends; also one that is bundled. */
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
    if (body.length === 0 || body.length > maxBody || body[0] !== 0x7b) return;
    let json: unknown;
    try {
      json = JSON.parse(body.toString('utf8'));
    } catch {
      return;
    }
    for (const [kind, text] of secretsIn(json)) this.add(kind, text);
  }
}
