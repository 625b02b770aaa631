import type { SearchView } from '../../shared/searchProtocol.ts';
import { fillIn } from '../../shared/fillIn.ts';
import type { SearchStrings } from '../../shared/searchStrings.ts';

/**
 * A line with the number of results, and whether the number is exact. While a search runs, the line says so. Empty when
 * there are no results.
 */
export function resultLine(view: SearchView, strings: SearchStrings, numbers: Intl.NumberFormat): string {
  const { phase, total, tookMs = 0, loaded } = view;
  if (phase === 'searching' || (phase === 'refreshing' && loaded === 0)) return strings.searching;
  if (phase === 'idle' || loaded === 0) return '';
  const seconds = new Intl.NumberFormat(numbers.resolvedOptions().locale, {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  }).format(tookMs / 1000);
  if (total === undefined) return fillIn(strings.loadedResults, numbers.format(loaded), seconds);
  if (!total.isExact) {
    // The number of loaded hits may exceed the estimate.
    return fillIn(strings.aboutResults, numbers.format(Math.max(total.count, loaded)), seconds);
  }
  if (total.count === 1) return fillIn(strings.oneResult, seconds);
  return fillIn(strings.exactResults, numbers.format(total.count), seconds);
}
