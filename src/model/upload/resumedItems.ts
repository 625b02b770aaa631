import { fileAt } from './localFile.ts';
import type { UnfinishedFile, UnfinishedUpload } from './unfinishedUploads.ts';
import type { UploadItem } from './uploadRun.ts';

/**
 * The files of an interrupted upload that can continue. `lost`: files whose bytes came from a browser, and are gone.
 */
export function resumedItems({ left }: UnfinishedUpload): {
  readonly items: readonly UploadItem[];
  readonly lost: readonly UnfinishedFile[];
} {
  const items = left.flatMap(({ local, folder, name, size, modified, replaces, at, index }) => {
    if (local === undefined) return [];
    const file = fileAt(local, folder, { size, mtimeMs: modified });
    return [{ file, name, replaces, index, earlier: { at, size, modified } }];
  });
  return { items, lost: left.filter(({ local }) => local === undefined) };
}
