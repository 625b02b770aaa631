import { globSync, statSync } from 'node:fs';
import path from 'node:path';
import { repository } from './repository.ts';

/** The layers of `npm test`, in the order in which they start. */
export const layers = ['check', 'unit', 'fuzz', 'faults', 'soak', 'host', 'ui'] as const;
export type Layer = (typeof layers)[number];

/** Layers that are split, each part in its own process. The other layers are short, or a single test. */
const partCounts: Readonly<Partial<Record<Layer, number>>> = { unit: 4, ui: 4 };

/** A layer, or a part of one, that runs in its own process. */
export interface Job {
  readonly layer: Layer;
  /** For example `unit`, or `ui, part 1 of 4`. */
  readonly title: string;
  /** The test files to run. Empty: all files of the layer. */
  readonly files: readonly string[];
}

/** The test files of a layer, relative to the repository. */
export function testFiles(layer: string): string[] {
  return globSync(`test/${layer}/**/*.test.ts`, { cwd: repository }).sort();
}

/** The layer of a test file: `unit` for `test/unit/model/poller.test.ts`. */
export function layerOf(file: string): string | undefined {
  return path.relative(path.join(repository, 'test'), path.resolve(file)).split(path.sep)[0];
}

/**
 * Divides files into parts that take about the same time, the longest part first. A file's size is a good enough
 * estimate of its time.
 */
export function divide(
  files: readonly { readonly file: string; readonly size: number }[],
  count: number,
): string[][] {
  const parts = Array.from({ length: count }, () => ({ files: [] as string[], size: 0 }));
  for (const { file, size } of [...files].sort((one, other) => other.size - one.size)) {
    const smallest = parts.reduce((least, part) => (part.size < least.size ? part : least));
    smallest.files.push(file);
    smallest.size += size;
  }
  return parts
    .sort((one, other) => other.size - one.size)
    .map((part) => part.files)
    .filter((part) => part.length > 0);
}

/** The jobs of a layer. A layer is only split if it runs as a whole. */
export function jobsOf(layer: Layer, chosen: readonly string[], isWhole: boolean): Job[] {
  const count = partCounts[layer] ?? 1;
  if (!isWhole || count === 1) return [{ layer, title: layer, files: chosen }];
  const files = testFiles(layer).map((file) => ({ file, size: statSync(path.join(repository, file)).size }));
  return divide(files, count).map((part, index, { length }) => ({
    layer,
    title: `${layer}, part ${index + 1} of ${length}`,
    files: part,
  }));
}
