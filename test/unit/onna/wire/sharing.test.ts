import assert from 'node:assert/strict';
import { decodeGroups, decodeSharing, decodeUsers } from '../../../../src/onna/wire/sharing.ts';

const address = { baseUrl: 'https://onna.example.test', container: 'rel0', account: 'lumenfjord' };

describe('decodeSharing', () => {
  it('reads local and inherited roles, and the path from which each role is inherited', () => {
    const sharing = decodeSharing(address, {
      local: { roleperm: {}, prinperm: {}, prinrole: { ines: { 'guillotina.Owner': 'Allow' } } },
      inherit: [
        {
          '@id': 'https://inside.test/api/rel0/lumenfjord/workspaces/harbour',
          prinrole: { tom: { R: 'Deny' } },
        },
        { '@id': 'https://inside.test/api/rel0/lumenfjord/workspaces', prinrole: {} },
        { '@id': 7, prinrole: { olaf: ['E', 8] } },
      ],
    });
    assert.deepEqual(sharing, {
      local: [{ principal: 'ines', roles: new Map([['guillotina.Owner', 'Allow']]) }],
      inherited: [
        { path: '/workspaces/harbour', entries: [{ principal: 'tom', roles: new Map([['R', 'Deny']]) }] },
        { path: undefined, entries: [{ principal: 'olaf', roles: new Map([['E', 'Allow']]) }] },
      ],
    });
  });

  it('accepts the names of Object.prototype properties as names of users and roles', () => {
    const json: unknown = JSON.parse('{"local":{"prinrole":{"__proto__":{"constructor":"Allow"}}}}');
    assert.deepEqual(decodeSharing(address, json)?.local, [
      { principal: '__proto__', roles: new Map([['constructor', 'Allow']]) },
    ]);
  });

  it('skips unreadable roles, and rejects an answer without a list of local roles', () => {
    const local = { prinrole: { ines: 'Owner', '': { R: 'Allow' }, tom: null, olaf: { R: 1 } } };
    assert.deepEqual(decodeSharing(address, { local, inherit: 'none' }), { local: [], inherited: [] });
    for (const json of [undefined, null, [], 'text', {}, { local: [] }])
      assert.equal(decodeSharing(address, json), undefined);
  });
});

describe('decodeUsers', () => {
  it('reads users in the documented format, and omits blocked users', () => {
    const result = [
      { id: 'u1', mail: 'olaf@x.test', cn: 'Olaf', sn: 'Berg' },
      { id: 'u2', mail: 'tom@x.test', cn: 'Tom Holm', sn: 'Holm', blocked: false },
      { id: 'una@x.test' },
      { id: 'gone@x.test', blocked: true },
      { cn: 'Nobody' },
      7,
    ];
    assert.deepEqual(decodeUsers({ result, total: 6 }), [
      { id: 'olaf@x.test', name: 'Olaf Berg', kind: 'user' },
      { id: 'tom@x.test', name: 'Tom Holm', kind: 'user' },
      { id: 'una@x.test', name: undefined, kind: 'user' },
    ]);
  });

  it('reads a list of logins, and rejects an answer without a list', () => {
    assert.deepEqual(decodeUsers(['a@x.test', '']), [{ id: 'a@x.test', name: undefined, kind: 'user' }]);
    for (const json of [null, {}, { result: 'none' }]) assert.equal(decodeUsers(json), undefined);
  });
});

describe('decodeGroups', () => {
  it('reads an object with group ids as keys, and a list of groups', () => {
    const pilots = { id: 'pilots', name: 'Pilots', kind: 'group' };
    assert.deepEqual(decodeGroups({ pilots: { title: 'Pilots' } }), [pilots]);
    assert.deepEqual(decodeGroups({ x: { id: 'pilots', title: 'Pilots' } }), [pilots]);
    assert.deepEqual(decodeGroups({ pilots: 'Pilots', plain: null }), [
      pilots,
      { id: 'plain', name: undefined, kind: 'group' },
    ]);
    assert.deepEqual(decodeGroups([{ id: 'pilots', title: 'Pilots' }, 'plain', {}]), [
      pilots,
      { id: 'plain', name: undefined, kind: 'group' },
    ]);
    assert.deepEqual(decodeGroups({}), []);
    for (const json of [null, 'text', 7]) assert.equal(decodeGroups(json), undefined);
  });
});
