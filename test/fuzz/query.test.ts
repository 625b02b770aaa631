import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compileQuery } from '../../src/model/search/query/compile.ts';
import type { QueryContext } from '../../src/model/search/query/compile.ts';
import { startOf } from '../../src/model/search/query/dates.ts';
import { parseQuery } from '../../src/model/search/query/syntax.ts';
import { calendarIn } from '../../src/shared/calendar.ts';
import { ownTimeZone } from '../../src/shared/timeZone.ts';
import type { SearchTerm } from '../../src/onna/wire/search.ts';
import { tokenize } from '../../src/model/search/query/tokens.ts';
import { holds, holdsPhrase, words } from '../unit/model/search/query/termMatcher.ts';
import type { Document } from '../unit/model/search/query/termMatcher.ts';
import { fuzz } from './support/fuzz.ts';

const context: QueryContext = {
  datasources: [
    { uid: 'uid-wiki', title: 'Harbour wiki' },
    { uid: 'uid-notes', title: 'Notes' },
    { uid: 'uid-other-notes', title: 'notes' },
  ],
  calendar: {
    dayStart: (year, month, day) => Date.UTC(year, month, day),
    today: { year: 2021, month: 5, day: 9 },
  },
};

/** Words and characters that have a special meaning in a query, or are likely to cause errors. */
const pieces = [
  ...[
    '(',
    ')',
    '-',
    '"',
    ' ',
    '\n',
    'OR',
    'AND',
    ':',
    ',',
    '\\',
    '\\"',
    '*',
    '"*"',
    '<1',
    '>',
    '&',
    '\0',
    '\ud800',
  ],
  ...['in:', 'after:', 'before:', 'type:', 'title:', 'name:', 'text:', 'path:', 'content_length:', '@x.y-z:'],
  ...['tide', 'Notes', '"Harbour wiki"', '2021-02-30', '7d', 'today', '9999', '0000', '99999y', 'workspace'],
  ...[
    'https://x',
    'C:\\x',
    '__proto__',
    '__proto__:',
    'constructor:',
    'toString',
    '\u00a0',
    '\ufeff',
    '\u202e',
    '😀',
  ],
];
const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join('')),
  fc
    .tuple(fc.constantFrom(...pieces), fc.integer({ min: 1, max: 2500 }))
    .map(([part, times]) => part.repeat(times)),
);

/** Checks the results of the tokenizer, the parser and the compiler for any string. */
function readsAnything(source: string): void {
  let at = 0;
  for (const { start, end } of tokenize(source).tokens) {
    assert.equal(source.slice(at, start).trim(), '', 'the tokenizer lost text between two tokens');
    assert.ok(end > start);
    at = end;
  }
  assert.equal(source.slice(at).trim(), '', 'the tokenizer lost text at the end');
  for (const { problem, start, end, subject } of parseQuery(source).diagnostics) {
    assert.ok(
      start >= 0 && start <= end && end <= source.length,
      'the position of the problem is outside the text',
    );
    if (problem !== 'tooLong') assert.equal(subject, source.slice(start, end));
  }
  const compiled = compileQuery(source, context);
  const isWrong = compiled.diagnostics.some(({ severity }) => severity === 'error');
  assert.equal(compiled.kind === 'invalid', isWrong, 'a query must be invalid exactly if it has an error');
  assert.ok(
    compiled.diagnostics.every(({ start, end }) => start >= 0 && start <= end && end <= source.length),
  );
  if (compiled.kind !== 'terms') return;
  assert.ok(compiled.terms.length > 0);
  assert.deepEqual(
    JSON.parse(JSON.stringify(compiled.terms)),
    compiled.terms,
    'the terms do not survive conversion to JSON',
  );
}

/** The meaning of a query. The test writes a query with this meaning, compiles it and compares the results. */
type Meaning =
  | { kind: 'word' | 'phrase' | 'inTitle'; text: string }
  | { kind: 'type'; extensions: string[] }
  | { kind: 'in'; title: string }
  | { kind: 'after' | 'before'; day: number }
  | { kind: 'exact'; value: string }
  | { kind: 'not'; of: Meaning }
  | { kind: 'all' | 'any'; of: Meaning[] };

