import { displayText } from '../../shared/displayText.ts';
import type { SearchView } from '../../shared/searchProtocol.ts';
import type { SearchProblem, SearchScope } from './searchHost.ts';
import type { SearchState } from './searchState.ts';

/** Maximum length of a label or of a quoted part of the query, in UTF-16 units. */
export const maxLabelLength = 100;

/** A search as its page shows it, without the hits. */
export function searchView(
  state: SearchState,
  about: {
    readonly scope: SearchView['scope'];
    /** False while the scope's account is signed out and, after a reload, until the scope is listed. */
    readonly isAvailable: boolean;
    describe(error: unknown): SearchProblem;
  },
): SearchView {
  const { query, sort, types, phase, more, failure, total, tookMs, facet, hits, revision } = state;
  const hasFailed = phase === 'failed' || more === 'failed';
  // When all hits are loaded, their number is exact.
  const isExact = more === 'end' && (phase === 'ready' || phase === 'refreshing');
  return {
    scope: about.scope,
    query,
    sort,
    types: [...types],
    phase: about.isAvailable ? phase : 'absent',
    more,
    ...(hasFailed && { problem: about.describe(failure) }),
    ...(isExact ? { total: { count: hits.length, isExact } } : totalView(total)),
    ...(tookMs !== undefined && { tookMs }),
    facet: {
      buckets: facet.buckets.filter(
        ({ key, count }) => key.length <= maxLabelLength && Number.isInteger(count),
      ),
      isPartial: facet.isPartial,
    },
    revision,
    loaded: hits.length,
  };
}

function totalView(total: number | undefined): Pick<SearchView, 'total'> {
  return total === undefined ? {} : { total: { count: Math.round(total), isExact: false } };
}

/** The scope of a search as its page shows it. */
export function scopeView({ id, label, kind }: SearchScope): SearchView['scope'] {
  return { id, label: displayText(label, maxLabelLength), kind };
}
