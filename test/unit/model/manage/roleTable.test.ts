import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { roleTable, roleTableFile, tryRoles } from './roleTable.ts';

/** The list of Datasources does not contain the permission to read the log, so everyone is offered the log. */
const refusals: readonly string[] = [
  'Reader: onna.showDatasourceLog refused',
  'Editor: onna.showDatasourceLog refused',
];

describe('The menus of each role', function () {
  this.timeout(60_000);
  let cells: Awaited<ReturnType<typeof tryRoles>>;
  before(async () => {
    cells = await tryRoles();
  });

  it('offer exactly the actions that the sandbox allows, except for the log', () => {
    const wrong = cells.filter(({ isOffered, isAllowed }) => isOffered !== isAllowed);
    assert.deepEqual(
      wrong.map(
        ({ role, command, isOffered }) => `${role}: ${command} ${isOffered ? 'refused' : 'not offered'}`,
      ),
      refusals,
    );
  });

  it('are those in docs/roles.md (npm run roles updates the file)', async () => {
    const committed = await readFile(roleTableFile, 'utf8');
    assert.equal(await roleTable(cells), committed.replaceAll('\r\n', '\n'));
  });
});
