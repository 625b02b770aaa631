import type { SearchHit } from '../../onna/wire/search.ts';
import { displayText } from '../../shared/displayText.ts';
import { parseHighlight } from '../../shared/highlight.ts';
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
  const { datasource, path, extension, typeName, modified } = hit;
  return {
    id: hit.id,
    title,
    ...(datasource?.title !== undefined && { datasource: displayText(datasource.title, maxTitleLength) }),
    ...(path !== undefined && { path: displayText(path, maxPathLength) }),
    ...(extension !== undefined && { extension: displayText(extension, maxNameLength) }),
    ...(typeName !== undefined &&
      typeName !== 'Resource' && { typeName: displayText(typeName, maxNameLength) }),
    ...(modified !== undefined && { modified }),
    snippets,
  };
}
