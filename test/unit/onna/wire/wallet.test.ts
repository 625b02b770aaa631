import assert from 'node:assert/strict';
import { decodeConsentUrl, decodeWalletPage, decodeWalletUsage } from '../../../../src/onna/wire/wallet.ts';

const address = { baseUrl: 'https://onna.example.test', container: 'rel0', account: 'lumenfjord' };
const entry = (fields: object = {}): object => ({
  '@id': 'https://other.test/api/rel0/lumenfjord/ines@lumenfjord.test/wallet/slack',
  '@type': 'WalletEntry',
  '@uid': 'uid-1',
  title: 'Slack of Ines',
  ...fields,
});

describe('A page of wallet entries', () => {
  it('has the path, the title, the type and the expiry of each entry', () => {
    const page = decodeWalletPage(address, {
      updates: [entry({ expiration_date: '2026-03-02T00:00:00+00:00', datasource_type: 'SlackDatasource' })],
      cursor: 'next',
    });
    assert.deepEqual(page, {
      entries: [
        {
          uid: 'uid-1',
          path: '/ines@lumenfjord.test/wallet/slack',
          title: 'Slack of Ines',
          type: 'SlackDatasource',
          isBroken: false,
          expires: Date.parse('2026-03-02T00:00:00Z'),
          permissions: undefined,
        },
      ],
      cursor: 'next',
    });
  });

  it('accepts Unix timestamps, other field names and an object as a list, and skips items of other types', () => {
    const page = decodeWalletPage(address, {
      updates: { a: entry({ expires_at: 1_772_409_600 }), b: entry({ '@type': 'Workspace' }), c: 'x' },
      cursor: null,
    });
    assert.deepEqual(
      page?.entries.map(({ expires, type }) => [expires, type]),
      [[1_772_409_600_000, undefined]],
    );
    assert.equal(page.cursor, undefined);
  });

  it('marks entries that have expired or were suspended or revoked', () => {
    for (const fields of [{ credential_state: 'expired' }, { suspended: true }, { revoked: true }])
      assert.equal(decodeWalletPage(address, { updates: [entry(fields)] })?.entries[0]?.isBroken, true);
    for (const fields of [{ credential_state: 'valid' }, { suspended: false }, { revoked: 'no' }])
      assert.equal(decodeWalletPage(address, { updates: [entry(fields)] })?.entries[0]?.isBroken, false);
  });

  it('is rejected if it is not a listing', () => {
    for (const json of [null, [], 'x', {}, { updates: 'x' }])
      assert.equal(decodeWalletPage(address, json), undefined);
  });
});

describe('The usage of wallet entries', () => {
  it('is added up over all users', () => {
    const counts = decodeWalletUsage([
      { wallet_entry_uuid: 'a', usage: [{ datasources_count: 2 }, { datasources_count: '3' }, null] },
      { wallet_entry_uuid: 'b', usage: null },
      { usage: [] },
      'x',
    ]);
    assert.deepEqual(
      [...(counts ?? [])],
      [
        ['a', 5],
        ['b', 0],
      ],
    );
    assert.equal(decodeWalletUsage({}), undefined);
  });
});

describe('The address of a consent page', () => {
  it('is read from a string and from objects with different field names', () => {
    const url = 'https://slack.example.test/authorize?client_id=1&redirect_uri=https%3A%2F%2Fx.test%2Fa%3Fb';
    for (const json of [url, { url }, { auth_url: url }, { other: 1, link: url }])
      assert.equal(decodeConsentUrl(json)?.href, url);
  });

  it('must be https, or http on this machine', () => {
    assert.equal(decodeConsentUrl('http://127.0.0.1:8080/consent')?.port, '8080');
    for (const json of [
      ...[
        'http://slack.example.test/',
        'javascript:alert(1)',
        'file:///etc/passwd',
        'vscode://x/y',
        '/a',
        '',
      ],
      ...['https://user:secret@slack.example.test/', null, 7, [], {}, { url: 'ftp://x.test' }],
    ])
      assert.equal(decodeConsentUrl(json), undefined, JSON.stringify(json));
  });
});
