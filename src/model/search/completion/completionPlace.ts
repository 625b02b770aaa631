import { maxQueryLength } from '../../../shared/queryDiagnostics.ts';
import { tokenize } from '../query/tokens.ts';

/** The part of a query at the cursor that can be completed. Offsets are in UTF-16 units, the end is exclusive. */
export type CompletionPlace =
  | { readonly kind: 'word'; readonly prefix: string; readonly start: number; readonly end: number }
  | {
      readonly kind: 'value';
      readonly field: string;
      readonly prefix: string;
      /** Whether the value begins with a quotation mark. */
      readonly isQuoted: boolean;
      readonly start: number;
      readonly end: number;
    };

/**
 * Finds the part of a query to complete at the cursor: a word, or a value of a field. Undefined inside a word,
 * in a phrase, and after a complete value or an operator.
 */
export function completionPlace(query: string, cursor: number): CompletionPlace | undefined {
  const next = query[cursor];
  if (query.length > maxQueryLength || (next !== undefined && !/[\s),]/.test(next))) return undefined;
  const { tokens, unclosedQuotes } = tokenize(query.slice(0, cursor));
  const blank = { kind: 'word', prefix: '', start: cursor, end: cursor } as const;
  const last = tokens.at(-1);
  if (last?.end !== cursor) return blank;
  switch (last.kind) {
    case 'not':
    case 'open':
      return blank;
    case 'text':
      if (last.value.quoted) return undefined;
      return { kind: 'word', prefix: last.value.text, start: last.start, end: cursor };
    case 'field': {
      const value = last.values.at(-1);
      const common = { kind: 'value', field: last.name, end: cursor } as const;
      if (value?.end !== cursor) return { ...common, prefix: '', isQuoted: false, start: cursor };
      const isOpen = unclosedQuotes.some(({ start }) => start === value.start);
      if (value.quoted && !isOpen) return undefined;
      return { ...common, prefix: value.text, isQuoted: value.quoted, start: value.start };
    }
    case 'close':
    case 'or':
    case 'and':
      return undefined;
  }
}
