import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'mocha';
import { allHits } from '../../../../src/model/search/allHits.ts';
import { OnnaError, isOnnaError } from '../../../../src/onna/errors.ts';
import { decodeSearchResults, type SearchHit } from '../../../../src/onna/wire/search.ts';
import { generateResources } from '../../../../src/sandbox/samples/generatedResources.ts';
import { hitsFile, type HitsFormat } from '../../../../src/ui/search/hitsFile.ts';
import { hit } from '../../model/search/scriptedSearch.ts';
import { Fixture } from '../../sandbox/support/fixture.ts';

async function* pagesOf(...pages: readonly (readonly SearchHit[])[]): AsyncGenerator<readonly SearchHit[]> {
  for (const page of pages) yield await Promise.resolve(page);
}

async function textOf(
  pages: AsyncIterable<readonly SearchHit[]>,
  format: HitsFormat,
  written: (hits: number) => void = () => undefined,
): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of hitsFile(pages, format, written).body) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

describe('hitsFile', () => {
  it('writes a CSV line for each hit, reports the number of hits after each page, and escapes formulas', async () => {
    const counts: number[] = [];
    const pages = pagesOf([hit(1)], [hit(2, { title: '=1+1', datasource: undefined })]);
    const lines = (await textOf(pages, 'csv', (hits) => counts.push(hits))).split('\n');
    assert.match(lines[0] ?? '', /^\ufefftitle,datasource,type,/);
    assert.match(lines[1] ?? '', /^Page 1,Harbour wiki,Resource,html,text\/html,2021-06-09T00:00:00.000Z,/);
    assert.match(lines[2] ?? '', /^'=1\+1,,Resource,/);
    assert.deepEqual(counts, [1, 2]);
  });

  it('writes a line of JSON for each hit, with the unchanged title', async () => {
    const lines = (await textOf(pagesOf([hit(1, { title: '=a\n"b"' })]), 'jsonl')).trimEnd().split('\n');
    assert.equal(lines.length, 1);
    const written: unknown = JSON.parse(lines[0] ?? '');
    assert.equal((written as { title: string }).title, '=a\n"b"');
  });

  it('fails with the error of a page that cannot be read', async () => {
    const pages = (async function* (): AsyncGenerator<readonly SearchHit[]> {
      yield await Promise.resolve([hit(1)]);
      throw new OnnaError({ kind: 'serverError', status: 500 });
    })();
    await assert.rejects(textOf(pages, 'jsonl'), (error) => isOnnaError(error, 'serverError'));
  });
});

describe('hitsFile with 30,000 hits of the sandbox', function () {
  this.timeout(180_000);
  const fixture = new Fixture();
  before(() => fixture.start());
  after(() => fixture.stop());

  it('writes the title of every Resource in the sandbox’s database', async () => {
    const count = 30_000;
    await generateResources(fixture.sandbox, count);
    const stored = fixture.sandbox.stores.database
      .all('SELECT title FROM resources')
      .map(({ title }) => String(title));
    const pages = allHits(
      async (request) => {
        const decoded = decodeSearchResults(await fixture.caller.search('', request));
        if (!decoded.ok) throw new Error(decoded.problem);
        return decoded.results;
      },
      { terms: [{ in: [{ var: 'type_name' }, ['Resource']] }], sort: 'relevance' },
    );
    const lines = (await textOf(pages, 'jsonl')).trimEnd().split('\n');
    const titles = lines.map((line) => (JSON.parse(line) as { title: string }).title);
    const hashOf = (texts: readonly string[]): string =>
      createHash('sha256').update(texts.toSorted().join('\n')).digest('hex');
    assert.equal(stored.length, count);
    assert.equal(titles.length, count);
    assert.equal(hashOf(titles), hashOf(stored));
  });
});
