import {
  maxGroupDepth,
  maxQueryLength,
  type QueryDiagnostic,
  type QueryProblem,
} from '../../../shared/queryDiagnostics.ts';
import { tokenize, type QueryToken, type QueryValue } from './tokens.ts';

/** The structure of a query, before its names and dates are resolved. */
export type QueryNode =
  | { readonly kind: 'text'; readonly value: QueryValue }
  | {
      readonly kind: 'field';
      readonly name: string;
      /** At least one value; any of the values may match. */
      readonly values: readonly QueryValue[];
    }
  | { readonly kind: 'all' | 'any'; readonly nodes: readonly QueryNode[] }
  | { readonly kind: 'not'; readonly node: QueryNode };

/** A parsed query. `root` is undefined if the query has no valid part. */
interface ParsedQuery {
  readonly root: QueryNode | undefined;
  readonly diagnostics: readonly QueryDiagnostic[];
}

/** Whether an index can find the text: it contains a letter, a digit or an emoji. */
function isFindable(text: string): boolean {
  return /[\p{L}\p{N}\p{Extended_Pictographic}\p{RI}]/u.test(text);
}

/**
 * ```
 * any  = all { "OR" all }
 * all  = one { ["AND"] one }
 * one  = { "-" } ( word | "phrase" | field:value{,value} | "(" any ")" )
 * ```
 */
class Parser {
  readonly #source: string;
  readonly #tokens: readonly QueryToken[];
  readonly #diagnostics: QueryDiagnostic[] = [];
  #at = 0;
  #depth = 0;

  constructor(source: string) {
    this.#source = source;
    const { tokens, unclosedQuotes } = tokenize(source);
    this.#tokens = tokens;
    for (const { start, end } of unclosedQuotes) this.#report('unclosedQuote', 'warning', start, end);
  }

  parse(): ParsedQuery {
    const parts: QueryNode[] = [];
    while (this.#at < this.#tokens.length) {
      const part = this.#any();
      if (part !== undefined) parts.push(part);
      const stray = this.#tokens[this.#at];
      if (stray === undefined) break;
      this.#report('strayClose', 'warning', stray.start, stray.end);
      this.#at += 1;
    }
    // If the nesting is too deep, the parser stops there. All other problems are then only consequences.
    const tooDeep = this.#diagnostics.filter(({ problem }) => problem === 'tooDeep').slice(0, 1);
    const diagnostics = (tooDeep.length > 0 ? tooDeep : this.#diagnostics).toSorted(
      (a, b) => a.start - b.start,
    );
    return { root: joined('all', parts), diagnostics };
  }

  #report(problem: QueryProblem, severity: QueryDiagnostic['severity'], start: number, end: number): void {
    this.#diagnostics.push({ problem, severity, start, end, subject: this.#source.slice(start, end) });
  }

  #any(): QueryNode | undefined {
    const alternatives: QueryNode[] = [];
    let operator: QueryToken | undefined;
    for (;;) {
      const alternative = this.#all();
      if (alternative !== undefined) alternatives.push(alternative);
      else if (operator !== undefined)
        this.#report('danglingOperator', 'warning', operator.start, operator.end);
      const next = this.#tokens[this.#at];
      if (next?.kind !== 'or') return joined('any', alternatives);
      if (alternative === undefined && operator === undefined) {
        this.#report('danglingOperator', 'warning', next.start, next.end);
      }
      operator = next;
      this.#at += 1;
    }
  }

  #all(): QueryNode | undefined {
    const parts: QueryNode[] = [];
    let before: QueryToken | undefined;
    for (;;) {
      const token = this.#tokens[this.#at];
      if (token?.kind === 'and') {
        const after = this.#tokens[this.#at + 1];
        if (before === undefined || after === undefined || after.kind === 'or' || after.kind === 'close') {
          this.#report('danglingOperator', 'warning', token.start, token.end);
        }
        this.#at += 1;
      } else if (token === undefined || token.kind === 'or' || token.kind === 'close') {
        return joined('all', parts);
      } else {
        const part = this.#one();
        if (part !== undefined) parts.push(part);
      }
      before = token;
    }
  }

  #one(): QueryNode | undefined {
    let negated = false;
    let token = this.#tokens[this.#at];
    while (token?.kind === 'not') {
      negated = !negated;
      const next = this.#tokens[this.#at + 1];
      // "- harbour" is a dash between words, not a negation.
      if (next?.start !== token.end || next.kind === 'close') {
        this.#report('nothingToFind', 'warning', token.start, token.end);
        this.#at += 1;
        return undefined;
      }
      this.#at += 1;
      token = next;
    }
    if (token === undefined) return undefined;
    const node = this.#plain(token);
    return node !== undefined && negated ? { kind: 'not', node } : node;
  }

  #plain(token: QueryToken): QueryNode | undefined {
    switch (token.kind) {
      case 'open':
        return this.#group(token);
      case 'text':
        this.#at += 1;
        if (isFindable(token.value.text)) return { kind: 'text', value: token.value };
        this.#report('nothingToFind', 'warning', token.start, token.end);
        return undefined;
      case 'field': {
        this.#at += 1;
        const values = token.values.filter((value) => value.text !== '');
        if (values.length > 0) return { kind: 'field', name: token.name, values };
        this.#report('missingValue', 'error', token.start, token.end);
        return undefined;
      }
      // "-OR" and "-AND" negate the words themselves.
      case 'or':
      case 'and': {
        this.#at += 1;
        const { start, end } = token;
        return { kind: 'text', value: { text: token.kind.toUpperCase(), quoted: false, start, end } };
      }
      case 'close':
      case 'not':
        return undefined;
    }
  }

  #group(open: QueryToken): QueryNode | undefined {
    if (this.#depth >= maxGroupDepth) {
      const end = this.#source.length;
      this.#report('tooDeep', 'error', open.start, end);
      this.#at = this.#tokens.length;
      return undefined;
    }
    this.#at += 1;
    this.#depth += 1;
    const reportedBefore = this.#diagnostics.length;
    const inner = this.#any();
    this.#depth -= 1;
    const close = this.#tokens[this.#at];
    if (close === undefined) this.#report('unclosedGroup', 'warning', open.start, open.end);
    else this.#at += 1;
    if (inner === undefined && close !== undefined && this.#diagnostics.length === reportedBefore) {
      this.#report('emptyGroup', 'warning', open.start, close.end);
    }
    return inner;
  }
}

function joined(kind: 'all' | 'any', nodes: readonly QueryNode[]): QueryNode | undefined {
  return nodes.length <= 1 ? nodes[0] : { kind, nodes };
}

/** Parses any string as a query; never throws. Invalid parts are omitted and reported. */
export function parseQuery(source: string): ParsedQuery {
  if (source.length > maxQueryLength) {
    const subject = String(maxQueryLength);
    const tooLong: QueryDiagnostic = {
      problem: 'tooLong',
      severity: 'error',
      start: maxQueryLength,
      end: source.length,
      subject,
    };
    return { root: undefined, diagnostics: [tooLong] };
  }
  return new Parser(source).parse();
}
