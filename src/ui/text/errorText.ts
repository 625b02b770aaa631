import { OnnaError } from '../../onna/errors.ts';
import { displayText } from '../../shared/displayText.ts';
import { causeOf } from './errorCause.ts';
import type { Moment } from './errorMoment.ts';
import { remedyOf } from './errorRemedy.ts';

/** UTF-16 units. The service's own words are cut long before; a system's may hold a path of any length. */
const maxDescriptionLength = 1_000;

/** What happened and what to do, in two or three short sentences: one line without control characters, whatever the service sent. */
export function describeError(error: unknown, moment: Moment = 'other'): string {
  if (!(error instanceof OnnaError))
    return displayText(String(error instanceof Error ? error.message : error), maxDescriptionLength);
  const { failure } = error;
  const parts = [causeOf(failure, moment), ...remedyOf(failure, moment)];
  return displayText(parts.join(' '), maxDescriptionLength);
}