const vocabulary = ['ebb', 'tide', 'harbour', 'pilot', 'chart'];
const firstDay = Date.UTC(2021, 5, 1);
const dayMs = 86_400_000;

const word = fc.constantFrom(...vocabulary);
const sentence = fc.array(word, { maxLength: 6 }).map((chosen) => chosen.join(' '));
const document: fc.Arbitrary<Document> = fc.record(
  {
    title: sentence,
    extracted_text: sentence,
    extension: fc.constantFrom('pdf', 'docx', 'md'),
    type_name: fc.constantFrom('Resource', 'Resource', 'Resource', 'Workspace'),
    'parent_datasource.uuid': fc.constantFrom('uid-wiki', 'uid-notes', 'uid-other-notes'),
    // Errors are most likely near the start of a day, so many dates are within one second of it.
    date_modified: fc
      .tuple(fc.integer({ min: 0, max: 9 }), fc.oneof(fc.constantFrom(-1, 0, 1), fc.nat(86_400)))
      .map(([days, seconds]) => firstDay / 1000 + days * 86_400 + seconds),
    status: fc.constantFrom('new', 'not read'),
  },
  { noNullPrototype: true },
);

const { meaning } = fc.letrec<{ meaning: Meaning; leaf: Meaning }>((tie) => ({
  meaning: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('leaf'),
    fc.record({ kind: fc.constant<'not'>('not'), of: tie('meaning') }),
    fc.record({
      kind: fc.constantFrom<('all' | 'any')[]>('all', 'any'),
      of: fc.array(tie('meaning'), { minLength: 1, maxLength: 3 }),
    }),
  ),
  leaf: fc.oneof(
    fc.record({ kind: fc.constantFrom<('word' | 'inTitle')[]>('word', 'inTitle'), text: word }),
    fc.record({
      kind: fc.constant<'phrase'>('phrase'),
      text: fc.array(word, { minLength: 1, maxLength: 3 }).map((w) => w.join(' ')),
    }),
    fc.record({
      kind: fc.constant<'type'>('type'),
      extensions: fc.uniqueArray(fc.constantFrom('pdf', 'docx', 'md'), { minLength: 1 }),
    }),
    fc.record({ kind: fc.constant<'in'>('in'), title: fc.constantFrom('Harbour wiki', 'Notes') }),
    fc.record({
      kind: fc.constantFrom<('after' | 'before')[]>('after', 'before'),
      day: fc.integer({ min: 1, max: 9 }),
    }),
    fc.record({ kind: fc.constant<'exact'>('exact'), value: fc.constantFrom('new', 'not read') }),
  ),
}));

/** Writes a query with this meaning. `choose` selects between alternatives: it returns a number below its argument. */
function written(asked: Meaning, choose: (below: number) => number): string {
  const one = (...ways: string[]): string => ways[choose(ways.length)] ?? '';
  const gap = (): string => one(' ', '  ', '\n', ' \t ');
  const value = (text: string): string => (text.includes(' ') ? `"${text}"` : one(text, `"${text}"`));
  const list = (texts: readonly string[]): string => texts.map(value).join(',');
  switch (asked.kind) {
    case 'word':
      return one(
        asked.text,
        asked.text.toUpperCase(),
        `"${asked.text}"`,
        `(${asked.text})`,
        `--${asked.text}`,
      );
    case 'phrase':
      return `"${asked.text}"`;
    case 'inTitle':
      return `${one('title', 'Title', 'name', 'NAME')}:${value(asked.text)}`;
    case 'type':
      return `${one('type', 'TYPE')}:${list(asked.extensions.map((type) => one(type, `.${type}`, type.toUpperCase())))}`;
    case 'in':
      return `${one('in', 'In')}:${value(one(asked.title, asked.title.toLowerCase()))}`;
    case 'after':
    case 'before':
      return `${one(asked.kind, asked.kind.toUpperCase())}:${one('2021-06-0', '2021-6-')}${asked.day}`;
    case 'exact':
      return `status:${value(asked.value)}`;
    case 'not':
      return `-(${written(asked.of, choose)})`;
    case 'all': {
      const parts = asked.of.map((part) => written(part, choose));
      // The compiler ignores terms without a meaning and reports a warning.
      const noise = one('', '', '', ' &', ' ()', ' - ', ' AND');
      return `(${parts.reduce((left, right) => left + gap() + one('', 'AND ') + right)}${noise}${one('', gap())})`;
    }
    case 'any':
      return `(${asked.of.map((part) => written(part, choose)).reduce((left, right) => `${left}${gap()}OR${gap()}${right}`)})`;
  }
}

