import assert from 'node:assert/strict';
import { accountLabel, accountName, connectionTo } from '../../../../src/model/accounts/connection.ts';
import type { Connection } from '../../../../src/model/accounts/connection.ts';

function connection(baseUrl: string, container = 'rel0', user = 'ines@x.test'): Connection {
  return connectionTo({ baseUrl, container, account: 'acme' }, user);
}

function labels(all: readonly Connection[]): string[] {
  return all.map((one) => accountLabel(one, all));
}

describe('accountLabel', () => {
  it('returns the account and the user if their combination is unique', () => {
    const other = connectionTo(
      { baseUrl: 'https://b.test', container: 'rel0', account: 'other' },
      'ines@x.test',
    );
    assert.deepEqual(
      labels([connection('https://a.test'), connection('https://a.test', 'rel0', 'tom@x.test'), other]),
      ['acme (ines@x.test)', 'acme (tom@x.test)', 'other (ines@x.test)'],
    );
  });

  it('adds the host if accounts on different hosts have the same name and user', () => {
    assert.deepEqual(labels([connection('https://a.test'), connection('https://b.test:8443')]), [
      'acme (ines@x.test) · a.test',
      'acme (ines@x.test) · b.test:8443',
    ]);
  });

  it('adds the container if accounts on the same server have the same name and user', () => {
    assert.deepEqual(labels([connection('https://a.test'), connection('https://a.test', 'rel1')]), [
      'acme (ines@x.test) · rel0',
      'acme (ines@x.test) · rel1',
    ]);
  });

  it('adds the whole base URL if accounts on the same host have the same name and user', () => {
    assert.deepEqual(labels([connection('https://a.test/eu'), connection('https://a.test/us')]), [
      'acme (ines@x.test) · https://a.test/eu',
      'acme (ines@x.test) · https://a.test/us',
    ]);
  });

  it('returns a different label for each account', () => {
    const all = ['https://a.test', 'http://a.test', 'https://b.test'].flatMap((baseUrl) =>
      ['rel0', 'rel1'].flatMap((container) =>
        ['ines@x.test', 'tom@x.test'].map((user) => connection(baseUrl, container, user)),
      ),
    );
    assert.equal(new Set(labels(all)).size, all.length);
    assert.equal(new Set(all.map((one) => accountName(one, all))).size, all.length);
  });

  it('differs from accountName, which omits the user if no other account has the same name', () => {
    const one = connection('https://a.test');
    assert.equal(accountName(one, [one]), 'acme');
    assert.equal(accountName(one, [one, connection('https://b.test')]), 'acme (ines@x.test) · a.test');
  });
});
