import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  lastSegment,
  nodePath,
  nodeUrl,
  parentPath,
  parseBaseUrl,
  pathBelow,
} from '../../../src/onna/address.ts';

const address = { baseUrl: 'https://onna.example.test', container: 'rel0', account: 'lumenfjord' };

describe('nodePath', () => {
  it('returns the same path for every form of reference to a node', () => {
    const expected = '/workspaces/harbour/wiki';
    for (const reference of [
      '/workspaces/harbour/wiki',
      '/lumenfjord/workspaces/harbour/wiki'.replace('/lumenfjord', '/rel0/lumenfjord'),
      '/lumenfjord/workspaces/harbour/wiki',
      '/api/rel0/lumenfjord/workspaces/harbour/wiki/',
      'https://onna.example.test/rel0/lumenfjord/workspaces/harbour/wiki',
      'https://onna.example.test/lumenfjord/workspaces/harbour/wiki',
      'https://onna.example.test/api/rel0/lumenfjord/workspaces/harbour/wiki',
      'http://10.0.0.7:8080/api/rel0/lumenfjord//workspaces/harbour/wiki',
      'https://gateway.example.test/onna/api/rel0/lumenfjord/workspaces/harbour/wiki',
    ]) {
      assert.equal(nodePath(address, reference), expected, reference);
    }
  });

  it('returns undefined for a reference that is invalid, relative or outside the account', () => {
    for (const reference of [
      '',
      'wiki',
      'https://onna.example.test/api/rel0/other/wiki',
      'https://',
      '/a/../b',
    ]) {
      assert.equal(nodePath(address, reference), undefined, reference);
    }
  });

  it('returns a decoded path, which nodeUrl encodes and appends to the configured base URL', () => {
    const path = nodePath(address, 'https://elsewhere.test/api/rel0/lumenfjord/ines%40x.test/a%20b%3Fc|d');
    assert.equal(path, '/ines@x.test/a b?c|d');
    assert.equal(
      nodeUrl(address, path, '@size').href,
      'https://onna.example.test/api/rel0/lumenfjord/ines@x.test/a%20b%3Fc%7Cd/@size',
    );
  });

  it('returns the same path whether or not a reference starts with the address of the account', () => {
    const piece = fc.constantFrom(
      '/',
      '//',
      '.',
      '..',
      'a',
      'api',
      'rel0',
      'lumenfjord',
      '%2F',
      '%',
      'ä',
      '?',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const reference = `/x${pieces.join('')}`;
        const path = nodePath(address, `/api/rel0/lumenfjord${reference}`);
        assert.equal(nodePath(address, reference), path);
        // In a URL the path ends at the `?`, so the check below does not apply.
        if (reference.includes('?')) return;
        for (const base of ['https://onna.example.test', 'https://elsewhere.test/gateway'])
          assert.equal(
            nodePath(address, `${base}/api/rel0/lumenfjord${reference}`),
            nodePath(address, new URL(`https://x.test/api/rel0/lumenfjord${reference}`).href),
          );
      }),
      { numRuns: 5000 },
    );
  });

  it('chooses the path that `isPlausible` accepts if a folder has the same name as the account', () => {
    const acme = { baseUrl: 'https://onna.example.test', container: 'acme', account: 'acme' };
    const isBelow = (path: string): boolean => path.startsWith('/acme/wiki/');
    for (const reference of ['/acme/wiki/a', '/acme/acme/wiki/a', '/acme/acme/acme/wiki/a'])
      assert.equal(nodePath(acme, reference, isBelow), '/acme/wiki/a', reference);
  });

  it('distinguishes an encoded slash inside a path segment from a path separator', () => {
    const path = nodePath(address, '/ws/a%2Fb');
    assert.equal(path, '/ws/a%2Fb');
    assert.equal(lastSegment(path), 'a/b');
    assert.equal(parentPath(path), '/ws');
    assert.ok(nodeUrl(address, path).href.endsWith('/ws/a%2Fb'));
  });
});

describe('pathBelow', () => {
  const accounts = [
    address,
    { baseUrl: 'https://onna.example.test', container: 'acme', account: 'acme' },
    { baseUrl: 'https://gw.test/onna', container: 'rel0', account: 'acme' },
    { baseUrl: 'https://onna.example.test', container: 'api', account: 'a b' },
  ];
  const names = ['x.txt', 'acme', 'rel0', 'api', 'lumenfjord', 'a b', '100%.txt', 'ä?#.md', 'a/b', 'a%2Fb'];
  const parents = [
    ['workspaces', 'harbour', 'wiki'],
    ['acme', 'wiki'],
    ['ines@lumenfjord.test', 'acme'],
    ['api', 'rel0'],
    ['lumenfjord', 'wiki 2'],
  ];

  it('returns the same path for every form of a child’s reference, even if a service mixes the forms', () => {
    const property = fc.property(
      fc.constantFrom(...accounts),
      fc.constantFrom(...parents),
      fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }),
      fc.constantFrom('https://10.0.0.7:8080', 'https://onna.example.test', 'https://gw.test/onna'),
      ({ baseUrl, container, account }, parent, below, host) => {
        const encoded = (parts: readonly string[]): string =>
          parts.map((part) => `/${encodeURIComponent(part)}`).join('');
        const root = { baseUrl, container, account };
        const path = nodePath(root, `${baseUrl}/api${encoded([container, account, ...parent, ...below])}`);
        const parentOf = nodePath(root, `${baseUrl}/api${encoded([container, account, ...parent])}`) ?? '';
        assert.ok(path?.startsWith(`${parentOf}/`));
        const read = pathBelow(root, parentOf);
        const rest = encoded([...parent, ...below]);
        for (const start of [[], [account], [container, account], ['api', container, account]]) {
          assert.equal(read(encoded(start) + rest), path, encoded(start) + rest);
          if (host.startsWith('https://gw') && start.length === 0) continue;
          if (host.startsWith('https://gw') && !baseUrl.startsWith('https://gw') && start.length === 1)
            continue;
          assert.equal(read(host + encoded(start) + rest), path, host + encoded(start) + rest);
        }
      },
    );
    fc.assert(property, { numRuns: 3000 });
  });

  it('reads unencoded references, but rejects relative references and references to other accounts', () => {
    const read = pathBelow(address, '/ws/wiki');
    for (const start of ['', '/lumenfjord', '/rel0/lumenfjord', '/api/rel0/lumenfjord'])
      assert.equal(read(`${start}/ws/wiki/a b.txt`), '/ws/wiki/a b.txt');
    assert.equal(read('https://onna.example.test/api/rel0/other/ws/wiki/a'), undefined);
    assert.equal(read('a.txt'), undefined);
  });
});

describe('parseBaseUrl', () => {
  it('adds a missing scheme, and removes the API path', () => {
    assert.equal(parseBaseUrl('enterprise.onna.com'), 'https://enterprise.onna.com');
    assert.equal(parseBaseUrl(' https://x.onna.io/api/rel0/acc '), 'https://x.onna.io');
    assert.equal(parseBaseUrl('http://127.0.0.1:8080/'), 'http://127.0.0.1:8080');
    assert.equal(parseBaseUrl('https://gw.test/onna/api'), 'https://gw.test/onna');
  });

  it('rejects text that is not an http(s) URL, and URLs that contain a password', () => {
    for (const text of [
      '',
      'ftp://x.test',
      'https://user:secret@x.test',
      'not a url',
      'javascript:alert(1)',
    ]) {
      assert.equal(parseBaseUrl(text), undefined, text);
    }
  });
});
