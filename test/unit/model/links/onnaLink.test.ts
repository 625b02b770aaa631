import assert from 'node:assert/strict';
import { linkQuery, parseLinkQuery } from '../../../../src/model/links/onnaLink.ts';
import { hostileStrings } from '../../../support/hostileStrings.ts';

const address = { baseUrl: 'https://enterprise.onna.com', container: 'rel0', account: 'lumenfjord' };

describe('A link to a node', () => {
  it('keeps the address and the path, even for a node with an unusual name', () => {
    for (const path of [
      '',
      '/ws/wiki',
      '/ws/wiki/a b & c=d#e?f',
      '/lumenfjord/wiki',
      '/ws/%2Fetc',
      '/ws/文書.txt',
    ])
      assert.deepEqual(parseLinkQuery(linkQuery({ address, path })), { address, path });
  });

  it('is refused if its server is not a web address or contains a password', () => {
    for (const server of [
      'javascript:alert(1)',
      'file:///etc',
      'https://me:secret@onna.com',
      '',
      'ftp://onna.com',
    ])
      assert.equal(
        parseLinkQuery(new URLSearchParams({ server, container: 'c', account: 'a' }).toString()),
        undefined,
      );
  });

  it('is refused if a name or the path would lead to another place on the server', () => {
    const query = (change: object): string =>
      new URLSearchParams({
        server: address.baseUrl,
        container: 'c',
        account: 'a',
        path: '/ws',
        ...change,
      }).toString();
    assert.ok(parseLinkQuery(query({})));
    for (const change of [
      { account: '../admin' },
      { container: 'a/b' },
      { account: '' },
      { path: '/ws/../../other' },
      { path: 'https://elsewhere.example/a' },
      { path: 'ws' },
      { path: `/${'a'.repeat(5_000)}` },
    ])
      assert.equal(parseLinkQuery(query(change)), undefined, JSON.stringify(change).slice(0, 80));
  });

  it('never makes the parser throw, whatever text it contains', () => {
    for (const { text } of hostileStrings)
      for (const query of [
        text,
        `server=${text}`,
        `path=/${text}&server=https://a.example&container=c&account=a`,
      ])
        assert.ok(['object', 'undefined'].includes(typeof parseLinkQuery(query)));
  });
});
