import type { Figure, Row } from '../row.ts';
import type { Bench } from '../session.ts';
import { measureStarts, serverLatencyMs } from '../starts.ts';
import type { Start } from '../starts.ts';
import { lowerQuartile, median } from '../statistics.ts';

const maxRoundTrips = 3.5;

/** Number of sequential requests: each started after the response to the previous one. */
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
      figure: 'start from signed out: requests until the rows are painted',
      ours: { value: requests, unit: 'requests', of: `${sequence} in sequence` },
      goal: '3 in sequence (code, token, list)',
      pass: sequence === 3 && requests === 3,
      note: 'Counted by the sandbox, from Enter in the password box until the rows are painted.',
    },
    {
      figure: `start from signed out, server ${serverLatencyMs} ms away: rows on screen`,
      ours: { value: own, unit: 'ms', of: 'from Enter' },
      against: { value: floor, unit: 'ms', of: 'three bare requests and a static tree, from Enter' },
      ratio: trips,
      goal: `≤ ${maxRoundTrips} round trips + VS Code’s own time`,
      pass: trips <= maxRoundTrips,
      note: `The ratio is the number of round trips: 3 + (ours − baseline) / ${serverLatencyMs} ms. This leaves out the time of VS Code and of the sandbox, which mostly checks the password. Baseline: an extension in the same window that prompts for the password, sends the three requests with undici, and shows prepared rows with URIs, buttons and accessibility labels like ours. Lower quartiles of ${ours.length} windows, each signing in for the first time.`,
      samples: { ours, bare },
    },
  ];
}

/** From signed out to rows on screen. */
export const signedOutStart: Row = { name: 'signedOutStart', measure };
