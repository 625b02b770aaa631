import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { compileQuery } from '../../../../../src/model/search/query/compile.ts';
import type { CompiledQuery, QueryContext } from '../../../../../src/model/search/query/compile.ts';
import { typesWithoutText } from '../../../../../src/model/search/query/serviceTypes.ts';
import type { SearchTerm } from '../../../../../src/onna/wire/search.ts';
import { holds } from './termMatcher.ts';

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

const resources: SearchTerm = { and_not: [{ in: [{ var: 'type_name' }, typesWithoutText([])] }] };

function compile(source: string): CompiledQuery {
  return compileQuery(source, context);
}

function terms(source: string): readonly SearchTerm[] {
  const compiled = compile(source);
  if (compiled.kind !== 'terms') assert.fail(JSON.stringify(compiled));
  return compiled.terms;
}

function anywhere(value: string): SearchTerm {
  return {
    or: [{ text_contains: [{ var: 'extracted_text' }, value] }, { text_contains: [{ var: 'title' }, value] }],
  };
}

describe('The query compiler', () => {
  const meanings: [query: string, terms: SearchTerm[]][] = [
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
    ['title:"say “ebb”"', [resources, { text_contains: [{ var: 'title' }, '"say  ebb "'] }]],
    ['name:"ebb tide"', [resources, { text_contains: [{ var: 'title' }, '"ebb tide"'] }]],
    ['from_mail.keyword:a@b.test', [resources, { in: [{ var: 'from_mail.keyword' }, ['a@b.test']] }]],
    ['content_length:>1000', [resources, { '>': [{ var: 'content_length' }, 1000] }]],
    ['processing_exception:*', [resources, { exists: [{ var: 'processing_exception' }] }]],
    [
      'exception:"Has Error",Excluded',
      [
        resources,
        {
          or: [
            { in: [{ var: 'processing_exception' }, ['Has Error', 'Excluded']] },
            { in: [{ var: 'origin_exception' }, ['Has Error', 'Excluded']] },
          ],
        },
      ],
    ],
    [
      '-exception:*',
      [
        resources,
        {
          and_not: [
            {
              or: [{ exists: [{ var: 'processing_exception' }] }, { exists: [{ var: 'origin_exception' }] }],
            },
          ],
        },
      ],
    ],
    ['-type:*', [resources, { and_not: [{ exists: [{ var: 'extension' }] }] }]],
  ];
  for (const [query, expected] of meanings) {
    it(`compiles ${query}`, () => assert.deepEqual(terms(query), expected));
  }

  it('includes Resources of undocumented types, but excludes objects that are not Resources', () => {
    const compiled = compileQuery('tide', {
      ...context,
      datasources: [{ uid: 'uid-new', title: 'New', type: 'BrandNewDatasource' }],
    });
    if (compiled.kind !== 'terms') assert.fail(compiled.kind);
    const finds = (type_name: string): boolean =>
      compiled.terms.every((term) => holds(term, { type_name, title: 'Ebb tide', extracted_text: '' }));
    for (const type of ['Resource', 'MailMessage', 'Folder']) assert.ok(finds(type), type);
    for (const type of ['Workspace', 'User', 'SlackDatasource', 'SlackEDatasource', 'BrandNewDatasource'])
      assert.ok(!finds(type), type);
  });

  it('returns `empty` for a query without searchable parts', () => {
    assert.equal(compile('  ').kind, 'empty');
    assert.equal(compile('- & ()').kind, 'empty');
  });

  it('reports an invalid date with its position', () => {
    assert.deepEqual(compile('tide after:soon'), {
      kind: 'invalid',
      diagnostics: [{ problem: 'badDate', severity: 'error', start: 11, end: 15, subject: 'soon' }],
    });
  });

  it('reports an unknown Datasource instead of finding nothing', () => {
    assert.deepEqual(compile('in:"Harbor wiki"'), {
      kind: 'invalid',
      diagnostics: [
        { problem: 'unknownDatasource', severity: 'error', start: 3, end: 16, subject: 'Harbor wiki' },
      ],
    });
  });

  it('removes quotation marks from inside a phrase', () => {
    assert.deepEqual(terms('"a \\" b"'), [resources, anywhere('"a   b"')]);
  });
});
