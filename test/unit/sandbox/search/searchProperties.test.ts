import assert from 'node:assert/strict';
import { utimes } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { Fixture } from '../support/fixture.ts';
import { anyField, contains, day, firstDate, query, term, word } from '../support/searchArbitraries.ts';
import { matches } from '../support/searchModel.ts';
import type { ModelDocument, ModelTerm } from '../support/searchModel.ts';
import { Caller } from '../support/wire.ts';
import type { SearchAnswer } from '../support/wire.ts';

type Hit = SearchAnswer['member'][number];

const texts = [
  'ebb tide at the quay',
  'Tide, ebb and flood.',
  'flood flooding the old-quay',
  'fog over the quay; no tide',
  '2026 ebb 80',
  '契約書の確認ebb、契約\n書。ｶﾞｲﾄﾞ AB-1 용선계약서를 약관',
  'เช่าเรือน้ำ ๒๕๖๗ tide demur-\nrage ебб ёлка йод Łódź Straße ﬁnal l’eau',
  'ΕΒΔΟΜΟΣ העֵדָה חוֹזֶה العَقْدُ عقد क़ानून की 👍🏽 ❤ 🇩🇪🇫🇷 契 ébb fog',
  '',
];

/** Maps file names to contents. Each text is the content of several files with different kinds of names. */
const files = Object.fromEntries(
  texts.flatMap((text, index) =>
    ['ebb', 'old quay', '80 契約 ｶﾞ'].map((name, number): [string, string] => [
      `${number === 1 ? 'logs/' : ''}${name} ${index}.${number === 2 ? 'csv' : 'md'}`,
      text,
    ]),
  ),
);

function paths(hits: readonly { readonly path?: unknown }[]): string[] {
  return hits.map((hit) => String(hit.path)).sort();
}

