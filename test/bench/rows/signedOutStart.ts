import type { Figure, Row } from '../row.ts';
import type { Bench } from '../session.ts';
import { measureStarts, serverLatencyMs } from '../starts.ts';
import type { Start } from '../starts.ts';
import { median } from '../statistics.ts';

const mostRoundTrips = 3.5;

/** Requests one after the other: those of which each began after the one before had been answered. */
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
  const still = signedOut.map(({ staticMs }) => staticMs ?? Number.NaN);
  const trips = (median(ours) - median(still)) / serverLatencyMs;
  const sequence = median(signedOut.map(inSequence));
  const requests = median(signedOut.map((start) => start.requests.length));
  return [
    {
      figure: 'start from signed out: requests until the rows are there',
      ours: { value: requests, unit: 'requests', of: `${sequence} in sequence` },
      goal: '3 in sequence (code, token, list)',
      pass: sequence === 3 && requests === 3,
      note: 'Counted by the sandbox, from Enter in the password box to the rows.',
    },
    {
      figure: `start from signed out, server ${serverLatencyMs} ms away: rows on screen`,
      ours: { value: median(ours), unit: 'ms', of: 'from Enter' },
      against: { value: median(still), unit: 'ms', of: 'a static tree with the same rows, from Enter' },
      ratio: trips,
      goal: `≤ ${mostRoundTrips} round trips + the static tree`,
      pass: trips <= mostRoundTrips,
      note: `The ratio is (ours − static) / ${serverLatencyMs} ms. Median of ${ours.length} windows, each signing in for the first time; the sandbox adds ${serverLatencyMs} ms to each answer, beside the time that it takes to make it. The static tree appears in the same window after a word was entered in an input box.`,
      samples: { ours, static: still },
    },
  ];
}

/** From nobody signed in to rows. */
export const signedOutStart: Row = { name: 'signedOutStart', measure };
