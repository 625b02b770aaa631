import { quotationMarks, typographicMarks } from './quotationMarks.ts';

/** A value as typed: bare, or in quotation marks. */
export interface QueryValue {
  readonly text: string;
  readonly quoted: boolean;
  readonly start: number;
  readonly end: number;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** A token of a query, with its position in the query (UTF-16 units, end exclusive). */
export type QueryToken =
  | ({ readonly kind: 'open' | 'close' | 'not' | 'or' | 'and' } & Span)
  | ({ readonly kind: 'text'; readonly value: QueryValue } & Span)
  | ({ readonly kind: 'field'; readonly name: string; readonly values: readonly QueryValue[] } & Span);

/** The tokens of a query, and the positions of unclosed quotation marks. */
export interface Tokens {
  readonly tokens: readonly QueryToken[];
  readonly unclosedQuotes: readonly Span[];
}

const spaces = /\s*/y;
const bareWord = new RegExp(String.raw`[^\s${quotationMarks}()]+`, 'y');
const bareListed = new RegExp(String.raw`[^\s${quotationMarks}(),]+`, 'y');
// The lookahead excludes URLs and Windows paths, which are not fields.
const fieldStart = /(?<name>[A-Za-z_@][\w.@-]*):(?!\/\/|\\)/y;
const quotedText = /"((?:[^"\\]|\\.)*)("|\\?$)/sy;
const typographicText = new RegExp(
  `[${typographicMarks}]([^${quotationMarks}]*)([${quotationMarks}]|$)`,
  'y',
);

class Scanner {
  readonly #source: string;
  readonly #tokens: QueryToken[] = [];
  readonly #unclosedQuotes: Span[] = [];
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  scan(): Tokens {
    this.#match(spaces);
    while (this.#at < this.#source.length) {
      this.#tokens.push(this.#token());
      this.#match(spaces);
    }
    return { tokens: this.#tokens, unclosedQuotes: this.#unclosedQuotes };
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#source);
    if (match === null) return undefined;
    this.#at += match[0].length;
    return match;
  }

  #token(): QueryToken {
    const start = this.#at;
    const first = this.#source[start];
    const single = first === '(' ? 'open' : first === ')' ? 'close' : first === '-' ? 'not' : undefined;
    if (single !== undefined) {
      this.#at += 1;
      return { kind: single, start, end: this.#at };
    }
    const name = this.#match(fieldStart)?.groups?.['name'];
    if (name !== undefined) {
      const values = this.#values();
      return { kind: 'field', name, values, start, end: this.#at };
    }
    const value = this.#value(bareWord) ?? this.#rest();
    if (!value.quoted && value.text === 'OR') return { kind: 'or', start, end: this.#at };
    if (!value.quoted && value.text === 'AND') return { kind: 'and', start, end: this.#at };
    return { kind: 'text', value, start, end: this.#at };
  }

  #values(): QueryValue[] {
    const values: QueryValue[] = [];
    do {
      const value = this.#value(bareListed);
      if (value !== undefined) values.push(value);
    } while (this.#match(/,/y) !== undefined);
    return values;
  }

  #value(bare: RegExp): QueryValue | undefined {
    const start = this.#at;
    const quoted = this.#match(quotedText);
    if (quoted !== undefined) {
      if (quoted[2] !== '"') this.#unclosedQuotes.push({ start, end: this.#at });
      const text = (quoted[1] ?? '').replaceAll(/\\(["\\])/g, '$1');
      return { text, quoted: true, start, end: this.#at };
    }
    const typographic = this.#match(typographicText);
    if (typographic !== undefined) {
      if (typographic[2] === '') this.#unclosedQuotes.push({ start, end: this.#at });
      return { text: typographic[1] ?? '', quoted: true, start, end: this.#at };
    }
    const word = this.#match(bare);
    return word === undefined ? undefined : { text: word[0], quoted: false, start, end: this.#at };
  }

  /**
   * Unreachable with the current patterns. Guarantees that the scanner always advances, even if the patterns change.
   */
  #rest(): QueryValue {
    const start = this.#at;
    this.#at = this.#source.length;
    return { text: this.#source.slice(start), quoted: false, start, end: this.#at };
  }
}

/** Splits any string into tokens; never throws. In `"`, `\"` is a quotation mark and `\\` a backslash. */
export function tokenize(source: string): Tokens {
  return new Scanner(source).scan();
}
