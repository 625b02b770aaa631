import { hasFilters, noFilters } from '../../shared/searchFilters.ts';
import type { PageMessage, SearchView } from '../../shared/searchProtocol.ts';
import { fillIn } from '../../shared/fillIn.ts';
import type { SearchStrings } from '../../shared/searchStrings.ts';
import type { NoticeParts } from '../page/notice.ts';

/** The notices to show instead of the hits, above the hits and below the hits. */
interface Notices {
  readonly page?: NoticeParts | undefined;
  readonly above?: NoticeParts | undefined;
  readonly below?: NoticeParts | undefined;
}

type Send = (message: PageMessage) => void;

function trouble(
  { sentence, isOffline }: NonNullable<SearchView['problem']>,
  strings: SearchStrings,
  send: Send,
): NoticeParts {
  const actions = [
    { label: strings.retry, run: () => send({ type: 'retry' }) },
    { label: strings.showLog, run: () => send({ type: 'showLog' }) },
  ];
  return { icon: isOffline ? 'debug-disconnect' : 'error', sentence, actions };
}

function withoutHits(view: SearchView, strings: SearchStrings, send: Send): Notices {
  if (view.phase !== 'ready') return {};
  if (!hasFilters(view.filters)) {
    return { page: { icon: 'search', sentence: strings.noResults, hint: strings.noResultsHint } };
  }
  const run = (): void => send({ type: 'filter', filters: noFilters });
  return {
    page: {
      icon: 'filter',
      sentence: strings.noFilteredResults,
      actions: [{ label: strings.clearFilters, run }],
    },
  };
}

/** The notices for a state of the search, with actions where they help. A plain list of hits has no notices. */
export function noticesFor(view: SearchView, strings: SearchStrings, send: Send): Notices {
  const hasHits = view.loaded > 0;
  if (view.phase === 'absent') {
    const absent = { icon: 'debug-disconnect', sentence: fillIn(strings.absent, view.scope.label) };
    return hasHits ? { above: absent } : { page: absent };
  }
  if (view.phase === 'failed' && view.problem) {
    const failed = trouble(view.problem, strings, send);
    return hasHits ? { above: { ...failed, hint: strings.olderResults } } : { page: failed };
  }
  if (!hasHits) return withoutHits(view, strings, send);
  if (view.more === 'window') return { below: { icon: 'info', sentence: strings.windowEnd } };
  if (view.more === 'failed' && view.problem) return { below: trouble(view.problem, strings, send) };
  return {};
}
