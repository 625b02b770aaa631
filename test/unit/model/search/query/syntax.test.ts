import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { maxGroupDepth, maxQueryLength } from '../../../../../src/shared/queryDiagnostics.ts';
import { parseQuery } from '../../../../../src/model/search/query/syntax.ts';
import type { QueryNode } from '../../../../../src/model/search/query/syntax.ts';

/** Formats the structure of a query as one line of text. */
function outline(node: QueryNode | undefined): string {
  switch (node?.kind) {
    case undefined:
      return '';
    case 'text':
      return node.value.quoted ? `"${node.value.text}"` : node.value.text;
    case 'field':
      return `${node.name}=[${node.values.map(({ text }) => text).join('|')}]`;
    case 'not':
      return `not(${outline(node.node)})`;
    case 'all':
    case 'any':
      return `${node.kind}(${node.nodes.map(outline).join(' ')})`;
  }
}

function read(source: string): { outline: string; problems: string[] } {
  const { root, diagnostics } = parseQuery(source);
  return {
    outline: outline(root),
    problems: diagnostics.map(({ problem, subject, start }) => `${problem} ${subject} @${start}`),
  };
}

describe('The query language', () => {
  const readings: [query: string, meaning: string][] = [
    ['', ''],
    ['tide', 'tide'],
    ['ebb tide', 'all(ebb tide)'],
    ['"ebb tide"', '"ebb tide"'],
    ['"say \\"ebb\\" twice"', '"say "ebb" twice"'],
    ['-draft', 'not(draft)'],
    ['-"first draft"', 'not("first draft")'],
    ['--draft', 'draft'],
    ['a-b', 'a-b'],
    ['ebb OR flow', 'any(ebb flow)'],
    ['ebb or flow', 'all(ebb or flow)'],
    ['ebb AND flow', 'all(ebb flow)'],
    ['a b OR c', 'any(all(a b) c)'],
    ['a (b OR c)', 'all(a any(b c))'],
    ['-(a OR b) c', 'all(not(any(a b)) c)'],
    ['type:pdf,docx', 'type=[pdf|docx]'],
    ['-type:pdf', 'not(type=[pdf])'],
    ['in:"Harbour wiki",Notes', 'in=[Harbour wiki|Notes]'],
    ['from_mail.keyword:ines@lumenfjord.test', 'from_mail.keyword=[ines@lumenfjord.test]'],
    ['see https://onna.example.test/x?a=b', 'all(see https://onna.example.test/x?a=b)'],
    ['C:\\notes', 'C:\\notes'],
    ['12:30', '12:30'],
    ['tide"s end"', 'all(tide "s end")'],
    ['-OR', 'not(OR)'],
    ['契約書　東京', 'all(契約書 東京)'],
    ['“ebb tide” 契約', 'all("ebb tide" 契約)'],
    ['„ebb tide“', '"ebb tide"'],
    ['＂港 区＂x', 'all("港 区" x)'],
    ['"say “ebb” twice"', '"say “ebb” twice"'],
    ['title:“ebb tide”,契約', 'title=[ebb tide|契約]'],
    ['👍🏽 OR ❤️', 'any(👍🏽 ❤️)'],
    ['🇩🇪', '🇩🇪'],
  ];
  for (const [query, meaning] of readings) {
    it(`parses ${query === '' ? 'an empty query' : query}`, () => {
      assert.deepEqual(read(query), { outline: meaning, problems: [] });
    });
  }

  const remarks: [query: string, meaning: string, problems: string[]][] = [
    ['"ebb tide', '"ebb tide"', ['unclosedQuote "ebb tide @0']],
    ['“ebb tide', '"ebb tide"', ['unclosedQuote “ebb tide @0']],
    ['a (b OR c', 'all(a any(b c))', ['unclosedGroup ( @2']],
    ['a) b', 'all(a b)', ['strayClose ) @1']],
    ['a ()', 'a', ['emptyGroup () @2']],
    ['OR a', 'a', ['danglingOperator OR @0']],
    ['a OR', 'a', ['danglingOperator OR @2']],
    ['a OR OR b', 'any(a b)', ['danglingOperator OR @2']],
    ['AND a AND', 'a', ['danglingOperator AND @0', 'danglingOperator AND @6']],
    ['Tom & Jerry', 'all(Tom Jerry)', ['nothingToFind & @4']],
    ['tide - harbour', 'all(tide harbour)', ['nothingToFind - @5']],
    ['type:', '', ['missingValue type: @0']],
    ['a type:,', 'a', ['missingValue type:, @2']],
  ];
  for (const [query, meaning, problems] of remarks) {
    it(`reports the problem in ${query}, and parses the rest`, () => {
      assert.deepEqual(read(query), { outline: meaning, problems });
    });
  }

  it('rejects excessive nesting instead of overflowing the stack', () => {
    const deepest = `${'('.repeat(maxGroupDepth)}a${')'.repeat(maxGroupDepth)}`;
    assert.deepEqual(read(deepest), { outline: 'a', problems: [] });
    assert.ok(parseQuery(`(${deepest})`).diagnostics.some(({ problem }) => problem === 'tooDeep'));
    assert.ok(
      parseQuery('('.repeat(maxQueryLength)).diagnostics.some(({ problem }) => problem === 'tooDeep'),
    );
  });

  it('rejects an excessively long query, such as a pasted document', () => {
    const { root, diagnostics } = parseQuery('a '.repeat(maxQueryLength));
    assert.equal(root, undefined);
    assert.deepEqual(
      diagnostics.map(({ problem }) => problem),
      ['tooLong'],
    );
  });
});
