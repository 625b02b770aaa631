import assert from 'node:assert/strict';
import { Fixture } from '../support/fixture.ts';
import { Caller } from '../support/wire.ts';

describe('@usersInfo', () => {
  const fixture = new Fixture();
  beforeEach(() => fixture.start());
  afterEach(() => fixture.stop());

  it('lists the owners before all other users with access, and includes the roles of each user', async () => {
    const { path: wiki } = await fixture.datasource({ 'a.md': 'words' });
    await fixture.sandbox.addUser({ login: 'ines@sandbox.test', name: 'Ines', surname: 'Dahl' });
    await fixture.sandbox.addUser({ login: 'outsider@sandbox.test', at: '/wallet' });
    fixture.sandbox.grant('/workspaces/harbour', 'ines@sandbox.test', 'guillotina.Editor');
    fixture.sandbox.grant(wiki, 'a-partner@example.test', 'guillotina.Reader');
    const { user } = fixture.sandbox;
    assert.deepEqual(await fixture.caller.json(`${wiki}/@usersInfo`), {
      users: [
        {
          ...{ id: user, name: 'admin', surname: '', is_owner: true },
          roles: ['guillotina.Manager', 'guillotina.Owner'],
        },
        {
          ...{ id: 'a-partner@example.test', name: '', surname: '', is_owner: false },
          roles: ['guillotina.Reader'],
        },
        {
          ...{ id: 'ines@sandbox.test', name: 'Ines', surname: 'Dahl', is_owner: false },
          roles: ['guillotina.Editor', 'guillotina.Reader'],
        },
      ],
    });
  });

  it('requires permission to modify the Datasource, and returns 404 for other kinds of objects', async () => {
    const { path: wiki } = await fixture.datasource({ 'a.md': 'words' });
    const { login, password } = await fixture.sandbox.addUser({ login: 'reader@sandbox.test' });
    const reader = await Caller.signedIn(fixture.sandbox, login, password);
    assert.equal((await reader.call(`${wiki}/@usersInfo`)).status, 401);
    for (const at of ['', '/workspaces/harbour', (await fixture.caller.children(wiki))[0] ?? ''])
      assert.equal((await fixture.caller.call(`${at}/@usersInfo`)).status, 404, at);
  });
});
