import assert from 'node:assert/strict';
import { Fixture } from '../support/fixture.ts';
import { Caller } from '../support/wire.ts';

interface Found {
  readonly result: readonly { readonly mail: string }[];
  readonly total: number;
}

describe('The sandbox’s API for users and groups', () => {
  const fixture = new Fixture();
  let guest: Caller;
  beforeEach(async () => {
    await fixture.start({ user: 'ines@sandbox.test' });
    const { sandbox } = fixture;
    await sandbox.addUser({ login: 'olaf@sandbox.test', name: 'Olaf', surname: 'Berg', at: '/wallet' });
    const { login, password } = await sandbox.addUser({ login: 'tom@sandbox.test', at: '/wallet' });
    guest = await Caller.signedIn(sandbox, login, password);
  });
  afterEach(() => fixture.stop());

  const mails = ({ result }: Found): string[] => result.map(({ mail }) => mail);

  it('finds users by login or name, page by page', async () => {
    const { caller } = fixture;
    assert.deepEqual(mails(await caller.json<Found>('/@findUsers?term=BERG')), ['olaf@sandbox.test']);
    const second = await caller.json<Found>('/@findUsers?term=sandbox.test&size=2&page=1');
    assert.deepEqual([mails(second), second.total], [['tom@sandbox.test'], 3]);
    assert.equal((await caller.call('/@findUsers?size=x')).status, 412);
    const { items } = await caller.json<{ items: unknown[] }>('/@getUsers', { method: 'POST', body: {} });
    assert.equal(items.length, 3);
  });

  it('hides users from callers who do not manage the account', async () => {
    assert.equal((await guest.call('/@findUsers?term=o')).status, 401);
    assert.equal((await guest.post('/@getUsers', {})).status, 401);
  });

  it('lists groups of people, and returns a group by id', async () => {
    const group = { id: 'pilots', title: 'Pilots', members: ['tom@sandbox.test'] };
    fixture.sandbox.stores.groups.save(group);
    const listed = { ...group, groupType: 'PEOPLE_GROUP' };
    assert.deepEqual(await guest.json('/@groups'), { pilots: listed });
    assert.deepEqual(await guest.json('/@groups/pilots'), listed);
    assert.equal((await guest.call('/@groups/none')).status, 404);
    const me = await guest.json<Record<string, { groups?: unknown }>>('/@user');
    assert.deepEqual(me['tom@sandbox.test']?.groups, ['pilots']);
  });

  it('gives users the roles of their groups in requests, lists and searches', async () => {
    const { path: wiki } = await fixture.datasource({ 'a.md': 'ebb tide' });
    const { groups } = fixture.sandbox.stores;
    groups.save({ id: 'pilots', title: 'Pilots', members: ['tom@sandbox.test'] });
    const listed = async (): Promise<number> =>
      (await guest.json<{ updates: unknown[] }>('/@data?types=_datasources_')).updates.length;
    assert.deepEqual([(await guest.call(wiki)).status, await listed()], [401, 0]);
    const prinrole = [{ principal: 'pilots', role: 'guillotina.Owner', setting: 'Allow' }];
    await fixture.caller.post(`${wiki}/@sharing`, { prinrole });
    assert.deepEqual([(await guest.call(wiki)).status, await listed()], [200, 1]);
    assert.deepEqual(await guest.json(`${wiki}/@userRoles`), ['guillotina.Owner']);
    // The group has no role on the Workspace, so the Workspace and everything else in it stay hidden.
    assert.equal((await guest.call('/workspaces/harbour')).status, 401);
    assert.equal((await guest.call('/workspaces/harbour/none')).status, 401);
    const query = { advanced: { and: [{ text_contains: [{ var: 'extracted_text' }, 'ebb'] }] } };
    assert.equal((await guest.search('', query)).items_count, 1);
    // A group cannot accept an invitation, so sharing a Datasource with a group sends no invitation.
    assert.equal(await fixture.caller.status(wiki), 'synced');
    groups.save({ id: 'pilots', title: 'Pilots', members: [] });
    assert.deepEqual([(await guest.call(wiki)).status, await listed()], [401, 0]);
  });
});
