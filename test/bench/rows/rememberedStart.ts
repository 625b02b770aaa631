import type { Figure, Row } from '../row.ts';
import type { Bench } from '../session.ts';
import { measureStarts } from '../starts.ts';

async function measure(bench: Bench): Promise<readonly Figure[]> {
  const { remembered } = await measureStarts(bench);
  const before = remembered.map(({ requests, rowsAt }) => requests.filter(({ at }) => at < rowsAt).length);
  const all = remembered.map(({ requests }) => requests.length);
  return [
    {
      figure: 'start with a signed-in account: requests before the rows are painted',
      ours: { value: Math.max(...before), unit: 'requests' },
      goal: '0',
      pass: before.every((count) => count === 0),
      note: `Requests that the sandbox received before the rows were painted. Maximum of ${before.length} reloaded windows.`,
      samples: {
        firstRequestAfterRowsMs: remembered.map(
          ({ requests, rowsAt }) => (requests[0]?.at ?? Number.NaN) - rowsAt,
        ),
      },
    },
    {
      figure: 'start with a signed-in account: requests until the list is up to date',
      ours: { value: Math.max(...all), unit: 'requests' },
      goal: '1',
      pass: all.every((count) => count === 1),
      note: 'Number of all requests from the start until 2 s after the rows were painted.',
    },
  ];
}

/** Counts the requests of a start with a signed-in account. */
export const rememberedStart: Row = { name: 'rememberedStart', measure };
