import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { presentHit } from '../../../../src/model/search/presentHit.ts';
import { hit } from './scriptedSearch.ts';

describe('presentHit', () => {
  it('returns at most two snippets of text', () => {
    const shown = presentHit(
      hit(1, {
        highlights: [
          { field: 'title', fragments: ['<em>Page</em> 1'] },
          { field: 'extracted_text', fragments: ['the <em>ebb</em>', 'b', 'c'] },
        ],
      }),
    );
    assert.deepEqual(shown, {
      id: 'https://onna.example.test/api/rel0/lumenfjord/workspaces/harbour/wiki/1.html',
      title: 'Page 1',
      datasource: 'Harbour wiki',
      datasourceUid: 'uid-wiki',
      path: '/workspaces/harbour/wiki/1.html',
      place: '1.html',
      extension: 'html',
      modified: Date.UTC(2021, 5, 9),
      snippets: [['the ', 'ebb', ''], ['b']],
    });
  });

  it('uses the last segment of the address as the title if a hit has no title', () => {
    assert.equal(presentHit(hit(1, { title: '  ', id: 'https://x.test/a/the%20tides' }))?.title, 'the tides');
    assert.equal(presentHit(hit(1, { title: undefined, id: '%zz' }))?.title, '%zz');
  });

  it('returns the path of a hit below the Datasource, without generated ids and without the title', () => {
    const place = (path: string): string | undefined =>
      presentHit(hit(1, { path, title: 'tides.html' }))?.place;
    assert.equal(
      place('/workspaces/harbour/wiki/e3b0c44298fc1c149afbf4c8996fb924/north/tides.html'),
      'north',
    );
    assert.equal(place('/ines@lumenfjord.test/mail/e3b0c442/tides.html'), undefined);
    assert.equal(place('/workspaces/harbour/wiki/a/b/c.html'), 'a/b/c.html');
    assert.equal(place('/workspaces'), undefined);
    assert.equal(place(''), undefined);
  });

  it('returns the type of a hit that is not a Resource', () => {
    assert.equal(presentHit(hit(1, { typeName: 'Workspace' }))?.typeName, 'Workspace');
  });

  it('returns a small object even if the texts of a hit are large', () => {
    const megabyte = '<em>x</em>'.repeat(100_000);
    const shown = presentHit(
      hit(1, {
        title: megabyte,
        path: megabyte,
        extension: megabyte,
        typeName: megabyte,
        datasource: { uid: megabyte, title: megabyte },
        highlights: [{ field: 'extracted_text', fragments: [megabyte, megabyte, megabyte] }],
      }),
    );
    assert.ok(JSON.stringify(shown).length < 4000);
    assert.equal(presentHit(hit(1, { id: megabyte })), undefined);
  });
});
