// Runs the fault matrix and writes the result to docs/faults.md:  npm run faults
import { writeFile } from 'node:fs/promises';
import { runFaultMatrix } from './faultMatrix.ts';
import { faultTable, faultTableFile } from './faultTable.ts';

await writeFile(faultTableFile, faultTable(await runFaultMatrix()));
