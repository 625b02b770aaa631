import { isGeneratedId } from '../../onna/readableName.ts';
import type { SearchHit } from '../../onna/wire/search.ts';
import { displayText } from '../../shared/displayText.ts';
import { maxValueLength } from '../../shared/searchFilters.ts';
import { parseHighlight } from './highlight.ts';
import type { HitView } from '../../shared/searchProtocol.ts';

const maxTitleLength = 200;
const maxPathLength = 300;
const maxNameLength = 80;
/** Maximum text snippets shown per hit. */
const maxSnippets = 2;
/** Maximum length of an `@id`, in characters. A Resource with a longer id could not be requested. */
export const maxIdLength = 8000;

/** The name at the end of an `@id`. An `@id` is a URL, so its segments are encoded, unlike those of a `NodePath`. */
export function nameInId(id: string): string {
  const segment = id.replace(/\/+$/, '').split('/').at(-1) ?? id;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** The path between the Datasource and the title; undefined if it is empty. */
export function placeBelowDatasource(path: string, title: string): string | undefined {
  const [top, ...below] = path.split('/').filter((segment) => segment !== '');
  // The path is `/workspaces/{workspace}/{Datasource}/…` or `/{user}/{Datasource}/…`. It contains generated ids between
  // a Datasource and its Resources (docs/onna-api.md §0).
  const segments = below.slice(top === 'workspaces' ? 2 : 1).filter((segment) => !isGeneratedId(segment));
  if (segments.at(-1) === title) segments.pop();
  return segments.length > 0 ? segments.join('/') : undefined;
}

/** Prepares a hit for the page, with all texts shortened. Undefined for a hit that can't be opened. */
export function presentHit(hit: SearchHit): HitView | undefined {
  if (hit.id.length > maxIdLength) return undefined;
  const snippets = hit.highlights
    // The title is shown anyway, so a match in it needs no snippet.
    .filter(({ field }) => !field.startsWith('title'))
    .flatMap(({ fragments }) => fragments)
    .slice(0, maxSnippets)
    .map((fragment) => [...parseHighlight(fragment)]);
  const title = displayText(hit.title ?? '', maxTitleLength) || displayText(nameInId(hit.id), maxTitleLength);
  const { datasource, extension, typeName, modified } = hit;
  const path = hit.path === undefined ? undefined : displayText(hit.path, maxPathLength);
  const place = path === undefined ? undefined : placeBelowDatasource(path, title);
  return {
    id: hit.id,
    title,
    ...(datasource?.uid !== undefined &&
      datasource.uid.length <= maxValueLength && { datasourceUid: datasource.uid }),
    ...(datasource?.title !== undefined && { datasource: displayText(datasource.title, maxTitleLength) }),
    ...(path !== undefined && { path }),
    ...(place !== undefined && { place }),
    ...(extension !== undefined && { extension: displayText(extension, maxNameLength) }),
    ...(typeName !== undefined &&
      typeName !== 'Resource' && { typeName: displayText(typeName, maxNameLength) }),
    ...(modified !== undefined && { modified }),
    snippets,
  };
}
