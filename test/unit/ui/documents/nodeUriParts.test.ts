import assert from 'node:assert/strict';
import { nodeUriParts, readNodeUriParts } from '../../../../src/ui/documents/nodeUriParts.ts';
import { hostileStrings } from '../../../support/hostileStrings.ts';

const connectionId = '0123456789abcdef';

describe('The URI of a document', () => {
  for (const { name, text } of hostileStrings)
    it(`contains no control or bidirectional characters, and can be decoded again, given ${name}`, () => {
      // In the path of a node, each `/` of an id is escaped as `%2F`.
      const path = `/ws/${text.replaceAll('/', '%2F')}`;
      for (const kind of ['row', 'text', 'properties'] as const) {
        const parts = nodeUriParts({ connectionId, path, kind });
        assert.ok(parts.path.isWellFormed());
        assert.doesNotMatch(parts.path, /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u);
        assert.deepEqual(readNodeUriParts(parts), { connectionId, path, kind });
      }
    });

  it('is unique for a node whose name equals the escaped name of another node', () => {
    const uri = (path: string): string => nodeUriParts({ connectionId, path, kind: 'row' }).path;
    assert.equal(uri('/ws/a\u0007b'), `/${connectionId}/ws/a\ufffd0007b`);
    assert.notEqual(uri('/ws/a\ufffd0007b'), uri('/ws/a\u0007b'));
  });
});
