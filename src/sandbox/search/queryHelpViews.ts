import { json } from '../http/answer.ts';
import { schemaViolation } from '../http/refusals.ts';
import { anyTarget, isAccount } from '../http/view.ts';
import type { ServiceView } from '../http/view.ts';
import { compileAdvanced } from './terms.ts';
import { searchableFields } from './searchableFields.ts';
import type { SearchDeps } from './searchDeps.ts';

/** Facets that `@filters` returns. */
const offeredFilters = ['type_name', 'extension', 'parent_datasource.uuid', 'parent_datasource.title'];

/** Services that help to build a query: field names, existing values, and word suggestions. */
export function queryHelpViews({ tallies, vocabulary, scopes }: SearchDeps): ServiceView[] {
  const common = { methods: ['GET'], permission: 'guillotina.SearchContent' } as const;
  const fieldsView = (name: string): ServiceView => ({
    ...common,
    name,
    appliesTo: isAccount,
    answer: () => json({ fields: searchableFields }),
  });
  return [
    fieldsView('@searchableFields'),
    // The sandbox can't disable a field, so all fields are enabled.
    fieldsView('@enabledSearchableFields'),
    {
      ...common,
      name: '@filters',
      appliesTo: anyTarget,
      answer({ target, login = '' }) {
        const search = { terms: compileAdvanced(undefined), scope: scopes.of(target, login) };
        const { facets } = tallies.of(search, offeredFilters);
        return json({ filters: [...facets].map(([filterType, buckets]) => ({ filterType, buckets })) });
      },
    },
    {
      ...common,
      name: '@suggestions',
      appliesTo: anyTarget,
      answer({ target, query, login = '' }) {
        const type = query.get('type') ?? '';
        if (type !== '' && type !== 'title' && type !== 'extracted_text')
          throw schemaViolation('query', 'type', "Must be 'title' or 'extracted_text'");
        const scope = scopes.of(target, login);
        const words = vocabulary.completions(query.get('term') ?? '', type === '' ? undefined : type, scope);
        return json({ suggestions: words });
      },
    },
  ];
}