function isMeant(asked: Meaning, about: Document): boolean {
  const title = String(about['title']);
  const text = String(about['extracted_text']);
  const modified = Number(about['date_modified']) * 1000;
  switch (asked.kind) {
    case 'word':
      return words(title).includes(asked.text) || words(text).includes(asked.text);
    case 'phrase':
      return holdsPhrase(title, words(asked.text)) || holdsPhrase(text, words(asked.text));
    case 'inTitle':
      return words(title).includes(asked.text);
    case 'type':
      return asked.extensions.includes(String(about['extension']));
    case 'in':
      return asked.title === 'Notes'
        ? about['parent_datasource.uuid'] !== 'uid-wiki'
        : about['parent_datasource.uuid'] === 'uid-wiki';
    case 'after':
      return modified >= firstDay + (asked.day - 1) * dayMs;
    case 'before':
      return modified < firstDay + (asked.day - 1) * dayMs;
    case 'exact':
      return about['status'] === asked.value;
    case 'not':
      return !isMeant(asked.of, about);
    case 'all':
      return asked.of.every((part) => isMeant(part, about));
    case 'any':
      return asked.of.some((part) => isMeant(part, about));
  }
}

describe('The query language, for any input,', () => {
  it('compiles to valid search terms, an empty query, or diagnostics with positions within the text', async () => {
    await fuzz('queries from random strings', fc.property(anything, readsAnything));
  });

  it('finds the same documents as a simple matcher in memory', async () => {
    const property = fc.property(
      ...([meaning, fc.array(document, { minLength: 1, maxLength: 8 }), fc.array(fc.nat(1000))] as const),
      (asked, documents, choices) => {
        let at = 0;
        const source = written(asked, (below) => (choices[at++ % choices.length] ?? 0) % below);
        const compiled = compileQuery(source, context);
        if (compiled.kind !== 'terms') assert.fail(`${source}: ${JSON.stringify(compiled)}`);
        const advanced: SearchTerm = { and: compiled.terms };
        for (const about of documents) {
          const expected = about['type_name'] === 'Resource' && isMeant(asked, about);
          assert.equal(holds(advanced, about), expected, source);
        }
      },
    );
    await fuzz('queries with a known meaning', property);
  });

  it('interprets a date as the start of a day, or rejects the date', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.tuple(fc.nat(99_999), fc.constantFrom('d', 'w', 'm', 'y', 'D', '')).map((parts) => parts.join('')),
      fc
        .tuple(
          fc.integer({ min: 0, max: 9999 }),
          fc.integer({ min: 0, max: 14 }),
          fc.integer({ min: 0, max: 33 }),
        )
        .map(([year, month, day]) => `${String(year).padStart(4, '0')}-${month}-${day}`),
    );
    const now = fc.integer({ min: 0, max: Date.UTC(2100, 0) });
    const property = fc.property(text, now, (source, moment) => {
      const start = startOf(source, calendarIn(ownTimeZone(), moment));
      if (start === undefined) return;
      const date = new Date(start);
      assert.ok(Number.isFinite(start), source);
      assert.deepEqual([date.getHours(), date.getMinutes(), date.getMilliseconds()], [0, 0, 0], source);
      const [, year, month, day] = /^(\d{4})-(\d+)-(\d+)$/.exec(source) ?? [];
      if (year !== undefined)
        assert.deepEqual(
          [date.getFullYear(), date.getMonth() + 1, date.getDate()],
          [year, month, day].map(Number),
        );
    });
    await fuzz('dates in queries', property);
  });
});