describe('A search with a random query', () => {
  const fixture = new Fixture();
  let documents: ModelDocument[] = [];
  let visitor: Caller;

  before(async function () {
    this.timeout(20_000);
    await fixture.start();
    for (const id of ['first', 'second']) {
      const title = id === 'first' ? 'First' : 'Second ebb';
      const { path: at, origin } = await fixture.datasource(files, { id, title });
      for (const [number, name] of Object.keys(files).entries()) {
        const modified = new Date((firstDate + number * day) * 1000);
        await utimes(path.join(origin, name), modified, modified);
      }
      await fixture.caller.call(`${at}/@sendToSpyder?force=true`);
      await fixture.sandbox.settled();
    }
    await fixture.sandbox.addUser({ login: 'visitor', password: 'pass', at: '/workspaces/harbour/second' });
    visitor = await Caller.signedIn(fixture.sandbox, 'visitor', 'pass');
    const { member } = await fixture.caller.search('', { size: 1000 });
    documents = member.map(documentOf);
    assert.equal(documents.length, 2 * Object.keys(files).length + 3);
  });
  after(() => fixture.stop());

  /** Builds the expected document of a hit from the path of the hit and from the content in `files`. */
  function documentOf(hit: Hit): ModelDocument {
    const title = String(hit['title']);
    const name = [title, `logs/${title}`].find((file) => Object.hasOwn(files, file));
    const at = String(hit['path']);
    const text = name === undefined ? '' : files[name];
    const common = {
      ...{
        title,
        path: at,
        type_name: String(hit['type_name']),
        extracted_text: text === '' ? null : (text ?? null),
      },
      date_modified: Math.floor(Date.parse(String(hit['date_modified'])) / 1000),
    };
    if (name === undefined) return { path: at, fields: common };
    const number = Object.keys(files).indexOf(name);
    return {
      path: at,
      fields: {
        ...common,
        date_modified: firstDate + number * day,
        extension: title.slice(title.lastIndexOf('.') + 1),
        content_length: Buffer.byteLength(text ?? ''),
        'parent_datasource.title': at.includes('/first/') ? 'First' : 'Second ebb',
        origin_folder_path: name.startsWith('logs/') ? '/logs' : '/',
      },
    };
  }

  function extensions(found: readonly ModelDocument[]): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { fields } of found) {
      if (typeof fields['extension'] === 'string')
        counts[fields['extension']] = (counts[fields['extension']] ?? 0) + 1;
    }
    return counts;
  }

  async function holds(
    caller: Caller,
    at: string,
    seen: readonly ModelDocument[],
    advanced: ModelTerm,
  ): Promise<void> {
    const wanted = seen.filter((document) => matches(advanced, document));
    const facets = [{ facetType: 'extension' }];
    const answer = await caller.search(at, { advanced, facets, size: 1000, highlight: true });
    assert.deepEqual(paths(answer.member), paths(wanted));
    assert.equal(answer.items_count, wanted.length);
    const buckets = answer.aggregations?.['extension']?.buckets ?? [];
    assert.deepEqual(
      Object.fromEntries(buckets.map(({ key, doc_count: count }) => [key, count])),
      extensions(wanted),
    );
  }

  it('finds and counts the same documents as a simple reference implementation', async () => {
    await fc.assert(
      fc.asyncProperty(query, (advanced) => holds(fixture.caller, '', documents, advanced)),
      { numRuns: 500 },
    );
  }).timeout(120_000);

  it('searches only inside the object in the request path', async () => {
    const at = '/workspaces/harbour/first';
    const below = documents.filter((document) => document.path === at || document.path.startsWith(`${at}/`));
    assert.equal(below.length, Object.keys(files).length + 1);
    await fc.assert(
      fc.asyncProperty(query, (advanced) => holds(fixture.caller, at, below, advanced)),
      { numRuns: 300 },
    );
  }).timeout(60_000);

  it('neither returns nor counts objects that the user has no permission to see', async () => {
    const at = '/workspaces/harbour/second';
    const seen = documents.filter((document) => document.path === at || document.path.startsWith(`${at}/`));
    await fc.assert(
      fc.asyncProperty(query, (advanced) => holds(visitor, '', seen, advanced)),
      { numRuns: 500 },
    );
  }).timeout(60_000);

  it('returns the same hits with `from`, `search_after` and `cursor` pagination, in any sort order', async () => {
    const sorts = fc.tuple(
      anyField.filter((name) => name !== 'extracted_text'),
      fc.constantFrom('asc', 'desc'),
    );
    await fc.assert(
      fc.asyncProperty(
        term,
        fc.option(sorts),
        fc.integer({ min: 1, max: 9 }),
        async (asks, sorting, size) => {
          const sort = sorting === null ? {} : { sort: { field: sorting[0], direction: sorting[1] } };
          const body = { advanced: { and: [asks] }, size, paginate: true, ...sort };
          const whole = (await fixture.caller.search('', { ...body, size: 1000 })).member;
          const all: Record<string, Hit[]> = { from: [], search_after: [], cursor: [] };
          for (const [by, hits] of Object.entries(all)) {
            let next: Record<string, unknown> = {};
            for (;;) {
              const page: SearchAnswer & { cursor?: string | null } = await fixture.caller.search('', {
                ...body,
                ...next,
              });
              hits.push(...page.member);
              if (page.member.length < size) break;
              if (by === 'from') next = { from: hits.length };
              else if (by === 'cursor') next = { cursor: page.cursor };
              else next = { search_after: hits.at(-1)?.['sort'] };
            }
            assert.deepEqual(hits, whole, by);
          }
        },
      ),
      { numRuns: 40 },
    );
  }).timeout(120_000);

  const known = fc.record(
    {
      advanced: fc.oneof(query, fc.jsonValue()),
      ...Object.fromEntries(
        [
          ...['terms', 'size', 'from', 'search_after', 'paginate', 'cursor', 'sort', 'includes', 'excludes'],
          ...['highlight', 'hide_children', 'suggest', 'facets', 'aggs_includes', 'filters', 'participants'],
        ].map((name) => [name, fc.jsonValue()]),
      ),
    },
    { requiredKeys: [] },
  );
  const odd = fc.oneof(fc.jsonValue(), fc.constantFrom(null, 1e308, -1, '\ud800', '\0', 'x'.repeat(100_000)));
  /** Queries with one error. They pass more validation steps than queries in which every value is wrong. */
  const nearlyRight = fc.oneof(
    fc
      .tuple(fc.constantFrom('in', '>', '<', 'text_contains', 'exists', 'or', 'near'), anyField, odd)
      .map(([operator, name, wrong]) => ({ advanced: { and: [{ [operator]: [{ var: name }, wrong] }] } })),
    fc
      .tuple(anyField, odd)
      .map(([name, wrong]) => ({ facets: [{ facetType: name, facetSelected: [wrong] }] })),
    fc
      .tuple(anyField, odd)
      .map(([name, wrong]) => ({ sort: { field: name, direction: 'asc' }, search_after: [wrong, 1] })),
    fc.string().map((name) => ({ sort: { field: name, direction: 'desc' }, facets: [{ facetType: name }] })),
    fc.tuple(fc.string(), fc.string()).map(([text, type]) => ({ terms: [{ term: text, term_type: type }] })),
    fc.string({ unit: 'binary' }).map((text) => ({
      ...{ advanced: { and: [contains('extracted_text', text), contains('title', text)] } },
      ...{ highlight: true, suggest: true },
    })),
    fc.string().map((cursor) => ({ cursor })),
  );

  it('returns a 412 with an error message for an invalid query, and never a 500', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(known, nearlyRight, fc.jsonValue()), async (body) => {
        const { status, json } = await fixture.caller.post('/@frontsearch', JSON.stringify(body));
        if (status === 200) return;
        const { reason, message } = json as Record<string, unknown>;
        assert.equal(status, 412);
        assert.match(String(reason), /^(json schema validation error|preconditionFailed|jsonDecodeError)$/);
        assert.ok(typeof message === 'string' && message.length > 5);
      }),
      { numRuns: 600 },
    );
  }).timeout(120_000);

  it('returns 200 or 412, but never a 500, for random parameters of @search, @suggestions and @filters', async () => {
    const name = fc.oneof(
      fc.constantFrom('term', '_from', '_size', '_sort_asc', '_metadata', 'type'),
      fc
        .tuple(anyField, fc.constantFrom('eq', 'not', 'gt', 'lte', 'in', 'near'))
        .map((both) => both.join('__')),
      fc.string({ unit: 'binary' }),
    );
    const parameters = fc.array(fc.tuple(name, fc.oneof(word, fc.string({ unit: 'binary' }))), {
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(
        parameters,
        fc.constantFrom('search', 'suggestions', 'filters'),
        async (asks, service) => {
          const text = new URLSearchParams(asks);
          const { status } = await fixture.caller.call(`/@${service}?${text.toString()}`);
          assert.ok(status === 200 || status === 412, `${status}`);
        },
      ),
      { numRuns: 500 },
    );
  }).timeout(60_000);
});
