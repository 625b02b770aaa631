import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { documentUri, parseUri, rowUri } from '../../src/ui/documents/uris.ts';

const connectionId = '0123456789abcdef';
const paths = [
  ...[
    '',
    '/workspaces/harbour/wiki',
    '/ws/a b?c#d',
    '/ws/a%2Fb',
    '/ws/a%252Fb',
    '/ws/100% done.json',
    '/ws/é😀',
  ],
  ...[
    '/ws/half \ud800',
    '/ws/half \udfff.txt',
    '/ws/\ufffdd800',
    '/ws/\u202egnp.exe',
    '/ws/C:\\x',
    '/ws/a\nb\0c',
  ],
];

describe('The URI of a row or document in VS Code', () => {
  for (const path of paths) {
    it(`keeps the path ${JSON.stringify(path)} after conversion to text or JSON and back`, () => {
      const uris = [
        rowUri(connectionId, path),
        documentUri(connectionId, path, 'text'),
        documentUri(connectionId, path, 'properties'),
      ];
      for (const [index, uri] of uris.entries()) {
        const kind = (['row', 'text', 'properties'] as const)[index];
        const kept = [vscode.Uri.parse(uri.toString(), true), vscode.Uri.from(uri.toJSON() as vscode.Uri)];
        for (const each of [uri, ...kept]) assert.deepEqual(parseUri(each), { connectionId, path, kind });
      }
      assert.equal(new Set(uris.map(String)).size, uris.length);
    });
  }
});
