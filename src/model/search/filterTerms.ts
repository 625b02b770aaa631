import type { SearchTerm } from '../../onna/wire/search.ts';
import type { Calendar } from '../../shared/calendar.ts';
import type { FacetName, SearchFilters } from '../../shared/searchFilters.ts';
import { originField, processingField } from '../history/exceptionTerms.ts';
import { startOf } from './query/dates.ts';

/** The service's fields that hold the values of a facet. Dates have none, because the service counts single values. */
export const facetFields: Readonly<Record<FacetName, readonly string[]>> = {
  type: ['extension'],
  datasource: ['parent_datasource.uuid'],
  date: [],
  exception: [processingField, originField],
};

/** The start of a {@link DateRange} in ms since 1970. For `older`, its end. Undefined for any other text. */
export function rangeStart(range: string, calendar: Calendar): number | undefined {
  return startOf(range === 'older' ? '12m' : range, calendar);
}

/** The conditions for the chosen values of the facets. All of them must match. */
export function filterTerms(filters: SearchFilters, calendar: Calendar): readonly SearchTerm[] {
  return [
    ...filters.date.flatMap((range) => dateTerm(range, calendar)),
    ...anyValue('exception', filters),
    ...anyValue('datasource', filters),
    ...anyValue('type', filters),
  ];
}

function anyValue(name: FacetName, filters: SearchFilters): readonly SearchTerm[] {
  const values = filters[name];
  if (values.length === 0) return [];
  const terms = facetFields[name].map((field): SearchTerm => ({ in: [{ var: field }, values] }));
  const [only] = terms;
  return terms.length === 1 && only !== undefined ? [only] : [{ or: terms }];
}

function dateTerm(range: string, calendar: Calendar): readonly SearchTerm[] {
  const start = rangeStart(range, calendar);
  if (start === undefined) return [];
  // Epoch seconds, as for `after:` and `before:` in a query.
  const seconds = start / 1000;
  return range === 'older'
    ? [{ '<': [{ var: 'date_modified' }, seconds] }]
    : [{ '>': [{ var: 'date_modified' }, seconds - 1] }];
}
