import * as v from 'valibot';

/** The properties of hits by which a search can be filtered, in addition to its query. */
export const facetNames = ['type', 'datasource', 'date', 'exception'] as const;
export type FacetName = (typeof facetNames)[number];

/** The choices of the facet `date`: modified today, in the last days or months, or earlier than 12 months ago. */
export const dateRanges = ['today', '7d', '30d', '12m', 'older'] as const;
export type DateRange = (typeof dateRanges)[number];

/** Maximum number of chosen values per facet. */
export const maxChosen = 100;
/** Maximum length of a value, in UTF-16 units. The service may return any text as a value. */
export const maxValueLength = 200;

const chosen = v.optional(
  v.pipe(v.array(v.pipe(v.string(), v.maxLength(maxValueLength))), v.maxLength(maxChosen), v.readonly()),
  [],
);

/**
 * The chosen values of each facet. A hit must have one of the chosen values of each facet. An empty list stands for all
 * values. `type`: file extensions. `datasource`: uids. `date`: at most one of {@link dateRanges}. `exception`: texts of
 * the service.
 */
export const filtersSchema = v.object({ type: chosen, datasource: chosen, date: chosen, exception: chosen });

export type SearchFilters = Readonly<v.InferOutput<typeof filtersSchema>>;

export const noFilters: SearchFilters = { type: [], datasource: [], date: [], exception: [] };

/** Whether any facet filters the search. */
export function hasFilters(filters: SearchFilters): boolean {
  return facetNames.some((name) => filters[name].length > 0);
}
