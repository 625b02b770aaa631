import type { Figure, Row } from '../row.ts';
import type { Bench } from '../session.ts';
import { measureStarts, serverLatencyMs } from '../starts.ts';
import type { Start } from '../starts.ts';
import { lowerQuartile, median } from '../statistics.ts';

const maxRoundTrips = 3.5;

/**
 * Counts the requests that follow each other. The count starts with the first request, and always continues
 * with the next request that was sent after the previous response.
 */
function inSequence({ requests }: Start): number {
  let sequence = 0;
  let freeAt = 0;
  for (const { at, durationMs } of requests.toSorted((left, right) => left.at - right.at)) {
    if (at < freeAt) continue;
    sequence++;
    freeAt = at + durationMs;
  }
  return sequence;
}

async function measure(bench: Bench): Promise<readonly Figure[]> {
  const { signedOut } = await measureStarts(bench);
  const ours = signedOut.map(({ ms }) => ms ?? Number.NaN);
  const bare = signedOut.map(({ floorMs }) => floorMs ?? Number.NaN);
  const [own, floor] = [lowerQuartile(ours), lowerQuartile(bare)];
  const trips = 3 + (own - floor) / serverLatencyMs;
  const sequence = median(signedOut.map(inSequence));
  const requests = median(signedOut.map((start) => start.requests.length));
  return [
    {
      figure: 'first sign-in: requests until the rows are painted',
      ours: { value: requests, unit: 'requests', of: `${sequence} in sequence` },
      goal: '3 in sequence (code, token, list)',
      pass: sequence === 3 && requests === 3,
      note: 'Requests that the sandbox received from Enter in the password box until the rows are painted.',
    },
    {
      figure: `first sign-in, latency ${serverLatencyMs} ms: rows on screen`,
      ours: { value: own, unit: 'ms', of: 'from Enter' },
      against: { value: floor, unit: 'ms', of: 'three undici requests and a static tree, from Enter' },
      ratio: trips,
      goal: `≤ ${maxRoundTrips} round trips + time of VS Code`,
      pass: trips <= maxRoundTrips,
      note: `The ratio is the number of round trips: 3 + (ours − baseline) / ${serverLatencyMs} ms. It excludes the time of VS Code, and the time in which the sandbox checks the password. Baseline: an extension in the same window that prompts for the password, sends the three requests with undici, and shows copies of our rows, with the same icons, decorations and buttons, and with other names and URIs. Lower quartiles of ${ours.length} windows, with one sign-in each.`,
      samples: { ours, bare },
    },
  ];
}

/** Measures the first sign-in, from Enter in the password box until the rows are painted. */
export const signedOutStart: Row = { name: 'signedOutStart', measure };
