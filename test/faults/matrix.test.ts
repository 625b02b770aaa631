import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { runFaultMatrix } from './faultMatrix.ts';
import type { FaultMatrix } from './faultMatrix.ts';
import { faultTable, faultTableFile } from './faultTable.ts';
import { operations } from './operations.ts';
import { brokenRules } from './wordRules.ts';

describe('every call with every fault', () => {
  let matrix: FaultMatrix;

  before(async function () {
    this.timeout(600_000);
    matrix = await runFaultMatrix();
  });

  for (const operation of operations)
    it(`shows at most one message, loses no row and recovers: ${operation.name}`, () => {
      const ran = matrix.cells.filter((cell) => cell.operation === operation);
      assert.ok(ran.length > 0);
      const broken = ran.flatMap(({ fault, way, outcome }) =>
        'broken' in outcome ? [`${fault.name} (${way}): ${outcome.broken}`] : [],
      );
      assert.deepEqual(broken, []);
    });

  it('leaves no promise rejection unhandled', () => assert.deepEqual(matrix.rejections, []));

  it('sends nothing to another origin', () => assert.deepEqual(matrix.strayRequests, []));

  it('shows a short message that fits its place in the UI, and that ends with advice', () => {
    const broken = matrix.cells.flatMap(brokenRules);
    assert.deepEqual([...new Set(broken)], []);
  });

  it('shows the messages that docs/faults.md lists (npm run faults updates it)', async () => {
    const committed = await readFile(faultTableFile, 'utf8');
    assert.deepEqual(faultTable(matrix).split('\n'), committed.replaceAll('\r\n', '\n').split('\n'));
  });
});
