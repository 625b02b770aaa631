import type { StoredResource } from '../store/storedResource.ts';
import type { Stores } from '../store/stores.ts';

/** Removes Resources and their parts, with their contents and search documents. Call it in a transaction. */
export function removeResources(
  { resources, parts, contents, index }: Pick<Stores, 'resources' | 'parts' | 'contents' | 'index'>,
  removed: readonly StoredResource[],
): void {
  const all = [...removed, ...parts.below(removed.map(({ id }) => id))];
  index.removeResources(all.map(({ id }) => id));
  for (const { id } of all) resources.remove(id);
  for (const contentId of new Set(all.map((one) => one.contentId)))
    if (contentId !== undefined) contents.release(contentId);
}
