import type { DetailsPageMessage } from '../../shared/detailsProtocol.ts';
import type { DetailsStrings } from '../../shared/detailsStrings.ts';
import type { Formats } from './formats.ts';

/** The parts of the page that its tabs use. */
export interface DetailsContext {
  readonly strings: DetailsStrings;
  /** Replaced when the time zone changes. */
  readonly formats: Formats;
  /** Whether the Datasource was removed or its account signed out. If so, the page can't request anything. */
  readonly isGone: boolean;
  readonly send: (message: DetailsPageMessage) => void;
  /** Schedules saving the state of the page. */
  keepSoon(): void;
}

/** Whether a click is the second of a double click. An action on the service must be sent only once. */
export function isRepeated(event: MouseEvent): boolean {
  return event.detail > 1;
}
