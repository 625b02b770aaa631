import assert from 'node:assert/strict';
import { nodeUriParts, readNodeUriParts } from '../../../../src/ui/documents/nodeUriParts.ts';
import { hostileStrings } from '../../../support/hostileStrings.ts';

const connectionId = '0123456789abcdef';

describe('the URI of a document, whose end is the title of its tab', () => {
  for (const { name, text } of hostileStrings)
    it(`shows nothing that hides or turns text, and finds its node again, given ${name}`, () => {
      // A `/` in an id is written so in a node's path.
      const path = `/ws/${text.replaceAll('/', '%2F')}`;
      for (const kind of ['row', 'text', 'properties'] as const) {
        const parts = nodeUriParts({ connectionId, path, kind });
        assert.ok(parts.path.isWellFormed());
        assert.doesNotMatch(parts.path, /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u);
        assert.deepEqual(readNodeUriParts(parts), { connectionId, path, kind });
      }
    });

  it('is another one for a node that is called what stands in for another’s control character', () => {
    const uri = (path: string): string => nodeUriParts({ connectionId, path, kind: 'row' }).path;
    assert.equal(uri('/ws/a\u0007b'), `/${connectionId}/ws/a\ufffd0007b`);
    assert.notEqual(uri('/ws/a\ufffd0007b'), uri('/ws/a\u0007b'));
  });
});
