import type { StoredResource } from '../store/resources.ts';
import type { Stores } from '../store/stores.ts';

/** Removes Resources with their contents and search documents. Call it in a transaction. */
export function removeResources(
  { resources, contents, index }: Pick<Stores, 'resources' | 'contents' | 'index'>,
  removed: readonly StoredResource[],
): void {
  index.removeResources(removed.map(({ id }) => id));
  for (const { id, contentId } of removed) {
    resources.remove(id);
    if (contentId !== undefined) contents.release(contentId);
  }
}
