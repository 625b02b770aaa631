import fc from 'fast-check';
import type { ModelTerm } from './searchModel.ts';

/** Length of a day, in seconds. */
export const day = 86_400;

/** Modification date of the oldest file, in seconds since 1970. The dates in queries are close to it. */
export const firstDate = Date.UTC(2026, 0, 1) / 1000;

/** Returns a `text_contains` term. */
export function contains(name: string, text: string): ModelTerm {
  return { text_contains: [{ var: name }, text] };
}
/** Generates one search word. */
export const word = fc.constantFrom(
  'ebb',
  'EBB',
  'tide',
  'flood',
  'fl*',
  'quay',
  'old-quay',
  'fog',
  '80',
  '…',
  'md',
  'nix',
  ...[
    '契約',
    '契',
    '書',
    '契約書*',
    '約書の',
    '계약서',
    '약',
    'เช่าเรือ',
    'ช่า',
    'น',
    '2567',
    'ﬁnal',
    'FINAL',
    'fin*',
  ],
  ...['εβδομος', 'Ἕβδ*', 'ёлка', 'елка', 'йод', 'иод', 'łódź', 'strasse', 'ﻋﻘﺪ', 'عَقْد', 'חוזה', 'कानून', 'का'],
  ...['👍', '❤️', '🇩🇪', 'demurrage', 'demur-rage', 'demur', 'ｶﾞ', 'ガ', 'ＡＢ－１', 'ab', 'l’eau', "l'eau"],
);
const searchText = fc.oneof(
  word,
  fc.tuple(word, word).map((both) => both.join(' ')),
  fc.tuple(word, word).map((both) => `"${both.join(' ').replaceAll('*', '')}"`),
);
/** Generates the name of a field, or `nothing`, which is not a field. */
export const anyField = fc.constantFrom(
  ...['title', 'extracted_text', 'title.keyword', 'path', 'extension', 'type_name', 'date_modified'],
  ...['content_length', 'parent_datasource.title', 'origin_folder_path', 'origin_exception', 'nothing'],
);
const value = fc.constantFrom<string | number | boolean>(
  ...['md', 'csv', 'Resource', 'Workspace', 'First', 'ebb 0.md', '/logs', '80', '20'],
  ...[20, 0, true, firstDate + 3 * day],
);
const comparisons = fc.constantFrom('>', '<');
const date = fc.constantFrom('2026-01-03', firstDate + day, String(firstDate));
const leaf: fc.Arbitrary<ModelTerm> = fc.oneof(
  fc
    .tuple(fc.constantFrom('title', 'extracted_text'), searchText)
    .map(([name, text]) => contains(name, text)),
  fc.tuple(anyField, searchText).map(([name, text]) => contains(name, text)),
  fc
    .tuple(
      anyField.filter((name) => name !== 'date_modified'),
      fc.array(value, { maxLength: 4 }),
    )
    .map(([name, values]): ModelTerm => ({ in: [{ var: name }, values] })),
  anyField.map((name): ModelTerm => ({ exists: [{ var: name }] })),
  fc
    .tuple(
      comparisons,
      anyField.filter((name) => name !== 'date_modified'),
      value,
    )
    .map(([operator, name, than]): ModelTerm => ({ [operator]: [{ var: name }, than] })),
  fc.tuple(comparisons, date).map(([operator, than]): ModelTerm => ({
    [operator]: [{ var: 'date_modified' }, than],
  })),
);
/** Generates a term with up to four levels of nesting. */
export const term = fc.letrec<{ term: ModelTerm }>((tie) => ({
  term: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc
      .tuple(fc.constantFrom('and', 'or', 'and_not'), fc.array(tie('term'), { maxLength: 3 }))
      .map(([operator, parts]): ModelTerm => ({ [operator]: parts })),
  ),
})).term;
/** Generates the `advanced` part of a query. */
export const query = fc.array(term, { maxLength: 3 }).map((parts) => ({ and: parts }));
