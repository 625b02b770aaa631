import { isGeneratedId } from '../../onna/readableName.ts';
import type { SearchHit } from '../../onna/wire/search.ts';
import { displayText } from '../../shared/displayText.ts';
import { parseHighlight } from './highlight.ts';
import type { HitView } from '../../shared/searchProtocol.ts';

const maxTitleLength = 200;
const maxPathLength = 300;
const maxNameLength = 80;
/** Lines of found text shown of a hit. */
const maxSnippets = 2;
/** An `@id` that is longer is kept by nobody, and could not be requested either. */
const maxIdLength = 8000;

function lastSegment(id: string): string {
  const segment = id.replace(/\/+$/, '').split('/').at(-1) ?? id;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** What a path says beyond the Datasource and the title; undefined when that is nothing. */
function placeBelowDatasource(path: string, title: string): string | undefined {
  const [top, ...below] = path.split('/').filter((segment) => segment !== '');
  // `/workspaces/{workspace}/{Datasource}/…` or `/{user}/{Datasource}/…`
  // Generated ids stand between a Datasource and its Resources (docs/onna-api.md §0).
  const segments = below.slice(top === 'workspaces' ? 2 : 1).filter((segment) => !isGeneratedId(segment));
  if (segments.at(-1) === title) segments.pop();
  return segments.length > 0 ? segments.join('/') : undefined;
}

/** A hit as the page shows it, or undefined for one that can't be opened anyway. Whatever the service sent becomes short text. */
export function presentHit(hit: SearchHit): HitView | undefined {
  if (hit.id.length > maxIdLength) return undefined;
  const snippets = hit.highlights
    // The title is above the pieces of text; a find in it needs no line of its own.
    .filter(({ field }) => !field.startsWith('title'))
    .flatMap(({ fragments }) => fragments)
    .slice(0, maxSnippets)
    .map((fragment) => [...parseHighlight(fragment)]);
  const title =
    displayText(hit.title ?? '', maxTitleLength) || displayText(lastSegment(hit.id), maxTitleLength);
  const { datasource, extension, typeName, modified } = hit;
  const path = hit.path === undefined ? undefined : displayText(hit.path, maxPathLength);
  const place = path === undefined ? undefined : placeBelowDatasource(path, title);
  return {
    id: hit.id,
    title,
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
