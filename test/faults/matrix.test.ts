import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { runFaultMatrix } from './faultMatrix.ts';
import type { FaultMatrix } from './faultMatrix.ts';
import { faultTable, faultTableFile } from './faultTable.ts';
import { operations } from './operations.ts';
import { brokenRules } from './wordRules.ts';

describe('Every call of the client with every fault', () => {
  let matrix: FaultMatrix;

  before(async function () {
    this.timeout(600_000);
    matrix = await runFaultMatrix();
  });

  for (const operation of operations)
    it(`shows at most one message, loses no data and recovers after each fault: ${operation.name}`, () => {
      const ran = matrix.cells.filter((cell) => cell.operation === operation);
      assert.ok(ran.length > 0);
      const broken = ran.flatMap(({ fault, way, outcome }) =>
        'broken' in outcome ? [`${fault.name} (${way}): ${outcome.broken}`] : [],
      );
      assert.deepEqual(broken, []);
    });

  it('handles every promise rejection', () => assert.deepEqual(matrix.rejections, []));

  it('sends no request to another origin', () => assert.deepEqual(matrix.strayRequests, []));

  it('shows short messages that end with advice, and suggests only actions that are available to the user', () => {
    const broken = matrix.cells.flatMap(brokenRules);
    assert.deepEqual([...new Set(broken)], []);
  });

  it('shows exactly the messages in docs/faults.md (npm run faults updates the file)', async () => {
    const committed = await readFile(faultTableFile, 'utf8');
    assert.deepEqual(faultTable(matrix).split('\n'), committed.replaceAll('\r\n', '\n').split('\n'));
  });
});
