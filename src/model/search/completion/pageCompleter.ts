import type { Clock } from '../../../base/clock.ts';
import type { HostMessage } from '../../../shared/searchProtocol.ts';
import type { Facet, Facets } from '../facets.ts';
import type { QueryContext } from '../query/compile.ts';
import type { SearchHost, SearchScope } from '../searchHost.ts';
import { Completer } from './completer.ts';

/** The parts of a search page that its completions depend on. */
interface PageParts {
  readonly host: Pick<SearchHost, 'suggestions' | 'searchableFields'>;
  readonly clock: Pick<Clock, 'now' | 'after'>;
  readonly post: (message: HostMessage) => void;
  /** Undefined while the scope is not available. */
  readonly scope: () => SearchScope | undefined;
  readonly context: () => QueryContext;
  readonly facets: () => Facets;
}

/** Completes the query of a search page with names from its scope and its current hits. */
export function pageCompleter({ host, clock, post, scope, context, facets }: PageParts): Completer {
  const keys = ({ buckets }: Facet): readonly string[] => buckets.map(({ key }) => key);
  return new Completer({
    ...{ clock, post },
    source: () => {
      const current = scope();
      return (
        current && {
          id: current.id,
          connectionId: current.connectionId,
          suggestions: (term, signal) => host.suggestions(current, term, signal),
          searchableFields: (signal) => host.searchableFields(current, signal),
        }
      );
    },
    known: () => {
      const { datasources, calendar } = context();
      const { type, exception } = facets();
      return { datasources, types: keys(type), exceptions: keys(exception), year: calendar.today.year };
    },
  });
}
