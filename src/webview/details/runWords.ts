import type { RunOutcome, RunView } from '../../shared/detailsProtocol.ts';
import type { DetailsStrings } from '../../shared/detailsStrings.ts';
import { fillIn } from '../../shared/fillIn.ts';
import type { Formats } from './formats.ts';

/** In ms. Undefined if the start or the end is not known, or if the clocks of the two disagree. */
export function durationOf({ start, end }: RunView): number | undefined {
  return start === undefined || end === undefined || end < start ? undefined : end - start;
}

/** The outcome in words. A run that succeeded after failed attempts says so. */
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
