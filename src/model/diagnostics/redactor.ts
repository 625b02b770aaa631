/** Data that must not appear in diagnostics. */
export interface KnownData {
  /** Passwords, tokens and other secrets. */
  readonly secrets: readonly string[];
  /** Addresses of servers, such as `https://onna.example`. */
  readonly servers: readonly string[];
  /** Logins of the user. */
  readonly users: readonly string[];
  /** Names of accounts and containers. */
  readonly accounts: readonly string[];
  /** Titles of Datasources and Workspaces. */
  readonly titles: readonly string[];
}

type Kind = 'server' | 'user' | 'account' | 'name';

const secretPlaceholder = '<secret>';

/** Patterns of secrets that may be missing in {@link KnownData.secrets}. The first group is kept. */
const secretPatterns: readonly RegExp[] = [
  // JSON Web Tokens
  /()\beyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)?/g,
  /\b((?:Bearer|Basic|Digest)\s+)[^\s"',;]+/gi,
  /\b((?:pass(?:word|wd|phrase)?|secret|token|credentials?|api[-_ ]?key|authorization|cookie|x-auth-secret|auth[-_]code|code)["'”]?\s*[:=]\s*["'“]?)(?!<)[^\s"'“”,;&)}]+/gi,
  // Long runs of letters and digits, such as keys in Base64
  /()(?<![\w-])(?=[\w+=-]*\d)(?=[\w+=-]*[A-Za-z])[\w+-]{40,}={0,2}/g,
];

