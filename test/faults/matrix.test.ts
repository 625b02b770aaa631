import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { runFaultMatrix } from './faultMatrix.ts';
import type { FaultMatrix } from './faultMatrix.ts';
import { faultTable, faultTableFile } from './faultTable.ts';
import { operations } from './operations.ts';
import { brokenRules } from './wordRules.ts';

describe('whatever goes wrong with a call', () => {
  let matrix: FaultMatrix;

  before(async function () {
    this.timeout(180_000);
    matrix = await runFaultMatrix();
  });

  for (const operation of operations)
    it(`one message at most is shown, no row is lost, and all is well afterwards: ${operation.name}`, () => {
      const ran = matrix.cells.filter((cell) => cell.operation === operation);
      assert.ok(ran.length > 0);
      const broken = ran.flatMap(({ fault, way, outcome }) =>
        'broken' in outcome ? [`${fault.name} (${way}): ${outcome.broken}`] : [],
      );
      assert.deepEqual(broken, []);
    });

  it('no rejection is left unhandled', () => assert.deepEqual(matrix.rejections, []));

  it('nothing is sent to another origin', () => assert.deepEqual(matrix.strayRequests, []));

  it('each sentence is short, fits its place and ends with what to do', () => {
    const broken = matrix.cells.flatMap(brokenRules);
    assert.deepEqual([...new Set(broken)], []);
  });

  it('the user is told what docs/faults.md says (npm run faults writes it anew)', async () => {
    const committed = await readFile(faultTableFile, 'utf8');
    assert.deepEqual(faultTable(matrix).split('\n'), committed.replaceAll('\r\n', '\n').split('\n'));
  });
});
