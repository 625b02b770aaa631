// Tries each action with each role, and writes the result to docs/roles.md:  npm run roles
import { writeFile } from 'node:fs/promises';
import { roleTable, roleTableFile, tryRoles } from './roleTable.ts';

await writeFile(roleTableFile, await roleTable(await tryRoles()));
