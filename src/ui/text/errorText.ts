import { OnnaError } from '../../onna/errors.ts';
import { displayText } from '../../shared/displayText.ts';
import { causeOf } from './errorCause.ts';
import type { Moment } from './errorMoment.ts';
import { remedyOf } from './errorRemedy.ts';

/**
 * Maximum length of a description, in UTF-16 units. Service messages are truncated to a shorter length, but a
 * system error may contain a path of any length.
 */
const maxDescriptionLength = 1_000;

/** Describes the error and the remedy in a few short sentences, on one line without control characters. */
export function describeError(error: unknown, moment: Moment = 'other'): string {
  if (!(error instanceof OnnaError))
    return displayText(String(error instanceof Error ? error.message : error), maxDescriptionLength);
  const { failure } = error;
  const parts = [causeOf(failure, moment), ...remedyOf(failure, moment)];
  return displayText(parts.join(' '), maxDescriptionLength);
}
