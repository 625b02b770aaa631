import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { compileQuery } from '../../../../src/shared/query/compile.ts';
import type { CompiledQuery, QueryContext } from '../../../../src/shared/query/compile.ts';
import type { Term } from '../../../../src/shared/query/terms.ts';
import { holds, holdsPhrase, words } from './termMatcher.ts';
import type { Document } from './termMatcher.ts';

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

const resources: Term = { in: [{ var: 'type_name' }, ['Resource']] };

function compile(source: string): CompiledQuery {
  return compileQuery(source, context);
}

function terms(source: string): readonly Term[] {
  const compiled = compile(source);
  if (compiled.kind !== 'terms') assert.fail(JSON.stringify(compiled));
  return compiled.terms;
}

function anywhere(value: string): Term {
  return {
    or: [{ text_contains: [{ var: 'extracted_text' }, value] }, { text_contains: [{ var: 'title' }, value] }],
  };
}

describe('a query compiled to conditions of @frontsearch', () => {
  const meanings: [query: string, terms: Term[]][] = [
    ['tide', [resources, anywhere('tide')]],
    ['"ebb tide"', [resources, anywhere('"ebb tide"')]],
    ['ebb -tide', [resources, anywhere('ebb'), { and_not: [anywhere('tide')] }]],
    ['ebb OR flow', [resources, { or: [anywhere('ebb'), anywhere('flow')] }]],
    ['type:PDF,.docx', [resources, { in: [{ var: 'extension' }, ['pdf', 'docx']] }]],
    ['type:workspace', [{ in: [{ var: 'type_name' }, ['Workspace']] }]],
    ['-type:slackdatasource', [{ and_not: [{ in: [{ var: 'type_name' }, ['SlackDatasource']] }] }]],
    [
      'type:pdf,NewDatasource',
      [{ or: [{ in: [{ var: 'extension' }, ['pdf']] }, { in: [{ var: 'type_name' }, ['NewDatasource']] }] }],
    ],
    ['in:"harbour WIKI"', [resources, { in: [{ var: 'parent_datasource.uuid' }, ['uid-wiki']] }]],
    ['in:Notes', [resources, { in: [{ var: 'parent_datasource.uuid' }, ['uid-notes', 'uid-other-notes']] }]],
    ['in:uid-wiki', [resources, { in: [{ var: 'parent_datasource.uuid' }, ['uid-wiki']] }]],
    [
      'in:5be10f7c2a9d4c60a1f3e8d27b64c910',
      [resources, { in: [{ var: 'parent_datasource.uuid' }, ['5be10f7c2a9d4c60a1f3e8d27b64c910']] }],
    ],
    ['after:2021-06', [resources, { '>': [{ var: 'date_modified' }, Date.UTC(2021, 5) / 1000 - 1] }]],
    ['before:7d', [resources, { '<': [{ var: 'date_modified' }, Date.UTC(2021, 5, 2) / 1000] }]],
    ['title:tide', [resources, { text_contains: [{ var: 'title' }, 'tide'] }]],
    ['name:"ebb tide"', [resources, { text_contains: [{ var: 'title' }, '"ebb tide"'] }]],
    ['from_mail.keyword:a@b.test', [resources, { in: [{ var: 'from_mail.keyword' }, ['a@b.test']] }]],
    ['content_length:>1000', [resources, { '>': [{ var: 'content_length' }, 1000] }]],
    ['processing_exception:*', [resources, { exists: [{ var: 'processing_exception' }] }]],
    ['-type:*', [resources, { and_not: [{ exists: [{ var: 'extension' }] }] }]],
  ];
  for (const [query, expected] of meanings) {
    it(`compiles ${query}`, () => assert.deepEqual(terms(query), expected));
  }

  it('has nothing to ask when nothing is left of the query', () => {
    assert.equal(compile('  ').kind, 'empty');
    assert.equal(compile('- & ()').kind, 'empty');
  });

  it('says which date can not be read, and where it stands', () => {
    assert.deepEqual(compile('tide after:soon'), {
      kind: 'invalid',
      diagnostics: [{ problem: 'badDate', severity: 'error', start: 11, end: 15, subject: 'soon' }],
    });
  });

  it('says which Datasource is not there, instead of finding nothing', () => {
    assert.deepEqual(compile('in:"Harbor wiki"'), {
      kind: 'invalid',
      diagnostics: [
        { problem: 'unknownDatasource', severity: 'error', start: 3, end: 16, subject: 'Harbor wiki' },
      ],
    });
  });

  it('lets no value end its phrase', () => {
    assert.deepEqual(terms('"a \\" b"'), [resources, anywhere('"a   b"')]);
  });

  it('is total: any string compiles to conditions, to nothing or to remarks', () => {
    const parts = [
      '(',
      ')',
      '-',
      '"',
      ' ',
      'OR',
      ':',
      ',',
      '\\',
      'in:',
      'after:',
      'type:',
      'tide',
      '<1',
      '*',
      '\ud800',
    ];
    const source = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.constantFrom(...parts), { maxLength: 50 }).map((chosen) => chosen.join('')),
      fc.constantFrom('__proto__:x', 'constructor:toString', 'in:__proto__', 'type:constructor'),
    );
    fc.assert(
      fc.property(source, (text) => {
        const compiled = compile(text);
        if (compiled.kind === 'invalid') assert.ok(compiled.diagnostics.length > 0);
        if (compiled.kind === 'terms') {
          assert.ok(compiled.terms.length > 0);
          assert.deepEqual(JSON.parse(JSON.stringify(compiled.terms)), compiled.terms);
        }
      }),
      { numRuns: 5000 },
    );
  });
});

/** A query by what it means, to be written down, compiled, and compared with that meaning. */
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
    date_modified: fc.integer({ min: -1, max: 10 * 86_400 }).map((seconds) => firstDay / 1000 + seconds),
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

function written(asked: Meaning): string {
  switch (asked.kind) {
    case 'word':
      return asked.text;
    case 'phrase':
      return `"${asked.text}"`;
    case 'inTitle':
      return `title:${asked.text}`;
    case 'type':
      return `type:${asked.extensions.join(',')}`;
    case 'in':
      return `in:"${asked.title}"`;
    case 'after':
    case 'before':
      return `${asked.kind}:2021-06-0${asked.day}`;
    case 'exact':
      return `status:"${asked.value}"`;
    case 'not':
      return `-(${written(asked.of)})`;
    case 'all':
      return `(${asked.of.map(written).join(' ')})`;
    case 'any':
      return `(${asked.of.map(written).join(' OR ')})`;
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

describe('what a compiled query means', () => {
  it('is what it says, by a plain matcher over documents in memory', () => {
    fc.assert(
      fc.property(meaning, fc.array(document, { minLength: 1, maxLength: 8 }), (asked, documents) => {
        const advanced: Term = { and: terms(written(asked)) };
        for (const about of documents) {
          const expected = about['type_name'] === 'Resource' && isMeant(asked, about);
          assert.equal(holds(advanced, about), expected, written(asked));
        }
      }),
      { numRuns: 2000 },
    );
  });
});
