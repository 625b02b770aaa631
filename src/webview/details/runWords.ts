import type { RunOutcome, RunView } from '../../shared/detailsProtocol.ts';
import type { DetailsStrings } from '../../shared/detailsStrings.ts';
import { fillIn } from '../../shared/fillIn.ts';
import type { Formats } from './formats.ts';

/**
 * The duration of a run, in ms. Undefined if the start or the end is unknown, or if the end is before the
 * start because the two times come from different clocks.
 */
export function durationOf({ start, end }: RunView): number | undefined {
  return start === undefined || end === undefined || end < start ? undefined : end - start;
}

/** The outcome in words. For a run that succeeded after failed attempts, includes the number of those attempts. */
export function outcomeWords(
  { outcome, failedAttempts }: RunView,
  strings: DetailsStrings,
  { numbers }: Formats,
): string {
  if (outcome !== 'mixed' || failedAttempts === 0) return strings.outcomes[outcome];
  return fillIn(failedAttempts === 1 ? strings.mixedOne : strings.mixedMany, numbers.format(failedAttempts));
}

/** The codicon of an outcome. */
export const outcomeIcons: Readonly<Record<RunOutcome, string>> = {
  synced: 'pass',
  mixed: 'warning',
  failed: 'error',
  error: 'error',
  paused: 'debug-pause',
  running: 'sync',
  unknown: 'question',
};
