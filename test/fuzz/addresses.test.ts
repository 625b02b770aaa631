import assert from 'node:assert/strict';
import fc from 'fast-check';
import { lastSegment, nodePath, nodeUrl, parentPath } from '../../src/onna/address.ts';
import type { AccountAddress } from '../../src/onna/address.ts';
import { nodeUriParts, readNodeUriParts } from '../../src/ui/documents/nodeUriParts.ts';
import type { NodeUri } from '../../src/ui/documents/nodeUriParts.ts';
import { isNodePath } from './support/conforms.ts';
import { fuzz } from './support/fuzz.ts';

const accounts = fc.constantFrom<AccountAddress[]>(
  { baseUrl: 'https://onna.example.test', container: 'rel0', account: 'lumenfjord' },
  // In many deployments, the container and the account have the same name, and a gateway adds a path to the base URL.
  { baseUrl: 'https://gateway.test:8443/onna', container: 'acme', account: 'acme' },
  { baseUrl: 'http://[::1]:8080', container: 'a b%2F', account: 'ü' },
);

const bits = fc.constantFrom(
  ...['a', 'Z', '0', ' ', '%', '%2F', '%2f', '%25', '%252F', '2F', '25', '/', '\\', '?', '#', '&', '=', '+'],
  ...['.', '..', '%2e', '%2E%2E', '@', ':', ';', '|', '"', '<', '\0', '\n', '\t', '\u007f', '\u202e', '😀'],
  ...['é', 'e\u0301', '\ufffd', '\ufffdd800', '\ufeff', 'api', 'rel0', 'lumenfjord', 'acme', '.json', 'CON'],
);
const text = fc.oneof(
  fc.array(bits, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
  fc.tuple(bits, fc.integer({ min: 100, max: 3000 })).map(([bit, times]) => bit.repeat(times)),
);
const wild = fc.oneof(
  text,
  fc.tuple(text, fc.constantFrom('\ud800', '\udfff', '\ud83d\ud83d\ude00')).map((parts) => parts.join('')),
);
const isId = (id: string): boolean => id !== '.' && id !== '..';
/** The ids on the path from the account to a node, in any form that a service may assign. */
const ids = fc.array(
  text.filter((id) => isId(id) && id.isWellFormed()),
  { maxLength: 4 },
);

/** Returns the `@id` that the service would send for the node with these ids. */
function idOf({ baseUrl, container, account }: AccountAddress, names: readonly string[]): string {
  return [`${baseUrl}/api`, ...[container, account, ...names].map(encodeURIComponent)].join('/');
}

function pathOf(account: AccountAddress, names: readonly string[]): string {
  const path = nodePath(account, idOf(account, names));
  assert.ok(path !== undefined, `${JSON.stringify(names)} has no path`);
  return path;
}

describe('The conversion of @ids to paths', () => {
  it('returns a path below the account, or undefined, for any @id that the service sends', async () => {
    const reference = fc.oneof(
      fc.array(wild, { maxLength: 5 }).map((parts) => parts.join('/')),
      fc.array(wild, { maxLength: 5 }).map((parts) => `/${parts.join('/')}`),
      fc
        .tuple(
          fc.constantFrom('https://', 'http://', 'HTTPS://', '//', 'javascript:', 'file:///'),
          fc.constantFrom('onna.example.test', 'elsewhere.test', 'user:pass@x.test', '[', ''),
          fc.constantFrom('', '/api/rel0/lumenfjord', '/gw/api/acme/acme', '/rel0/lumenfjord'),
          fc.array(wild, { maxLength: 3 }),
        )
        .map(([scheme, host, root, parts]) => `${scheme}${host}${root}/${parts.join('/')}`),
    );
    const property = fc.property(accounts, reference, (account, called) => {
      const path = nodePath(account, called);
      if (path === undefined) return;
      isNodePath(path);
      const url = nodeUrl(account, path, '@size');
      const root = new URL(idOf(account, []));
      assert.equal(url.origin, root.origin);
      const below = path.split('/').length - 1;
      const levels = url.pathname.split('/').length - root.pathname.split('/').length;
      assert.ok(url.pathname.startsWith(`${root.pathname}/`), url.href);
      assert.deepEqual([levels, url.search, url.hash, url.username], [below + 1, '', '', '']);
    });
    await fuzz('paths from random @ids', property);
  });

  it('gives each node a unique path, which can be converted to a URL with the same ids and back', async () => {
    const property = fc.property(accounts, ids, ids, (account, names, others) => {
      const path = pathOf(account, names);
      const url = nodeUrl(account, path);
      assert.equal(nodePath(account, url.href), path, 'the URL identifies another node');
      const root = new URL(idOf(account, [])).pathname;
      const said = url.pathname.slice(root.length).split('/').slice(1).map(decodeURIComponent);
      assert.deepEqual(said, names, 'the URL contains other ids');
      if (names.length > 0) {
        assert.equal(lastSegment(path), names.at(-1));
        assert.equal(parentPath(path), pathOf(account, names.slice(0, -1)));
      }
      const same = JSON.stringify(names) === JSON.stringify(others);
      assert.equal(
        path === pathOf(account, others),
        same,
        'two nodes share a path, or one node has two paths',
      );
    });
    await fuzz('conversion of paths to URLs', property, [
      [
        { baseUrl: 'https://onna.example.test', container: 'rel0', account: 'lumenfjord' },
        ['a/b'],
        ['a%2Fb'],
      ],
    ]);
  });
});

describe('The conversion of nodes to URIs', () => {
  it('gives each kind of document of each node a unique URI, even after conversion to text', async () => {
    const path = fc.array(wild, { maxLength: 4 }).map((parts) => parts.map((part) => `/${part}`).join(''));
    const parts = {
      connectionId: fc.constantFrom('0123456789abcdef', 'ffffffffffffffff'),
      path: path.filter((whole) => !whole.includes('//') && !whole.endsWith('/')),
      kind: fc.constantFrom<NodeUri['kind'][]>('row', 'text', 'properties'),
    };
    const target: fc.Arbitrary<NodeUri> = fc.record(parts, { noNullPrototype: true });
    const near = fc.oneof(
      target,
      fc.tuple(target, fc.constantFrom('.json', '/', 'a', '\ufffd')).map(([one, more]) => ({
        ...one,
        path: `${one.path === '' ? '/x' : one.path}${more === '/' ? '/y' : more}`,
      })),
    );
    const property = fc.property(near, near, fc.boolean(), (one, other, alike) => {
      const second = alike ? { ...one, kind: other.kind } : other;
      const [first, otherParts] = [nodeUriParts(one), nodeUriParts(second)];
      assert.deepEqual(readNodeUriParts(first), one);
      assert.deepEqual(readNodeUriParts(otherParts), second);
      const isSame = JSON.stringify(one) === JSON.stringify(second);
      assert.equal(JSON.stringify(first) === JSON.stringify(otherParts), isSame);
      assert.ok(decodeURI(encodeURI(first.path)) === first.path);
    });
    await fuzz('URIs of rows and documents', property, [
      [
        { connectionId: '0123456789abcdef', path: '/a\ud800', kind: 'text' },
        { connectionId: '0123456789abcdef', path: '/a\ufffdd800', kind: 'text' },
        false,
      ],
    ]);
  });
});