const urlPattern = /\b[a-z][a-z0-9+.-]*:\/\/[^\s"'“”<>)\]]+/gi;
const mailPattern = /[^\s@"'“”<>()[\],;:/]+@[^\s@"'“”<>()[\],;:/]+/g;
/** A path of a file or an object, in the syntax of the service, Unix or Windows. */
const pathPattern = /(?:\b[A-Za-z]:)?(?:[\\/]+[^\s\\/"“”<>()]+)+/g;
const placeholders = /(<(?:secret|(?:server|user|account|name) \d+)>)/;
/** Codes of errors in Node and undici, HTTP methods and short numbers. */
const ownCodes =
  /^(?:E[A-Z_]{3,}|ERR_[A-Z_]+|UND_ERR_[A-Z_]+|[A-Z]+_CERT[A-Z_]*|CERT_[A-Z_]+|GET|POST|PUT|PATCH|DELETE|HEAD|\d{1,6})$/;
/** Path segments that Onna's API defines (docs/onna-api.md §1 and §4). */
const ownSegments = new Set([
  '',
  'api',
  'auth',
  'oauth',
  'get_auth_token',
  'me',
  'workspaces',
  'wallet',
  'file',
  'extracted_text',
]);

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** A pattern for all of these texts, longest first, so that no part of a longer text remains. */
function anyOf(texts: readonly string[], flags: string): RegExp | undefined {
  const sorted = [...new Set(texts)].sort((left, right) => right.length - left.length);
  return sorted.length === 0 ? undefined : new RegExp(sorted.map(escaped).join('|'), flags);
}

/** The Base64 of bytes inside a longer text, without the characters that depend on the neighboring bytes. */
function base64Inside(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  return text.slice(Math.ceil((offset * 4) / 3), Math.floor(((offset + bytes.length) * 4) / 3));
}

/** The forms in which a text may appear in a longer text. */
function encodingsOf(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  const hex = bytes.toString('hex');
  const base64 = bytes.length < 6 ? [] : [0, 1, 2].map((offset) => base64Inside(bytes, offset));
  return [
    ...[text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text), encodeURI(text)],
    ...[hex, hex.toUpperCase(), hex.toUpperCase().replaceAll(/../g, '%$&')],
    ...base64,
    ...base64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_')),
  ];
}

/** The forms of a secret and of its long pieces. Escaping or truncation may leave only such a piece intact. */
function formsOf(secret: string): readonly string[] {
  // A lone surrogate cannot be encoded.
  const text = secret.toWellFormed();
  return [text, ...(text.match(/[\w-]{8,}/g) ?? [])].flatMap(encodingsOf);
}

/**
 * Replaces secrets and server addresses by placeholders. Unless the user allows names, also replaces every
 * login, title, path and file name. The same text always gets the same placeholder.
 */
export class Redactor {
  readonly isNamesAllowed: boolean;
  readonly #vocabulary: ReadonlySet<string>;
  readonly #numbers = new Map<string, number>();
  readonly #counts = new Map<Kind, number>();
  readonly #secrets: RegExp | undefined;
  readonly #hosts: RegExp | undefined;
  readonly #known: { readonly kind: Kind; readonly pattern: RegExp }[] = [];

  /**
   * @param vocabulary The words of the extension's own texts, in lower case. All other words may be parts of
   * names, so they are removed unless the user allows names.
   */
  constructor(data: KnownData, isNamesAllowed: boolean, vocabulary: ReadonlySet<string>) {
    this.isNamesAllowed = isNamesAllowed;
    this.#vocabulary = vocabulary;
    this.#secrets = anyOf(data.secrets.filter((secret) => secret.length > 2).flatMap(formsOf), 'g');
    const urls = data.servers.flatMap((server) => (URL.canParse(server) ? [new URL(server)] : []));
    for (const { host } of urls) this.server(host);
    this.#hosts = anyOf(
      urls.flatMap(({ host, hostname }) => [host, hostname]),
      'gi',
    );
    if (isNamesAllowed) return;
    // Other titles are removed because they contain words that are not in the vocabulary.
    const titles = data.titles.filter((title) => this.#ownWords(title) === title);
    for (const [kind, texts] of [
      ['user', data.users],
      ['account', data.accounts],
      ['name', titles],
    ] as const) {
      const pattern = anyOf(
        texts.filter((text) => text.length > 2),
        'gi',
      );
      if (pattern) this.#known.push({ kind, pattern });
    }
  }

  /** The placeholder of a server, for its host with or without the port. */
  server(host: string): string {
    return this.#placeholder('server', host);
  }

  user(login: string): string {
    return this.isNamesAllowed ? this.text(login) : this.#placeholder('user', login);
  }

  account(name: string): string {
    return this.isNamesAllowed ? this.text(name) : this.#placeholder('account', name);
  }

  /** A path with placeholders for all names, except those that Onna's API defines. */
  path(path: string): string {
    if (this.isNamesAllowed) return this.text(path);
    return this.#withoutSecrets(path)
      .split(placeholders)
      .map((part, index) => (index % 2 === 1 ? part : this.#pathPart(part)))
      .join('');
  }

  /** A text that may contain anything. */
  text(text: string): string {
    let shown = this.#withoutSecrets(text).replaceAll(urlPattern, (url) => this.#url(url));
    if (this.#hosts) shown = this.#outside(shown, (part) => this.#withoutHosts(part));
    if (this.isNamesAllowed) return shown;
    shown = shown.replaceAll(/“[^”]*”/g, (quoted) => `“${this.#placeholder('name', quoted)}”`);
    for (const { kind, pattern } of this.#known)
      shown = this.#outside(shown, (part) =>
        part.replaceAll(pattern, (found) => this.#placeholder(kind, found)),
      );
    shown = this.#outside(shown, (part) =>
      part.replaceAll(mailPattern, (mail) => this.#placeholder('user', mail)),
    );
    shown = this.#outside(shown, (part) => part.replaceAll(pathPattern, (path) => this.#pathPart(path)));
    return this.#outside(shown, (part) => this.#ownWords(part)).replaceAll(/…(?:[\s.]*…)+/g, '…');
  }

  /** The frames of a stack: the names of functions and files, without folders. */
  frames(frames: readonly string[]): readonly string[] {
    if (this.isNamesAllowed) return frames.map((frame) => this.text(frame));
    return frames.flatMap((frame) => {
      const match =
        /^\s*at (?:(?:async )?([\w$.<>[\] #]{1,80}) \()?.*?([\w.-]{1,60}\.(?:cjs|mjs|js|ts)|node:[\w/]+):(\d+):(\d+)\)?$/.exec(
          frame,
        );
      return match ? [`    at ${match[1] ?? ''} (${match[2]}:${match[3]}:${match[4]})`] : [];
    });
  }

  #pathPart(path: string): string {
    return path
      .split(/([\\/])/)
      .map((segment) => {
        if (/^[\\/]$/.test(segment) || ownSegments.has(segment) || /^@[A-Za-z]{2,40}$/.test(segment))
          return segment;
        return this.#placeholder(segment.includes('@') ? 'user' : 'name', segment);
      })
      .join('');
  }

  #withoutSecrets(text: string): string {
    let shown = this.#secrets ? text.replaceAll(this.#secrets, secretPlaceholder) : text;
    for (const pattern of secretPatterns) shown = shown.replaceAll(pattern, `$1${secretPlaceholder}`);
    return shown;
  }

  #url(text: string): string {
    if (!URL.canParse(text)) return this.#placeholder('server', text);
    const { protocol, host, pathname, search } = new URL(text);
    const at = host === '' ? '' : this.server(host);
    return `${protocol}//${at}${this.path(decoded(pathname))}${search === '' ? '' : '?…'}`;
  }

  #withoutHosts(text: string): string {
    const hosts = this.#hosts;
    return hosts ? text.replaceAll(hosts, (host) => this.server(host)) : text;
  }

  #ownWords(text: string): string {
    return text.replaceAll(/[\p{L}\p{M}\p{N}\p{Pc}\p{Pd}'’.@+%&$#*=]+/gu, (word) => {
      const bare = word.replace(/^[.'’]+|[.'’]+$/g, '');
      const isOwn = bare === '' || ownCodes.test(bare) || this.#vocabulary.has(bare.toLowerCase());
      return isOwn ? word : '…';
    });
  }

  /** Changes only the parts of a text that are not placeholders. */
  #outside(text: string, change: (part: string) => string): string {
    return text
      .split(placeholders)
      .map((part, index) => (index % 2 === 1 ? part : change(part)))
      .join('');
  }

  #placeholder(kind: Kind, text: string): string {
    const key = `${kind} ${text.toLowerCase()}`;
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = (this.#counts.get(kind) ?? 0) + 1;
      this.#counts.set(kind, number);
      this.#numbers.set(key, number);
    }
    return `<${kind} ${number}>`;
  }
}

function decoded(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}

/** The words of these texts, in lower case, for {@link Redactor}. */
export function wordsOf(texts: Iterable<string>): ReadonlySet<string> {
  const words = new Set<string>();
  for (const text of texts)
    for (const word of text.match(/[\p{L}\p{M}\p{N}\p{Pc}\p{Pd}'’]+/gu) ?? []) words.add(word.toLowerCase());
  return words;
}
